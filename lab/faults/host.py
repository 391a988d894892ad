"""Faults of a machine and of its corosync: each begins, and returns what ends it."""

import ctypes
import os
import re
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from lab.cluster import GROUPS, Cluster, release, stop
from lab.fault import Fault, Undo


def paused(node: str) -> Fault:
    """Corosync is stopped by a signal, as a frozen machine stops it."""

    def begin(cluster: Cluster) -> Undo:
        daemon = cluster.daemons[node]
        daemon.send_signal(signal.SIGSTOP)
        return lambda: daemon.send_signal(signal.SIGCONT)

    return Fault(f"corosync on {node} paused", begin)


def ended(node: str, how: signal.Signals) -> Fault:
    """Corosync is ended by a signal; afterwards it is started again."""

    def begin(cluster: Cluster) -> Undo:
        cluster.daemons[node].send_signal(how)
        _until_ended(cluster, node)
        return lambda: cluster.start(node)

    return Fault(f"corosync on {node} ended by {how.name}", begin)


def put_aside(node: str) -> Fault:
    """A node is taken out as the manual says: its LRM, its CRM, then corosync are stopped.

    Afterwards all are started again. Needs the modelled HA stack beside the recording.
    """

    def begin(cluster: Cluster) -> Undo:
        cluster.orders.append((node, "lrm", "stop"))
        cluster.wait(20)  # the master freezes the services in one round, the LRM goes in the next
        cluster.orders.append((node, "crm", "stop"))
        cluster.wait(6)
        start = ended(node, signal.SIGTERM).begin(cluster)

        def end() -> None:
            start()
            cluster.wait(8)
            cluster.orders += [(node, "crm", "start"), (node, "lrm", "start")]

        return end

    return Fault(f"LRM, CRM and corosync of {node} stopped in this order", begin)


def _until_ended(cluster: Cluster, node: str) -> None:
    deadline = time.monotonic() + 20
    while cluster.daemons[node].poll() is None and time.monotonic() < deadline:
        cluster.wait(0.1)


def starved(node: str, share_us: int) -> Fault:
    """Corosync gets this many µs of CPU in a second, by cgroup v1.

    With realtime priority the realtime quota bites, without it (`sched_rr: no`) the ordinary one.
    """

    def begin(cluster: Cluster) -> Undo:
        realtime = "sched_rr: no" not in cluster.shape.system
        group = GROUPS / "cpu" / f"lab-{os.getpid()}-{node}"
        group.mkdir()
        kind = ("cpu.rt_period_us", "cpu.rt_runtime_us")
        period, quota = kind if realtime else ("cpu.cfs_period_us", "cpu.cfs_quota_us")
        (group / period).write_text("1000000")
        (group / quota).write_text(str(share_us))
        pid = cluster.daemons[node].pid
        _move(pid, group)

        def end() -> None:
            if Path(f"/proc/{pid}").exists():
                _move(pid, GROUPS / "cpu")
            group.rmdir()

        return end

    return Fault(f"corosync on {node} gets {share_us} µs of CPU in a second", begin)


def _move(pid: int, group: Path) -> None:
    for task in sorted(Path(f"/proc/{pid}/task").iterdir()):
        (group / "tasks").write_text(task.name)


def disk_stalled(node: str) -> Fault:
    """The file system below corosync's data folder takes no writing; see Shape.disks.

    Corosync waits as soon as it has to save a ring. The process that froze the disk thaws it when
    its input ends, so also when the laboratory dies.
    """

    def begin(cluster: Cluster) -> Undo:
        hold = "fsfreeze --freeze /var/lib/corosync && cat; fsfreeze --unfreeze /var/lib/corosync"
        holding = cluster.hold(["sh", "-c", hold], within=node)
        cluster.wait(1)  # until it is frozen, before another fault of the same act begins
        return lambda: release(holding)

    return Fault(f"disk of {node} takes no writing", begin)


def clock_ahead(node: str, seconds: float) -> Fault:
    """A node's clock is ahead, or behind, as its log has it; corosync itself runs by another clock."""

    def begin(cluster: Cluster) -> Undo:
        cluster.recorder.clocks[node] = timedelta(seconds=seconds)
        return lambda: cluster.recorder.clocks.pop(node)

    return Fault(f"clock of {node} {seconds:+g} s", begin)


def out_of_memory(node: str) -> Fault:
    """The kernel kills corosync for want of memory in its cgroup (v1), and says so in the node's log.

    A greedy process takes all there is, and corosync is named first to be killed. Afterwards corosync is started again.
    """

    def begin(cluster: Cluster) -> Undo:
        daemon = cluster.daemons[node]
        group = GROUPS / "memory" / f"lab-{os.getpid()}-{node}"
        group.mkdir()
        (group / "memory.limit_in_bytes").write_text(str(64 << 20))
        with _kernel_says(cluster, node, rf"\b{daemon.pid}\b"):
            greedy = cluster.spawn([sys.executable, "-c", GREED, str(daemon.pid)], within=node)
            Path(f"/proc/{daemon.pid}/oom_score_adj").write_text("1000")
            _move(daemon.pid, group)
            _move(greedy.pid, group)
            _until_ended(cluster, node)
        stop(greedy)
        group.rmdir()
        return lambda: cluster.start(node)

    return Fault(f"corosync on {node} killed for want of memory", begin)


GREED = """
import os, sys, time
taken = []
while os.path.exists(f"/proc/{sys.argv[1]}"):
    taken.append(b"x" * (1 << 20))
    time.sleep(0.02)
"""


def segfault(node: str) -> Fault:
    """Corosync reads from address 0 when it waits for events next; afterwards it is started again."""

    def begin(cluster: Cluster) -> Undo:
        pid = cluster.daemons[node].pid
        threads = "|".join(task.name for task in Path(f"/proc/{pid}/task").iterdir())
        with _kernel_says(cluster, node, rf"\bcorosync\[({threads})\]"):
            with Path(f"/proc/{pid}/mem").open("r+b", buffering=0) as memory:
                memory.seek(_address(pid, "epoll_wait"))
                memory.write(bytes.fromhex("31c08b00"))  # xor eax,eax; mov eax,[rax]
            _until_ended(cluster, node)
        return lambda: cluster.start(node)

    return Fault(f"segmentation fault of corosync on {node}", begin)


def _address(pid: int, function: str) -> int:
    """Return where a function of the C library lies in a process that has the same library."""
    own = ctypes.cast(getattr(ctypes.CDLL("libc.so.6"), function), ctypes.c_void_p).value
    assert own is not None
    return own - _library(os.getpid()) + _library(pid)


def _library(pid: int) -> int:
    maps = Path(f"/proc/{pid}/maps").read_text()
    return min(int(line.split("-")[0], 16) for line in maps.splitlines() if "/libc.so.6" in line)


@contextmanager
def _kernel_says(cluster: Cluster, node: str, about: str) -> Iterator[None]:
    """Hand the kernel's lines about a process of the node to the node's log.

    Source: Linux Documentation/ABI/testing/dev-kmsg (priority, sequence, time and flags; text).
    """
    kernel = os.open("/dev/kmsg", os.O_RDONLY | os.O_NONBLOCK)
    try:
        os.lseek(kernel, 0, os.SEEK_END)
        yield
        cluster.wait(0.2)
        while True:
            entry = os.read(kernel, 8192).decode("utf-8", "replace")
            head, _, text = entry.partition(";")
            text = text.partition("\n")[0]
            if re.search(about, text):
                cluster.recorder.say(node, f"<{head.partition(',')[0]}>kernel: {text}".encode())
    except (BlockingIOError, BrokenPipeError):  # nothing more was said, or too much
        pass
    finally:
        os.close(kernel)
