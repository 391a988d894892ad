import json
from dataclasses import replace
from datetime import timedelta
from importlib.resources import files

import pytest

from fencepost.model.case import Confidence, Ending, Gravity
from fencepost.model.verdict import Hypothesis, Priority, Report, Severity
from fencepost.render import words


def test_every_grade_and_every_cause_of_the_schema_has_words() -> None:
    schema = json.loads(files("fencepost.render").joinpath("report.schema.json").read_text("utf-8"))
    hypothesis = schema["$defs"]["hypothesis"]["properties"]
    assert list(words.CAUSES) == hypothesis["cause"]["enum"]
    assert set(words.GRAVITIES) == set(Gravity)
    assert set(words.ENDINGS) == set(Ending)
    assert set(words.CONFIDENCES) == set(Confidence)
    assert set(words.SEVERITIES) == set(Severity)
    assert set(words.PRIORITIES) == set(Priority)


def test_headlines_say_who_and_how_sure(rich: Report) -> None:
    said = {one.incident.id: words.headline(one.incident) for one in rich.verdicts}
    assert said["i1"] == "proxmox was reset by its own watchdog"
    assert said["i2"] == "the cluster was disturbed, nobody was lost (proxmox)"
    assert said["i7"] == "proxmox2 lost quorum, no node went down"
    assert said["i8"] == (
        "proxmox2 went down, how is not known; proxmox was reset by its own watchdog (likely)"
    )


def test_nodes_that_ended_alike_are_named_together(rich: Report) -> None:
    first = rich.verdicts[0].incident
    other = replace(first.boots[0], node="proxmox2")
    both = replace(first, boots=(*first.boots, other))
    assert words.headline(both) == "proxmox and proxmox2 were reset by their own watchdogs"


@pytest.mark.parametrize("gravity", Gravity)
def test_an_incident_without_names_has_a_headline(rich: Report, gravity: Gravity) -> None:
    bare = replace(rich.verdicts[1].incident, gravity=gravity, nodes=(), lost_quorum=(), boots=())
    assert words.headline(bare)


def test_what_is_ruled_out_is_no_cause(rich: Report) -> None:
    verdict = rich.verdicts[0]
    assert words.why(verdict) == "a network card hung – proxmox (certain)"
    ruled_out = replace(verdict, hypotheses=verdict.hypotheses[2:])
    assert words.why(ruled_out) == "not known"


def test_an_unknown_slug_is_spelled_out() -> None:
    new = Hypothesis(cause="cosmic_ray", confidence=Confidence.POSSIBLE, says="")
    assert words.claim(new) == "cosmic ray (possible)"


def test_consequences_tell_a_near_miss_and_who_just_waited(rich: Report) -> None:
    near, outage = rich.verdicts[-2].incident, rich.verdicts[-1].incident
    margin = replace(near, margin=timedelta(seconds=4.5))
    assert dict(words.consequences(margin))["Near miss"].startswith("4.5 s were left")
    assert "not armed" in dict(words.consequences(outage))["Kept running"]
