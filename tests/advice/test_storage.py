from typing import Any

from fencepost.advice import storage
from fencepost.events.kernel_storage import NfsUnresponsive, NvmeTimedOut


def text(told: Any) -> str:
    return "\n".join(told.steps)


def test_the_device_that_the_kernel_named_is_looked_at(given: Any) -> None:
    events = [
        given.event(NvmeTimedOut, "beta", device="nvme0"),
        given.event(NfsUnresponsive, "beta", server="10.0.9.9"),
    ]
    case = given.case(events=events)
    told = given.one(
        storage.answering_storage, given.matter(case, given.hypothesis("storage_stall", "beta"))
    )
    assert "smartctl -a /dev/nvme0" in text(told)
    assert "nvme0 of beta" in told.why
    assert "NFS server 10.0.9.9" in told.why
    assert "Do not kill or restart services" in text(told)


def test_without_a_name_the_disk_is_found_first(given: Any) -> None:
    told = given.one(
        storage.answering_storage,
        given.matter(given.case(), given.hypothesis("storage_stall", "beta")),
    )
    assert "findmnt -no SOURCE -T /var/lib/pve-cluster" in text(told)
    assert "/dev/DISK" in text(told)


def test_etc_pve_is_brought_back_on_the_node_that_lost_it(given: Any) -> None:
    told = given.one(
        storage.working_etc_pve,
        given.matter(given.case(), given.hypothesis("pmxcfs_stuck", "alpha")),
    )
    assert "On alpha: `systemctl status pve-cluster`" in text(told)
    assert "3.1.10-pve3" in text(told)


def test_a_fault_that_is_mended_here_is_not_named(given: Any) -> None:
    case = given.case(given.packages(corosync="3.1.10-pve3"))
    told = given.one(
        storage.working_etc_pve, given.matter(case, given.hypothesis("pmxcfs_stuck", "alpha"))
    )
    assert "3.1.10-pve3" not in text(told)
