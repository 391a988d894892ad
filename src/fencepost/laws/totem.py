"""How long totem waits: token, consensus, and what follows from them. Milliseconds throughout."""

TOKEN_MS = 3000
"""Base token timeout since corosync 3.1.0; it was 1000 ms in all releases before.

Source: corosync 3.1.0 exec/totemconfig.c TOKEN_TIMEOUT (commit 8221f780).
"""

TOKEN_MS_BEFORE_3_1 = 1000

COEFFICIENT_MS = 650
"""Added to the token once for each node above two.

Source: corosync 3.1.10 exec/totemconfig.c TOKEN_COEFFICIENT. Clusters created with
pve-cluster 9.1.0 or later carry `token_coefficient: 125` in their corosync.conf.
"""

RETRANSMITS_BEFORE_LOSS = 4
"""Token re-sends before it is given up; 10 is often quoted and has never been the default.

Source: corosync exec/totemconfig.c TOKEN_RETRANSMITS_BEFORE_LOSS_CONST, every release.
"""

WARNING_PERCENT = 75
"""Share of the token timeout after which its lateness is logged. Source: exec/totemconfig.c."""


def token_timeout_ms(token_ms: int, coefficient_ms: int, nodes: int) -> int:
    """Time without a token before the ring declares it lost.

    Source: corosync.conf(5), token_coefficient.

    >>> token_timeout_ms(3000, 650, nodes=3)
    3650
    >>> token_timeout_ms(3000, 650, nodes=2)
    3000
    """
    return token_ms + max(0, nodes - 2) * coefficient_ms


def consensus_ms(token_timeout: int) -> int:
    """Default wait for all nodes to agree on a new ring.

    Source: corosync 3.1.10 exec/totemconfig.c, 1.2 × the token timeout in force.

    >>> consensus_ms(3650)
    4380
    """
    return token_timeout * 12 // 10


def reform_ms(token_timeout: int, consensus: int) -> int:
    """Longest time from the last token to a new ring after a clean failure.

    Loss during the re-forming repeats the cycle. Source: measured, 7.5–8.0 s at 3650 ms.

    >>> reform_ms(3650, 4380)
    8030
    """
    return token_timeout + consensus


def retransmit_ms(token_timeout: int, retransmits: int = RETRANSMITS_BEFORE_LOSS) -> int:
    """Time after which an unanswered token is sent again.

    Source: corosync 3.1.10 exec/totemconfig.c.

    >>> retransmit_ms(3650)
    869
    """
    return int(token_timeout / (retransmits + 0.2))


def warning_ms(token_timeout: int, percent: int = WARNING_PERCENT) -> int:
    """Age of the token at which corosync logs that it has not been received.

    >>> warning_ms(3650)
    2737
    """
    return token_timeout * percent // 100


def not_scheduled_ms(token_timeout: int) -> int:
    """Gap of the main loop from which corosync says that it was not scheduled.

    It is checked by a timer of a third of the token, so shorter gaps go unsaid by luck.
    Source: corosync 3.1.10 exec/main.c timer_function_scheduler_timeout.

    >>> not_scheduled_ms(3650)
    2920
    """
    return token_timeout * 8 // 10
