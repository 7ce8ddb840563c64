"""The verdicts of a claim on one given operator, counted."""

from typing import Any

from mondeq_ref.arrays import InputError
from mondeq_ref.operator import Operator
from mondeq_ref.rigor.verdict import Outcome
from proofs_checks.audit.judge import FailedInstance, Record, records
from proofs_checks.claims import theorem


def checked(claim: str, operator: Operator, seed: int) -> dict[str, Any]:
    """Every form of the claim on an instance drawn around the operator."""
    subject = theorem(claim)
    if operator.n > subject.largest:
        raise InputError(f"{claim} is checked on at most {subject.largest} units: {operator.n}")
    found = list(records(subject, seed, range(1), {"given": operator}))
    failed = [one for one in found if isinstance(one, FailedInstance)]
    if failed:
        raise RuntimeError(failed[0].what)
    judged = [one for one in found if isinstance(one, Record)]
    met = [one for one in judged if one.hypotheses is Outcome.PROVED]
    ratios = [one.ratio.lo for one in met if one.ratio is not None]
    counts = {
        outcome.name: sum(one.conclusion is outcome for one in met)
        for outcome in (Outcome.PROVED, Outcome.REFUTED, Outcome.UNDECIDED)
    }
    return {
        "verdicts": len(judged),
        "hypotheses_met": len(met),
        "conclusions": counts,
        "tightest": max(ratios, default=None),
    }
