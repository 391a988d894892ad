from fencepost.model.case import Evidence
from fencepost.model.line import Origin
from fencepost.render.places import distinct, position


def test_lines_cursors_and_files_have_a_place() -> None:
    assert position(Origin("a.log", 33)) == "a.log:33"
    assert position(Origin("system.journal", None, "s=1")) == "system.journal, entry s=1"
    assert position(Origin("dmesg-efi-1")) == "dmesg-efi-1"


def test_one_line_counts_once() -> None:
    one = Evidence("a", None, Origin("a.log", 1, None, "x"))
    same = Evidence(None, None, Origin("a.log", 1))
    other = Evidence("a", None, Origin("a.log", 2))
    journal = Evidence("a", None, Origin("a.log", None, "s=1"))
    assert distinct([one, same, other, journal, journal]) == (one, other, journal)
