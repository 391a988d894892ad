"""What an action is asked about, and how its answer becomes a recommendation.

An action is one thing to do. It names the causes and audits that call for it, and is asked
once, with all hypotheses and findings of these: fifty hangs of one card are one matter.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from fencepost.advice.names import counted, listed
from fencepost.advice.ports import explained
from fencepost.model.case import Case, Confidence, Ending, Gravity, Incident
from fencepost.model.verdict import Finding, Hypothesis, Priority, Recommendation, Severity

NETWORK = (
    "isolated_node",
    "network_down",
    "broken_path",
    "link_down",
    "link_flap",
    "packet_loss",
    "slow_network",
    "saturated_link",
    "nic_hang",
)
"""Causes that a second corosync link would have made harmless, or less harmful."""

_ORDER = tuple(Priority)
_SEVERITIES = {Severity.CRITICAL: 2, Severity.WARNING: 1}
_MOST_TOLD = 3


@dataclass(frozen=True, slots=True)
class Claim:
    """A hypothesis that deserves an answer, with the incident it explains.

    best: the best explanation of this incident, which may be this one or another.
    """

    incident: Incident
    hypothesis: Hypothesis
    best: Hypothesis

    @property
    def rank(self) -> tuple[Gravity, Confidence]:
        """How much it matters: the gravity of the incident, then how sure the claim is."""
        return self.incident.gravity, self.hypothesis.confidence

    @property
    def first(self) -> bool:
        """Whether it is the best explanation of its incident."""
        return self.hypothesis is self.best

    @property
    def behind(self) -> bool:
        """Whether another explanation fits better and this one is not certain all the same."""
        return not self.first and self.hypothesis.confidence < Confidence.CERTAIN


@dataclass(frozen=True, slots=True)
class Advice:
    """A recommendation, and what puts it before or after others of the same priority.

    weight: gravity, confidence, whether a best explanation calls for it, severity of findings.
    """

    recommendation: Recommendation
    weight: tuple[int, int, int, int] = (-1, -1, 0, 0)

    @property
    def rank(self) -> tuple[int, ...]:
        """Sort key: soonest first, then weightiest."""
        urgency = _ORDER.index(self.recommendation.priority)
        return urgency, *(-part for part in self.weight)


@dataclass(frozen=True, slots=True)
class Matter:
    """All that calls for one action.

    claims: hypotheses of its causes, in the order of their incidents.
    findings: critical and warning findings of its audits.
    """

    case: Case
    claims: tuple[Claim, ...] = ()
    findings: tuple[Finding, ...] = ()

    # --- narrowing it -------------------------------------------------------------------------

    def of(self, *causes: str) -> "Matter":
        """Return this matter with the claims of these causes only."""
        kept = tuple(claim for claim in self.claims if claim.hypothesis.cause in causes)
        return replace(self, claims=kept)

    def about(self, *audits: str) -> "Matter":
        """Return this matter with the findings of these audits only."""
        kept = tuple(finding for finding in self.findings if finding.audit in audits)
        return replace(self, findings=kept)

    # --- asking -------------------------------------------------------------------------------

    @property
    def blamed(self) -> list[str]:
        """Names of the nodes that claims blame and findings name, sorted."""
        names = {name for claim in self.claims for name in claim.hypothesis.blames}
        return sorted(names | {finding.node for finding in self.findings if finding.node})

    @property
    def causes(self) -> tuple[str, ...]:
        """Slugs of the causes claimed, in the order of their incidents."""
        return tuple(dict.fromkeys(claim.hypothesis.cause for claim in self.claims))

    @property
    def audits(self) -> tuple[str, ...]:
        """Slugs of the audits that found something."""
        return tuple(dict.fromkeys(finding.audit for finding in self.findings))

    @property
    def incidents(self) -> tuple[Incident, ...]:
        """The incidents that are claimed to be explained, in order."""
        return tuple({claim.incident.id: claim.incident for claim in self.claims}.values())

    @property
    def proven(self) -> bool:
        """Whether something here is more than possible."""
        likely = any(c.hypothesis.confidence > Confidence.POSSIBLE for c in self.claims)
        return likely or bool(self.findings)

    def worst(self, node: str | None = None) -> Claim | None:
        """Return the gravest and surest claim, the latest of equals; of those blaming `node`."""
        some = [c for c in self.claims if node is None or node in c.hypothesis.blames]
        return max(some, key=lambda c: (*c.rank, c.incident.began), default=None)

    def resets(self) -> int:
        """Count the boots that a watchdog ended in these incidents."""
        return sum(
            boot.ending is Ending.SELF_FENCE
            for incident in self.incidents
            for boot in incident.boots
        )

    # --- telling ------------------------------------------------------------------------------

    def told(self) -> str:
        """Say which hypotheses and findings call for the action, the weightiest first."""
        groups: dict[tuple[str, tuple[str, ...]], list[Claim]] = {}
        for claim in self.claims:
            key = claim.hypothesis.cause, claim.hypothesis.blames
            groups.setdefault(key, []).append(claim)
        ranked = sorted(groups.values(), key=lambda some: max(c.rank for c in some), reverse=True)
        says = [_claimed(replace(self, claims=tuple(some))) for some in ranked[:_MOST_TOLD]]
        if len(ranked) > _MOST_TOLD:
            says.append(f"{counted(len(ranked) - _MOST_TOLD, 'more hypothesis')} point here.")
        found = sorted(self.findings, key=lambda one: -_SEVERITIES.get(one.severity, 0))
        says += [_found(finding) for finding in found[:_MOST_TOLD]]
        if len(found) > _MOST_TOLD:
            says.append(f"{counted(len(found) - _MOST_TOLD, 'more finding')} of this kind.")
        return " ".join(says)

    def recommend(
        self,
        base: Priority,
        title: str,
        *,
        why: str = "",
        steps: Sequence[str],
        risk: str,
        expected: str,
        verify: str,
        undo: str,
        reads: bool = False,
    ) -> Advice:
        """Make the recommendation; `base` is its priority when the matter is proven and grave.

        reads: nothing is changed by it, so that it need not wait for proof.
        """
        doubt = "" if self.proven or reads else "Not proven, so find out first. "
        lead = f"{doubt}{self.told()}".strip()
        ids = tuple(incident.id for incident in self.incidents)
        return Advice(
            Recommendation(
                priority=self._urgency(base, reads=reads),
                title=title,
                why=" ".join(part for part in (lead, why) if part),
                steps=explained(steps),
                risk=risk,
                expected=expected,
                verify=verify,
                undo=undo,
                answers=(*ids, *self.causes, *self.audits),
            ),
            weight=(
                max((claim.incident.gravity for claim in self.claims), default=-1),
                max((claim.hypothesis.confidence for claim in self.claims), default=-1),
                int(any(claim.first for claim in self.claims)),
                max((_SEVERITIES.get(one.severity, 0) for one in self.findings), default=0),
            ),
        )

    def _urgency(self, base: Priority, *, reads: bool) -> Priority:
        """A claim that is only possible, or a mere warning, can wait; so can a lesser finding."""
        at = _ORDER.index(base)
        waits = [
            ((claim.hypothesis.confidence <= Confidence.POSSIBLE and not reads) or claim.behind)
            + (claim.incident.gravity is Gravity.WARNING)
            for claim in self.claims
        ]
        places = [at + wait for wait in waits]
        places += [
            at if finding.severity is Severity.CRITICAL else max(at, _ORDER.index(Priority.SOON))
            for finding in self.findings
        ]
        return _ORDER[min(min(places, default=at), len(_ORDER) - 1)]


def _claimed(some: Matter) -> str:
    """Say what is claimed of some incidents, which all have the same cause."""
    best = max(some.claims, key=lambda claim: claim.rank)
    surest = max(claim.hypothesis.confidence for claim in some.claims)
    ids = [incident.id for incident in some.incidents]
    which = (
        f"incident{'s' if len(ids) > 1 else ''} {listed(ids)}"
        if len(ids) <= _MOST_TOLD
        else f"{len(ids)} incidents (first {ids[0]}, last {ids[-1]})"
    )
    resets = some.resets()
    cost = f", with {counted(resets, 'watchdog reset')}" if resets else ""
    second = " (another fits better)" if all(claim.behind for claim in some.claims) else ""
    return f"{surest.name.capitalize()} cause{second} of {which}{cost}: {best.hypothesis.says}."


def _found(finding: Finding) -> str:
    where = f" on {finding.node}" if finding.node else ""
    return f"Found{where}: {finding.found}."


def aside(
    priority: Priority,
    title: str,
    *,
    why: str,
    steps: Sequence[str],
    risk: str = "None.",
    expected: str,
    verify: str,
    undo: str = "Nothing to undo.",
    answers: tuple[str, ...],
) -> Advice:
    """Make advice on the side: a habit to keep or to drop, about no single incident.

    It comes after everything else of its priority. answers: slugs only.
    """
    return Advice(
        Recommendation(
            priority=priority,
            title=title,
            why=why,
            steps=tuple(steps),
            risk=risk,
            expected=expected,
            verify=verify,
            undo=undo,
            answers=answers,
        )
    )


Advise = Callable[[Matter], Iterator[Advice]]


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do, and what calls for it.

    causes: slugs, None when every first hypothesis does. audits: slugs.
    advise: yields no advice when the facts of the case do not call for it after all.
    """

    name: str
    advise: Advise
    causes: tuple[str, ...] | None
    audits: tuple[str, ...]


def action(
    *, causes: tuple[str, ...] | None = (), audits: tuple[str, ...] = ()
) -> Callable[[Advise], Action]:
    """Declare an action by the function that advises it."""

    def declare(advise: Advise) -> Action:
        return Action(advise.__name__, advise, causes, audits)

    return declare
