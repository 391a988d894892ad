from typing import Any

from lab.score import Answer, Claim, Judgement, Tally
from lab.scoreboard import board, calibration, known_to_fall_short


def _judgement(case: str, said: str = "", *causes: str, **more: Any) -> Judgement:
    answer = Answer.RIGHT if said in causes else Answer.WRONG if said else Answer.ABSTAINED
    told: dict[str, Any] = {
        "answer": answer if causes else None,
        "second": answer is Answer.RIGHT if causes else None,
        "incident": True,
        "blamed": None,
        "endings": Tally(1, 2, 3),
        "recoveries": Tally(),
        "citations": Tally(4, 5),
        "unsupported": 0,
        "claims": (),
        "wrong": () if answer is Answer.RIGHT else ("a", "b"),
        "lies": (),
    }
    return Judgement(case=case, causes=causes, said=said, **{**told, **more})


JUDGED = (
    _judgement("1", "nic_hang", "nic_hang"),
    _judgement("2", "link_down", "nic_hang", "link_down"),
    _judgement("3", "packet_loss", "nic_hang", second=True),
    _judgement("4", "", "packet_loss"),
    _judgement("5", "packet_loss", incident=False),
    _judgement("6"),
)


def _row(page: str, *name: str) -> list[str]:
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in page.split("\n")
        if line.startswith("| ")
    ]
    (row,) = (row for row in rows if row[: len(name)] == list(name))
    return row[len(name) :]


def test_by_cause_counts_what_was_right_wrong_and_left_open() -> None:
    page = board(JUDGED)
    assert _row(page, "nic_hang") == ["3", "2", "3", "1", "0"]
    assert _row(page, "packet_loss") == ["1", "0", "0", "0", "1"]
    assert _row(page, "all") == ["4", "2", "3", "1", "1"]


def test_totals_add_up() -> None:
    page = board(JUDGED)
    assert _row(page, "endings") == ["6", "12", "18"]
    assert _row(page, "citations") == ["24", "30", ""]
    assert _row(page, "incident or none") == ["5", "6", ""]
    assert _row(page, "cause, first") == ["2", "4", ""]


def test_the_matrix_shows_who_was_taken_for_whom() -> None:
    page = board(JUDGED)
    assert _row(page, "1 nic_hang") == ["1", "·", "1", "·", "·"]
    assert _row(page, "2 link_down") == ["·", "1", "·", "·", "·"]
    assert _row(page, "3 packet_loss") == ["·", "·", "·", "·", "1"]
    assert _row(page, "4 (no incident)") == ["·", "·", "1", "1", "·"]
    assert "never true: 5 (nothing)" in page


def test_a_word_is_as_good_as_its_claims_are_right() -> None:
    right, wrong = Claim("cause", "likely", right=True), Claim("cause", "likely", right=False)
    cases = [_judgement(str(number), claims=(right,)) for number in range(3)]
    cases += [_judgement("x", claims=(wrong,)), _judgement("y", claims=(wrong, wrong))]
    page = calibration(cases)
    assert _row(page, "cause", "likely") == ["5", "3", "60.0 %"]
    assert _row(page, "cause", "certain") == ["0", "0", "–"]


def test_variations_of_one_recording_count_as_one() -> None:
    right, wrong = Claim("cause", "certain", right=True), Claim("cause", "certain", right=False)
    cases = [_judgement(f"a~{number}", claims=(right,)) for number in range(99)]
    cases += [_judgement("b~1", claims=(wrong,)), _judgement("b~2", claims=(right,))]
    page = calibration(cases, {one.case: one.case[0] for one in cases})
    assert _row(page, "cause", "certain") == ["2", "1.50", "75.0 %"]


def test_what_falls_short_is_listed_and_read_back() -> None:
    page = board(JUDGED)
    assert "- `3`: a; b" in page
    assert known_to_fall_short(page) == {"3", "4", "5", "6"}
    assert known_to_fall_short(board(JUDGED[:2])) == frozenset()
