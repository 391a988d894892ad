"""Namespaces and daemons of one laboratory cluster.

Nothing gets a name on the host: a namespace lives as long as the process that holds it, and every
process asks the kernel to be killed with the laboratory (PR_SET_PDEATHSIG). So no namespace and no
process stays behind, even when the laboratory itself is killed; its folder and control groups are
then removed by a process that waits for just that. (The thread that makes a Cluster must outlive
it: the kernel's promise is bound to the thread.)
"""

import os
import shutil
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from lab.recorder import Recorder
from lab.shape import QNETD, Shape

ROOT = Path(__file__).parent.parent
GROUPS = Path("/sys/fs/cgroup")
TOOLS = ("corosync", "corosync-qdevice", "corosync-qnetd", "ethtool", "ip", "mkfs.ext4", "nft")
TICK_S = 0.1
RUNS = ("corosync", "corosync-qdevice", "corosync-qnetd")
STATUS = (
    "corosync-cfgtool -s",
    "corosync-cfgtool -n",
    "corosync-quorumtool -s",
    "corosync-cmapctl",
    "corosync-cmapctl -m stats",
)
ENTER_NODE = ("--mount", "--net", "--uts")
MOUNTS = """
set -e
mount --make-rprivate /
mount -t tmpfs tmpfs "$D/dev"
for n in "null 1 3" "zero 1 5" "full 1 7" "random 1 8" "urandom 1 9" "tty 5 0"; do
  set -- $n; mknod -m 666 "$D/dev/$1" c $2 $3
done
mkdir "$D/dev/shm" "$D/dev/recorder"
mount -t tmpfs -o size=256m tmpfs "$D/dev/shm"
mount --bind "$LOG" "$D/dev/recorder"
ln -s recorder/log "$D/dev/log"
ln -s /proc/self/fd "$D/dev/fd"
mount --bind "$D/etc" /etc/corosync
mount --bind "$D/lib" /var/lib/corosync
mount --bind "$D/hosts" /etc/hosts
mount --bind "$D/run" /run
hostname "$NODE"
mount --rbind "$D/dev" /dev
touch /run/ready
exec sleep infinity
"""
JOURNALD = """
set -e
mount --bind /etc/corosync/machine-id /etc/machine-id
mount --bind /etc/corosync/boot-id /proc/sys/kernel/random/boot_id
mount --bind /etc/corosync/journald.conf /etc/systemd/journald.conf
echo 512 >/proc/sys/net/unix/max_dgram_qlen
mkdir -p /run/systemd/journal
ln -s /dev/recorder/log /run/systemd/journal/syslog
ln -sf /run/systemd/journal/dev-log /dev/log
exec /lib/systemd/systemd-journald
"""
JOURNALD_CONF = """[Journal]
Storage=volatile
ForwardToSyslog=yes
ReadKMsg=no
Audit=no
RateLimitIntervalSec=0
"""
CARETAKER = """
cat
for try in $(seq 60); do
  sleep 0.2
  rmdir /sys/fs/cgroup/*/"$2"-* 2>/dev/null
  rm -rf --one-file-system "$1"
  [ "$(ls -d /sys/fs/cgroup/*/"$2"-* "$1" 2>/dev/null)" ] || exit
done
"""


class LabError(Exception):
    """The laboratory could not do what it was told."""


def lack() -> str:
    """Return why the laboratory cannot run here; empty when it can."""
    if os.geteuid() != 0:
        return "the laboratory needs root, for network namespaces"
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    return f"the laboratory lacks {', '.join(missing)}: see scripts/lab-packages" if missing else ""


class Cluster:
    """Nodes on one switch, until the `with` block ends.

    watchers: called with the present moment about ten times a second while the laboratory waits,
    in the thread that made the cluster.
    orders: what a companion is to do with its daemons: node, daemon ("crm", "lrm"), "stop" or "start".
    """

    def __init__(self, shape: Shape, recorder: Recorder, folder: Path) -> None:
        self.shape = shape
        self.recorder = recorder
        self.folder = folder
        self.daemons: dict[str, subprocess.Popen[bytes]] = {}
        self.watchers: list[Callable[[datetime], None]] = []
        self.orders: list[tuple[str, str, str]] = []
        self.down: set[str] = set()
        self._holders: dict[str, subprocess.Popen[bytes]] = {}
        self._inside: dict[str, list[subprocess.Popen[bytes]]] = {}
        self._loads: dict[str, list[str]] = {}
        self._relays: dict[str, IO[bytes]] = {}
        self._journals: dict[str, subprocess.Popen[bytes]] = {}
        self._stack = ExitStack()
        self._tables = 0

    def __enter__(self) -> Self:
        try:
            groups = f"lab-{os.getpid()}"
            self.hold(["sh", "-c", CARETAKER, "caretaker", str(self.folder), groups])
            self._build()
        except BaseException:
            self._stack.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    def spawn(
        self, argv: Sequence[str], *, within: str | None = None, stdin: int = subprocess.DEVNULL
    ) -> subprocess.Popen[bytes]:
        """Start a process that dies with the laboratory; within: a machine, or "switch"."""
        enter = self._enter(within) if within else []
        with (self.folder / "output.txt").open("ab") as output:
            process = subprocess.Popen(
                ["nice", "-n", "-10", "setpriv", "--pdeathsig", "KILL", *enter, *argv],
                stdin=stdin,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=ROOT,
            )
        self._stack.callback(stop, process)
        if within:
            self._inside.setdefault(within, []).append(process)
        return process

    def hold(self, argv: Sequence[str], *, within: str | None = None) -> subprocess.Popen[bytes]:
        """Start a process that puts something right when its input ends: see `release`.

        It outlives the laboratory for that, and says nothing.
        """
        process = subprocess.Popen(
            [*(self._enter(within) if within else []), *argv],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._stack.callback(release, process)
        return process

    def wait(self, seconds: float) -> None:
        """Let time pass, and the watchers see it pass."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            for watch in self.watchers:
                watch(datetime.now(UTC))
            time.sleep(min(TICK_S, max(0.0, min(left, deadline - time.monotonic()))))

    def run(self, within: str, command: str) -> str:
        """Run a shell command within a machine or the "switch"; return what it printed."""
        done = subprocess.run(
            [*self._enter(within), "sh", "-c", command],
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        if done.returncode:
            raise LabError(f"{within}: {command}: {done.stderr.strip() or done.stdout.strip()}")
        return done.stdout

    def write_conf(self, node: str, text: str) -> None:
        """Write the node's corosync.conf."""
        (self.folder / node / "etc" / "corosync.conf").write_text(text)

    def read_conf(self, node: str) -> str:
        """Return the node's corosync.conf as it stands now."""
        return (self.folder / node / "etc" / "corosync.conf").read_text()

    def status(self, node: str) -> str:
        """Return what the node's corosync says about itself, each command's output under its name.

        A command that gets no answer within 3 s is ended: corosync may be paused.
        """
        outputs = (
            f"echo '### {node}# {command}'; timeout 3 {command} 2>&1; echo" for command in STATUS
        )
        return self.run(node, "\n".join(outputs))

    def write_key(self, node: str, key: bytes) -> None:
        """Write the node's authentication key; 256 bytes."""
        (self.folder / node / "etc" / "authkey").write_bytes(key)

    def port(self, machine: str, link: int = 0) -> str:
        """Return the name of the switch's port for this machine."""
        return f"p{self.shape.machines.index(machine)}l{link}"

    def tell_relay(self, node: str, line: str) -> None:
        """Send the relay before a node a line (see lab.relay)."""
        self._relays[node].write(line.encode())
        self._relays[node].flush()

    def table(self) -> str:
        """Return a name for an nftables table, new each time."""
        self._tables += 1
        return f"lab{self._tables}"

    def load(self, nodes: Sequence[str], size: int, rate: float) -> None:
        """Make cluster traffic on these nodes, until the end; again after a boot."""
        for node in nodes:
            self._loads[node] = [sys.executable, "-m", "lab.load", str(size), str(rate)]
            self.spawn(self._loads[node], within=node)

    def start(self, node: str) -> None:
        """Start corosync on a node, unless the node is down or corosync runs already."""
        running = self.daemons.get(node)
        if node not in self.down and (running is None or running.poll() is not None):
            self.daemons[node] = self.spawn(["corosync", "-f"], within=node)

    def start_all(self) -> None:
        """Start every daemon and wait up to 15 s until all nodes are in one membership."""
        if self.shape.qdevice:
            self.spawn(["corosync-qnetd", "-f", "-s", "off"], within=QNETD)
        for node in self.shape.nodes:
            self.start(node)
            self.wait(0.3)
        deadline = time.monotonic() + 15
        while time.monotonic() < deadline and not self._formed():
            self.wait(0.2)
        if self.shape.qdevice:
            for node in self.shape.nodes:
                self.spawn(["corosync-qdevice", "-f"], within=node)

    def start_journald(self, node: str) -> None:
        """Start a journald on a node that hands every line on to the recorder."""
        home = self.folder / node
        (home / "etc/machine-id").write_text(f"{uuid.uuid4().hex}\n")
        (home / "etc/boot-id").write_text(f"{uuid.uuid4()}\n")
        (home / "etc/journald.conf").write_text(JOURNALD_CONF)
        self._journals[node] = self.spawn(["sh", "-c", JOURNALD], within=node)
        _until((home / "run/systemd/journal/dev-log").exists, f"journald of {node}")

    def journal(self, node: str) -> Path:
        """Return the folder of a node's journal, after all that was logged is written to it.

        Source: systemd-journald.service(8), SIGRTMIN+1.
        """
        run = self.folder / node / "run"
        self._journals[node].send_signal(signal.SIGRTMIN + 1)
        _until((run / "systemd/journal/synced").exists, f"journal of {node}")
        return next((run / "log/journal").iterdir())

    def crash(self, node: str) -> None:
        """End a node as a watchdog's reset does: unheard at once, no process left, no carrier."""
        self.recorder.deafen(node)
        self.down.add(node)
        processes = self._inside.pop(node, [])
        for process in processes:
            process.kill()
        for process in processes:
            process.wait()
        self._set_links(node, "down")

    def boot(self, node: str) -> None:
        """Start a crashed node afresh: empty /run, network up, corosync, and its traffic.

        What is in force at the switch stays so, and so do the node's own packet filters.
        """
        self.run(
            node, "find /run /dev/shm -mindepth 1 -delete && mkdir /run/" + " /run/".join(RUNS)
        )
        self.recorder.hear(node)
        self._set_links(node, "up")
        self.down.discard(node)
        self.start(node)
        if self.shape.qdevice:
            self.spawn(["sh", "-c", "sleep 3; exec corosync-qdevice -f"], within=node)
        if node in self._loads:
            self.spawn(self._loads[node], within=node)

    def _set_links(self, node: str, state: str) -> None:
        links = (f"ip link set eth{link} {state}" for link in range(self.shape.links))
        self.run(node, " && ".join(links))

    def _formed(self) -> bool:
        whole = f"Members[{len(self.shape.nodes)}]:"
        return all(any(whole in line for line in said) for said in self.recorder.lines.values())

    def _enter(self, within: str) -> list[str]:
        spaces = ("--net",) if within == "switch" else ENTER_NODE
        return ["nsenter", "--target", str(self._holders[within].pid), *spaces]

    def _build(self) -> None:
        self._holders["switch"] = self.spawn(["unshare", "--net", "sleep", "infinity"])
        _until(lambda: self._unshared("switch"), "the switch")
        bridges = [f"br{link}{side}" for link in range(self.shape.links) for side in ("", "b")]
        for bridge in bridges:
            self.run("switch", f"ip link add {bridge} type bridge && ip link set {bridge} up")
        key = os.urandom(256)
        for machine in self.shape.machines:
            self._build_machine(machine, key)

    def _build_machine(self, machine: str, key: bytes) -> None:
        home = self.folder / machine
        for name in ("etc", "lib", "dev", "log", *(f"run/{name}" for name in RUNS)):
            (home / name).mkdir(parents=True, exist_ok=True)
        shape = self.shape
        names = [f"{shape.address(node)} {node}\n" for node in shape.nodes]
        (home / "hosts").write_text("127.0.0.1 localhost\n" + "".join(names))
        self.write_conf(machine, shape.conf())
        self.write_key(machine, key)
        setting = [f"D={home}", f"LOG={home / 'log'}", f"NODE={machine}"]
        unshare = ["unshare", *ENTER_NODE, "sh", "-c", MOUNTS]
        self._holders[machine] = self.spawn(["env", *setting, *unshare])
        _until((home / "run" / "ready").exists, machine)
        if machine in shape.disks:
            self._give_disk(machine)
        self.run(machine, "ip link set lo up")
        for link in range(1 if machine == QNETD else shape.links):
            self._plug_in(machine, link)

    def _give_disk(self, node: str) -> None:
        """Lay corosync's data folder on a small disk of its own, a loop device."""
        image = self.folder / node / "disk"
        image.write_bytes(b"")
        os.truncate(image, 16 << 20)
        subprocess.run(["mkfs.ext4", "-q", str(image)], check=True)
        attach = ["losetup", "--find", "--show", str(image)]
        device = subprocess.run(attach, capture_output=True, text=True, check=True).stdout.strip()
        number = device.removeprefix("/dev/loop")
        try:
            self.run(
                node,
                f"mknod {device} b 7 {number} && mount {device} /var/lib/corosync",
            )
        finally:  # in use: it goes with its last mount
            subprocess.run(["losetup", "--detach", device], check=True)

    def _plug_in(self, machine: str, link: int) -> None:
        port, bridge, pid = self.port(machine, link), f"br{link}", self._holders[machine].pid
        self.run("switch", f"ip link add {port} type veth peer name eth{link} netns {pid}")
        self.run(
            machine,
            f"ip addr add {self.shape.address(machine, link)}/24 dev eth{link}"
            f" && ip link set eth{link} up && ethtool -K eth{link} tx off",
        )
        self.run("switch", f"ip link set {port} up")
        if link == 0 and machine in self.shape.relayed:
            behind = f"r{port}"
            self.run("switch", f"ip link add {behind} type veth peer name {behind}x")
            self.run("switch", f"ip link set {behind} up && ip link set {behind}x up")
            argv = [sys.executable, "-m", "lab.relay", port, behind]
            relay = self.spawn(argv, within="switch", stdin=subprocess.PIPE)
            assert relay.stdin is not None
            self._relays[machine] = relay.stdin
            port = f"{behind}x"
        self.run("switch", f"ip link set {port} master {bridge}")

    def _unshared(self, machine: str) -> bool:
        own = Path("/proc/self/ns/net").readlink()
        return Path(f"/proc/{self._holders[machine].pid}/ns/net").readlink() != own


def _until(ready: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + 10
    while not ready():
        if time.monotonic() > deadline:
            raise LabError(f"{what} did not come up; see output.txt")
        time.sleep(0.02)


def release(process: subprocess.Popen[bytes]) -> None:
    """End the input of a process that waits for that, and wait for its end."""
    assert process.stdin is not None
    process.stdin.close()
    process.wait()


def stop(process: subprocess.Popen[bytes]) -> None:
    """Kill a process, paused or not, and wait for it."""
    if process.stdin:
        process.stdin.close()
    process.kill()
    process.wait()
