from typing import TypeVar

import pytest

from fencepost.model.document import Document, Load, Memory, Pressure, Processors
from fencepost.sources.settings import read_documents

D = TypeVar("D", bound=Document)


def only(kind: type[D], text: str, name: str = "host.txt") -> D:
    (document,) = read_documents(name, text, None)
    assert isinstance(document, kind)
    return document


@pytest.mark.parametrize(
    "text",
    [
        "0.29 0.10 0.03 2/94 8023\n",
        " 08:54:54 up 19 min,  0 user,  load average: 0.29, 0.10, 0.03\n",
        " 08:54:54 up 12 days,  3:04,  2 users,  load average: 0,29, 0,10, 0,03\n",
        " 08:54:54 up 1 day,  2 Benutzer,  Durchschnittslast: 0,29, 0,10, 0,03\n",
        "top - 08:54:54 up 20:14,  1 user,  load average: 0.29, 0.10, 0.03\n",
        " 08:54:54 up 19 min,  1 user,  load average: 0.29, 0.10, 0.03\nUSER  TTY  FROM\n",
    ],
)
def test_reads_the_load(text: str) -> None:
    load = only(Load, text)
    assert (load.load_1, load.load_5, load.load_15) == (0.29, 0.10, 0.03)
    assert load.origin_of("load_5").line == 1


def test_reads_the_number_of_cpus() -> None:
    lscpu = only(
        Processors,
        "Architecture:                         x86_64\nCPU op-mode(s):        32-bit, 64-bit\n"
        "CPU(s):                               16\nOn-line CPU(s) list:                  0-15\n"
        "NUMA node0 CPU(s):                    0-15\n",
    )
    assert (lscpu.count, lscpu.origin_of("count").line) == (16, 3)
    one = "processor\t: {}\nvendor_id\t: GenuineIntel\nflags\t\t: fpu vme\n\n"
    assert only(Processors, one.format(0) + one.format(1)).count == 2
    assert read_documents("a.txt", "Architecture: x86_64\nModel name: some\n", None) == []


def test_reads_meminfo() -> None:
    memory = only(
        Memory,
        "MemTotal:       24684084 kB\nMemFree:        23482916 kB\nMemAvailable:   24326292 kB\n"
        "SwapTotal:       8388604 kB\nSwapFree:              0 kB\n",
    )
    assert (memory.total_mb, memory.available_mb) == (24105, 23756)
    assert (memory.swap_total_mb, memory.swap_free_mb) == (8191, 0)
    assert memory.origin_of("available_mb").line == 3
    assert only(Memory, "MemTotal:  1048576 kB\nMemFree:  1 kB\n").available_mb is None


HEAD = "               total        used        free      shared  buff/cache   available\n"


@pytest.mark.parametrize(
    ("command", "mem", "swap"),
    [
        ("", "24684084 361136 23483672 8872 1100844 24322948", "4194304 0 4194304"),
        ("", "24105 352 22933 8 1075 23752", "4096 0 4096"),
        ("$ free -m\n", "24105 352 22933 8 1075 23752", "4096 0 4096"),
        ("$ free --mebi\n", "24105 352 22933 8 1075 23752", "4096 0 4096"),
        ("$ free -b\n", "25276502016 1 1 1 1 24905777152", "4294967296 0 4294967296"),
    ],
)
def test_reads_free(command: str, mem: str, swap: str) -> None:
    memory = only(Memory, f"{command}{HEAD}Mem:  {mem}\nSwap:  {swap}\n")
    assert abs(memory.total_mb - 24105) <= 1
    assert memory.available_mb is not None
    assert abs(memory.available_mb - 23752) <= 1
    assert (memory.swap_total_mb, memory.swap_free_mb) == (4096, 4096)


def test_reads_free_with_units() -> None:
    memory = only(Memory, f"{HEAD}Mem:  23Gi  352Mi  22Gi  8.7Mi  1.0Gi  23Gi\nSwap: 0B 0B 0B\n")
    assert (memory.total_mb, memory.available_mb, memory.swap_total_mb) == (23552, 23552, 0)


def test_reads_the_old_columns_of_free() -> None:
    memory = only(
        Memory,
        "             total       used       free     shared    buffers     cached\n"
        "Mem:      32949584   30000000    2949584          0     100000   20000000\n"
        "-/+ buffers/cache:    9900000   23049584\n"
        "Swap:      8388604          0    8388604\n",
    )
    assert (memory.total_mb, memory.available_mb) == (32177, 22509)
    assert memory.swap_free_mb == 8191


def test_a_plain_number_is_kib_where_the_command_says_so() -> None:
    small = f"$ free\n{HEAD}Mem:  1024000 1 1 1 1 512000\n"
    assert only(Memory, small).total_mb == 1000


def test_reads_the_head_of_top() -> None:
    memory = only(
        Memory,
        "MiB Mem :  32018.4 total,   9876.1 free,  14321.0 used,   8432.5 buff/cache\n"
        "MiB Swap:   8192.0 total,   8100.0 free,     92.0 used.  17697.4 avail Mem\n",
    )
    assert (memory.total_mb, memory.available_mb, memory.swap_free_mb) == (32018, 17697, 8100)


SOME = "some avg10=12.50 avg60=8.31 avg300=2.10 total=1\n"
FULL = "full avg10=1.00 avg60=0.50 avg300=0.25 total=1\n"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (f"==> /proc/pressure/io <==\n{SOME}{FULL}", "a.txt"),
        (f"$ cat /proc/pressure/io\n{SOME}{FULL}", "a.txt"),
        (f"/proc/pressure/io:{SOME}/proc/pressure/io:{FULL}", "a.txt"),
        (SOME + FULL, "n1/pressure-io.txt"),
    ],
)
def test_reads_the_pressure_of_one_resource(text: str, name: str) -> None:
    pressure = only(Pressure, text, name)
    assert pressure.stalls == {"io": {"some": (12.5, 8.31, 2.1), "full": (1.0, 0.5, 0.25)}}
    assert "full avg10" in pressure.origin_of("stalls:io:full").text


def test_reads_several_resources() -> None:
    text = "$ cat /proc/pressure/*\n" + SOME + FULL + SOME + FULL + FULL + SOME + FULL
    assert list(only(Pressure, text).stalls) == ["cpu", "io", "irq", "memory"]
    old = only(Pressure, SOME + SOME + FULL + SOME + FULL)
    assert list(old.stalls["cpu"]) == ["some"]
    assert list(old.stalls["memory"]) == ["some", "full"]


def test_pressure_of_an_unknown_resource_is_none() -> None:
    assert read_documents("x.txt", SOME + FULL, None) == []
