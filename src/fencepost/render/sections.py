"""The parts of a report in the order in which people read them, as blocks to be drawn."""

from collections.abc import Iterable, Iterator

from fencepost.model.case import Boot, Confidence, Gravity, Incident, Proof
from fencepost.model.verdict import Hypothesis, Priority, Recommendation, Report, Severity, Verdict
from fencepost.render import glossary, telling, times, words
from fencepost.render.blocks import (
    Block,
    Command,
    Entries,
    Entry,
    Facts,
    Heading,
    Paragraph,
    Quote,
    Quotes,
    Steps,
    Tone,
)
from fencepost.render.evidence import Exhibits, by_time, number
from fencepost.render.outline import Check, Outline, cited, outline, shown
from fencepost.render.places import position
from fencepost.render.prose import instruction

_GRAVITY_TONES: dict[Gravity, Tone] = {
    Gravity.WARNING: "",
    Gravity.DISTURBED: "warn",
    Gravity.MEMBER_LOST: "warn",
    Gravity.QUORUM_LOST: "bad",
    Gravity.NODE_DOWN: "bad",
}

_SEVERITY_TONES: dict[Severity, Tone] = {
    Severity.CRITICAL: "bad",
    Severity.WARNING: "warn",
    Severity.INFO: "",
    Severity.OK: "good",
}


def sections(report: Report, *, evidence: bool = True) -> Iterator[Block]:
    """Yield a report's blocks, from what the hurried need to what engineers check.

    evidence: whether all lines are listed again at the end, beside where they are quoted.
    """
    parts, exhibits = outline(report), number(report)
    yield Heading(1, telling.title(report))
    yield Paragraph(telling.setting(report), tone="soft")
    yield from _in_short(report, parts)
    if not report.audit_only:
        yield from _what_happened(report, parts, exhibits)
        yield from _why(parts, exhibits)
        yield from _boots(report, parts, exhibits)
    yield from _risky(parts, exhibits)
    yield from _what_to_do(parts)
    yield from _not_read(report)
    yield from _words(report, parts)
    if evidence:
        yield from _evidence(report, parts, exhibits)


def in_short(report: Report) -> Iterator[Block]:
    """Yield what to remember when nothing else is read: the summary and where to begin."""
    yield Paragraph(report.summary)
    first = telling.first_thing(outline(report))
    if first is not None:
        yield Paragraph(first.title, label="First thing to do")


def _in_short(report: Report, parts: Outline) -> Iterator[Block]:
    yield Heading(2, "In short")
    summary, *first = in_short(report)
    yield summary
    entries = [
        Entry(
            telling.briefly(verdict),
            f"{verdict.incident.id}, {telling.span(verdict.incident)}",
            tone=_GRAVITY_TONES[verdict.incident.gravity],
        )
        for verdict in parts.full
    ]
    if parts.folded:
        entries.append(Entry(f"{telling.folded_count(parts)}, in one line for each kind below"))
    if entries:
        yield Entries(tuple(entries))
    else:
        yield Paragraph(telling.NOTHING_HAPPENED)
    yield from first
    for sentence in telling.status(report):
        yield Paragraph(sentence)


def _what_happened(report: Report, parts: Outline, exhibits: Exhibits) -> Iterator[Block]:
    yield Heading(2, "What happened")
    if not (parts.full or parts.folded):
        yield Paragraph(telling.NOTHING_HAPPENED)
    for verdict in parts.full:
        yield from _incident(verdict.incident, exhibits)
    if parts.folded:
        yield Heading(3, telling.folded_count(parts))
        told = parts.folded[: telling.MOST_FOLDS]
        yield Entries(
            tuple(
                Entry(
                    telling.folded(fold),
                    f"{len(fold.verdicts)} ×" if len(fold.verdicts) > 1 else "once",
                    tone=_GRAVITY_TONES[fold.first.incident.gravity],
                )
                for fold in told
            )
        )
        if len(parts.folded) > len(told):
            rest = len(parts.folded) - len(told)
            yield Paragraph(f"{rest} more kinds are in the JSON report.")
    if report.patterns:
        yield Heading(3, "Again and again")
        yield Entries(
            tuple(Entry(one.says, names=_names(one.because, exhibits)) for one in report.patterns)
        )


def _incident(incident: Incident, exhibits: Exhibits) -> Iterator[Block]:
    tone = _GRAVITY_TONES[incident.gravity]
    yield Heading(3, f"{incident.id}: {words.headline(incident)}", tone)
    yield Paragraph(f"{telling.span(incident)}, {words.GRAVITIES[incident.gravity]}", tone="soft")
    yield Entries(
        tuple(
            Entry(
                step.says,
                times.clock_beside(step.at, incident.began),
                () if step.proof is None else (exhibits.name(step.proof),),
            )
            for step in incident.story
        ),
        aligned=True,
    )
    moves = (
        Entry(words.moved(one, incident), "HA moved", (exhibits.name(one.origin),))
        for one in incident.recoveries
    )
    yield Facts((*_entries(words.consequences(incident)), *moves))


def _why(parts: Outline, exhibits: Exhibits) -> Iterator[Block]:
    yield Heading(2, "Why")
    if not parts.full:
        yield Paragraph(telling.NOTHING_TO_EXPLAIN)
    for verdict, *same in parts.explained:
        incident = verdict.incident
        ids = ", ".join(one.incident.id for one in (verdict, *same))
        yield Heading(3, f"{ids}: {words.headline(incident)}")
        if same:
            yield Paragraph(telling.same_answer(verdict, same), tone="soft")
        if words.best_of(verdict) is None:
            yield Paragraph(telling.NOTHING_EXPLAINS)
        for hypothesis in verdict.hypotheses:
            if hypothesis.confidence is not Confidence.RULED_OUT:
                yield from _hypothesis(hypothesis, exhibits)
        yield from _ruled_out(verdict, exhibits)


def _hypothesis(hypothesis: Hypothesis, exhibits: Exhibits) -> Iterator[Block]:
    sure = words.CONFIDENCES[hypothesis.confidence].capitalize()
    yield Heading(4, f"{sure}: {words.accusation(hypothesis)} (`{hypothesis.cause}`)")
    yield Paragraph(hypothesis.says)
    yield from _quotes("Because", hypothesis.because, exhibits)
    yield from _quotes("Despite", hypothesis.despite, exhibits)
    yield from _missing(hypothesis.missing)
    if hypothesis.settle_with:
        yield Command("This would settle it", hypothesis.settle_with)


def _ruled_out(verdict: Verdict, exhibits: Exhibits) -> Iterator[Block]:
    out = [one for one in verdict.hypotheses if one.confidence is Confidence.RULED_OUT]
    if out:
        names = tuple(name for one in out for name in _names(one.despite[:1], exhibits))
        said = "; ".join(f"{words.accusation(one)} ({one.says})" for one in out)
        yield Facts((Entry(said, "Ruled out", names),))


def _boots(report: Report, parts: Outline, exhibits: Exhibits) -> Iterator[Block]:
    yield Heading(2, "How each node's boot ended")
    for boot in parts.boots:
        yield from _boot(boot, exhibits)
    if parts.folded_boots:
        yield Entries(tuple(Entry(telling.boots_alike(fold)) for fold in parts.folded_boots))
    for sentence in telling.kept_running(report.case):
        yield Paragraph(sentence)


def _boot(boot: Boot, exhibits: Exhibits) -> Iterator[Block]:
    yield Heading(3, f"{boot.node}: {words.ending(boot)}")
    yield Paragraph(telling.boot_times(boot), tone="soft")
    yield from _quotes("Because", boot.because, exhibits)
    yield from _quotes("Despite", boot.despite, exhibits)
    yield from _missing(boot.missing)


def _risky(parts: Outline, exhibits: Exhibits) -> Iterator[Block]:
    yield Heading(2, "What is risky")
    if not parts.risky:
        yield Paragraph(telling.NOTHING_RISKY)
    for one in parts.risky:
        severity, tone = words.SEVERITIES[one.severity], _SEVERITY_TONES[one.severity]
        yield Heading(3, f"{telling.check(one)} ({severity})", tone)
        found = [
            Entry(says, "and" if index else "Found", _names(state.because, exhibits))
            for index, (says, state) in enumerate(telling.found(one))
        ]
        if one.left_out:
            found.append(Entry(telling.left_out(one), "and"))
        yield Facts((*found, Entry(one.expected, "Should be")))
    if parts.normal:
        yield Heading(4, "Looked, normal")
        yield Entries(tuple(_normal(one, exhibits) for one in parts.normal))


def _normal(one: Check, exhibits: Exhibits) -> Entry:
    says = [says for says, _ in telling.found(one)]
    says += [telling.left_out(one)] if one.left_out else []
    proofs = (proof for state in one.found for proof in cited(state.because))
    return Entry("; ".join(says), f"{telling.check(one)}:", tuple(exhibits.names(proofs)))


def _what_to_do(parts: Outline) -> Iterator[Block]:
    yield Heading(2, "What to do")
    if not parts.recommendations:
        yield Paragraph(telling.NOTHING_TO_DO)
    number = 0
    for priority, some in parts.recommendations:
        for one in some:
            number += 1
            yield from _recommendation(number, priority, one)


def _recommendation(number: int, priority: Priority, one: Recommendation) -> Iterator[Block]:
    tone: Tone = "bad" if priority is Priority.NOW else ""
    yield Heading(3, f"{number}. {words.PRIORITIES[priority]}: {one.title}", tone)
    yield Paragraph(one.why)
    yield Steps(tuple(instruction(step) for step in one.steps))
    yield Facts(_entries(telling.about(one)))


def _not_read(report: Report) -> Iterator[Block]:
    gaps = report.case.gaps
    yield Heading(2, "What could not be read")
    if not gaps:
        yield Paragraph(telling.NOTHING_UNREAD)
    else:
        yield Entries(tuple(Entry(telling.gap(one)) for one in gaps[: telling.MOST_GAPS]))
    if len(gaps) > telling.MOST_GAPS:
        yield Paragraph(f"{len(gaps) - telling.MOST_GAPS} more are in the JSON report.")
    for heading, lines in telling.reading(report.case):
        yield Heading(4, heading)
        yield Entries(tuple(Entry(line) for line in lines))


def _words(report: Report, parts: Outline) -> Iterator[Block]:
    terms = glossary.explained(telling.told(report, parts))
    if terms:
        yield Heading(2, "Words used here")
        yield Facts(_entries(terms))


def _evidence(report: Report, parts: Outline, exhibits: Exhibits) -> Iterator[Block]:
    named = {exhibits.name(proof) for proof in shown(report, parts)}
    listed = by_time(exhibit for exhibit in exhibits if exhibit[0] in named)
    yield Heading(2, "Evidence, in order of time")
    if listed:
        yield Quotes("", tuple(_quote(name, proof) for name, proof in listed))
    else:
        yield Paragraph(telling.NO_EVIDENCE)


def _quotes(label: str, proofs: Iterable[Proof], exhibits: Exhibits) -> Iterator[Block]:
    lines = cited(proofs)
    if lines.quoted:
        yield Quotes(
            label,
            tuple(_quote(exhibits.name(proof), proof) for proof in lines.quoted),
            tuple(exhibits.names(lines.named)),
            lines.left_out,
        )


def _quote(name: str, proof: Proof) -> Quote:
    at = times.stamp(proof.at) if proof.at is not None else None
    place = (proof.node, at, position(proof.origin))
    return Quote(name, tuple(part for part in place if part), proof.origin.text)


def _missing(missing: tuple[str, ...]) -> Iterator[Block]:
    if missing:
        yield Entries(tuple(Entry(what) for what in missing), "Missing")


def _names(proofs: Iterable[Proof], exhibits: Exhibits) -> tuple[str, ...]:
    return tuple(exhibits.names(cited(proofs)))


def _entries(pairs: Iterable[tuple[str, str]]) -> tuple[Entry, ...]:
    return tuple(Entry(says, label) for label, says in pairs)
