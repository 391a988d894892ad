"""How many votes make a quorum."""


def quorum_of(expected_votes: int, *, two_node: bool = False) -> int:
    """Votes that a partition needs.

    Source: votequorum(5): more than half of the expected votes; `two_node: 1` makes it one.

    >>> quorum_of(3)
    2
    >>> quorum_of(4)
    3
    >>> quorum_of(2, two_node=True)
    1
    """
    return 1 if two_node else expected_votes // 2 + 1


def spare_votes(expected_votes: int) -> int:
    """Votes that may be missing before quorum is lost.

    >>> spare_votes(3), spare_votes(4), spare_votes(5)
    (1, 1, 2)
    """
    return expected_votes - quorum_of(expected_votes)
