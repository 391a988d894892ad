from collections.abc import Callable

import pytest

from fencepost.audits.config_syntax import config_syntax
from fencepost.model.case import Case
from fencepost.model.corosync_conf import CorosyncConf
from fencepost.model.line import Origin
from fencepost.model.rule import Audit

MakeCase = Callable[..., Case]
MakeConf = Callable[..., CorosyncConf]
Told = Callable[[Audit, Case], list[tuple[str, str | None]]]
Words = Callable[[Audit, Case], str]


@pytest.mark.parametrize(
    "totem",
    [
        "token: abc",
        "token: -1",
        "token: 4294967296",
        "token: 5 000",
        "transport: tcp",
        "link_mode: backup",
        "crypto_hash: sha-256",
        "interface {\nlinknumber: 256\n}",
    ],
)
def test_values_that_corosync_refuses(
    make_case: MakeCase, make_conf: MakeConf, told: Told, totem: str
) -> None:
    assert told(config_syntax, make_case(make_conf(totem=totem))) == [("critical", None)]


def test_the_largest_values_pass(make_case: MakeCase, make_conf: MakeConf, told: Told) -> None:
    conf = make_conf(totem="token: 4294967295\ninterface {\nlinknumber: 255\n}")
    assert told(config_syntax, make_case(conf)) == [("ok", None)]


def test_a_section_left_open_and_a_word_alone(make_case: MakeCase, words: Words) -> None:
    conf = CorosyncConf.parse("totem {\nversion: 2\nnonsense\n", Origin("c", 1))
    said = words(config_syntax, make_case(conf))
    assert "line 3" in said
    assert "never closed" in said


def test_a_line_longer_than_corosyncs_buffer(
    make_case: MakeCase, make_conf: MakeConf, told: Told
) -> None:
    fits, not_quite = "# " + "x" * 508, "# " + "x" * 509
    assert told(config_syntax, make_case(make_conf(totem=fits))) == [("ok", None)]
    assert told(config_syntax, make_case(make_conf(totem=not_quite))) == [("critical", None)]
