"""Is the traffic of the cluster signed and encrypted?"""

from collections.abc import Iterator

from fencepost.audits._quote import quote, quote_keys
from fencepost.audits._settings import current
from fencepost.model.case import Case
from fencepost.model.corosync_conf import CorosyncConf
from fencepost.model.document import QuorumStatus
from fencepost.model.rule import audit
from fencepost.model.verdict import Finding, Severity

SOURCE = "corosync 3.1.10 exec/totemconfig.c totem_get_crypto; Proxmox VE sets secauth: on"

_NODES = """
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
    """
_HEAD = """
        ==> corosync.conf <==
        totem {
          cluster_name: sealed
          config_version: 3
          version: 2
"""


@audit(
    fires=f"{_HEAD}          secauth: off\n        }}{_NODES}",
    silent=f"{_HEAD}          secauth: on\n        }}{_NODES}",
)
def secauth(case: Case) -> Iterator[Finding]:
    """Corosync's traffic is neither signed nor encrypted.

    Why it matters:
        Without a key corosync takes every packet that looks right: of another cluster with the
        same name and port, of a clone of a node, or of anybody on that network. Such a packet
        can throw a node out, or crash a corosync with a known fault.

    What to do:
        Set `secauth: on` in totem { }, as Proxmox VE does, with the same
        /etc/corosync/authkey on all nodes (compare its checksum). From knet 1.19 on it can be
        changed live; before, corosync must be restarted everywhere, with HA disarmed.

    References:
        corosync.conf(5), secauth, crypto_hash, crypto_cipher; corosync 3.1.10 exec/totemconfig.c.
    """
    conf = current(case)
    if conf and conf.nodes:
        hashed, cipher = _crypto(conf)
        keys = quote_keys(conf, ("totem",), "secauth", "crypto_hash", "crypto_cipher")
        severity = Severity.WARNING if hashed == "none" else Severity.OK
        if severity is Severity.OK and cipher == "none":
            severity = Severity.INFO
        yield Finding(
            audit="secauth",
            severity=severity,
            node=conf.node,
            found=f"hash {hashed}, cipher {cipher}",
            expected=f"both: secauth: on means sha256 and aes256, without it nothing ({SOURCE})",
            because=keys or quote_keys(conf, ("totem",), "version") or quote(conf),
        )
        return
    for status in case.documents_of(QuorumStatus):
        if status.secauth:
            yield Finding(
                audit="secauth",
                severity=Severity.OK if status.secauth == "on" else Severity.WARNING,
                node=status.node,
                found=f"secure auth {status.secauth}",
                expected=f"on ({SOURCE})",
                because=quote(status, "secauth"),
            )


def _crypto(conf: CorosyncConf) -> tuple[str, str]:
    """Return hash and cipher in use; any secauth but `on` is off, keys of their own win."""
    on = conf.get("secauth", "totem") == "on"
    hashed, cipher = ("sha256", "aes256") if on else ("none", "none")
    return (
        conf.get("crypto_hash", "totem") or hashed,
        conf.get("crypto_cipher", "totem") or cipher,
    )
