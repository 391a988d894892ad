"""Boots that a loss of power ended: it takes a witness, or several nodes gone at once."""

from dataclasses import replace
from datetime import timedelta

from fencepost.events.totem import TokenLost
from fencepost.model.case import Boot, Boots, Confidence, Ending, Proof
from fencepost.reconstruct.witnesses import (
    SAME_MOMENT,
    Known,
    chassis_says,
    held_to_the_end,
    last_words,
    sel_says,
    unclean,
    ups_says,
)


def supply_failed(boot: Boot, known: Known) -> Boot | None:
    """The BMC's own word, at the end or of the last end there was."""
    said = [*sel_says(boot, known, "power supply", "ac lost", "power unit")]
    said += chassis_says(boot, known)
    if not said or boot.back_at is None:
        return None
    return replace(
        boot,
        ending=Ending.POWER_LOSS,
        ended=boot.last_heard,
        uncertain=boot.back_at - boot.last_heard,
        confidence=Confidence.LIKELY,
        because=(*said, *unclean(boot, known)),
    )


def gone_together(boots: Boots, known: Known) -> Boots:
    """Several nodes, armed and idle alike, gone in one moment without a warning: power."""
    answer: dict[int, Boot] = {}
    for boot in boots:
        if boot.ending is not Ending.UNKNOWN or boot.ended is None:
            continue
        together = [
            other
            for other in boots.ended(boot.ended - SAME_MOMENT, boot.ended + SAME_MOMENT)
            if other.ending is Ending.UNKNOWN
        ]
        nodes = {other.node for other in together}
        witness = ups_says(boot, known)
        idle = any(not held_to_the_end(other, known) for other in together)
        if not witness and (len(nodes) < 2 or not idle):
            continue
        if any(_warned(other, known) for other in together):
            continue
        others: list[Proof] = [
            proof for other in together if other.node != boot.node for proof in other.because[:1]
        ]
        answer[id(boot)] = replace(
            boot,
            ending=Ending.POWER_LOSS,
            confidence=Confidence.LIKELY,
            because=(*witness, *boot.because, *others),
            missing=("an UPS, BMC or PDU log, which would prove it",) if not witness else (),
        )
    return Boots(answer.get(id(boot), boot) for boot in boots)


def _warned(boot: Boot, known: Known) -> bool:
    """Whether the node itself lost the token well before its log stops: then it was not power."""
    since = boot.last_heard - timedelta(seconds=120)
    well_before = boot.last_heard - timedelta(seconds=10)
    return bool(known.quorum_losses.of(boot.node).begun(since, well_before)) or any(
        token.at <= well_before
        for token in last_words(boot, known, timedelta(seconds=120), TokenLost)
    )
