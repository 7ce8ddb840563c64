"""Run claims on their cases and say, for each, what was proved, refuted or left undecided.

A claim HOLDS when every case was proved; it is never called proved itself, since instances
are not all operators.  An exception inside a check is an ERROR, never a verdict.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np

from mondeq_ref.rigor.enclosure import Enclosure
from mondeq_ref.verdict import Outcome, Verdict
from proofs_checks import displacement, margin
from proofs_checks.theorem import Theorem

CLAIMS: dict[str, Theorem[Any]] = {
    module.THEOREM.name: module.THEOREM for module in (margin, displacement)
}
ATTAINED_WITHIN = 1e-6  # how narrow measured/bound must be around 1 to count as attained


@dataclass(frozen=True)
class Finding:
    """What one claim's cases showed."""

    id: str
    sentence: str
    verdict: str  # HOLDS, REFUTED, UNDECIDED or ERROR
    cases: int
    refuted: int
    undecided: int
    attained: bool | None  # None: no attaining case is known
    tightest: Enclosure | None  # the largest measured/bound among the ordinary cases
    guarantee: str
    notes: tuple[str, ...]


def audit(theorem: Theorem[Any], seed: int, cases: int) -> Finding:
    """Check `cases` ordinary cases, the attaining witness and the necessity witnesses."""
    notes: list[str] = []
    outcomes: list[Outcome] = []
    tightest: Enclosure | None = None
    guarantee = ""
    attained: bool | None = None
    failed = False
    try:
        rng = np.random.default_rng(np.random.SeedSequence(seed))
        for case in islice(theorem.cases(rng), cases):
            outcome, verdict = judged(theorem, case)
            outcomes.append(outcome)
            guarantee = verdict.guarantee.value
            ratio = verdict.lhs / verdict.rhs
            if tightest is None or ratio.lo > tightest.lo:
                tightest = ratio
        attained, faults = witnesses(theorem)
        notes += faults
    except Exception as error:
        # Reported as ERROR with its name: an exception is never turned into a verdict.
        failed = True
        notes.append(f"{type(error).__name__}: {error}")
    refuted, undecided = outcomes.count(Outcome.REFUTED), outcomes.count(Outcome.UNDECIDED)
    if failed or notes:
        verdict_of_claim = "ERROR"
    elif refuted:
        verdict_of_claim = "REFUTED"
    elif undecided or not outcomes:
        verdict_of_claim = "UNDECIDED"
    else:
        verdict_of_claim = "HOLDS"
    return Finding(
        theorem.name,
        theorem.sentence,
        verdict_of_claim,
        len(outcomes),
        refuted,
        undecided,
        attained,
        tightest,
        guarantee,
        tuple(notes),
    )


def judged(theorem: Theorem[Any], case: Any) -> tuple[Outcome, Verdict]:
    """The conclusion counts only where every hypothesis is proved."""
    hypotheses = {name: holds(case) for name, holds in theorem.hypotheses.items()}
    verdict = theorem.check(case)
    if Outcome.REFUTED in hypotheses.values():
        broken = [name for name, outcome in hypotheses.items() if outcome is Outcome.REFUTED]
        raise AssertionError(f"a case breaks the hypothesis {broken[0]!r}")
    if Outcome.UNDECIDED in hypotheses.values():
        return Outcome.UNDECIDED, verdict
    return verdict.outcome, verdict


def witnesses(theorem: Theorem[Any]) -> tuple[bool | None, list[str]]:
    """Is the bound attained as said, and is every hypothesis needed as said?"""
    faults: list[str] = []
    attained = None
    if not isinstance(theorem.tight, str):
        verdict = theorem.check(theorem.tight())
        ratio = verdict.lhs / verdict.rhs
        attained = ratio.lo <= 1 <= ratio.hi and ratio.width <= ATTAINED_WITHIN
        if not attained:
            faults.append(f"the attaining witness has measured/bound in {ratio}")
    if theorem.necessary.keys() != theorem.hypotheses.keys():
        faults.append("a hypothesis has neither a necessity witness nor a reason for having none")
    for name, witness in theorem.necessary.items():
        if isinstance(witness, str):
            continue
        case = witness()
        broken = {h for h, holds in theorem.hypotheses.items() if holds(case) is Outcome.REFUTED}
        if broken != {name}:
            faults.append(f"the witness for {name!r} breaks {sorted(broken)}")
        elif theorem.check(case).outcome is not Outcome.REFUTED:
            faults.append(f"without {name!r} the claim was not refuted by its witness")
    return attained, faults


def run(names: Sequence[str], seed: int, cases: int) -> list[Finding]:
    return [audit(CLAIMS[name], seed, cases) for name in names]
