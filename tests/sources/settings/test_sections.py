import pytest

from fencepost.sources.settings.sections import Cutter, Kind, Section, split_sections


def nothing(section: Section) -> None:
    del section


def section(text: str) -> Section:
    (only,) = split_sections("a.txt", text, None)
    return only


FRESH = Kind(nothing, first=("head",))
PARTS = Kind(nothing, once=("one", "two"), ordered=True)
ROWS = Kind(nothing, every=("row",), preface=True)
BRACED = Kind(nothing, once=(r"top \{",), braces=True)
CUTTER = Cutter((FRESH, PARTS, ROWS, BRACED))


def cut(text: str) -> list[tuple[Kind, int, tuple[str, ...]]]:
    return [(kind, part.first, part.lines) for kind, part in CUTTER.cut(section(text))]


def test_first_lines_always_begin_anew() -> None:
    assert cut("junk\nhead\na\nhead\nb") == [(FRESH, 2, ("head", "a")), (FRESH, 4, ("head", "b"))]


def test_once_lines_begin_anew_when_they_come_again_or_out_of_order() -> None:
    assert [at for _, at, _ in cut("one\ntwo\none\ntwo")] == [1, 3]
    assert [at for _, at, _ in cut("two\none\ntwo")] == [1, 2]


def test_every_line_goes_on_and_the_comments_before_it_belong_to_it() -> None:
    assert cut("junk\n# note\n\nrow 1\nrow 2\n") == [(ROWS, 2, ("# note", "", "row 1", "row 2"))]


def test_nothing_begins_inside_braces() -> None:
    assert cut("top {\nhead\n}\n\nhead") == [
        (BRACED, 1, ("top {", "head", "}")),
        (FRESH, 5, ("head",)),
    ]


def test_a_kind_with_groups_of_its_own_is_refused() -> None:
    with pytest.raises(ValueError, match="groups"):
        Cutter((Kind(nothing, first=("(a)",)),))


def test_sections_keep_their_command_node_and_numbers() -> None:
    first, second = split_sections("a.txt", "root@n1:~# w\n\nx\n\nn2# ip a\ny\n", None)
    assert (first.command, first.node, first.first, first.lines) == ("w", "n1", 3, ("x",))
    assert (second.command, second.node, second.first) == ("ip a", "n2", 6)
    assert second.origin().text == "y"


def test_a_line_is_quoted_as_written_up_to_a_limit() -> None:
    long = section("\x1b[31mred\x1b[0m  \r\n" + "x" * 5000)
    assert long.lines[0] == "red"
    assert long.origin(0).text == "\x1b[31mred\x1b[0m  "
    assert len(long.origin(1).text) == 2000
