from dataclasses import replace

import pytest

from fencepost.model.line import Gap
from fencepost.model.verdict import Report
from fencepost.render import telling
from fencepost.render.blocks import Entries, Facts, Heading, Quotes
from fencepost.render.evidence import number
from fencepost.render.sections import sections

PARTS = [
    "In short",
    "What happened",
    "Why",
    "How each node's boot ended",
    "What is risky",
    "What to do",
    "What could not be read",
    "Words used here",
    "Evidence, in order of time",
]


@pytest.mark.parametrize("name", ["rich", "busy", "empty"])
def test_parts_come_in_the_order_in_which_people_read(
    name: str, request: pytest.FixtureRequest
) -> None:
    blocks = list(sections(request.getfixturevalue(name)))
    heads = [block.text for block in blocks if isinstance(block, Heading) and block.level == 2]
    assert heads == [part for part in PARTS if part in heads]
    assert set(PARTS) - set(heads) <= {"Words used here"}


def test_every_named_line_stands_in_the_evidence(rich: Report) -> None:
    blocks = list(sections(rich))
    listed = (
        {quote.name for quote in blocks[-1].quotes} if isinstance(blocks[-1], Quotes) else set()
    )
    named: set[str] = set()
    for block in blocks[:-1]:
        if isinstance(block, Quotes):
            named |= {quote.name for quote in block.quotes} | set(block.names)
        if isinstance(block, Entries | Facts):
            named |= {name for entry in block.entries for name in entry.names}
    assert named == listed
    assert listed <= {name for name, _ in number(rich)}


def test_long_lists_end_with_a_count(rich: Report) -> None:
    gaps = tuple(Gap(f"gap {index}") for index in range(telling.MOST_GAPS + 5))
    texts = [str(block) for block in sections(replace(rich, case=replace(rich.case, gaps=gaps)))]
    assert any("5 more are in the JSON report." in text for text in texts)
