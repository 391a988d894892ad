from fencepost.render.prose import Piece, instruction, pieces


def test_commands_stand_between_backticks() -> None:
    assert pieces("Run `a b` or `c`.") == (
        Piece("Run "),
        Piece("a b", code=True),
        Piece(" or "),
        Piece("c", code=True),
        Piece("."),
    )


def test_a_lone_backtick_is_a_letter() -> None:
    assert pieces("a ` b") == (Piece("a ` b"),)


def test_a_sentence_stays_on_one_line_and_shows_its_escapes() -> None:
    assert pieces("one\n  two\x1b[2J") == (Piece(r"one two\x1b[2J"),)


def test_lines_after_the_first_are_to_be_typed() -> None:
    step = instruction("Add:\n```\n  post-up\x07 true\n```\n")
    assert step.says == "Add:"
    assert step.lines == (r"  post-up\x07 true",)
