"""Is there a place for every HA service when its node is lost?"""

from collections.abc import Iterator, Mapping

from fencepost.audits._quote import quote
from fencepost.audits._settings import current
from fencepost.model.case import Case, Proof
from fencepost.model.document import HaGroups, HaResources, HaRules, ManagerStatus
from fencepost.model.rule import audit
from fencepost.model.verdict import Finding, Severity

SOURCE = "Proxmox VE Admin Guide, High Availability, Groups and Rules"

_CONF = """
        ==> corosync.conf <==
        totem {
          cluster_name: placed
          config_version: 3
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
        ==> resources.cfg <==
        vm: 100
          group far
          state started

        ==> groups.cfg <==
        group: far
"""


@audit(
    fires=f"{_CONF}          nodes n7,n8\n          restricted 1\n",
    silent=f"{_CONF}          nodes n1:2,n2:1\n          restricted 1\n",
)
def ha_service_unplaceable(case: Case) -> Iterator[Finding]:
    """An HA service may run only on nodes that are not in the cluster, or on none at all.

    Why it matters:
        When its node is fenced, the HA manager looks for a node that the service's group or
        rule allows. A restricted group of removed or misspelt nodes leaves none, and the
        service stays in recovery for as long as that lasts.

    What to do:
        Correct the nodes of the group (`ha-manager groupset`, PVE 8) or rule (`ha-manager rules
        set`, PVE 9), or take `restricted`/`strict` off, so that other nodes may help out.

    References:
        Proxmox VE Administration Guide, "High Availability"; pve-ha-manager src/PVE/HA/Manager.pm.
    """
    known = _nodes(case)
    if not known:
        return
    groups = {
        name: (keys, quote(document, f"groups:{name}"))
        for document in case.documents_of(HaGroups)
        for name, keys in document.groups.items()
    }
    for resources in case.documents_of(HaResources):
        for service, keys in resources.resources.items():
            because = quote(resources, f"resources:{service}")
            yield from _by_group(service, keys, groups, known, because)
    for rules in case.documents_of(HaRules):
        for name, keys in rules.rules.items():
            if "disable" not in keys:
                because = quote(rules, f"rules:{name}")
                if keys.get("type") == "node-affinity":
                    yield from _by_rule(name, keys, known, because)
                elif keys.get("affinity") == "negative":
                    yield from _apart(name, keys, known, because)


def _nodes(case: Case) -> frozenset[str]:
    """Names of all nodes, from documents that list all of them."""
    conf = current(case)
    if conf and conf.nodes and all(node.name for node in conf.nodes):
        return frozenset(node.name for node in conf.nodes if node.name)
    return frozenset(name for status in case.documents_of(ManagerStatus) for name in status.nodes)


def _listed(text: str) -> list[str]:
    """Return the node names of `n1:2,n2`, priorities left off."""
    words = text.replace(";", ",").replace(" ", ",").split(",")
    return [word.partition(":")[0] for word in words if word]


def _by_group(
    service: str,
    keys: Mapping[str, str],
    groups: Mapping[str, tuple[Mapping[str, str], tuple[Proof, ...]]],
    known: frozenset[str],
    because: tuple[Proof, ...],
) -> Iterator[Finding]:
    name = keys.get("group")
    if not name or not groups:
        return
    if name not in groups:
        yield Finding(
            audit="ha_service_unplaceable",
            severity=Severity.WARNING,
            found=f"{service} is in the group {name}, which is not in groups.cfg",
            expected=f"a group that exists: {', '.join(sorted(groups))} ({SOURCE})",
            because=because,
        )
        return
    group, group_lines = groups[name]
    strict = group.get("restricted", "0") not in {"0", ""}
    who = f"{service}, in the {'restricted ' if strict else ''}group {name}"
    yield _places(who, group.get("nodes", ""), known, (*because, *group_lines), strict=strict)


def _by_rule(
    name: str, keys: Mapping[str, str], known: frozenset[str], because: tuple[Proof, ...]
) -> Iterator[Finding]:
    strict = keys.get("strict", "0") not in {"0", ""}
    who = f"{keys.get('resources', 'services')}, by the {'strict ' if strict else ''}rule {name}"
    yield _places(who, keys.get("nodes", ""), known, because, strict=strict)


def _places(
    who: str, nodes: str, known: frozenset[str], because: tuple[Proof, ...], *, strict: bool
) -> Finding:
    wanted = _listed(nodes)
    there = [node for node in wanted if node in known]
    gone = [node for node in wanted if node not in known]
    severity = Severity.OK
    says = f"may run on {', '.join(there) or 'no node of the cluster'}"
    if gone:
        severity = Severity.CRITICAL if strict and not there else Severity.WARNING
        says += f"; not in the cluster: {', '.join(gone)}"
    elif strict and len(there) < 2:
        severity = Severity.INFO
        says += " alone, so it cannot be recovered elsewhere"
    return Finding(
        audit="ha_service_unplaceable",
        severity=severity,
        found=f"{who}, {says}",
        expected=f"nodes of this cluster ({', '.join(sorted(known))}), at least two of them where"
        f" the service may run nowhere else ({SOURCE})",
        because=because,
    )


def _apart(
    name: str, keys: Mapping[str, str], known: frozenset[str], because: tuple[Proof, ...]
) -> Iterator[Finding]:
    services = _services(keys.get("resources", ""))
    if len(services) >= len(known):
        yield Finding(
            audit="ha_service_unplaceable",
            severity=Severity.WARNING if len(services) > len(known) else Severity.INFO,
            found=f"the rule {name} keeps {len(services)} services apart on {len(known)} nodes",
            expected=f"fewer services than nodes ({len(known)}), so that one more node can be"
            f" lost ({SOURCE})",
            because=because,
        )


def _services(text: str) -> list[str]:
    return [word for word in text.replace(" ", ",").split(",") if word]
