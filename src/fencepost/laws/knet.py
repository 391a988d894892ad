"""How kronosnet decides that a link is down or up. Milliseconds throughout."""

PONG_COUNT = 2
"""Pongs that make a link up again. Source: corosync 3.1.10 exec/totemconfig.c."""

PING_PRECISION = 2048

START_MTU = 469
"""Path MTU assumed right after a start, with encryption on IPv4; growing from it is normal."""


def ping_timeout_ms(token_timeout: int) -> int:
    """Time without a pong after which a link is declared down, at its shortest.

    For some seconds after a start or a loss it is up to ten times longer (back-off).
    Source: corosync 3.1.10 exec/totemconfig.c, token / pong_count.

    >>> ping_timeout_ms(3650)
    1825
    """
    return token_timeout // PONG_COUNT


def ping_interval_ms(token_timeout: int) -> int:
    """Time between pings.

    >>> ping_interval_ms(3650)
    912
    """
    return token_timeout // (PONG_COUNT * 2)
