import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fencepost.model.corosync_conf import CorosyncConf
from fencepost.model.line import Origin

TEXT = """\
# written by hand
logging {
  debug: off
}

nodelist {
  node {
    name: pve1
    nodeid: 1
    quorum_votes: 1
    ring0_addr: 10.0.0.1
    ring1_addr: 10.1.0.1
  }
  node {
    name: pve2
    nodeid: 4
    quorum_votes: 0
    ring0_addr: fd00::2
  }
}

totem {
  cluster_name: homelab
  config_version: 12
  token: 3000
  token: 5000
  interface {
    linknumber: 0
  }
  interface {
    linknumber: 1
    knet_link_priority: 20
  }
}
"""


def conf(text: str = TEXT, line: int | None = 1) -> CorosyncConf:
    return CorosyncConf.parse(text, Origin("etc/pve/corosync.conf", line))


def test_the_nodelist_is_read_in_its_order() -> None:
    first, second = conf().nodes
    assert (first.name, first.id, first.votes) == ("pve1", 1, 1)
    assert first.addresses == {0: "10.0.0.1", 1: "10.1.0.1"}
    assert (second.name, second.id, second.votes) == ("pve2", 4, 0)
    assert second.addresses == {0: "fd00::2"}
    assert first.line == 8


def test_the_links_are_those_that_any_node_has_an_address_on() -> None:
    assert conf().links == (0, 1)


def test_of_a_key_set_twice_the_last_counts() -> None:
    assert conf().get("token", "totem") == "5000"
    assert conf().number("token", "totem") == 5000


def test_repeated_sections_are_told_apart() -> None:
    lines = list(conf().keys("totem", "interface"))
    assert [(line.index, line.key, line.value) for line in lines] == [
        (0, "linknumber", "0"),
        (1, "linknumber", "1"),
        (1, "knet_link_priority", "20"),
    ]


def test_what_is_not_there_is_none() -> None:
    assert conf().get("transport", "totem") is None
    assert conf().number("cluster_name", "totem") is None
    assert conf("").nodes == ()


@pytest.mark.parametrize("value", ["-1", "1e3", "٣", "9" * 30, ""])
def test_only_a_whole_number_is_a_number(value: str) -> None:
    assert conf(f"totem {{\n  token: {value}\n}}\n").number("token", "totem") is None


def test_a_node_without_votes_has_one() -> None:
    (node,) = conf("nodelist {\n  node {\n    name: a\n  }\n}\n").nodes
    assert (node.votes, node.id) == (1, None)


def test_a_value_may_hold_colons_and_a_comment_is_no_key() -> None:
    (node,) = conf("nodelist {\n node {\n # name: b\n ring0_addr: fe80::1\n }\n}\n").nodes
    assert node.addresses == {0: "fe80::1"}
    assert node.name is None


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("totem {\n  token: 1\n", 2),
        ("totem {\n}\n}\n", 3),
        ("totem {\n  token 5000\n}\n", 2),
    ],
)
def test_what_does_not_parse_is_a_fault_with_its_line(text: str, line: int) -> None:
    ((number, says),) = conf(text).faults
    assert number == line
    assert says


def test_a_good_file_has_no_faults() -> None:
    assert conf().faults == ()


def test_a_line_knows_where_it_stands_in_the_file_that_holds_it() -> None:
    """A corosync.conf may begin in the middle of a collected report."""
    whole = conf(line=100)
    line = whole.find("config_version", "totem")
    assert line is not None
    origin = whole.origin_at(line.number)
    assert (origin.line, origin.text) == (99 + line.number, "  config_version: 12")


def test_the_file_is_kept_to_the_letter() -> None:
    assert conf().text == TEXT


@settings(max_examples=60, derandomize=True, deadline=None)
@given(st.text(st.sampled_from("ab:{}# \t\n0"), max_size=60))
def test_any_text_is_read_and_kept(text: str) -> None:
    assert conf(text).text == text.removesuffix("\n") + "\n"
