"""Maps a file into memory, but never so that a bad block of its disk could end the program.

Looking at a mapped page that cannot be read kills a process. So Linux is asked to read all pages
first, which fails in words; then the file is read block by block, with zeros for what is lost.
"""

import errno
import mmap
import os
import sys

POPULATE_READ = 22
"""Source: Linux 5.14, include/uapi/asm-generic/mman-common.h, MADV_POPULATE_READ."""

STEP = 32 * 1024 * 1024
MOST_RESIDENT = 128 * 1024 * 1024
"""Bytes of one file that stay in this process's memory for being looked at once."""

MOST_SALVAGED = 512 * 1024 * 1024
BLOCK = 64 * 1024
_BAD_PAGES = {errno.EFAULT, errno.EIO, getattr(errno, "EHWPOISON", 133)}


def bytes_of(descriptor: int, length: int) -> tuple[mmap.mmap | bytes, int]:
    """Return the first bytes of an open file, and how many of them could not be read.

    Raises:
        OSError: it cannot be mapped, or is too damaged a disk's too large file.
    """
    mapped = mmap.mmap(descriptor, length, access=mmap.ACCESS_READ)
    if sys.platform != "linux":
        return mapped, 0
    try:
        for begin in range(0, length, STEP):
            size = min(STEP, length - begin)
            mapped.madvise(POPULATE_READ, begin, size)
            if length > MOST_RESIDENT:
                mapped.madvise(mmap.MADV_DONTNEED, begin, size)
    except OSError as error:
        if error.errno not in _BAD_PAGES:  # an older kernel
            return mapped, 0
        mapped.close()
        return salvaged(descriptor, length)
    return mapped, 0


def salvaged(descriptor: int, length: int) -> tuple[bytes, int]:
    """Read what can be read of a file; the rest is zeros. Also returns how much that is.

    Raises:
        OSError: it is too large to be held in memory.
    """
    if length > MOST_SALVAGED:
        raise OSError(errno.EIO, f"its disk cannot read all of it, and {length} bytes are too many")
    out, lost = bytearray(length), 0
    for begin in range(0, length, BLOCK):
        try:
            part = os.pread(descriptor, min(BLOCK, length - begin), begin)
        except OSError:
            part = b""
        out[begin : begin + len(part)] = part
        lost += min(BLOCK, length - begin) - len(part)
    return bytes(out), lost
