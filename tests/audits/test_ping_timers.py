from collections.abc import Callable

from fencepost.audits.ping_timers import ping_timers
from fencepost.model.case import Case
from fencepost.model.corosync_conf import CorosyncConf
from fencepost.model.document import Cmap
from fencepost.model.line import Origin
from fencepost.model.rule import Audit

MakeCase = Callable[..., Case]
MakeConf = Callable[..., CorosyncConf]
Told = Callable[[Audit, Case], list[tuple[str, str | None]]]


def cmap(token: int, timeout: int) -> Cmap:
    keys = {
        "runtime.config.totem.token": str(token),
        "runtime.config.totem.interface.0.knet_ping_timeout": str(timeout),
    }
    return Cmap(origin=Origin("c", 1), node="n1", keys=keys)


def test_timers_of_the_token_before_are_found(make_case: MakeCase, told: Told) -> None:
    assert told(ping_timers, make_case(cmap(10650, 1825))) == [("warning", "n1")]
    assert told(ping_timers, make_case(cmap(10650, 5325))) == [("ok", "n1")]


def test_timers_that_were_asked_for_are_no_lag(
    make_case: MakeCase, make_conf: MakeConf, told: Told
) -> None:
    own = "interface {\nknet_ping_timeout: 1000\nknet_ping_interval: 500\n}"
    assert told(ping_timers, make_case(make_conf(totem=own), cmap(10650, 1000))) == []


def test_one_of_the_pair_alone_is_a_trap(
    make_case: MakeCase, make_conf: MakeConf, told: Told
) -> None:
    half = "interface {\nlinknumber: 1\nknet_ping_timeout: 1000\n}"
    assert told(ping_timers, make_case(make_conf(totem=half))) == [("warning", None)]


def test_a_long_token_slows_the_change_over(
    make_case: MakeCase, make_conf: MakeConf, told: Told
) -> None:
    slow = make_conf(2, links=2, totem="token: 10000")
    quick = make_conf(2, links=2, totem="token: 9998")
    assert told(ping_timers, make_case(slow)) == [("info", None)]
    assert told(ping_timers, make_case(quick)) == []
