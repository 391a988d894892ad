"""Which of two Debian package versions is older."""

import pytest

from fencepost.model.debian_version import is_older, numbers, order, upstream_of


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("3.1.9-pve2", "3.1.10-pve1"),
        ("3.1.10", "3.1.10-pve1"),
        ("3.1.10~rc1", "3.1.10"),
        ("1.30-pve2", "1.30-pve10"),
        ("5.1.3", "1:5.1.2"),
        ("1.0a", "1.0+"),
    ],
)
def test_debian_order(older: str, newer: str) -> None:
    assert is_older(older, newer)
    assert not is_older(newer, older)


def test_what_is_no_version_has_an_order_too() -> None:
    assert sorted(["x:y", "", "9" * 100, ":", "~"], key=order)


@pytest.mark.parametrize(
    ("older", "newer"),
    [("3.1.9-pve2", "3.1.10-pve1"), ("3.1.10", "3.1.10-pve1"), ("1:5.1.2", "5.1.3")],
)
def test_numbers_leave_the_epoch_off(older: str, newer: str) -> None:
    assert numbers(older) < numbers(newer)


def test_a_hostile_version_is_cut_short() -> None:
    assert len(numbers("9." * 10_000)) == 6


def test_a_version_without_revision_is_its_own_upstream() -> None:
    assert [upstream_of(text) for text in ("1.30-pve2", "1.30")] == ["1.30", "1.30"]
