from typing import Any

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from fencepost.advice import conf_patch
from fencepost.events.pmxcfs import ClusterInfoUpdated
from fencepost.model.corosync_conf import CorosyncConf
from fencepost.model.document import QuorumStatus
from fencepost.model.line import Origin

ODD = (
    "# by hand\n"
    "totem{\n"
    "\tversion:2\n"
    "\tconfig_version   :   7   \n"
    "\n"
    "\t# token: 99 was tried\n"
    "\ttoken: 3000\n"
    "\ttoken: 5000\n"
    "\tinterface {\n"
    "\t\tlinknumber: 0\n"
    "\t}\n"
    "\tinterface {\n"
    "\t\tlinknumber: 1\n"
    "\t}\n"
    "}\n"
    "   nodelist {\n"
    " node {\n"
    "      ring0_addr: 10.0.0.1\n"
    "      nodeid: 1\n"
    " }\n"
    " node {\n"
    "      ring0_addr: 10.0.0.2\n"
    "      nodeid: 2\n"
    " }\n"
    "}\n"
    "strange {\n"
    "  any thing: goes # here\n"
    "}\n"
)


def parse(text: str) -> CorosyncConf:
    return CorosyncConf.parse(text, Origin("corosync.conf", 1))


def sides(diff: str) -> tuple[list[str], list[str]]:
    """The old and the new file, read back from a diff of the whole file."""
    body = diff.split("\n")[3:]
    old = [line[1:] for line in body if line[:1] in (" ", "-")]
    new = [line[1:] for line in body if line[:1] in (" ", "+")]
    return old, new


def test_a_key_is_set_in_its_line_and_every_other_byte_stays() -> None:
    changed = conf_patch.set_key(parse(ODD), "config_version", "8", "totem")
    assert changed.text == ODD.replace("config_version   :   7   ", "config_version   :   8   ")


def test_of_equal_keys_the_one_that_counts_is_set() -> None:
    changed = conf_patch.set_key(parse(ODD), "token", "4000", "totem")
    assert changed.text == ODD.replace("token: 5000", "token: 4000")


def test_a_key_without_a_blank_keeps_its_style() -> None:
    assert "\tversion:3\n" in conf_patch.set_key(parse(ODD), "version", "3", "totem").text
    empty = parse("totem {\n  token:\n}\n")
    assert conf_patch.set_key(empty, "token", "5", "totem").text == "totem {\n  token: 5\n}\n"


def test_a_new_key_goes_behind_the_last_one_and_is_indented_like_it() -> None:
    changed = conf_patch.set_key(parse(ODD), "token_coefficient", "125", "totem")
    expected = ODD.replace("\ttoken: 5000\n", "\ttoken: 5000\n\ttoken_coefficient: 125\n")
    assert changed.text == expected


def test_a_key_is_set_in_the_section_that_is_meant() -> None:
    conf = parse(ODD)
    changed = conf_patch.set_key(conf, "ring1_addr", "10.1.0.2", "nodelist", "node", index=1)
    expected = ODD.replace("      nodeid: 2\n", "      nodeid: 2\n      ring1_addr: 10.1.0.2\n")
    assert changed.text == expected
    again = conf_patch.set_key(changed, "ring0_addr", "10.0.0.9", "nodelist", "node", index=0)
    assert [entry.addresses for entry in again.nodes] == [
        {0: "10.0.0.9"},
        {0: "10.0.0.2", 1: "10.1.0.2"},
    ]


def test_a_key_of_an_empty_section_is_indented() -> None:
    changed = conf_patch.set_key(parse("quorum {\n}\n"), "two_node", "1", "quorum")
    assert changed.text == "quorum {\n  two_node: 1\n}\n"


def test_a_missing_section_is_made() -> None:
    changed = conf_patch.set_key(
        parse("totem {\n  version: 2\n}\n"), "model", "net", "quorum", "device"
    )
    assert changed.text == (
        "totem {\n  version: 2\n}\nquorum {\n  device {\n    model: net\n  }\n}\n"
    )
    assert not changed.faults


def test_an_interface_is_added_at_the_end_of_its_section() -> None:
    changed = conf_patch.add_section(parse(ODD), {"linknumber": "2"}, "totem", "interface")
    at = "\t\tlinknumber: 1\n\t}\n"
    assert changed.text == ODD.replace(at, at + "\tinterface {\n\t  linknumber: 2\n\t}\n")


def test_a_key_is_removed_wherever_it_is_set_in_its_section_only() -> None:
    changed = conf_patch.remove_key(parse(ODD), "token", "totem")
    assert changed.text == ODD.replace("\ttoken: 3000\n\ttoken: 5000\n", "")
    assert "# token: 99 was tried" in changed.text
    only = conf_patch.remove_key(parse(ODD), "linknumber", "totem", "interface", index=1)
    assert only.text == ODD.replace("\t\tlinknumber: 1\n", "")


def test_what_is_not_there_is_not_removed() -> None:
    assert conf_patch.remove_key(parse(ODD), "two_node", "quorum").text == ODD


def test_windows_line_ends_are_kept() -> None:
    text = "totem {\r\n  config_version: 1\r\n  version: 2\r\n}\r\n"
    conf = parse(text)
    changed = conf_patch.set_key(conf, "config_version", "2", "totem")
    assert changed.text == text.replace("version: 1", "version: 2")
    added = conf_patch.set_key(conf, "token", "5000", "totem")
    assert added.text == text.replace("version: 2\r\n", "version: 2\r\n  token: 5000\r\n")


def test_separators_that_are_no_newlines_do_not_part_a_line() -> None:
    text = "totem {\n  cluster_name: a\x0bb\u2028c\n  config_version: 1\n}\n"
    changed = conf_patch.set_key(parse(text), "config_version", "2", "totem")
    assert changed.text == text.replace("version: 1", "version: 2")


def test_the_diff_holds_the_whole_file_and_leads_from_one_to_the_other(given: Any) -> None:
    conf = given.conf()
    case = given.case(conf)
    patch = conf_patch.patch(case, conf, conf_patch.set_key(conf, "token", "4000", "totem"))
    old, new = sides(patch.diff)
    assert "\n".join(old) + "\n" == given.text
    assert "\n".join(new) + "\n" == patch.text
    assert patch.diff.startswith("--- /etc/pve/corosync.conf\n+++ /etc/pve/corosync.conf.new\n")
    assert [line for line in patch.diff.split("\n")[3:] if line[:1] in "+-"] == [
        "-  config_version: 5",
        "+  config_version: 6",
        "+  token: 4000",
    ]


def test_the_way_back_is_the_old_content_with_a_higher_version(given: Any) -> None:
    conf = given.conf()
    patch = conf_patch.patch(given.case(conf), conf, conf)
    assert patch.version == 6
    assert patch.undone.text == given.text.replace("config_version: 5", "config_version: 7")


def test_the_file_that_counts_is_the_newest_one(given: Any) -> None:
    newer = given.conf(given.text.replace("config_version: 5", "config_version: 6"), "beta")
    assert conf_patch.current(given.case(given.conf(), newer)) is newer


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("config_version: 5", id="no version"),
        pytest.param("link_mode: passive", id="a line that does not parse"),
    ],
)
def test_a_file_that_cannot_be_changed_safely_is_not(given: Any, text: str) -> None:
    assert conf_patch.current(given.case(given.conf(given.text.replace(text, "oops")))) is None


def test_a_file_older_than_what_runs_is_not_changed(given: Any) -> None:
    status = QuorumStatus(origin=given.origin(), quorate=True, config_version=9)
    told = given.event(ClusterInfoUpdated, version=8, cluster_name="greek")
    assert conf_patch.current(given.case(given.conf(), status)) is None
    assert conf_patch.current(given.case(given.conf(), events=[told])) is None
    assert conf_patch.newest(given.case(given.conf(), status, events=[told])) == 9


NAMES = st.sampled_from(["token", "version", "ring0_addr", "x y", "nodeid"])
VALUES = st.text(st.characters(codec="utf-8", exclude_characters="\n"), max_size=9)
LINES = st.one_of(
    st.just("totem {"),
    st.just("}"),
    st.just("  interface{"),
    st.just(""),
    VALUES,
    st.builds(lambda name, value: f"\t{name}:{value}", NAMES, VALUES),
)


@drawn(st.lists(LINES, max_size=25), NAMES)
def test_whatever_the_file_only_the_asked_line_changes(lines: list[str], key: str) -> None:
    text = "\n".join(lines) + "\n"
    before = parse(text)
    after = conf_patch.set_key(before, key, "4711", "totem")
    kept = text.split("\n")
    had = [line for line in before.keys("totem") if line.key == key]
    if had:
        del kept[had[-1].number - 1]
    left = after.text.split("\n")
    for line in kept:
        assert line in left
        left.remove(line)
    assert all("4711" in line or line.strip() in {"totem {", "}"} for line in left), left
    assert len(left) <= 3
