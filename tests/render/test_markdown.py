from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from fencepost.model.case import Evidence
from fencepost.model.line import Gap
from fencepost.model.verdict import Report
from fencepost.render.escape import visible
from fencepost.render.markdown import code, fenced, plain, to_markdown

HARMLESS = {
    "heading_open", "paragraph_open", "bullet_list_open", "ordered_list_open", "list_item_open",
    "strong_open", "fence", "code_inline", "text", "text_special", "inline", "softbreak",
}  # fmt: skip

NASTY = "x` <b>y</b> ![i](u) *a* _b_ [l](javascript:1) <http://e> &lt; ~~s~~ | $m$ \x1b[2J\n# h\n```\n- l"

written = st.text(
    st.sampled_from("ab `~*_[]()<>!#+-=|&;:./\\\"'1\n\t\x1b1.)$w"), max_size=40
) | st.text(max_size=40)


def parser() -> MarkdownIt:
    return MarkdownIt("commonmark").enable(["table", "strikethrough"])


def tokens(text: str) -> Iterator[Token]:
    for token in parser().parse(text):
        yield token
        yield from token.children or ()


def kinds(text: str) -> set[str]:
    return {token.type for token in tokens(text) if not token.type.endswith("_close")}


def spelled(text: str) -> str:
    """What a reader sees of one paragraph."""
    return "".join(
        token.content for token in tokens(text) if token.type in ("text", "text_special")
    )


@given(written)
def test_plain_text_reads_as_it_was(text: str) -> None:
    assert spelled(plain(text)).strip() == visible(text).strip()
    assert kinds(plain(text)) <= {"paragraph_open", "inline", "text", "text_special"}


@given(written)
def test_plain_text_is_plain_in_a_list_and_a_heading(text: str) -> None:
    assert kinds(f"- {plain(text)}") <= HARMLESS - {
        "heading_open",
        "code_inline",
        "fence",
        "ordered_list_open",
    }
    assert kinds(f"### {plain(text, opens=False)}") <= {
        "heading_open",
        "inline",
        "text",
        "text_special",
    }


@given(written)
def test_a_code_span_cannot_be_left(text: str) -> None:
    inside = [token for token in tokens(f"a {code(text)} b") if token.type == "code_inline"]
    assert [token.content.strip() for token in inside] == [visible(text).strip()]
    assert spelled(f"a {code(text)} b") == "a  b"


@given(st.lists(written, max_size=4))
def test_a_code_block_cannot_be_left(lines: list[str]) -> None:
    found = parser().parse(fenced(lines))
    assert [token.type for token in found] == ["fence"]
    assert found[0].content.split("\n")[:-1] == [visible(line) for line in lines]


@pytest.mark.parametrize("name", ["rich", "busy", "empty"])
def test_reports_hold_nothing_but_text(name: str, request: pytest.FixtureRequest) -> None:
    report = request.getfixturevalue(name)
    text = to_markdown(report)
    assert kinds(text) <= HARMLESS
    assert to_markdown(report) == text
    assert all(visible(line) == line for line in text.split("\n"))


def poisoned(report: Report) -> Report:
    """The report with hostile text wherever a log or a file name can leave some."""
    first = report.verdicts[0]
    evil = report.verdicts[0].incident.story[2].proof
    assert isinstance(evil, Evidence)
    nasty_origin = replace(evil.origin, file=NASTY, text=NASTY)
    proof = replace(evil, node=NASTY, origin=nasty_origin)
    hypothesis = replace(
        first.hypotheses[0],
        says=NASTY,
        blames=(NASTY,),
        because=(proof,),
        missing=(NASTY,),
        settle_with=NASTY,
    )
    story = tuple(replace(step, says=NASTY, proof=proof) for step in first.incident.story)
    incident = replace(
        first.incident,
        nodes=(NASTY,),
        armed=(NASTY,),
        lost_quorum=(NASTY,),
        survived=(NASTY,),
        story=story,
    )
    finding = replace(report.findings[0], found=NASTY, expected=NASTY, node=NASTY, because=(proof,))
    advice = replace(report.recommendations[0], title=NASTY, why=NASTY, steps=(NASTY,), undo=NASTY)
    return replace(
        report,
        summary=NASTY,
        verdicts=(replace(first, incident=incident, hypotheses=(hypothesis,)),),
        patterns=(replace(report.patterns[0], says=NASTY),),
        findings=(finding, *report.findings[2:]),
        recommendations=(advice,),
        status=replace(report.status, ongoing=(NASTY,), services={NASTY: NASTY}),
        case=replace(report.case, gaps=(Gap(NASTY, NASTY, NASTY),), assumed=(NASTY,)),
    )


def test_hostile_text_adds_no_structure(rich: Report) -> None:
    def structure(report: Report) -> list[str]:
        return [token.tag for token in tokens(to_markdown(report)) if token.type == "heading_open"]

    mild = replace(poisoned(rich), summary="x")
    assert kinds(to_markdown(poisoned(rich))) <= HARMLESS
    assert structure(poisoned(rich)) == structure(mild)
    assert "h" not in {
        token.content for token in tokens(to_markdown(poisoned(rich))) if token.type == "inline"
    }


def test_sixty_small_incidents_stay_short(busy: Report) -> None:
    text = to_markdown(busy)
    assert text.count("\n") < 350
    assert "**40 ×**" in text
