import json
from datetime import UTC, datetime
from typing import TypeVar

import pytest

from fencepost.model.document import (
    DatacenterCfg,
    Document,
    HaDefaults,
    HaGroups,
    HaResources,
    HaRules,
    HaStatus,
    ManagerStatus,
)
from fencepost.sources.settings import read_documents

D = TypeVar("D", bound=Document)


def only(kind: type[D], text: str) -> D:
    (document,) = read_documents("ha.txt", text, None)
    assert isinstance(document, kind)
    return document


def test_reads_resources() -> None:
    ha = only(
        HaResources,
        "# by hand\nvm: 501\n\tstate started\n\tcomment two words\n\nct: 100\n\tgroup fast\n",
    )
    assert ha.resources == {
        "vm:501": {"state": "started", "comment": "two words"},
        "ct:100": {"group": "fast"},
    }
    assert ha.origin_of("resources:ct:100").text == "ct: 100"
    assert ha.origin_of("resources:ct:100:group").line == 7


def test_reads_what_ha_manager_config_prints() -> None:
    assert only(HaResources, "vm:501\n\tstate started\n").resources == {
        "vm:501": {"state": "started"}
    }


def test_reads_groups_and_rules() -> None:
    groups = only(HaGroups, "group: g1\n\tnodes n1:2,n2:1\n\trestricted 1\n")
    assert groups.groups == {"g1": {"nodes": "n1:2,n2:1", "restricted": "1"}}
    rules = only(HaRules, "node-affinity: r1\n\tresources vm:100\n\tstrict 1\n")
    assert rules.rules == {"r1": {"type": "node-affinity", "resources": "vm:100", "strict": "1"}}


def test_other_settings_in_the_same_grammar_are_none() -> None:
    assert read_documents("storage.cfg", "dir: local\n\tpath /var/lib/vz\n", None) == []


STATUS = {
    "master_node": "n2",
    "timestamp": 1762602422,
    "node_status": {"n1": "fence", "n2": "online"},
    "service_status": {"vm:101": {"state": "started", "node": "n1", "uid": "x"}},
}


@pytest.mark.parametrize("indent", [None, 3])
def test_reads_manager_status(indent: int | None) -> None:
    status = only(ManagerStatus, json.dumps(STATUS, indent=indent))
    assert status.master == "n2"
    assert status.nodes == {"n1": "fence", "n2": "online"}
    assert status.services == {"vm:101": ("n1", "started")}
    assert status.as_of == datetime(2025, 11, 8, 11, 47, 2, tzinfo=UTC)
    assert '"n1": "fence"' in status.origin_of("nodes:n1").text


def test_reads_manager_status_inside_verbose_status() -> None:
    text = "quorum OK\nfull cluster state:\n" + json.dumps({"manager_status": STATUS}, indent=3)
    ha, status = read_documents("ha.txt", text, None)
    assert isinstance(ha, HaStatus)
    assert isinstance(status, ManagerStatus)
    assert status.services["vm:101"] == ("n1", "started")


@pytest.mark.parametrize(
    "text",
    [
        '{"node_status": ',
        '{"node_status": {}}}}{',
        '{"a": "node_status"}',
        '{"service_status":' + "[" * 100_000,
        '{"node_status": 3, "service_status": [1], "timestamp": ' + "9" * 5000 + "}",
    ],
)
def test_broken_json_never_raises(text: str) -> None:
    for document in read_documents("manager_status", text, None):
        assert isinstance(document, ManagerStatus)
        assert document.services == {}


def test_reads_datacenter_cfg() -> None:
    cfg = only(DatacenterCfg, "ha: shutdown_policy=migrate\nkeyboard: en-us\n")
    assert cfg.keys == {"ha": "shutdown_policy=migrate", "keyboard": "en-us"}
    assert cfg.origin_of("keys:keyboard").line == 2


def test_a_guests_settings_are_no_datacenter_cfg() -> None:
    assert read_documents("100.conf", "keyboard: de\nmemory: 4096\nname: web\n", None) == []
    listed = "# cat /etc/pve/lxc/1.conf\nconsole: 1\n"
    assert read_documents("report.txt", listed, None) == []


@pytest.mark.parametrize(
    ("text", "module"),
    [
        ("# select watchdog module (default is softdog)\n#WATCHDOG_MODULE=ipmi_watchdog\n", None),
        ("WATCHDOG_MODULE=ipmi_watchdog\n", "ipmi_watchdog"),
        ('#WATCHDOG_MODULE=a\nWATCHDOG_MODULE="iTCO_wdt"\n', "iTCO_wdt"),
    ],
)
def test_reads_the_watchdog_module(text: str, module: str | None) -> None:
    defaults = only(HaDefaults, text)
    assert defaults.watchdog_module == module
    assert "WATCHDOG_MODULE" in defaults.origin_of("watchdog_module").text


def test_reads_the_new_status() -> None:
    status = only(
        HaStatus,
        "quorum OK\nmaster n1 (active, Sun Nov  9 08:00:01 2025) - static load CRS\n"
        "fencing armed (CRM watchdog active)\n"
        "lrm n1 (active, watchdog active, Sun Nov  9 07:59:58 2025)\n"
        "lrm n2 (old timestamp - dead?, watchdog standby, Sun Nov  9 07:00:00 2025)\n"
        "lrm n3 (unable to read lrm status)\nservice ct:100 (n1, started)\n",
    )
    assert (status.quorum, status.master) == ("OK", "n1")
    assert status.fencing == "armed (CRM watchdog active)"
    assert status.lrms == {
        "n1": ("active", "watchdog active"),
        "n2": ("old timestamp - dead?", "watchdog standby"),
        "n3": ("unable to read lrm status", None),
    }
    assert status.services == {"ct:100": ("n1", "started")}
    assert status.origin_of("lrms:n2").line == 5


def test_reads_the_old_status() -> None:
    status = only(
        HaStatus,
        "quorum No quorum on node 'n1'!\nmaster n2 (idle, Wed Nov 23 11:07:23 2016)\n"
        "lrm n1 (wait_for_agent_lock, Wed Nov 23 11:07:18 2016)\nservice vm:100 (---, queued)",
    )
    assert status.quorum == "No quorum on node 'n1'!"
    assert status.lrms == {"n1": ("wait_for_agent_lock", None)}
    assert status.services == {"vm:100": ("---", "queued")}
    assert status.fencing is None
