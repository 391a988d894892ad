"""README.md shows a real report: the one that the program prints now."""

import io
from collections.abc import Callable
from pathlib import Path

from rich.console import Console

from fencepost.model.verdict import Report
from fencepost.render.terminal import to_terminal

ROOT = Path(__file__).parents[1]


def test_the_report_in_the_readme_is_the_one_that_is_printed(
    investigated: Callable[..., Report],
) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    block = readme.split("```text\n", 1)[1].split("\n```\n<!-- report: end", 1)[0]
    into = io.StringIO()
    console = Console(file=into, width=100, no_color=True, highlight=False, force_terminal=False)
    to_terminal(investigated(ROOT / "examples" / "homelab"), console)
    for part in block.split("\n\n[…]"):
        assert part.strip("\n") in into.getvalue(), "run: scripts/readme-report"
