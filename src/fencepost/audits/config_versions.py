"""Do all nodes hold the same corosync.conf, and does corosync run with it?"""

from collections.abc import Iterator
from dataclasses import dataclass

from fencepost.audits._numbers import whole
from fencepost.audits._quote import quote, quote_keys
from fencepost.audits._settings import version_of
from fencepost.events.corosync import ConfigVersionRefused
from fencepost.events.pmxcfs import LocalConfigNewer
from fencepost.model.case import Case, Proof
from fencepost.model.corosync_conf import CorosyncConf
from fencepost.model.document import Cmap, Document, QuorumStatus
from fencepost.model.rule import audit
from fencepost.model.verdict import Finding, Severity

SOURCE = (
    "corosync 3.1.10 exec/cmap.c: at its first sync with others the side with the lower"
    " config_version exits"
)


@dataclass(frozen=True, slots=True)
class Copy:
    """One statement of which version is there: in a file, or in a running corosync."""

    where: str
    version: int
    because: tuple[Proof, ...]


@audit(
    fires="""
        n1 12:00:00 corosync [MAIN  ] Corosync Cluster Engine 3.1.9 starting up
        n2 12:00:00 corosync [MAIN  ] Corosync Cluster Engine 3.1.9 starting up
        ==> n1/corosync.conf <==
        totem {
          cluster_name: apart
          config_version: 5
          version: 2
          token: 5000
        }
        nodelist {
          node {
            name: n1
            nodeid: 1
            ring0_addr: 10.0.0.1
          }
          node {
            name: n2
            nodeid: 2
            ring0_addr: 10.0.0.2
          }
        }
        ==> n2/corosync.conf <==
        totem {
          cluster_name: apart
          config_version: 4
          version: 2
        }
        nodelist {
          node {
            name: n1
            nodeid: 1
            ring0_addr: 10.0.0.1
          }
          node {
            name: n2
            nodeid: 2
            ring0_addr: 10.0.0.2
          }
        }
    """,
    silent="""
        n1 12:00:00 corosync [MAIN  ] Corosync Cluster Engine 3.1.9 starting up
        n2 12:00:00 corosync [MAIN  ] Corosync Cluster Engine 3.1.9 starting up
        ==> n1/corosync.conf <==
        totem {
          cluster_name: together
          config_version: 5
          version: 2
        }
        nodelist {
          node {
            name: n1
            nodeid: 1
            ring0_addr: 10.0.0.1
          }
          node {
            name: n2
            nodeid: 2
            ring0_addr: 10.0.0.2
          }
        }
        ==> n2/corosync.conf <==
        # the same, but for this comment
        totem {
          cluster_name: together
          config_version: 5
          version: 2
        }
        nodelist {
          node {
            name: n1
            nodeid: 1
            ring0_addr: 10.0.0.1
          }
          node {
            name: n2
            nodeid: 2
            ring0_addr: 10.0.0.2
          }
        }
    """,
)
def config_versions(case: Case) -> Iterator[Finding]:
    """Nodes hold different corosync.conf, or run another version than the file's.

    Why it matters:
        Running nodes never compare their files, so a cluster can live with different ones.
        Only when corosync starts anew are versions compared, and then the side with the lower
        one exits: the node comes up without a cluster. Before corosync 3.1.10-pve3 its leaving
        in that very moment could block /etc/pve on all other nodes and fence the cluster.

    What to do:
        Bring the newest file to the node that is behind: with quorum by raising config_version
        in /etc/pve/corosync.conf once more, without it by copying it to
        /etc/corosync/corosync.conf there and starting corosync. Compare the files afterwards.

    References:
        corosync 3.1.10 exec/cmap.c cmap_sync_activate; corosync commit 2ab885ab; pve-cluster
        src/pmxcfs/dcdb.c dcdb_sync_corosync_conf.
    """
    files = [*_files(case)]
    running = [*_running(case)]
    yield from _compare(files, running)
    yield from _contents(case)
    for refused in case.timeline.of(ConfigVersionRefused)[:1]:
        yield Finding(
            audit="config_versions",
            severity=Severity.WARNING,
            node=refused.node,
            found=f"corosync exited: its file had version {refused.own}, a member had"
            f" {refused.received}",
            expected=f"the same version everywhere ({SOURCE})",
            because=(refused,),
        )
    for newer in case.timeline.of(LocalConfigNewer)[:1]:
        yield Finding(
            audit="config_versions",
            severity=Severity.WARNING,
            node=newer.node,
            found="/etc/corosync/corosync.conf is newer here than /etc/pve/corosync.conf",
            expected="both the same: pmxcfs will not overwrite a newer local file, so changes"
            " to the shared one no longer reach this node (pve-cluster dcdb.c)",
            because=(newer,),
        )


def _files(case: Case) -> Iterator[Copy]:
    for conf in case.documents_of(CorosyncConf):
        version = version_of(conf)
        if version is not None:
            because = quote_keys(conf, ("totem",), "config_version")
            yield Copy(_place(conf), version, because)


def _running(case: Case) -> Iterator[Copy]:
    for document in case.documents_of(Cmap):
        for key, value in sorted(document.keys.items()):
            parts = key.split(".")
            if parts[:2] == ["runtime", "members"] and parts[-1] == "config_version":
                name = case.cluster.name_of(int(parts[2])) if whole(parts[2]) else parts[2]
                version = whole(value)
                if version:  # 0 stands for a member that has gone
                    yield Copy(f"on {name}", version, quote(document, f"keys:{key}"))
    for status in case.documents_of(QuorumStatus):
        if status.config_version is not None:
            yield Copy(_place(status), status.config_version, quote(status, "config_version"))


def _place(document: Document) -> str:
    return f"on {document.node}" if document.node else f"in {document.origin.file}"


def _listed(copies: list[Copy]) -> str:
    by_version: dict[int, list[str]] = {}
    for copy in copies:
        by_version.setdefault(copy.version, []).append(copy.where)
    return ", ".join(
        f"version {version} {' and '.join(dict.fromkeys(where))}"
        for version, where in sorted(by_version.items(), reverse=True)
    )


def _compare(files: list[Copy], running: list[Copy]) -> Iterator[Finding]:
    for copies, what in ((files, "files"), (running, "running corosync")):
        differ = len({copy.version for copy in copies}) > 1
        if differ or len({copy.where for copy in copies}) > 1:
            yield Finding(
                audit="config_versions",
                severity=Severity.CRITICAL if differ else Severity.OK,
                found=f"{what}: {_listed(copies)}",
                expected=f"the same config_version on all nodes ({SOURCE})",
                because=_one_each(copies),
            )
    newest = max(files, key=_version, default=None)
    behind = min(running, key=_version, default=None)
    if newest and behind and behind.version < newest.version:
        yield Finding(
            audit="config_versions",
            severity=Severity.WARNING,
            found=f"corosync runs with version {behind.version} {behind.where}, the newest file"
            f" has {newest.version}",
            expected="the file's version, or what it says is not in force: the reload failed or"
            " came before the file was written (corosync-cfgtool -R; pve-cluster dcdb.c)",
            because=(*behind.because, *newest.because),
        )


def _version(copy: Copy) -> int:
    return copy.version


def _one_each(copies: list[Copy]) -> tuple[Proof, ...]:
    first: dict[tuple[str, int], Copy] = {}
    for copy in copies:
        first.setdefault((copy.where, copy.version), copy)
    return tuple(proof for copy in first.values() for proof in copy.because)


def _contents(case: Case) -> Iterator[Finding]:
    """Compare what files of one version say, comments and blanks aside."""
    by_version: dict[int | None, list[CorosyncConf]] = {}
    for conf in case.documents_of(CorosyncConf):
        by_version.setdefault(version_of(conf), []).append(conf)
    for version, confs in by_version.items():
        says = {_settings(conf): conf for conf in reversed(confs)}
        if len(says) < 2:
            continue
        one, other = [*says.values()][:2]
        changed = sorted(set(_settings(one)) ^ set(_settings(other)))
        first = ".".join((*changed[0][0], changed[0][2]))
        yield Finding(
            audit="config_versions",
            severity=Severity.WARNING,
            found=f"{len(says)} different files of version {version}, {_place(one)} and"
            f" {_place(other)}; they differ in `{first}`",
            expected="one content for one version: nothing warns of this, since corosync"
            " compares the number alone (corosync 3.1.10 exec/cmap.c)",
            because=(*_difference(one, changed), *_difference(other, changed)),
        )


Setting = tuple[tuple[str, ...], int, str, str]


def _settings(conf: CorosyncConf) -> tuple[Setting, ...]:
    return tuple((line.path, line.index, line.key, line.value) for line in conf.lines if line.key)


def _difference(conf: CorosyncConf, changed: list[Setting]) -> tuple[Proof, ...]:
    own = {(line.path, line.key) for line in conf.lines if line.key}
    path, _, key, _ = changed[0]
    return quote_keys(conf, path, key) if (path, key) in own else quote(conf)
