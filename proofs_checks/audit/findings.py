"""Findings: the summary of a claim's records."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np

from mondeq_ref.rigor.enclosure import Enclosure
from mondeq_ref.rigor.verdict import Outcome
from proofs_checks.audit.judge import FailedInstance, Record
from proofs_checks.audit.witnesses import Attained, Needed
from proofs_checks.theorem import Theorem

BINS = 20  # of the histogram of measured/bound on [0, 1]


@dataclass(frozen=True)
class FormFinding:
    """The verdicts of one form over all instances that satisfy its hypotheses."""

    name: str
    formula: str
    verdict: str
    cases: int
    refuted: int
    undecided: int
    escalated: int  # decided in exact arithmetic after the float enclosures overlapped
    tightest: Enclosure | None
    tightest_case: tuple[int, int] | None  # (instance, input)
    histogram: tuple[int, ...]  # of measured/bound
    against_published: float | None  # median of this bound / the published one


@dataclass(frozen=True)
class ErrorBudget:
    """The parts of the distance between the two sides: medians, relative to the bound."""

    slack: float  # 1 - measured/bound
    solver: float  # certified solver radii
    rounding: float  # everything else in the enclosures


@dataclass(frozen=True)
class ClaimFinding:
    """The verdict of one claim, with its forms and witnesses."""

    id: str
    sentence: str
    source: str
    verdict: str  # HOLDS, REFUTED, UNDECIDED, ERROR
    cases: int
    refuted: int
    undecided: int
    attained: bool | None
    tightest: Enclosure | None
    guarantee: str
    instances: int
    hypotheses: tuple[str, ...]
    met: tuple[int, int, int]  # records whose hypotheses are proved, refuted, undecided
    inside: tuple[int, int, int]  # of those proved: the conclusion holds, fails, is undecided
    outside: tuple[int, int, int]  # of those refuted: the same
    forms: tuple[FormFinding, ...]
    witnesses: tuple[Attained, ...]
    needed: tuple[Needed, ...]
    budget: ErrorBudget | None
    faults: tuple[str, ...]
    case: tuple[Record, ...] = ()  # every form on the tightest case of the first


def finding(
    theorem: Theorem,
    found: Sequence[Record | FailedInstance],
    witnesses: Sequence[Attained],
    needs: Sequence[Needed],
    faults: Sequence[str],
) -> ClaimFinding:
    """The finding of a claim from its records, its witnesses and their faults."""
    kept = [record for record in found if isinstance(record, Record)]
    errors = [
        f"{failure.where}: {failure.what}"
        for failure in found
        if isinstance(failure, FailedInstance)
    ]
    published = {(r.index, r.row): r for r in kept if r.form == theorem.forms[0].name}
    forms = tuple(
        _form(form.name, form.formula, [r for r in kept if r.form == form.name], published)
        for form in theorem.forms
    )
    first = [record for record in kept if record.form == theorem.forms[0].name]
    problems = [*faults, *errors]
    known = [witness.attained for witness in witnesses if witness.attained is not None]
    return ClaimFinding(
        theorem.name,
        theorem.sentence,
        theorem.source,
        "ERROR" if problems else _worst([form.verdict for form in forms]),
        sum(form.cases for form in forms),
        sum(form.refuted for form in forms),
        sum(form.undecided for form in forms),
        all(known) if known else None,
        forms[0].tightest,
        " + ".join(sorted({record.guarantee for record in kept})),
        len({record.index for record in kept}),
        tuple(theorem.hypotheses),
        (
            sum(record.hypotheses is Outcome.PROVED for record in first),
            sum(record.hypotheses is Outcome.REFUTED for record in first),
            sum(record.hypotheses is Outcome.UNDECIDED for record in first),
        ),
        _conclusions(first, Outcome.PROVED),
        _conclusions(first, Outcome.REFUTED),
        forms,
        tuple(witnesses),
        tuple(needs),
        _budget(first),
        tuple(problems[:20]),
        tuple(r for r in kept if (r.index, r.row) == forms[0].tightest_case),
    )


def _conclusions(records: Sequence[Record], hypotheses: Outcome) -> tuple[int, int, int]:
    found = [record.conclusion for record in records if record.hypotheses is hypotheses]
    holds, fails = found.count(Outcome.PROVED), found.count(Outcome.REFUTED)
    return holds, fails, len(found) - holds - fails


def _form(
    name: str,
    formula: str,
    records: Sequence[Record],
    published: dict[tuple[int, int], Record],
) -> FormFinding:
    under = [record for record in records if record.hypotheses is not Outcome.REFUTED]
    outcomes = [
        Outcome.UNDECIDED if record.hypotheses is Outcome.UNDECIDED else record.conclusion
        for record in under
    ]
    refuted, undecided = outcomes.count(Outcome.REFUTED), outcomes.count(Outcome.UNDECIDED)
    rated = [(record.ratio, record) for record in under if record.ratio is not None]
    tightest = max(rated, key=lambda pair: (pair[0].lo, -pair[1].index), default=None)
    counts, _ = np.histogram(
        [min(max(ratio.mid, 0.0), 1.0) for ratio, _ in rated], bins=BINS, range=(0, 1)
    )
    shares = [
        record.bound / paper.bound
        for record in under
        for paper in [published.get((record.index, record.row))]
        if paper is not None and paper.bound > 0 and _same_quantity(record, paper)
    ]
    verdict = "REFUTED" if refuted else "UNDECIDED" if undecided or not under else "HOLDS"
    return FormFinding(
        name,
        formula,
        verdict,
        len(under),
        refuted,
        undecided,
        sum(record.escalated for record in under),
        None if tightest is None else tightest[0],
        None if tightest is None else (tightest[1].index, tightest[1].row),
        tuple(int(count) for count in counts),
        median(shares) if shares else None,
    )


def _same_quantity(record: Record, paper: Record) -> bool:
    """Whether two records measure the same positive number, so that their bounds are comparable."""
    a, b = record.measured, paper.measured
    return record.ratio is not None and 0 < a.lo <= b.hi and b.lo <= a.hi


def _budget(records: Sequence[Record]) -> ErrorBudget | None:
    rated = [
        (record.ratio, record)
        for record in records
        if record.ratio is not None and record.hypotheses is Outcome.PROVED
    ]
    if not rated:
        return None
    return ErrorBudget(
        median(1 - ratio.mid for ratio, _ in rated),
        median(record.solver for _, record in rated),
        median(max(record.width - record.solver, 0.0) for _, record in rated),
    )


def _worst(verdicts: Sequence[str]) -> str:
    return next((name for name in ("REFUTED", "UNDECIDED") if name in verdicts), "HOLDS")
