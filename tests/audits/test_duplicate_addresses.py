from collections.abc import Callable

from fencepost.audits.duplicate_addresses import duplicate_addresses
from fencepost.model.case import Case
from fencepost.model.corosync_conf import CorosyncConf
from fencepost.model.line import Origin
from fencepost.model.rule import Audit

MakeCase = Callable[..., Case]
Told = Callable[[Audit, Case], list[tuple[str, str | None]]]
Words = Callable[[Audit, Case], str]


def conf(first: str, second: str) -> CorosyncConf:
    return CorosyncConf.parse(
        f"nodelist {{\nnode {{\nname: a\n{first}\n}}\nnode {{\nname: b\n{second}\n}}\n}}\n",
        Origin("c", 1),
    )


def test_written_differently_and_yet_the_same(make_case: MakeCase, words: Words) -> None:
    case = make_case(conf("ring0_addr: fd00::1", "ring0_addr: fd00:0:0::1"))
    assert "a (ring0_addr), b (ring0_addr)" in words(duplicate_addresses, case)


def test_one_address_for_two_links_of_a_node(make_case: MakeCase, told: Told) -> None:
    twice = conf("ring0_addr: 10.0.0.1\nring1_addr: 10.0.0.1", "ring0_addr: 10.0.0.2")
    assert told(duplicate_addresses, make_case(twice)) == [("critical", None)]


def test_addresses_of_their_own(make_case: MakeCase, told: Told) -> None:
    case = make_case(conf("ring0_addr: 10.0.0.1", "ring0_addr: 10.0.0.2"))
    assert told(duplicate_addresses, case) == [("ok", None)]
