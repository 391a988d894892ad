import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from fencepost.model.case import Boots, Evidence
from fencepost.model.history import History
from fencepost.model.line import Gap
from fencepost.model.verdict import Report
from fencepost.render.evidence import number
from fencepost.render.html import to_html

WORDS = """
    html head meta title link style body div nav p ol ul li a main header h1 h2 h3 h4 h5 section span
    b article time dl dt dd figure figcaption i svg defs pattern line text rect g table thead tbody
    tr th td code pre details summary footer
"""
TAGS = set(WORDS.split())
VOID = {"meta", "link"}
NASTY = "\"'><script>alert(1)</script><img src=x onerror=a>{{ 7*7 }}{% x %}&amp;</style></pre>\x1b[2J\u202e"


class Page(HTMLParser):
    """What a browser would make of a page: its tags, attributes and text; it must nest rightly."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.texts: list[str] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            assert not name.startswith("on")
            assert name not in {"src", "srcset", "action", "style", "formaction"}
            if name == "id":
                self.ids.append(value or "")
            if name in {"href", "xlink:href"} and tag != "link":
                self.links.append(value or "")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@pytest.mark.parametrize("name", ["rich", "busy", "empty"])
def test_pages_are_whole_and_alone(name: str, request: pytest.FixtureRequest) -> None:
    report = request.getfixturevalue(name)
    text = to_html(report)
    page = Page(text)
    assert set(page.tags) <= TAGS
    assert "default-src 'none'; style-src 'unsafe-inline'; img-src data:" in text
    assert not re.search(r"url\((?!#)|@import|https?://(?!www\.w3\.org/2000/svg)", text)
    assert to_html(report) == text


@pytest.mark.parametrize("name", ["rich", "busy", "empty"])
def test_every_link_leads_somewhere(name: str, request: pytest.FixtureRequest) -> None:
    page = Page(to_html(request.getfixturevalue(name)))
    assert len(page.ids) == len(set(page.ids))
    assert {link.removeprefix("#") for link in page.links} <= set(page.ids)
    assert all(link.startswith("#") for link in page.links)


def test_every_piece_of_evidence_is_claimed_and_quoted(rich: Report) -> None:
    page = Page(to_html(rich))
    evidence = [name for name in page.ids if re.fullmatch(r"e\d+", name)]
    assert {f"#{name}" for name in evidence} <= set(page.links)
    numbered = dict(number(rich))
    body = "".join(page.texts)
    for name in evidence:
        if name in numbered:
            assert f":{numbered[name].origin.line}" in body or numbered[name].origin.cursor in body  # type: ignore[operator]


def poisoned(report: Report) -> Report:
    first = report.verdicts[0]
    evil = first.incident.story[2].proof
    assert isinstance(evil, Evidence)
    proof = replace(evil, node=NASTY, origin=replace(evil.origin, file=NASTY, text=NASTY))
    says = replace(
        first.hypotheses[0], says=NASTY, blames=(NASTY,), because=(proof,), settle_with=NASTY
    )
    story = tuple(replace(step, says=NASTY, proof=proof) for step in first.incident.story)
    incident = replace(
        first.incident, nodes=(NASTY,), armed=(NASTY,), survived=(NASTY,), story=story
    )
    boots = Boots(replace(boot, node=NASTY) for boot in report.case.boots)
    nodes = tuple(replace(node, name=NASTY) for node in report.case.cluster.nodes[:1])
    cluster = replace(report.case.cluster, name=NASTY, nodes=nodes)
    rings = History(replace(ring, node=NASTY) for ring in report.case.memberships)
    return replace(
        report,
        summary=NASTY,
        verdicts=(replace(first, incident=incident, hypotheses=(says,)),),
        patterns=(replace(report.patterns[0], says=NASTY),),
        findings=(replace(report.findings[0], found=NASTY, node=NASTY, because=(proof,)),),
        recommendations=(
            replace(report.recommendations[0], title=NASTY, steps=(f"{NASTY}\n{NASTY}",)),
        ),
        status=replace(report.status, ongoing=(NASTY,)),
        case=replace(
            report.case,
            cluster=cluster,
            boots=boots,
            memberships=rings,
            gaps=(Gap(NASTY, NASTY, NASTY),),
            assumed=(NASTY,),
        ),
    )


def test_hostile_text_stays_text(rich: Report) -> None:
    text = to_html(poisoned(rich))
    page = Page(text)
    assert set(page.tags) <= TAGS
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", text)
    assert NASTY.replace("\x1b", r"\x1b").replace("\u202e", r"\u202e") in page.texts


def test_log_lines_are_quoted_word_for_word(rich: Report) -> None:
    page = Page(to_html(rich))
    evil = rich.verdicts[0].incident.story[2].proof
    assert evil is not None
    shown = evil.origin.text.replace("\x1b", r"\x1b").replace("\x07", r"\x07").replace("\n", r"\n")
    shown = shown.replace("\u202e", r"\u202e").replace("\u202c", r"\u202c")
    assert shown in page.texts


def test_each_grave_incident_has_its_timeline(rich: Report) -> None:
    text = to_html(rich)
    assert text.count("<svg ") == 3
    assert "Timeline of i8, one lane a node" in text


def test_without_anything_to_draw_there_is_no_timeline(rich: Report) -> None:
    bare = replace(
        rich.case,
        memberships=History(),
        cuts=History(),
        quorum_losses=History(),
        armed=History(),
        boots=Boots(),
    )
    near_miss = replace(
        rich, case=replace(bare, timeline=type(bare.timeline)(())), verdicts=rich.verdicts[-2:-1]
    )
    assert "<svg " not in to_html(near_miss)


def test_sixty_small_incidents_stay_short(busy: Report) -> None:
    text = to_html(busy)
    assert text.count('<article class="incident') == 1
    assert len(text) < 70_000
