from collections.abc import Callable

import pytest

from fencepost.audits.unknown_keys import unknown_keys
from fencepost.model.case import Case
from fencepost.model.corosync_conf import CorosyncConf
from fencepost.model.rule import Audit

MakeCase = Callable[..., Case]
MakeConf = Callable[..., CorosyncConf]
Told = Callable[[Audit, Case], list[tuple[str, str | None]]]
Words = Callable[[Audit, Case], str]


@pytest.mark.parametrize(
    ("typo", "meant"),
    [
        ("tokken: 5000", "did you mean `token`?"),
        ("token_coeficient: 125", "did you mean `token_coefficient`?"),
        ("two_node: 1", "it belongs into `quorum {`"),
        ("knet_ping_timeout: 500", "it belongs into `totem { interface {`"),
    ],
)
def test_the_nearest_or_the_right_place_is_named(
    make_case: MakeCase, make_conf: MakeConf, words: Words, typo: str, meant: str
) -> None:
    assert meant in words(unknown_keys, make_case(make_conf(totem=typo)))


def test_a_key_like_no_other_is_told_without_a_guess(
    make_case: MakeCase, make_conf: MakeConf, words: Words, told: Told
) -> None:
    case = make_case(make_conf(totem="zzz: 1"))
    assert told(unknown_keys, case) == [("warning", None)]
    assert "did you mean" not in words(unknown_keys, case)


def test_a_misspelt_section_is_told_once(
    make_case: MakeCase, make_conf: MakeConf, words: Words, told: Told
) -> None:
    case = make_case(make_conf(more="qorum {\ntwo_node: 1\nexpected_votes: 2\n}\n"))
    assert told(unknown_keys, case) == [("warning", None)]
    assert "`quorum {`" in words(unknown_keys, case)


def test_what_corosync_2_left_behind_is_only_told(
    make_case: MakeCase, make_conf: MakeConf, told: Told
) -> None:
    old = "rrp_mode: passive\ninterface {\nringnumber: 0\nbindnetaddr: 10.0.0.0\n}"
    assert told(unknown_keys, make_case(make_conf(totem=old))) == [("info", None)] * 2


def test_everything_of_the_manual_is_known(
    make_case: MakeCase, make_conf: MakeConf, told: Told
) -> None:
    conf = make_conf(
        totem="ip_version: ipv4-6\nlink_mode: passive\ninterface {\nlinknumber: 0\n}",
        quorum="device {\nmodel: net\nvotes: 1\nnet {\nhost: h\ntls: on\nalgorithm: ffsplit\n}\n"
        "heuristics {\nmode: sync\nexec_ping: /bin/ping\n}\n}",
        more="logging {\ndebug: off\nto_syslog: yes\nlogger_subsys {\nsubsys: QUORUM\n}\n}\n"
        "resources {\nsystem {\nmemory_used {\nrecovery: reboot\n}\n}\n}\n",
    )
    assert told(unknown_keys, make_case(conf)) == [("ok", None)]


def test_the_same_file_of_several_nodes_is_judged_once(
    make_case: MakeCase, make_conf: MakeConf, told: Told
) -> None:
    typo = "tokken: 1"
    case = make_case(make_conf(totem=typo, node="n1"), make_conf(totem=typo, node="n2"))
    assert told(unknown_keys, case) == [("warning", "n1")]
