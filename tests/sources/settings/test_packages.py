from fencepost.model.document import PackageVersions
from fencepost.sources.settings import read_documents


def only(text: str) -> PackageVersions:
    (document,) = read_documents("pveversion.txt", text, None)
    assert isinstance(document, PackageVersions)
    return document


def test_reads_all_versions() -> None:
    versions = only(
        "proxmox-ve: 8.2.0 (running kernel: 6.8.12-4-pve)\n"
        "pve-manager: 8.2.7 (running version: 8.2.7/3e0176e6)\n"
        "corosync: 3.1.7-pve3\ngfs2-utils: not correctly installed\n\nThat was all.\n"
    )
    assert versions.packages == {
        "proxmox-ve": "8.2.0",
        "pve-manager": "8.2.7",
        "corosync": "3.1.7-pve3",
        "gfs2-utils": "not correctly installed",
    }
    assert versions.running_kernel == "6.8.12-4-pve"
    assert versions.origin_of("packages:corosync").line == 3
    assert versions.origin_of("running_kernel").line == 1


def test_reads_the_one_line_form() -> None:
    versions = only("pve-manager/8.2.4/faa83925c9641325 (running kernel: 6.8.8-2-pve)\n")
    assert versions.packages == {"pve-manager": "8.2.4"}
    assert versions.running_kernel == "6.8.8-2-pve"
