"""Token and consensus: as corosync.conf asks for them, and as corosync runs with them."""

from dataclasses import dataclass

from fencepost.audits._numbers import whole
from fencepost.audits._quote import quote, quote_keys, quote_lines
from fencepost.audits._settings import current
from fencepost.audits._versions import installed
from fencepost.events.totem import TokenLost
from fencepost.laws import totem
from fencepost.model.case import Case, Proof
from fencepost.model.corosync_conf import CorosyncConf
from fencepost.model.debian_version import is_older
from fencepost.model.document import Cmap

TOKEN_KEY = "runtime.config.totem.token"  # noqa: S105
CONSENSUS_KEY = "runtime.config.totem.consensus"


@dataclass(frozen=True, slots=True)
class Timing:
    """Token and consensus timeouts, and who says so."""

    token_ms: int
    consensus_ms: int
    node: str | None
    says: str
    because: tuple[Proof, ...]

    @property
    def reform_s(self) -> float:
        """Longest time from the last token to a new ring, in seconds."""
        return totem.reform_ms(self.token_ms, self.consensus_ms) / 1000


def base_token_ms(case: Case) -> int:
    """Return the token timeout that the corosync in use takes when the file names none."""
    versions = [found.version for found in installed(case, "corosync")]
    old = bool(versions) and all(is_older(version, "3.1.0") for version in versions)
    return totem.TOKEN_MS_BEFORE_3_1 if old else totem.TOKEN_MS


def asked(conf: CorosyncConf, base_ms: int) -> Timing:
    """Return the timing that a corosync.conf asks for; `base_ms` where it names no token.

    Source: corosync 3.1.10 exec/totemconfig.c totem_volatile_config_read, where 0 means unset
    for token and consensus, but not for the coefficient.
    """
    own, own_share = conf.number("token", "totem"), conf.number("token_coefficient", "totem")
    base = own or base_ms
    coefficient = totem.COEFFICIENT_MS if own_share is None else own_share
    token = totem.token_timeout_ms(base, coefficient, len(conf.nodes))
    consensus = conf.number("consensus", "totem") or totem.consensus_ms(token)
    lines = (
        *quote_keys(conf, ("totem",), "token", "token_coefficient", "consensus"),
        *quote_lines(conf, *(node.line for node in conf.nodes[2:])),
    )
    return Timing(
        token_ms=token,
        consensus_ms=consensus,
        node=conf.node,
        says="corosync.conf asks for",
        because=lines or quote(conf),
    )


def _of_cmap(case: Case) -> dict[str | None, Timing]:
    found: dict[str | None, Timing] = {}
    for document in case.documents_of(Cmap):
        token = whole(document.keys.get(TOKEN_KEY))
        consensus = whole(document.keys.get(CONSENSUS_KEY))
        if not token:
            continue
        found[document.node] = Timing(
            token,
            totem.consensus_ms(token) if consensus is None else consensus,
            document.node,
            "corosync runs with",
            quote(document, f"keys:{TOKEN_KEY}", f"keys:{CONSENSUS_KEY}"),
        )
    return found


def _of_logs(case: Case) -> dict[str | None, Timing]:
    found: dict[str | None, Timing] = {}
    for event in case.timeline.of(TokenLost):
        if event.token_ms:
            consensus = event.consensus_ms or totem.consensus_ms(event.token_ms)
            found[event.node] = Timing(
                event.token_ms, consensus, event.node, "corosync last logged", (event,)
            )
    return found


def in_force(case: Case) -> list[Timing]:
    """Return the timing that each node's corosync reported, by cmap or else in its log."""
    found = _of_logs(case) | _of_cmap(case)
    return sorted(found.values(), key=lambda timing: timing.node or "")


def timing(case: Case) -> Timing | None:
    """Return the slowest timing in force, else what corosync.conf asks for, else None."""
    live = in_force(case)
    if live:
        return max(live, key=lambda one: one.reform_s)
    conf = current(case)
    return asked(conf, base_token_ms(case)) if conf and conf.nodes else None
