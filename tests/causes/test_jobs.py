"""Which backups and copies ran while an incident lasted."""

from collections.abc import Callable

from fencepost.causes.jobs import running_jobs
from fencepost.causes.scene import look
from fencepost.model.verdict import Report

TASK = "<root@pam> {} task UPID:n3:0034B84F:{}:69986A1C:vzdump:108:root@pam:{}"
LOST = """
n1 08:00:00 pvedaemon <root@pam> starting task UPID:n1:0034B84F:0:69986A1C:qmstart:1:root@pam:
n3 08:00:00 pvedaemon <root@pam> starting task UPID:n3:0034B84F:0:69986A1C:qmstart:1:root@pam:
n1 12:10:02 corosync [KNET  ] link: host: 3 link: 0 is down
n1 12:10:09 corosync [TOTEM ] A new membership (1.9) was formed. Members left: 3
n3 12:10:02 corosync [KNET  ] link: host: 1 link: 0 is down
n3 12:20:00 pvedaemon <root@pam> starting task UPID:n3:0034B84F:0:69986A1C:qmstart:1:root@pam:
"""


def started(clock: str, number: str) -> str:
    return f"n3 {clock} pvedaemon {TASK.format('starting', number, '')}"


def ended(clock: str, number: str) -> str:
    return f"n3 {clock} pvedaemon {TASK.format('end', number, ' OK')}"


def backup(clock: str, guest: int) -> str:
    return f"n3 {clock} pvescheduler INFO: Starting Backup of VM {guest} (qemu)"


def done(clock: str, guest: int) -> str:
    return f"n3 {clock} pvescheduler INFO: Finished Backup of VM {guest} (00:01:42)"


def running(excerpt: Callable[[str], Report], *told: str) -> list[str]:
    case = excerpt("\n".join((LOST.strip(), *told))).case
    jobs = running_jobs(look(case, case.incidents[-1]), "n3")
    return [f"{job.at:%H:%M}" for job in jobs]


def test_tasks_count_from_their_start_to_their_end(excerpt: Callable[[str], Report]) -> None:
    assert running(
        excerpt,
        started("11:00:00", "A"),
        ended("12:09:00", "A"),
        started("11:30:00", "B"),
        ended("12:11:00", "B"),
        started("12:10:05", "C"),
        started("12:15:00", "D"),
    ) == ["11:30", "12:10"]


def test_a_task_without_an_end_is_taken_to_run_half_an_hour(
    excerpt: Callable[[str], Report],
) -> None:
    assert running(excerpt, started("11:30:00", "A"), started("11:50:00", "B")) == ["11:50"]


def test_a_backup_ends_with_the_next_end_of_its_own_guest(excerpt: Callable[[str], Report]) -> None:
    assert running(
        excerpt,
        backup("09:00:00", 101),
        done("09:10:00", 101),
        backup("11:00:00", 101),
        done("12:11:00", 101),
        backup("11:01:00", 102),
        done("12:01:00", 102),
        done("12:12:00", 103),
    ) == ["11:00"]
