import io
import re
from dataclasses import replace

import pytest
from rich.console import Console

from fencepost.model.verdict import Report
from fencepost.render.terminal import to_terminal


def shown(report: Report, width: int = 100, *, colour: bool = False) -> str:
    file = io.StringIO()
    console = Console(
        file=file,
        width=width,
        force_terminal=colour,
        color_system="standard" if colour else None,
        legacy_windows=False,
    )
    to_terminal(report, console)
    return file.getvalue()


@pytest.mark.parametrize("name", ["rich", "busy", "empty"])
@pytest.mark.parametrize("width", [60, 80, 100, 200])
def test_nothing_is_wider_than_the_terminal(
    name: str, width: int, request: pytest.FixtureRequest
) -> None:
    text = shown(request.getfixturevalue(name), width)
    assert max(len(line) for line in text.split("\n")) <= width
    assert not [line for line in text.split("\n") if line != line.rstrip()]
    assert text == shown(request.getfixturevalue(name), width)


def test_escapes_of_logs_are_shown_and_never_sent(rich: Report) -> None:
    text = shown(rich)
    assert "\x1b" not in text
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", text)
    assert r"\x1b" in text


def test_only_colours_are_sent_to_a_terminal(rich: Report) -> None:
    text = shown(rich, colour=True)
    assert "\x1b[" in text
    assert "\x1b" not in re.sub(r"\x1b\[[\d;]*m", "", text)
    assert re.sub(r"\x1b\[[\d;]*m", "", text).split() == shown(rich).split()


def test_markup_of_logs_is_text(rich: Report) -> None:
    text = shown(replace(rich, summary="[bold red]not red[/] [link=http://x]y[/link] :bomb:"))
    assert "[bold red]not red[/] [link=http://x]y[/link] :bomb:" in text


def test_words_that_are_longer_than_a_line_are_folded(rich: Report) -> None:
    text = shown(replace(rich, summary="x" * 500), 80)
    assert text.count("x" * 78) == 12


def test_the_summary_comes_first_and_last(rich: Report) -> None:
    text = shown(rich, 300)
    assert text.count(rich.summary.replace("`", "")) == 2
    assert text.rstrip().endswith(
        "First thing to do: Switch off segmentation offload on enp0s31f6 of proxmox"
    )


def test_claims_quote_their_lines_with_file_and_line(rich: Report) -> None:
    text = shown(rich)
    assert "    e1  proxmox  2025-11-08 11:44:55 UTC  logs/proxmox.log:1033\n" in text
    assert "Detected Hardware Unit Hang:" in text
    assert "        also e2, e3\n" in text


def test_commands_keep_their_lines(rich: Report) -> None:
    first = replace(rich.recommendations[0], steps=("Add:\n    post-up true\n    post-up false",))
    text = shown(replace(rich, recommendations=(first,)))
    assert "  1. Add:\n         post-up true\n         post-up false\n" in text


def test_sixty_small_incidents_stay_short(busy: Report) -> None:
    assert shown(busy).count("\n") < 280
