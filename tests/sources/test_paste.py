from collections.abc import Callable

import pytest

from fencepost.sources.blocks import Record
from fencepost.sources.paste import VERBATIM, Layout, layout_of
from fencepost.sources.stamps import find_stamp

LOG = [
    "Nov 08 11:00:00 pve1 corosync[7]: [TOTEM ] A new membership (1.3c4) was formed. Members joined: 2",
    "Nov 08 11:00:01 pve1 corosync[7]: [QUORUM] Members[2]: 1 2",
    "Nov 08 11:00:02 pve1 corosync[7]: [TOTEM ] A processor failed, forming new configuration: token timed out (3650ms), waiting 4380ms for consensus.",
    "Nov 08 11:00:03 pve1 pmxcfs[9]: [status] notice: cpg_send_message retry 10",
]


def layout(lines: list[str]) -> Layout:
    raw = [line.encode() for line in lines]
    return layout_of(raw, [find_stamp(line) is not None for line in raw])


def joined(lines: list[str]) -> list[tuple[int, str]]:
    records = [Record(number, line.encode()) for number, line in enumerate(lines, 1)]
    return [(whole.record.line, whole.text.decode()) for whole in layout(lines).whole(records)]


def by_words(line: str, width: int) -> list[str]:
    rows: list[str] = []
    for word in line.split(" "):
        if rows and len(rows[-1]) + 1 + len(word) <= width:
            rows[-1] += " " + word
        else:
            rows.append(word)
    return rows


def by_letters(line: str, width: int) -> list[str]:
    return [line[at : at + width] for at in range(0, len(line), width)]


@pytest.mark.parametrize("width", [60, 72, 100])
@pytest.mark.parametrize("wrap", [by_words, by_letters])
@pytest.mark.parametrize("quote", ["", "> "])
def test_wrapped_lines_are_put_together(
    wrap: Callable[[str, int], list[str]], width: int, quote: str
) -> None:
    rows = [quote + row for line in LOG * 3 for row in wrap(line, width)]
    whole = joined(rows)
    assert [text for _, text in whole] == LOG * 3
    assert [rows[number - 1].removeprefix(quote)[:6] for number, _ in whole] == ["Nov 08"] * 12


@pytest.mark.parametrize("width", [120, 140])
def test_a_wide_paste_in_which_few_lines_were_wrapped_is_seen(width: int) -> None:
    """One long line in twenty."""
    long = "Nov 08 11:00:04 pve1 kernel: [UFW BLOCK] IN=vmbr0 OUT= SRC=10.0.0.2 DST=10.0.0.1 LEN=120 TOS=0x00 PREC=0x00 TTL=64 ID=0 DF PROTO=UDP SPT=5405 DPT=5405 LEN=100"
    told = ([LOG[1], LOG[3]] * 10 + [long]) * 3
    rows = [row for line in told for row in by_letters(line, width)]
    assert [text for _, text in joined(rows)] == told


def test_what_was_logged_as_it_stands_is_left_alone() -> None:
    assert layout(LOG) == VERBATIM
    block = ["Nov 08 11:00:00 pve1 kernel: eno1: Detected Hardware Unit Hang:"]
    block += [
        f"  {name:<20} <{number:x}>" for number, name in enumerate(("TDH", "TDT", "next"), 140)
    ]
    assert layout(block * 5) == VERBATIM
    assert layout([*LOG * 20, *block[:1], "  of two lines", *LOG, *block[:1], "  more"]) == VERBATIM
    assert layout(["corosync[7]: [KNET  ] x"] * 5) == VERBATIM


def test_escapes_of_markdown_are_taken_back() -> None:
    rows = [r"Nov 08 11:00:00 pve1 corosync\[7\]: \[TOTEM \] token\_lost", r"C:\\x \[TOTEM\] \_"]
    assert [text for _, text in joined(rows)] == [
        "Nov 08 11:00:00 pve1 corosync[7]: [TOTEM ] token_lost",
        r"C:\x [TOTEM] _",
    ]
    assert layout([r"Nov 08 11:00:00 pve1 CRON[7]: grep '\[a\]' x"] * 3) == VERBATIM


def test_the_pagers_mark_is_taken_off() -> None:
    rows = [(line + " " * 200)[:79] + ">" for line in LOG[:3]] + [LOG[1]]
    assert [text[-1] for _, text in joined(rows)] != [">"] * 4
    assert all(not text.endswith(">") for _, text in joined(rows))


def test_a_word_too_long_to_wrap_hides_no_width() -> None:
    rows = [row for line in LOG * 12 for row in by_words(line, 72)]
    rows.insert(3, "https://example.net/" + "x" * 300)
    assert layout(rows).width == 71


def test_only_full_lines_go_on_below() -> None:
    rows = [row for line in LOG * 3 for row in by_letters(line, 60)]
    assert len(rows[-1]) < 60
    assert [text for _, text in joined([*rows, "  TDH <8c>"])][-2:] == [LOG[-1], "  TDH <8c>"]
