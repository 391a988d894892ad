"""One or two sentences that a tired admin can act on."""

from collections import Counter
from collections.abc import Sequence

from fencepost.model.case import Case, Confidence, Ending, Gravity
from fencepost.model.verdict import Hypothesis, Pattern, Recommendation, Verdict

ENDED = {
    Ending.SELF_FENCE: "reset itself (its watchdog was not fed any more)",
    Ending.ASKED_FOR: "was shut down or rebooted in an orderly way",
    Ending.KERNEL_PANIC: "went down with a kernel panic",
    Ending.POWER_LOSS: "lost power",
    Ending.HARDWARE_RESET: "was reset by its hardware",
    Ending.UNKNOWN: "went down, and nothing that was read proves how",
}
SURE = {
    Confidence.CERTAIN: "Certain",
    Confidence.LIKELY: "Likely",
    Confidence.POSSIBLE: "Possible",
}
TIMES = {1: "once", 2: "twice"}


def summarise(
    case: Case,
    verdicts: Sequence[Verdict],
    patterns: Sequence[Pattern],
    recommendations: Sequence[Recommendation],
) -> str:
    """Say what happened to which node, why, and what to do first."""
    if case.began is None or case.ended is None:
        return "No log line with a time was read, so nothing can be said about incidents."
    grave = [v for v in verdicts if v.incident.gravity > Gravity.WARNING]
    sentences = [*_reboots(case), *_worst(case, grave)]
    if not sentences:
        span = f"between {case.began:%Y-%m-%d %H:%M} and {case.ended:%Y-%m-%d %H:%M} UTC"
        warnings = len(verdicts)
        if warnings:
            times = "once" if warnings == 1 else f"{warnings} times"
            return f"No node rebooted and no member was lost {span}; there was a warning {times}."
        return f"Nothing happened {span}: no node rebooted, no member was lost."
    sentences += [f"Again and again: {pattern.says}." for pattern in patterns[:1]]
    first = next(iter(recommendations), None)
    if first is not None:
        sentences.append(f"First: {first.title[0].lower()}{first.title[1:]}.")
    return " ".join(sentences)


def _reboots(case: Case) -> list[str]:
    ended = [boot for boot in case.boots if boot.ended is not None and boot.ending is not None]
    counts = Counter((boot.node, boot.ending) for boot in ended)
    order = list(Ending)
    parts = []
    for (node, ending), count in sorted(
        counts.items(), key=lambda item: (order.index(item[0][1] or Ending.UNKNOWN), item[0][0])
    ):
        times = TIMES.get(count, f"{count} times")
        parts.append(f"{node} {ENDED[ending or Ending.UNKNOWN]} {times}".replace(" once", ""))
    if not parts:
        return []
    return ["; ".join(parts) + "."]


def _worst(case: Case, grave: Sequence[Verdict]) -> list[str]:
    if not grave:
        return []
    worst = max(grave, key=lambda verdict: verdict.incident.gravity)
    best: Hypothesis | None = next(iter(worst.hypotheses), None)
    if best is None:
        return []
    if best.cause == "unknown":
        return [f"What was read does not single out a cause: {best.says}."]
    lead = "" if case.boots and worst.incident.boots else _what(worst)
    return [f"{lead}{SURE[best.confidence]} cause: {best.says}."]


def _what(worst: Verdict) -> str:
    incident = worst.incident
    nodes = ", ".join(incident.lost_quorum or incident.nodes)
    match incident.gravity:
        case Gravity.QUORUM_LOST:
            return f"{nodes} lost quorum and came back without a reboot. "
        case Gravity.MEMBER_LOST:
            return "A node left the ring and no node was reset. "
        case _:
            return "The ring was disturbed and nobody was lost. "
