"""Cluster traffic such as pmxcfs makes: `python -m lab.load SIZE RATE`, in a node.

SIZE: bytes of a message; RATE: messages per second. Without it some faults stay unseen.
"""

import ctypes
import sys
import time

CS_OK = 1
CPG_TYPE_AGREED = 2
CS_DISPATCH_ALL = 2


class _Name(ctypes.Structure):
    _fields_ = [("length", ctypes.c_uint32), ("value", ctypes.c_char * 128)]


class _Vector(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]


class _Callbacks(ctypes.Structure):
    _fields_ = [("deliver", ctypes.c_void_p), ("change", ctypes.c_void_p)]


def _join(cpg: ctypes.CDLL) -> ctypes.c_uint64 | None:
    handle, name = ctypes.c_uint64(), _Name(8, b"labgroup")
    if cpg.cpg_initialize(ctypes.byref(handle), ctypes.byref(_Callbacks())) != CS_OK:
        return None
    return handle if cpg.cpg_join(handle, ctypes.byref(name)) == CS_OK else None


def load(size: int, rate: float) -> None:
    """Send messages until killed; joins again when corosync was restarted."""
    cpg = ctypes.CDLL("libcpg.so.4")
    text = ctypes.create_string_buffer(size)
    vector = _Vector(ctypes.addressof(text), size)
    handle = None
    while True:
        if handle is None:
            handle = _join(cpg)
        else:
            sent = cpg.cpg_mcast_joined(handle, CPG_TYPE_AGREED, ctypes.byref(vector), 1)
            read = cpg.cpg_dispatch(handle, CS_DISPATCH_ALL)
            if 2 in (sent, read):  # CS_ERR_LIBRARY: the daemon is gone
                cpg.cpg_finalize(handle)
                handle = None
        time.sleep(1 / rate)


if __name__ == "__main__":
    load(int(sys.argv[1]), float(sys.argv[2]))
