"""Marks of starts are joined as a search through all starts would join them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from fencepost.events.inferred import BootChanged
from fencepost.events.kernel_boot import BootSeparated, KernelStarted
from fencepost.model.event import Event
from fencepost.model.line import Origin
from fencepost.model.timeline import Timeline
from fencepost.reconstruct.starts import Covered, Start, boot_of, find_starts

NOON = datetime(2025, 11, 8, 12, tzinfo=UTC)


def mark(minute: int, half: int, kind: str, file: str, line: int, boot: str | None) -> Event:
    at, origin = NOON + timedelta(minutes=minute, seconds=half * 30), Origin(file, line)
    if kind == "separated":
        return BootSeparated(at=at, node="pve1", origin=origin, boot=boot)
    if kind == "changed":
        return BootChanged(at=at, node="pve1", origin=origin, boot=boot or "none")
    return KernelStarted(at=at, node="pve1", origin=origin, boot_id=boot, version="6.8")


marks = st.builds(
    mark,
    st.integers(0, 14),
    st.integers(0, 1),
    st.sampled_from(("separated", "kernel", "kernel", "changed")),
    st.sampled_from(("a", "b")),
    st.integers(1, 60),
    st.sampled_from((None, None, "one", "two")),
)


def plainly(told: Sequence[Event], covered: Covered) -> list[Start]:
    """Join each mark without a boot id with the nearest of all starts that take it."""
    first: dict[str, Start] = {}
    for event in told:
        if boot := boot_of(event):
            first.setdefault(boot, Start(event.at)).add(event, event.at)
    found = list(first.values())
    for event in told:
        if boot_of(event) is not None:
            continue
        before = [at for at in covered.get(event.origin.file, ()) if at < event.at]
        near = [one for one in found if one.takes(event, event.at, before[-1] if before else None)]
        if not near:
            near = [Start(event.at)]
            found += near
        min(near, key=lambda one, at=event.at: abs(one.at - at)).add(event, event.at)  # type: ignore[misc]
    return sorted(found, key=lambda one: one.at)


@settings(max_examples=500, derandomize=True, deadline=None)
@given(st.lists(marks, max_size=16))
def test_each_mark_joins_the_nearest_start_that_takes_it(told: list[Event]) -> None:
    timeline = Timeline(told)
    covered = {
        file: [event.at for event in timeline if event.origin.file == file] for file in ("a", "b")
    }
    kinds = (BootSeparated, KernelStarted, BootChanged)
    assert find_starts(timeline, "pve1", covered) == plainly(timeline.of(*kinds), covered)
