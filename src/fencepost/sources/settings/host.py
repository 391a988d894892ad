"""How busy a host is: load, CPUs, memory, pressure.

Source: procps-ng 4 src/{uptime,w,free,top}.c; util-linux 2.38 sys-utils/lscpu.c;
Linux 6.8 fs/proc/{loadavg,meminfo}.c,
kernel/sched/psi.c.
"""

import re

from fencepost.model.document import Load, Memory, Pressure, Processors
from fencepost.sources.settings.numbers import decimal
from fencepost.sources.settings.sections import Section

LOADAVG = r"[0-9]+\.[0-9]+ [0-9]+\.[0-9]+ [0-9]+\.[0-9]+ [0-9]+/[0-9]+ [0-9]+$"
UPTIME = (
    r"(?:top - )?\s*[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?\s+up\s[^:]*(?::[0-9]{2}[^:]*)?:\s*"
    r"[0-9]+[.,][0-9]+,?\s+[0-9]+[.,][0-9]+,?\s+[0-9]+[.,][0-9]+$"
)
LSCPU = r"Architecture:\s+\w+$"
CPUINFO = r"processor\s*:\s*[0-9]+$"
CPUS = r"(?:\s*CPU\(s\)):\s+([0-9]{1,5})$"
MEMINFO = r"MemTotal:\s+[0-9]+ kB"
FREE_HEAD = r"\s+total\s+used\s+free"
FREE_ROW = r"(?:Mem|Speicher|Mémoire|Memoria|Pamięć|Память|内存)\s*[:：]\s+[0-9]"
TOP_MEMORY = r"[KMGT]i?B Mem\s*:\s"
PRESSURE = r"(?:/proc/pressure/\w+:)?(?:some|full) avg10="
PRESSURE_HEAD = r"==> /proc/pressure/\w+ <==$"

_MEBIBYTE = {"": 2**-20, "B": 2**-20, "K": 2**-10, "M": 1.0, "G": 2**10, "T": 2**20, "P": 2**30}
_SIZE = re.compile(r"([0-9]{1,18}(?:[.,][0-9]{1,6})?)([BKMGTP]?)i?B?")
# `free` in plain numbers says no unit. Above this they can only be KiB (as MiB: 1.4 TiB).
_SURELY_KIB = 1_500_000


def parse_load(section: Section) -> Load | None:
    """Read /proc/loadavg, or the line that `uptime`, `w` and `top` begin with."""
    line = section.lines[0]
    if re.match(LOADAVG, line):
        words = line.split()[:3]
    else:
        words = re.findall(r"[0-9]{1,9}[.,][0-9]{1,3}(?=,?\s|$)", line)[-3:]
    loads = [decimal(word) for word in words]
    if len(loads) != 3:
        return None
    return Load(
        **section.facts(dict.fromkeys(("load_1", "load_5", "load_15"), 0)),
        load_1=loads[0] or 0.0,
        load_5=loads[1] or 0.0,
        load_15=loads[2] or 0.0,
    )


def parse_lscpu(section: Section) -> Processors | None:
    """Read `lscpu`; what is offline does not run tasks, so its list is of no matter here."""
    found = section.find(CPUS)
    if found is None or int(found[1][1]) == 0:
        return None
    return Processors(**section.facts({"count": found[0]}), count=int(found[1][1]))


def parse_cpuinfo(section: Section) -> Processors | None:
    """Read /proc/cpuinfo, which describes one CPU after another."""
    count = sum(1 for _ in section.every(CPUINFO))
    return Processors(**section.facts({"count": 0}), count=count) if count else None


def parse_meminfo(section: Section) -> Memory | None:
    """Read /proc/meminfo; kernels before 3.14 do not say what is available."""
    fields = {
        "MemTotal": "total_mb",
        "MemAvailable": "available_mb",
        "SwapTotal": "swap_total_mb",
        "SwapFree": "swap_free_mb",
    }
    sizes: dict[str, int] = {}
    where: dict[str, int] = {}
    for index, found in section.every(r"(\w+):\s+([0-9]{1,18}) kB"):
        if found[1] in fields:
            sizes[fields[found[1]]] = int(found[2]) // 1024
            where[fields[found[1]]] = index
    return _memory(section, sizes, where)


def _memory(section: Section, sizes: dict[str, int], where: dict[str, int]) -> Memory | None:
    if "total_mb" not in sizes:
        return None
    return Memory(
        **section.facts(where),
        total_mb=sizes["total_mb"],
        available_mb=sizes.get("available_mb"),
        swap_total_mb=sizes.get("swap_total_mb"),
        swap_free_mb=sizes.get("swap_free_mb"),
    )


def parse_free(section: Section) -> Memory | None:
    """Read `free` in KiB, MiB (-m), GiB (-g) or with units (-h), in its old and new columns."""
    rows: list[tuple[int, str, list[str]]] = []
    for index, line in enumerate(section.lines):
        label, colon, rest = line.replace("：", ":").partition(":")
        values = rest.split()
        if colon and len(values) >= 2 and all(_SIZE.fullmatch(value) for value in values):
            rows.append((index, label, values))
    if not rows or len(rows[0][2]) < 3:
        return None
    (at, _, memory), *others = rows
    unit = _free_unit(section.command, memory[0])
    sizes = {"total_mb": _mebibytes(memory[0], unit)}
    where = dict.fromkeys(("total_mb", "available_mb"), at)
    old = next((row for row in others if row[1].startswith("-/+")), None)
    if old:
        sizes["available_mb"] = _mebibytes(old[2][1], unit)
        where["available_mb"] = old[0]
    elif len(memory) >= 6:
        sizes["available_mb"] = _mebibytes(memory[-1], unit)
    for at, _, values in others:
        if len(values) == 3:
            sizes["swap_total_mb"] = _mebibytes(values[0], unit)
            sizes["swap_free_mb"] = _mebibytes(values[2], unit)
            where |= dict.fromkeys(("swap_total_mb", "swap_free_mb"), at)
            break
    return _memory(section, sizes, where)


def _free_unit(command: str, total: str) -> str:
    """Return the unit of numbers that carry none: what the command asks for, or the likely one."""
    asked = re.search(r"\bfree\b.*\s(?:-\w*([bkmg])|--(?:(k|m|g)[ei]bi?|(b)yte))", command)
    if asked:
        return (asked[1] or asked[2] or asked[3]).upper()
    if re.search(r"\bfree\b", command):
        return "K"
    return "K" if (decimal(total) or 0) >= _SURELY_KIB else "M"


def _mebibytes(printed: str, unit: str) -> int:
    found = _SIZE.fullmatch(printed)
    if found is None:
        return 0
    return int((decimal(found[1]) or 0) * _MEBIBYTE[found[2] or unit])


def parse_top(section: Section) -> Memory | None:
    """Read the memory lines in the head of `top`."""
    sizes: dict[str, int] = {}
    where: dict[str, int] = {}
    line = r"([KMGT])i?B (Mem|Swap)\s*:\s*([0-9.,]{1,18})\+? total,\s*([0-9.,]{1,18})\+? free,(.*)"
    for index, found in section.every(line):
        unit = found[1]
        if found[2] == "Mem":
            sizes["total_mb"] = _mebibytes(found[3], unit)
            where["total_mb"] = index
            continue
        sizes["swap_total_mb"] = _mebibytes(found[3], unit)
        sizes["swap_free_mb"] = _mebibytes(found[4], unit)
        where |= dict.fromkeys(("swap_total_mb", "swap_free_mb"), index)
        if available := re.search(r"([0-9.,]{1,18})\+? avail Mem", found[5]):
            sizes["available_mb"] = _mebibytes(available[1], unit)
            where["available_mb"] = index
    return _memory(section, sizes, where)


def parse_pressure(section: Section) -> Pressure | None:
    """Read /proc/pressure/*; lines, headings, the command or their order name the resources."""
    groups: list[tuple[str, dict[str, int]]] = []
    named = ""
    for index, found in section.every(f"{PRESSURE_HEAD}|{PRESSURE}"):
        path = re.search(r"/proc/pressure/(\w+)", found[0])
        if found[0].startswith("==>"):
            named = path[1] if path else ""
            continue
        name = path[1] if path else named
        kind = "some" if "some avg10=" in found[0] else "full"
        if not groups or groups[-1][0] != name or kind in groups[-1][1] or kind == "some":
            groups.append((name, {}))
        groups[-1][1][kind] = index
    return _pressure(section, _resources(section, groups))


def _resources(
    section: Section, groups: list[tuple[str, dict[str, int]]]
) -> dict[str, dict[str, int]]:
    """Name the groups that no line names: one from the command or file, several by their order."""
    if all(name for name, _ in groups):
        return dict(groups)
    told = re.search(r"\b(cpu|io|irq|memory)\b", section.path or section.file)
    if len(groups) == 1 and told:
        return {told[1]: groups[0][1]}
    order = {3: ("cpu", "io", "memory"), 4: ("cpu", "io", "irq", "memory")}.get(len(groups), ())
    return dict(zip(order, (lines for _, lines in groups), strict=False))


def _pressure(section: Section, resources: dict[str, dict[str, int]]) -> Pressure | None:
    stalls: dict[str, dict[str, tuple[float, float, float]]] = {}
    where: dict[str, int] = {}
    for resource, lines in resources.items():
        for kind, index in lines.items():
            averages = [
                decimal(value)
                for value in re.findall(r"avg(?:10|60|300)=([0-9.]{1,9})", section.lines[index])
            ]
            if len(averages) == 3:
                ten, sixty, three_hundred = (average or 0.0 for average in averages)
                stalls.setdefault(resource, {})[kind] = (ten, sixty, three_hundred)
                where[f"stalls:{resource}:{kind}"] = index
                where.setdefault(f"stalls:{resource}", index)
    if not stalls:
        return None
    return Pressure(**section.facts(where), stalls=stalls)
