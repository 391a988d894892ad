"""Sentences that every form of a report for people tells in the same words."""

from collections.abc import Iterator, Sequence

from fencepost.model.case import Boot, Case, Incident
from fencepost.model.line import Gap
from fencepost.model.verdict import Recommendation, Report, Verdict
from fencepost.render import times, words
from fencepost.render.outline import BootFold, Check, Fold, Found, Outline

NOTHING_HAPPENED = "No incident was found in what was read."
NOTHING_TO_EXPLAIN = "There is nothing to explain."
NOTHING_EXPLAINS = "Nothing that was read explains it."
NOTHING_RISKY = "Nothing risky was found in the settings and states that were read."
NOTHING_TO_DO = "No recommendation follows from what was found."
NOTHING_UNREAD = "Nothing was found missing or unreadable."
NO_EVIDENCE = "There is none."
MOST_FOLDS = 20
"""Kinds of folded incidents that get a line of their own."""

MOST_GAPS = 25
"""Gaps that pages for people list; the JSON report has them all."""


def title(report: Report) -> str:
    """Name the report."""
    name = report.case.cluster.name
    return f"fencepost report on the cluster {name}" if name else "fencepost report"


def setting(report: Report) -> str:
    """Say which cluster and which time the report is about."""
    case = report.case
    names = [node.name for node in case.cluster.nodes]
    parts = [f"{words.counted(len(names), 'node')}: {', '.join(names)}"] if names else []
    if case.began is not None and case.ended is not None:
        parts.append(f"Logs of {times.between(case.began, case.ended)}")
    return ". ".join(parts) + "." if parts else "Nothing is known of its nodes."


def span(incident: Incident) -> str:
    """Say when an incident was and how long it lasted."""
    lasted = incident.ended - incident.began
    length = f" ({times.lasting(lasted)})" if lasted else ""
    return times.between(incident.began, incident.ended) + length


def briefly(verdict: Verdict) -> str:
    """Say in one sentence what happened and why."""
    return f"{words.headline(verdict.incident)}. Cause: {words.why(verdict)}."


def folded(fold: Fold) -> str:
    """Say in one sentence what incidents of one kind have in common."""
    return f"{folded_when(fold)}: {briefly(fold.last)}"


def folded_when(fold: Fold) -> str:
    """Say when incidents of one kind were."""
    if fold.first is fold.last:
        return span(fold.first.incident)
    return times.between(fold.first.incident.began, fold.last.incident.ended)


def folded_count(parts: Outline) -> str:
    """Count the incidents that are told in one line each kind."""
    count = sum(len(fold.verdicts) for fold in parts.folded)
    return words.counted(count, "more incident" if parts.full else "incident")


def boots_alike(fold: BootFold) -> str:
    """Say in one sentence how boots of one node ended alike."""
    first, last = fold.boots[0], fold.boots[-1]
    if first is last:
        return f"{first.node}: {words.ending(first)}, {words.moment_of_end(first)}"
    how = words.ENDINGS[last.ending] if last.ending else words.ending(last)
    ends = f"first {words.moment_of_end(first)}, last {words.moment_of_end(last)}"
    return f"{first.node}: {how}, {len(fold.boots)} times, {ends}"


def kept_running(case: Case) -> list[str]:
    """Name the nodes of which no boot ended, and those whose logs are missing."""
    ended = {boot.node for boot in case.boots if boot.ended is not None}
    quiet = [node for node in case.cluster.nodes if node.name not in ended]
    ran = [node.name for node in quiet if node.heard]
    unheard = [node.name for node in quiet if not node.heard]
    said = [] if quiet or ended else ["No boot of any node is known."]
    if ran:
        said.append(f"No boot of {words.listing(ran)} ended in what was read.")
    if unheard:
        said.append(
            f"No log of {words.listing(unheard)} was read; how its boots ended is not known."
        )
    return said


def boot_times(boot: Boot) -> str:
    """Say when a boot ended and when the node was back."""
    back = (
        f"back {times.to_the_second(boot.back_at)}"
        if boot.back_at
        else "not seen again in these logs"
    )
    return f"ended {words.moment_of_end(boot)}, {back}"


def status(report: Report) -> list[str]:
    """Say how the cluster stood when the logs end."""
    now, said = report.status, []
    as_of = now.as_of or report.case.ended
    when = (
        f"At the end of the logs ({times.to_the_second(as_of)})"
        if as_of
        else "At the end of the logs"
    )
    if now.quorate is not None:
        said.append(f"{when} the cluster {'had' if now.quorate else 'did not have'} quorum.")
    if now.services:
        states: dict[str, list[str]] = {}
        for service, state in sorted(now.services.items()):
            states.setdefault(state, []).append(service)
        kinds = "; ".join(f"{state}: {', '.join(some)}" for state, some in sorted(states.items()))
        said.append(f"HA services: {kinds}.")
    said.extend(f"Still going on: {what}." for what in now.ongoing)
    return said


def gap(one: Gap) -> str:
    """Say what could not be read, of which node and in which file."""
    about = ", ".join(part for part in (one.node, one.file) if part)
    return f"{about}: {one.says}" if about else one.says


def reading(case: Case) -> list[tuple[str, list[str]]]:
    """Say what was read and what had to be assumed, as headings with lines; empty ones left out."""
    heard = [f"{node}: {times.between(*hours)}" for node, hours in sorted(case.heard.items())]
    kinds = [
        ("Assumed", list(case.assumed)),
        (
            "Clocks (times in this report are corrected, as far as the stamps are fine enough)",
            clocks(case),
        ),
        ("Hours read", heard),
    ]
    return [(heading, lines) for heading, lines in kinds if lines]


def clocks(case: Case) -> list[str]:
    """Say how the nodes' clocks stood against the common one."""
    said = []
    for clock in case.clocks:
        offset = round(clock.offset.total_seconds() * 1000)
        error = round(clock.error.total_seconds() * 1000)
        way = "ahead of" if offset > 0 else "behind"
        stood = f"{abs(offset)} ms {way} the common clock" if offset else "on the common clock"
        said.append(f"{clock.node}: {stood}, give or take {error} ms")
    return said


def check(one: Check) -> str:
    """Name what was audited, with its nodes where all that was found is about the same ones."""
    name = one.audit.replace("_", " ")
    return f"{name} on {words.listing(_shared(one))}" if _shared(one) else name


def found(one: Check) -> list[tuple[str, Found]]:
    """List what an audit found, each in a sentence that names its nodes unless `check` does."""
    return [
        (
            state.says
            if _shared(one) or not state.nodes
            else f"{', '.join(state.nodes)}: {state.says}",
            state,
        )
        for state in one.found
    ]


def _shared(one: Check) -> tuple[str, ...]:
    """Return the nodes that everything found is about, or none."""
    nodes = one.found[0].nodes
    same = not one.left_out and all(state.nodes == nodes for state in one.found)
    return nodes if same else ()


def left_out(one: Check) -> str:
    """Say how much of what an audit found is not told; empty when all is."""
    return f"{one.left_out} more of this kind in the JSON report" if one.left_out else ""


def same_answer(verdict: Verdict, same: Sequence[Verdict]) -> str:
    """Say that incidents have one explanation, and whose lines are quoted for it."""
    others = ", ".join(one.incident.id for one in same)
    return (
        f"The answer is the same for {others}; the lines quoted are those of {verdict.incident.id}."
    )


def first_thing(parts: Outline) -> Recommendation | None:
    """Return the recommendation to begin with."""
    return next((one for _, some in parts.recommendations for one in some), None)


def _short(answers: Sequence[str]) -> Iterator[str]:
    """Write incidents in a row as a range: i1 to i9, then what else is answered."""
    numbers = [int(each[1:]) for each in answers if each[0] == "i" and each[1:].isdigit()]
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    for run in runs:
        yield f"i{run[0]} to i{run[-1]}" if len(run) > 2 else ", ".join(f"i{one}" for one in run)
    for each in answers:
        if not (each[0] == "i" and each[1:].isdigit()):
            yield each.replace("_", " ")


def about(one: Recommendation) -> list[tuple[str, str]]:
    """List what to know before and after following a recommendation, as label and sentence."""
    known = [
        ("Risk", one.risk),
        ("Expected", one.expected),
        ("Check", one.verify),
        ("Undo", one.undo),
        ("Answers", ", ".join(_short(one.answers))),
    ]
    return [(label, says) for label, says in known if says]


def told(report: Report, parts: Outline) -> Iterator[str]:
    """Yield the sentences of a report, for looking up the words in them."""
    yield report.summary
    yield from status(report)
    for verdict in parts.full:
        yield briefly(verdict)
        yield from (step.says for step in verdict.incident.story)
        yield from (f"{label}: {says}" for label, says in words.consequences(verdict.incident))
        for hypothesis in verdict.hypotheses:
            yield hypothesis.says
            yield from hypothesis.missing
    yield from (folded(fold) for fold in parts.folded)
    yield from (pattern.says for pattern in report.patterns)
    yield from (words.ending(boot) for boot in parts.boots)
    for one in (*parts.risky, *parts.normal):
        yield from (one.expected, *(state.says for state in one.found))
    for _, some in parts.recommendations:
        for recommendation in some:
            yield from (recommendation.title, recommendation.why, *recommendation.steps)
