from lab.score import Claim, Judgement, Tally
from lab.varied import Varied, varied_board


def _varied(recording: str, number: int, *lies: str, wrong: tuple[str, ...] = ()) -> Varied:
    claim = Claim("cause", "likely", right=not lies)
    judgement = Judgement(
        case=f"{recording} ~{number}",
        causes=("nic_hang",),
        said="nic_hang",
        answer=None,
        second=None,
        incident=None,
        blamed=None,
        endings=Tally(),
        recoveries=Tally(),
        citations=Tally(),
        unsupported=0,
        claims=(claim,),
        wrong=lies or wrong,
        lies=lies,
    )
    change = "rename" if number else "lose a node"
    return Varied(recording, change, f"change {number}", judgement)


VARIED = (
    _varied("a", 0),
    _varied("a", 1, wrong=("left open",)),
    _varied("a", 2, "cause link_flap"),
    _varied("b", 1),
)


def test_right_weaker_and_wrong_are_told_apart() -> None:
    assert [one.worth for one in VARIED] == ["right", "weaker", "wrong", "right"]


def test_they_are_counted_by_what_was_changed_and_the_wrong_ones_named() -> None:
    page = varied_board(VARIED)
    cells = [[cell.strip() for cell in line.split("|")[1:-1]] for line in page.split("\n")]
    assert ["lose a node", "1", "1", "0", "0"] in cells
    assert ["rename", "3", "1", "1", "1"] in cells
    assert ["all", "4", "2", "1", "1"] in cells
    assert ["cause", "likely", "2", "1.67", "83.3 %"] in cells
    assert page.endswith("- `a ~2`: change 2: cause link_flap")
