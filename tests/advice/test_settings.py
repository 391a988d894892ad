from typing import Any

from fencepost.advice import settings
from fencepost.events.corosync import ConfigVersionRefused
from fencepost.model.verdict import Severity


def text(told: Any) -> str:
    return "\n".join(told.steps)


def test_each_fault_is_named_and_the_stuck_node_is_mended_locally(given: Any) -> None:
    fault = given.finding("config_syntax", Severity.CRITICAL, found="line 9: no brace")
    matter = given.matter(given.case(), given.hypothesis("bad_config", "beta"), findings=[fault])
    told = given.one(settings.correct_config, matter)
    assert "line 9: no brace" in text(told)
    assert "On beta: `corosync -t`" in text(told)
    assert "/etc/pve is read-only" in text(told)


def test_the_newest_file_is_fetched_from_a_node_that_has_it(given: Any) -> None:
    refused = given.event(ConfigVersionRefused, "gamma", received=6, own=4)
    case = given.case(given.conf(), events=[refused])
    told = given.one(
        settings.same_config, given.matter(case, given.hypothesis("config_mismatch", "gamma"))
    )
    assert "scp root@10.0.0.1:/etc/corosync/corosync.conf /etc/corosync/corosync.conf" in text(told)
    assert "(6 here)" in text(told)
    assert "Only on gamma: `systemctl start corosync`" in text(told)


def test_files_that_differ_on_running_nodes_are_handed_out_anew(given: Any) -> None:
    differ = given.finding("config_versions")
    told = given.one(
        settings.same_config, given.matter(given.case(given.conf()), findings=[differ])
    )
    assert "raise config_version to 6" in text(told)
    assert "A_NODE_WITH_THE_NEW_FILE" in text(told)


def test_the_key_of_the_odd_node_only_is_replaced(given: Any) -> None:
    told = given.one(
        settings.same_key, given.matter(given.case(), given.hypothesis("wrong_key", "beta"))
    )
    assert "scp root@10.0.0.1:/etc/corosync/authkey" in text(told)
    assert "Only on beta: `systemctl restart corosync`" in text(told)
    assert "Only on alpha" not in text(told)


def test_authentication_is_switched_on_by_one_line(given: Any) -> None:
    conf = given.conf(given.text.replace("secauth: on", "secauth: off\n  crypto_hash: none"))
    told = given.one(
        settings.sign_traffic, given.matter(given.case(conf), findings=[given.finding("secauth")])
    )
    assert "\n-  secauth: off\n-  crypto_hash: none\n+  secauth: on\n" in text(told)
    assert "sha256sum" in told.steps[0]
