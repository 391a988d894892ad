"""The report for programs: `fencepost.report/1`, as `report.schema.json` describes it."""

import json
import math
import re
from dataclasses import asdict
from datetime import datetime, timedelta
from struct import iter_unpack
from typing import Any

from fencepost.model.case import Boot, Case, Ending
from fencepost.model.cluster import Node
from fencepost.model.document import HaStatus, Load, ManagerStatus, Memory, QuorumStatus
from fencepost.model.verdict import Hypothesis, Pattern, Report, Verdict
from fencepost.render import evidence, times
from fencepost.render.escape import SURROGATES, UNSEEN
from fencepost.render.evidence import Exhibits, number
from fencepost.render.network import carriers
from fencepost.render.outline import ended_boots, in_order

SCHEMA = "fencepost.report/1"

_HALF_A_PAIR = re.compile(f"[{SURROGATES}]")
_ACTING = re.compile(f"[{UNSEEN}]")


def to_json(report: Report, version: str) -> str:
    """Write a report as JSON, two blanks deep, with a newline at its end.

    version: fencepost's own, for the key `fencepost`.
    """
    text = json.dumps(as_data(report, version), ensure_ascii=False, indent=2, allow_nan=False)
    whole = _HALF_A_PAIR.sub("\ufffd", text)
    return _ACTING.sub(_escaped, whole) + "\n"


def as_data(report: Report, version: str) -> dict[str, Any]:
    """Return a report as the plain values that its JSON form holds."""
    case, exhibits = report.case, number(report)
    incidents = {_life(boot): one.id for one in reversed(case.incidents) for boot in one.boots}
    return {
        "schema": SCHEMA,
        "fencepost": version,
        "summary": report.summary,
        "cluster": _cluster(case),
        "status": _status(report),
        "window": {"from": _moment(case.began), "until": _moment(case.ended)},
        "assumed": list(case.assumed),
        "clocks": [
            {
                "node": one.node,
                "offset_ms": _milliseconds(one.offset),
                "error_ms": _milliseconds(one.error),
            }
            for one in case.clocks
        ],
        "reboots": [
            _reboot(boot, incidents.get(_life(boot)), exhibits) for boot in ended_boots(case)
        ],
        "incidents": [_incident(verdict, exhibits) for verdict in in_order(report.verdicts)],
        "patterns": [_pattern(one, exhibits) for one in report.patterns],
        "findings": [
            {
                "audit": one.audit,
                "severity": one.severity.value,
                "node": one.node,
                "found": one.found,
                "expected": one.expected,
                "because": exhibits.names(one.because),
            }
            for one in report.findings
        ],
        "recommendations": [
            {
                "priority": one.priority.value,
                "title": one.title,
                "why": one.why,
                "steps": list(one.steps),
                "risk": one.risk,
                "expected": one.expected,
                "verify": one.verify,
                "undo": one.undo,
                "answers": list(one.answers),
            }
            for one in report.recommendations
        ],
        "gaps": [{"node": one.node, "file": one.file, "says": one.says} for one in case.gaps],
        "evidence": {name: evidence.as_data(proof) for name, proof in exhibits},
    }


def _cluster(case: Case) -> dict[str, Any]:
    cluster = case.cluster
    polled = case.documents_of(QuorumStatus)
    votes, quorum = cluster.expected_votes, cluster.quorum
    for status in polled:
        votes = status.expected_votes if votes is None else votes
        quorum = status.quorum if quorum is None else quorum
    return {
        "name": cluster.name,
        "nodes": [_node(case, node) for node in cluster.nodes],
        "votes": votes,
        "quorum": quorum,
        "token_ms": cluster.token_ms,
        "consensus_ms": cluster.consensus_ms,
        "ha_services": list(cluster.ha_services),
    }


def _node(case: Case, node: Node) -> dict[str, Any]:
    ports = carriers(case, node)
    loads = case.documents_of(Load, node.name)
    memories = case.documents_of(Memory, node.name)
    load = loads[-1].load_1 if loads else None
    return {
        "name": node.name,
        "id": node.id,
        "addresses": [address for _, address in sorted(node.addresses.items())],
        "network": None if ports is None else [asdict(port) for port in ports],
        "load": load if load is not None and math.isfinite(load) else None,
        "memory_free_mb": memories[-1].available_mb if memories else None,
    }


def _status(report: Report) -> dict[str, Any]:
    status, case = report.status, report.case
    as_of, quorate = status.as_of, status.quorate
    for polled in case.documents_of(QuorumStatus):
        quorate = polled.quorate if status.quorate is None else quorate
    services = status.services or _services(case)
    return {
        "as_of": _moment(as_of or case.ended),
        "quorate": quorate,
        "services": dict(sorted(services.items())),
        "ongoing": list(status.ongoing),
    }


def _services(case: Case) -> dict[str, str]:
    tables = [document.services for document in case.documents_of(ManagerStatus)]
    tables += [document.services for document in case.documents_of(HaStatus)]
    return {service: state for table in tables for service, (_, state) in table.items()}


def _reboot(boot: Boot, incident: str | None, exhibits: Exhibits) -> dict[str, Any]:
    return {
        "node": boot.node,
        "ended_at": _moment(boot.ended),
        "uncertain_s": times.number(boot.uncertain),
        "back_at": _moment(boot.back_at),
        "ending": (boot.ending or Ending.UNKNOWN).value,
        "confidence": boot.confidence.word,
        "because": exhibits.names(boot.because),
        "despite": exhibits.names(boot.despite),
        "missing": list(boot.missing),
        "incident": incident,
    }


def _life(boot: Boot) -> tuple[str, datetime, datetime | None]:
    return boot.node, boot.first_heard, boot.ended


def _incident(verdict: Verdict, exhibits: Exhibits) -> dict[str, Any]:
    incident = verdict.incident
    return {
        "id": incident.id,
        "began": _moment(incident.began),
        "ended": _moment(incident.ended),
        "gravity": incident.gravity.word,
        "nodes": list(incident.nodes),
        "lost_quorum": list(incident.lost_quorum),
        "armed": list(incident.armed),
        "survived": list(incident.survived),
        "margin_s": _seconds(incident.margin),
        "story": [step.says for step in incident.story],
        "recoveries": [
            {
                "service": one.service,
                "from": one.source,
                "to": one.target,
                "at": _moment(one.at),
                "down_s": _seconds(one.down),
            }
            for one in incident.recoveries
        ],
        "hypotheses": [_hypothesis(one, exhibits) for one in verdict.hypotheses],
    }


def _hypothesis(hypothesis: Hypothesis, exhibits: Exhibits) -> dict[str, Any]:
    return {
        "cause": hypothesis.cause,
        "blames": list(hypothesis.blames),
        "confidence": hypothesis.confidence.word,
        "says": hypothesis.says,
        "because": exhibits.names(hypothesis.because),
        "despite": exhibits.names(hypothesis.despite),
        "missing": list(hypothesis.missing),
        "settle_with": hypothesis.settle_with,
    }


def _pattern(pattern: Pattern, exhibits: Exhibits) -> dict[str, Any]:
    return {
        "says": pattern.says,
        "count": pattern.count,
        "median_gap_s": _seconds(pattern.median_gap),
        "because": exhibits.names(pattern.because),
    }


def _escaped(match: re.Match[str]) -> str:
    return "".join(f"\\u{unit:04x}" for (unit,) in iter_unpack(">H", match[0].encode("utf-16-be")))


def _moment(at: datetime | None) -> str | None:
    return None if at is None else times.iso(at)


def _seconds(time: timedelta | None) -> int | float | None:
    return None if time is None else times.number(time)


def _milliseconds(time: timedelta) -> int:
    return round(time / timedelta(milliseconds=1))
