"""The report as one page: a single HTML file that asks nothing of any server and runs no script."""

from itertools import chain
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from fencepost.model.case import Confidence
from fencepost.model.verdict import Report
from fencepost.render import evidence, glossary, outline, places, prose, telling, times, words
from fencepost.render.drawing import draw
from fencepost.render.escape import visible
from fencepost.render.lanes import chart

LEGEND = (
    (("whole", "has"), "sees every node, has quorum"),
    (("part",), "sees only some nodes"),
    (("alone", "lost", "starved", "down"), "lost: nodes, quorum, HA lock or link"),
    (("armed",), "watchdog armed by HA"),
    (("mixed",), "keeps changing"),
    (("reset",), "went down, and how long it was gone"),
    (("stopped",), "stopped on request"),
)
"""What the timeline's tones mean; those that look alike stand together."""


def to_html(report: Report) -> str:
    """Write a report as a self-contained page for people."""
    return _environment().get_template("report.html").render(_shown(report))


def _shown(report: Report) -> dict[str, Any]:
    parts = outline.outline(report)
    charts = {one.incident.id: chart(report.case, one.incident) for one in parts.full}
    charts = {name: one for name, one in charts.items() if any(one.marks())}
    drawn = [
        mark.proof for one in charts.values() for mark in one.marks() if mark.proof is not None
    ]
    exhibits = evidence.number(report, drawn)
    named = {exhibits.name(proof) for proof in chain(outline.shown(report, parts), drawn)}
    return {
        "report": report,
        "case": report.case,
        "parts": parts,
        "drawings": {name: draw(one, exhibits) for name, one in charts.items()},
        "exhibits": exhibits,
        "listed": [exhibit for exhibit in exhibits if exhibit[0] in named],
        "glossary": glossary.explained(telling.told(report, parts)),
    }


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("fencepost.render"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalized,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        prose=_prose,
        listing=words.listing,
        instruction=prose.instruction,
        cited=outline.cited,
    )
    environment.globals.update(
        words=words,
        times=times,
        telling=telling,
        position=places.position,
        LEGEND=LEGEND,
        RULED_OUT=Confidence.RULED_OUT,
    )
    return environment


def _finalized(value: Any) -> Any:
    """Make control characters visible in whatever a template writes."""
    return visible(value) if type(value) is str else value


def _prose(sentence: str) -> Markup:
    return Markup("").join(
        Markup("<code>{}</code>").format(piece.text) if piece.code else escape(piece.text)
        for piece in prose.pieces(sentence)
    )
