"""Token and consensus: when to change them, when to read them again, when to leave them alone."""

from collections.abc import Iterator
from datetime import timedelta

from fencepost.advice import conf_patch, versions
from fencepost.advice.conf_apply import RISK, SHORTLY, rollout
from fencepost.advice.matter import NETWORK, Advice, Matter, action, aside
from fencepost.advice.names import counted, nodes
from fencepost.events.totem import TokenLost
from fencepost.laws import knet, totem, watchdog
from fencepost.model.case import Case
from fencepost.model.corosync_conf import CorosyncConf
from fencepost.model.verdict import Priority

_SMALL_COEFFICIENT_MS = 125
"""What new clusters get. Source: pve-cluster 9.1.0 changelog."""

_TEMPTING_MS = 10_000
"""The token that is recommended most often on the web."""

_ROUND_S = 10
"""The LRM feeds the watchdog once in a round. Source: pve-ha-manager 5.2.0 LRM.pm."""

_LEAST_MS = totem.TOKEN_MS_BEFORE_3_1
_PAIR = ("knet_ping_timeout", "knet_ping_interval")


def _base_ms(case: Case) -> int:
    new = versions.everywhere(case, "corosync", versions.TOKEN_3000_SINCE)
    return totem.TOKEN_MS_BEFORE_3_1 if new is False else totem.TOKEN_MS


def timing(case: Case, conf: CorosyncConf) -> tuple[int, int]:
    """Return token and consensus in ms that a corosync.conf comes to."""
    share = conf.number("token_coefficient", "totem")
    token = totem.token_timeout_ms(
        conf.number("token", "totem") or _base_ms(case),
        totem.COEFFICIENT_MS if share is None else share,
        len(conf.nodes),
    )
    return token, conf.number("consensus", "totem") or totem.consensus_ms(token)


def fits(token_ms: int, consensus_ms: int) -> bool:
    """Whether a ring can be formed twice, and an LRM round be had, within the watchdog's time.

    >>> fits(3650, 4380), fits(22500, 27000)
    (True, False)
    """
    reform_s = totem.reform_ms(token_ms, consensus_ms) / 1000
    return 2 * reform_s + _ROUND_S <= watchdog.CLIENT_TIMEOUT_S


def calmed(case: Case, conf: CorosyncConf) -> CorosyncConf:
    """Return the file with as few changes as bring its timing back within the watchdog's time."""
    no_consensus = conf_patch.remove_key(conf, "consensus", "totem")
    no_token = conf_patch.remove_key(no_consensus, "token", "totem")
    small = str(_SMALL_COEFFICIENT_MS)
    choices = [conf, no_consensus, no_token]
    if len(conf.nodes) > 2:
        choices += [
            conf_patch.set_key(less, "token_coefficient", small, "totem")
            for less in (no_consensus, no_token)
        ]
    return next((one for one in choices if _is_calm(*timing(case, one))), choices[-1])


def _is_calm(token_ms: int, consensus_ms: int) -> bool:
    long_enough = token_ms >= _LEAST_MS and consensus_ms >= totem.consensus_ms(token_ms)
    return long_enough and fits(token_ms, consensus_ms)


@action(audits=("token_timing", "big_cluster_coefficient"))
def token_budget(matter: Matter) -> Iterator[Advice]:
    """Bring token and consensus back into the minute that HA gives.

    Source: corosync 3.1.10 exec/totemconfig.c; pve-cluster 9.1.0 changelog.
    """
    case = matter.case
    conf = conf_patch.current(case)
    changed = calmed(case, conf) if conf else None
    if conf is None or changed is None or changed.text == conf.text:
        steps: tuple[str, ...] = (
            (
                "See what is in force: `corosync-cmapctl -g runtime.config.totem.token` and"
                " `…totem.consensus`, on every node."
            ),
            (
                "In `totem`: remove `token` and `consensus`, so that the defaults count; with"
                f" more than 8 nodes set `token_coefficient: {_SMALL_COEFFICIENT_MS}`. {SHORTLY}"
            ),
        )
        verify, undo = "The same commands show the new values.", "Put the old lines back."
        figures = ""
    else:
        again = versions.everywhere(case, "corosync", versions.TIMERS_SINCE) is not True
        plan = rollout(case, conf_patch.patch(case, conf, changed), again=again)
        was, now = timing(case, conf), timing(case, changed)
        figures = (
            f" This change brings token + consensus from {sum(was) / 1000:.1f} s to"
            f" {sum(now) / 1000:.1f} s (token {now[0]} ms, consensus {now[1]} ms)."
        )
        steps, undo = plan.steps, plan.undo
        verify = (
            f"`corosync-cmapctl -g runtime.config.totem.token` says {now[0]} on every node, and"
            " `corosync-cmapctl -g runtime.config.totem.interface.0.knet_ping_timeout` says"
            f" {knet.ping_timeout_ms(now[0])}. {plan.verify}"
        )
    yield matter.recommend(
        Priority.NOW,
        f"Bring token and consensus back into the {watchdog.CLIENT_TIMEOUT_S} s that HA gives",
        why="Until a new ring stands, nobody can write to /etc/pve, and an armed node resets itself"
        f" {watchdog.CLIENT_TIMEOUT_S} s after its last good round. One loss on the way doubles the"
        f" wait.{figures}",
        steps=steps,
        risk=f"{RISK} A shorter token reacts to shorter pauses than before.",
        expected="After a fault the ring is back early enough. What delays the token is not mended"
        " by it.",
        verify=verify,
        undo=undo,
    )


@action(audits=("ping_timers", "timing_in_force"))
def reload_again(matter: Matter) -> Iterator[Advice]:
    """Have the settings read again by all nodes, with whole pairs of ping timers.

    Source: corosync issue 813, commit 29206cdf; corosync.conf(5), knet_ping_timeout.
    """
    case = matter.case
    conf = conf_patch.current(case)
    changed = conf
    halves = [
        (index, key)
        for index, keys in (conf_patch.sections(conf, "totem", "interface") if conf else {}).items()
        if len(own := [key for key in _PAIR if key in keys]) == 1
        for key in own
    ]
    for index, key in halves:
        if changed is not None:
            changed = conf_patch.remove_key(changed, key, "totem", "interface", index=index)
    if conf is not None and changed is not None:
        plan = rollout(case, conf_patch.patch(case, conf, changed))
        steps, undo = plan.steps, plan.undo
    else:
        steps = (f"Raise config_version by one and change nothing else. {SHORTLY}",)
        undo = "Nothing to undo: no setting changes."
    yield matter.recommend(
        Priority.SOON,
        "Have corosync read its settings again on all nodes",
        why="A half pair of ping timers goes with it: they count together or not at all."
        if halves
        else "No setting changes but the version: the reload brings all nodes to the same values."
        " corosync before 3.1.10-pve1 takes knet's ping timers from the token before the last"
        " reload, so a changed token needs a second one.",
        steps=steps,
        risk=RISK,
        expected="All nodes run with the values of the file. If one does not, its own file is"
        " older: compare config_version there.",
        verify="On every node: `corosync-cmapctl -g runtime.config.totem.token` says the same, and"
        " `corosync-cmapctl | grep knet_ping_timeout` says half of it.",
        undo=undo,
    )


@action(
    causes=(*NETWORK, "paused_node", "storage_stall", "unknown"),
)
def leave_token(matter: Matter) -> Iterator[Advice]:
    """Say what a token of 10000 would do here, before somebody sets it.

    Source: corosync 3.1.10 exec/totemconfig.c; resets measured 52 to 74 s after quorum was lost.
    """
    case = matter.case
    lost = sum(event.times for event in case.timeline.of(TokenLost))
    if not lost:
        return
    count = len(nodes(case))
    conf = conf_patch.current(case)
    share = conf.number("token_coefficient", "totem") if conf else None
    coefficient = totem.COEFFICIENT_MS if share is None else share
    token = totem.token_timeout_ms(_TEMPTING_MS, coefficient, count)
    wait = totem.reform_ms(token, totem.consensus_ms(token)) / 1000
    now_ms, consensus_ms = case.cluster.token_ms or 0, case.cluster.consensus_ms or 0
    now = f" instead of {totem.reform_ms(now_ms, consensus_ms) / 1000:.1f} s" if now_ms else ""
    least = watchdog.QUORUM_LOSS_TO_RESET_S[0]
    yield aside(
        Priority.LATER,
        "Leave the token timeout as it is until the cause is found",
        why=f"The token was lost {'once' if lost == 1 else f'{lost} times'} in these logs. A"
        f" token of {_TEMPTING_MS} ms would be {token} ms here ({counted(count, 'node')}),"
        f" and every fail-over would take up to {wait:.1f} s{now}. A lost token resets"
        f" nobody: a reset needs about {least:.0f} s or more without quorum, and no token"
        f" bridges that.{_bridged(case, wait)} It also eats into the"
        f" {watchdog.CLIENT_TIMEOUT_S} s of the watchdog. corosync's own `Consider token"
        " timeout increase` is printed for a blocked sender too, and names no cause.",
        steps=(
            "Read what is in force: `corosync-cmapctl -g runtime.config.totem.token`.",
            (
                "Mend the cause first. If short pauses remain that cannot be avoided, raise the"
                " token as little as covers them."
            ),
        ),
        expected="Nothing changes by leaving it. The incidents end when their cause is mended.",
        verify="`corosync-cmapctl -g runtime.config.totem.token` says"
        f" {case.cluster.token_ms or 'the same'} on every node.",
        answers=matter.causes,
    )


def _bridged(case: Case, wait_s: float) -> str:
    """Say which of the recorded losses of quorum a longer wait would have covered."""
    lasted = [span.until - span.since for span in case.quorum_losses if span.until is not None]
    if not lasted:
        return ""
    longer = sum(length > timedelta(seconds=wait_s) for length in lasted)
    return f" Of {len(lasted)} times without quorum {longer} lasted longer than that."
