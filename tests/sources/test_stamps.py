import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fencepost.sources import stamps
from fencepost.sources.stamps import find_stamp

MONTHS = {
    "de": "Jan Feb Mär Apr Mai Jun Jul Aug Sep Okt Nov Dez",
    "fr": "janv. févr. mars avril mai juin juil. août sept. oct. nov. déc.",
    "es": "ene feb mar abr may jun jul ago sep oct nov dic",
    "it": "gen feb mar apr mag giu lug ago set ott nov dic",
    "pt": "jan fev mar abr mai jun jul ago set out nov dez",
    "nl": "jan feb mrt apr mei jun jul aug sep okt nov dec",
    "sv": "jan feb mar apr maj jun jul aug sep okt nov dec",
    "pl": "sty lut mar kwi maj cze lip sie wrz paź lis gru",
    "cs": "led úno bře dub kvě čen čec srp zář říj lis pro",
    "hu": "jan. febr. márc. ápr. máj. jún. júl. aug. szept. okt. nov. dec.",
    "tr": "Oca Şub Mar Nis May Haz Tem Ağu Eyl Eki Kas Ara",
    "ru": "янв фев мар апр мая июн июл авг сен окт ноя дек",
    "uk": "січ лют бер кві тра чер лип сер вер жов лис гру",
}


@pytest.mark.parametrize("language", MONTHS)
def test_knows_the_months_of_many_languages(language: str) -> None:
    found = [find_stamp(f"{name}  7 10:00:00 pve1".encode()) for name in MONTHS[language].split()]
    assert [stamp and stamp.minute.month for stamp in found] == list(range(1, 13))


@pytest.mark.parametrize("date", ["9月 16", "9 月 16 日", "9月16日", "9월 16"])
def test_knows_east_asian_dates(date: str) -> None:
    stamp = find_stamp(f"{date} 19:31:41 pve1".encode())
    assert stamp
    assert (stamp.minute.month, stamp.minute.day) == (9, 16)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "Foo 08 11:46:02 x",
        "Nov 08 24:00:00 x",
        "Nov 08 11:60:00 x",
        "Nov 08 11:46:61 x",
        "Nov 32 11:46:02 x",
        "Nov 00 11:46:02 x",
        "2025-02-29T10:00:00 x",
        "0000-01-01T10:00:00 x",
        "2025-11-08T10:00:00abc",
        "at Nov 08 11:46:02",
        "Nov 08 11:46:0",
        "[Foo Bar 17 01:38:20 2025] x",
    ],
)
def test_what_is_no_stamp_is_none(line: str) -> None:
    assert find_stamp(line.encode()) is None


@pytest.mark.parametrize(
    ("zone", "hours"), [("Z", 0), ("+0530", 5.5), ("-08:00", -8), ("+24:00", None), ("", None)]
)
def test_reads_offsets(zone: str, hours: float | None) -> None:
    stamp = find_stamp(f"2025-11-08T10:00:00{zone} x".encode())
    assert stamp
    offset = stamp.minute.zone.utcoffset(None) if stamp.minute.zone else None
    assert offset == (None if hours is None else timedelta(hours=hours))


def test_an_abbreviation_of_several_zones_is_none() -> None:
    stamp = find_stamp(b"Sat 2025-11-08 10:00:00 CST pve1 kernel: x")
    assert stamp
    assert stamp.minute.zone is None
    assert stamp.end == len(b"Sat 2025-11-08 10:00:00 CST")


def test_reads_fractions_to_the_microsecond() -> None:
    stamp = find_stamp(b"Nov 08 11:46:02.1234567 x")
    assert stamp
    assert stamp.micros == 2_123_456


@given(
    st.from_regex(
        r"\A[A-Z][a-z]{2} [ 0-3]\d [0-2]\d:[0-5]\d:[0-6]\d([ :.,+Z-]|\.\d )", fullmatch=False
    )
)
def test_the_short_pattern_for_usual_stamps_reads_what_the_long_one_reads(line: str) -> None:
    raw = line.encode()
    quick = find_stamp(raw)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stamps, "_USUAL", re.compile(rb"(?!)"))
        assert quick == find_stamp(raw)


def test_the_usual_stamp_is_read_by_the_short_pattern(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stamps, "_STAMP", re.compile(rb"(?!)"))
    assert find_stamp(b"Oct  1 12:00:00 pve1 corosync[1500]: x")
