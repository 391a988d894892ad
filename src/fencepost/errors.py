"""Everything fencepost raises on purpose.

    FencepostError          one sentence for the user: what, where, what next
    ├── BadCallError         the command line asks for something impossible (exit 2)
    └── NothingReadableError no source held anything that could be read (exit 1)

Data trouble is never raised: it becomes a `Gap` in the report.
"""


class FencepostError(Exception):
    """The user is told this sentence, without a traceback."""


class BadCallError(FencepostError):
    """The command line asks for something impossible."""


class NothingReadableError(FencepostError):
    """No source held anything that could be read."""
