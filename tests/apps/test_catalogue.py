"""The catalogue under docs/ is what the definitions say now."""

from pathlib import Path

import pytest

from fencepost.apps.catalogue import as_pages, write_pages

DOCS = Path(__file__).parents[2] / "docs" / "catalogue"


@pytest.mark.parametrize("name", sorted(as_pages()))
def test_a_page_is_up_to_date(name: str, tmp_path: Path) -> None:
    write_pages(tmp_path)
    assert (DOCS / name).read_text() == (tmp_path / name).read_text(), "run: make docs"


def test_no_page_is_left_over() -> None:
    assert {path.name for path in DOCS.iterdir()} == set(as_pages())
