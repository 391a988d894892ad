from fencepost.model.case import Evidence
from fencepost.model.line import Origin
from fencepost.render.places import distinct, position


def test_lines_cursors_and_files_have_a_place() -> None:
    assert position(Origin("a.log", 33)) == "a.log:33"
    assert position(Origin("system.journal", None, "s=1")) == "system.journal, entry s=1"
    cursor = "s=e4460695523b;i=1114ae;b=61328750;m=217900ecaf9;t=659ff3c5afaf9;x=b6c38d098467dbcd"
    assert position(Origin("system.journal", None, cursor)) == "system.journal, entry i=1114ae"
    told = position(Origin("system.journal", None, cursor), whole=True)
    assert told == f"system.journal, entry {cursor}"
    assert position(Origin("dmesg-efi-1")) == "dmesg-efi-1"


def test_one_line_counts_once() -> None:
    one = Evidence("a", None, Origin("a.log", 1, None, "x"))
    same = Evidence(None, None, Origin("a.log", 1))
    other = Evidence("a", None, Origin("a.log", 2))
    journal = Evidence("a", None, Origin("a.log", None, "s=1"))
    assert distinct([one, same, other, journal, journal]) == (one, other, journal)
