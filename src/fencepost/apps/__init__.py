"""What people run: the command line, and what it reads and writes."""

import os

# numpy's linear algebra, which nothing here uses, would start threads that wait busily.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
