"""Small cases to give advice on: a cluster of three, one incident, one hypothesis."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from fencepost.advice.matter import Action, Advice, Claim, Matter
from fencepost.model.case import (
    Boot,
    Boots,
    Case,
    Clock,
    Confidence,
    Ending,
    Gravity,
    Incident,
    Span,
)
from fencepost.model.cluster import Cluster, Node
from fencepost.model.corosync_conf import CorosyncConf
from fencepost.model.document import (
    Document,
    HaResources,
    Interface,
    Interfaces,
    PackageVersions,
    Port,
    PortDriver,
)
from fencepost.model.event import Event
from fencepost.model.history import History
from fencepost.model.line import Origin
from fencepost.model.timeline import Timeline
from fencepost.model.verdict import Finding, Hypothesis, Recommendation, Severity, Verdict

START = datetime(2025, 11, 8, 11, 45, tzinfo=UTC)
NODES = ("alpha", "beta", "gamma")

CONF = """\
# written by hand, do not lose this line
logging {
  debug: off
  to_syslog: yes
}

nodelist {
  node {
    name: alpha
    nodeid: 1
    quorum_votes: 1
    ring0_addr: 10.0.0.1
  }
  node {
    name: beta
    nodeid: 2
    quorum_votes: 1
    ring0_addr: 10.0.0.2
  }
  node {
    name: gamma
    nodeid: 3
    quorum_votes: 1
    ring0_addr: 10.0.0.3
  }
}

quorum {
  provider: corosync_votequorum
}

totem {
  cluster_name: greek
  config_version: 5
  interface {
    linknumber: 0
  }
  ip_version: ipv4-6
  link_mode: passive
  secauth: on
  version: 2
}
"""


class Given:
    """What tests make cases of."""

    start = START
    nodes = NODES
    text = CONF

    def origin(self, text: str = "", file: str = "log") -> Origin:
        return Origin(file, 1, None, text)

    def conf(self, text: str = CONF, node: str | None = None) -> CorosyncConf:
        return CorosyncConf.parse(text, self.origin(file="corosync.conf"), node)

    def event(
        self, kind: type[Event], node: str = "alpha", after: float = 0, **fields: Any
    ) -> Event:
        at = START + timedelta(seconds=after)
        return kind(at=at, node=node, origin=self.origin(), **fields)

    def ha(self, *services: str) -> HaResources:
        return HaResources(origin=self.origin(), resources={name: {} for name in services})

    def packages(self, node: str = "alpha", **versions: str) -> PackageVersions:
        named = {name.replace("_", "-"): version for name, version in versions.items()}
        return PackageVersions(origin=self.origin(), node=node, packages=named)

    def interfaces(self, node: str, *some: Interface) -> Interfaces:
        return Interfaces(
            origin=self.origin(), node=node, interfaces={one.name: one for one in some}
        )

    def bridged(self, node: str, number: int, port: str = "eno1") -> Interfaces:
        """A node whose corosync address is on vmbr0, over one port."""
        return self.interfaces(
            node,
            Interface(name="vmbr0", kind="bridge", mtu=1500, addresses=(f"10.0.0.{number}/24",)),
            Interface(name=port, master="vmbr0", mtu=1500),
        )

    def port(self, node: str, name: str, **facts: Any) -> Port:
        known = {"speed_mb": 1000, "duplex": "full", "link": True, **facts}
        return Port(origin=self.origin(), node=node, name=name, **known)

    def driver(self, node: str, name: str, driver: str) -> PortDriver:
        return PortDriver(origin=self.origin(), node=node, name=name, driver=driver)

    def boot(self, node: str, ending: Ending = Ending.SELF_FENCE, **facts: Any) -> Boot:
        end = START + timedelta(seconds=70)
        return Boot(node, None, START, end, ended=end, ending=ending, **facts)

    def incident(
        self,
        name: str = "i1",
        gravity: Gravity = Gravity.NODE_DOWN,
        after: float = 0,
        boots: Sequence[Boot] = (),
        lost_quorum: Sequence[str] = (),
    ) -> Incident:
        began = START + timedelta(seconds=after)
        return Incident(
            id=name,
            began=began,
            ended=began + timedelta(seconds=60),
            gravity=gravity,
            nodes=("alpha",),
            lost_quorum=tuple(lost_quorum),
            armed=History(),
            survived=(),
            margin=None,
            boots=Boots(boots),
            recoveries=(),
            story=(),
        )

    def hypothesis(
        self, cause: str, *blames: str, confidence: Confidence = Confidence.LIKELY, **facts: Any
    ) -> Hypothesis:
        told = {"says": f"{cause} it was", "settle_with": f"on alpha: look-for {cause}", **facts}
        return Hypothesis(cause=cause, confidence=confidence, blames=blames, **told)

    def verdict(self, incident: Incident, *hypotheses: Hypothesis) -> Verdict:
        return Verdict(incident=incident, hypotheses=hypotheses)

    def finding(
        self,
        audit: str,
        severity: Severity = Severity.WARNING,
        node: str | None = None,
        **facts: Any,
    ) -> Finding:
        told = {"found": f"{audit} is off", "expected": "that it is on", **facts}
        return Finding(audit=audit, severity=severity, node=node, **told)

    def case(
        self,
        *documents: Document,
        events: Iterable[Event] = (),
        services: Sequence[str] = ("ct:100", "ct:113"),
        names: Sequence[str] = NODES,
        addresses: bool = True,
        boots: Sequence[Boot] = (),
        incidents: Sequence[Incident] = (),
        clocks: Sequence[Clock] = (),
        quorum_losses: Sequence[Span] = (),
        cluster: dict[str, Any] | None = None,
    ) -> Case:
        members = tuple(
            Node(name, index, {0: f"10.0.0.{index}"} if addresses else {})
            for index, name in enumerate(names, start=1)
        )
        known = Cluster(
            name="greek",
            nodes=members,
            expected_votes=len(members),
            quorum=len(members) // 2 + 1,
            token_ms=3650,
            consensus_ms=4380,
            timing_from="log",
            links=(0,),
            ha_services=tuple(services),
        )
        return Case(
            timeline=Timeline(events),
            cluster=replace(known, **(cluster or {})),
            documents=documents,
            clocks=tuple(clocks),
            boots=Boots(boots),
            memberships=History(),
            cuts=History(),
            quorum_losses=History(quorum_losses),
            armed=History(),
            incidents=tuple(incidents),
            gaps=(),
            assumed=(),
            began=START,
            ended=START + timedelta(hours=1),
        )

    def matter(
        self,
        case: Case,
        *hypotheses: Hypothesis,
        findings: Sequence[Finding] = (),
        incident: Incident | None = None,
    ) -> Matter:
        """What an action is asked about: each hypothesis is the best one of the incident."""
        one = incident or self.incident()
        return Matter(case, tuple(Claim(one, each, each) for each in hypotheses), tuple(findings))

    def advised(self, action: Action, matter: Matter) -> list[Recommendation]:
        advice: list[Advice] = list(action.advise(matter))
        return [one.recommendation for one in advice]

    def one(self, action: Action, matter: Matter) -> Recommendation:
        (only,) = self.advised(action, matter)
        return only


@pytest.fixture
def given() -> Given:
    return Given()
