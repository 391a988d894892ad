"""What no line says, and silence or comparison does."""

from fencepost.model.event import Danger, Event, inferred


@inferred(
    danger=Danger.WARNING,
    look="Which process set the clock then: chronyd, systemd-timesyncd, or a hand?",
    source="wall clock against monotonic clock of the same boot, as the journal keeps both",
)
class ClockJumped(Event):
    """The wall clock moved by more than a second while the monotonic clock did not.

    Corosync runs on the monotonic clock and does not notice. watchdog-mux measures its
    clients with the wall clock: a jump of more than 60 s forward expires them at once.
    """

    seconds: float


@inferred(
    danger=Danger.NOTABLE,
    look="How did the boot before it end? `fencepost investigate` says so for each.",
    source="the boot id that the journal keeps with every line",
)
class BootChanged(Event):
    """The first line of another boot of this node was read.

    age_s: how long that boot had been running by its monotonic clock; None when not kept.
    """

    boot: str
    age_s: float | None = None


EVENTS = (ClockJumped, BootChanged)
