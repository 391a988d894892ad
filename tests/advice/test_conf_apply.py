from typing import Any

from fencepost.advice import conf_patch
from fencepost.advice.conf_apply import Rollout, rollout


def plan(given: Any, **options: bool) -> Rollout:
    conf = given.conf()
    case = given.case(conf)
    changed = conf_patch.set_key(conf, "token", "4000", "totem")
    return rollout(case, conf_patch.patch(case, conf, changed), **options)


def place(steps: tuple[str, ...], word: str) -> int:
    return next(index for index, step in enumerate(steps) if word in step)


def test_the_file_is_tested_before_it_is_moved_and_ha_is_disarmed_before_all(given: Any) -> None:
    steps = plan(given).steps
    order = [
        "disarm-ha",
        "pvecm status",
        "cp /etc/pve/corosync.conf /etc/pve/corosync.conf.new",
        "+  token: 4000",
        "corosync -t -c /etc/pve/corosync.conf.new",
        "mv /etc/pve/corosync.conf.new /etc/pve/corosync.conf",
    ]
    assert [place(steps, word) for word in order] == sorted(place(steps, word) for word in order)
    assert "arm-ha" in steps[-1]
    assert not any("systemctl restart" in step for step in steps)


def test_it_is_verified_on_every_node_and_undone_with_a_higher_version(given: Any) -> None:
    told = plan(given)
    assert "every node" in told.verify
    assert "says 6" in told.verify
    assert "config_version to 7" in told.undo


def test_a_second_reload_counts_too(given: Any) -> None:
    told = plan(given, again=True)
    assert any("config_version to 7" in step for step in told.steps)
    assert "says 7" in told.verify
    assert "config_version to 8" in told.undo


def test_placeholders_are_announced(given: Any) -> None:
    assert any(step.startswith("NOT READY") for step in plan(given, ready=False).steps)
    assert not any("NOT READY" in step for step in plan(given).steps)
