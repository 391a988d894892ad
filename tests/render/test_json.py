import json
from dataclasses import replace
from datetime import timedelta
from importlib.resources import files
from typing import Any

import jsonschema
import pytest

from fencepost.model.case import Boot, Boots
from fencepost.model.document import Load, QuorumStatus
from fencepost.model.line import Origin
from fencepost.model.verdict import Report, Status
from fencepost.render.json import to_json

SCHEMA = json.loads(files("fencepost.render").joinpath("report.schema.json").read_text("utf-8"))
SOME = Origin("status/x", 1, None, "x")


def written(report: Report) -> dict[str, Any]:
    data = json.loads(to_json(report, "0.1.0"))
    jsonschema.Draft202012Validator(SCHEMA).validate(data)
    return dict(data)


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("name", ["rich", "empty", "busy"])
def test_reports_keep_the_contract(name: str, request: pytest.FixtureRequest) -> None:
    report = request.getfixturevalue(name)
    data = written(report)
    assert data["schema"] == "fencepost.report/1"
    assert data["fencepost"] == "0.1.0"
    assert to_json(report, "0.1.0") == to_json(report, "0.1.0")


def _places(data: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    inner = (
        data.items()
        if isinstance(data, dict)
        else enumerate(data)
        if isinstance(data, list)
        else ()
    )
    return [
        place for key, value in inner for place in ((*path, key), *_places(value, (*path, key)))
    ]


def test_the_schema_forgives_neither_a_missing_nor_a_new_key(rich: Report) -> None:
    text = to_json(rich, "0.1.0")
    validator = jsonschema.Draft202012Validator(SCHEMA)
    free = {("status", "services"), ("evidence",)}
    for place in _places(json.loads(text)):
        *above, last = place
        data = json.loads(text)
        inside = data
        for key in above:
            inside = inside[key]
        if not isinstance(inside, dict) or tuple(above) in free:
            continue
        value = inside.pop(last)
        assert not validator.is_valid(data), f"{place} may be left out"
        inside[last] = value
        inside["invented"] = value
        assert not validator.is_valid(data), f"{place} may have a neighbour"


def test_every_number_of_evidence_resolves(busy: Report) -> None:
    data = written(busy)

    def numbers(some: Any) -> list[str]:
        if isinstance(some, dict):
            own = [*some.get("because", ()), *some.get("despite", ())]
            return own + [n for value in some.values() for n in numbers(value)]
        return [n for value in some for n in numbers(value)] if isinstance(some, list) else []

    named = numbers(data)
    assert named
    assert set(named) <= set(data["evidence"])
    assert list(data["evidence"]) == [f"e{n}" for n in range(1, len(data["evidence"]) + 1)]


def test_facts_arrive_as_they_are(rich: Report) -> None:
    data = written(rich)
    first = data["incidents"][0]
    assert data["window"] == {"from": "2025-11-08T09:00:00Z", "until": "2025-11-09T12:30:00.250Z"}
    assert data["clocks"][0] == {"node": "proxmox2", "offset_ms": -412, "error_ms": 30}
    assert first["recoveries"] == [
        {
            "service": "ct:100",
            "from": "proxmox",
            "to": "proxmox2",
            "at": "2025-11-08T11:47:03Z",
            "down_s": 118,
        }
    ]
    assert first["hypotheses"][2]["confidence"] == "ruled_out"
    assert first["story"][0] == "proxmox: the network port enp0s31f6 (e1000e) hangs"
    assert data["patterns"][0]["median_gap_s"] == 1710
    assert [one["incident"] for one in data["reboots"]] == ["i1", "i8", "i8", None]
    assert data["reboots"][0]["uncertain_s"] == 1.5
    assert data["reboots"][1]["back_at"] is None
    assert data["evidence"]["e3"]["text"] == rich.verdicts[0].incident.story[2].proof.origin.text  # type: ignore[union-attr]


def test_a_boot_that_still_runs_is_no_reboot(rich: Report) -> None:
    running = replace(rich.case.boots[0], ended=None)
    assert written(replace(rich, case=replace(rich.case, boots=Boots((running,)))))["reboots"] == []


def test_a_boot_without_an_ending_is_unknown(rich: Report) -> None:
    boot: Boot = replace(rich.case.boots[0], ending=None, uncertain=timedelta(0))
    reboot = written(replace(rich, case=replace(rich.case, boots=Boots((boot,)))))["reboots"][0]
    assert (reboot["ending"], reboot["uncertain_s"], reboot["incident"]) == ("unknown", 0, "i1")


def test_seconds_have_one_decimal_at_most(rich: Report) -> None:
    boot = replace(rich.case.boots[0], uncertain=timedelta(seconds=1.53))
    first = replace(rich.verdicts[0].incident, margin=timedelta(seconds=4))
    report = replace(
        rich,
        case=replace(rich.case, boots=Boots((boot,))),
        verdicts=(replace(rich.verdicts[0], incident=first),),
    )
    text = to_json(report, "0.1.0")
    assert '"uncertain_s": 1.5,' in text
    assert '"margin_s": 4,' in text
    assert '"down_s": 118\n' in text


def test_incidents_are_in_order_of_time(rich: Report) -> None:
    shuffled = replace(rich, verdicts=rich.verdicts[::-1])
    assert [one["id"] for one in written(shuffled)["incidents"]] == [f"i{n}" for n in range(1, 9)]


def test_node_states_come_from_the_documents(rich: Report) -> None:
    one, two, _ = written(rich)["cluster"]["nodes"]
    assert one["network"] == [
        {
            "port": "enp0s31f6",
            "under": "vmbr0",
            "driver": "e1000e",
            "speed_mb": 1000,
            "duplex": "full",
            "mtu": 1500,
        }
    ]
    assert (one["load"], one["memory_free_mb"]) == (0.8, 22000)
    assert (two["network"], two["load"], two["memory_free_mb"]) == (None, None, None)


def test_status_falls_back_on_what_was_polled(rich: Report) -> None:
    polled = QuorumStatus(origin=SOME, quorate=False, expected_votes=5, quorum=3)
    unsaid = replace(
        rich,
        status=Status(as_of=None, quorate=None),
        case=replace(
            rich.case,
            cluster=replace(rich.case.cluster, expected_votes=None, quorum=None),
            documents=(*rich.case.documents, polled),
        ),
    )
    data = written(unsaid)
    assert data["status"]["quorate"] is False
    assert data["status"]["services"] == {"ct:100": "started"}
    assert data["status"]["as_of"] == data["window"]["until"]
    assert (data["cluster"]["votes"], data["cluster"]["quorum"]) == (5, 3)
    said = replace(unsaid, status=Status(as_of=None, quorate=True, services={"vm:1": "error"}))
    assert written(said)["status"]["services"] == {"vm:1": "error"}
    assert written(said)["status"]["quorate"] is True


def test_strange_numbers_and_letters_stay_readable(rich: Report) -> None:
    endless = Load(origin=SOME, node="proxmox", load_1=float("inf"), load_5=0, load_15=0)
    report = replace(
        rich,
        summary="half \ud83d, bell \x07, c1 \x9b, turn \u202e, tag \U000e0041, umlaut ü",
        case=replace(rich.case, documents=(endless,)),
    )
    text = to_json(report, "0.1.0")
    text.encode()
    assert not {"\x07", "\x9b", "\u202e", "\U000e0041", "\x7f"} & set(text)
    data = written(report)
    assert (
        data["summary"] == "half \ufffd, bell \x07, c1 \x9b, turn \u202e, tag \U000e0041, umlaut ü"
    )
    assert "umlaut ü" in text
    assert data["cluster"]["nodes"][0]["load"] is None
