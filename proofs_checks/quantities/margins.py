"""Forms t <= m for a number t and a margin m, decided by enclosures, then exactly."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache

from mondeq_ref.operator import Operator
from mondeq_ref.rigor.enclosure import Enclosure
from mondeq_ref.rigor.thresholds import least_eigenvalue_exceeds, least_eigenvalue_is
from mondeq_ref.rigor.verdict import ONE, ZERO, Guarantee, Verdict
from proofs_checks.instance import Instance
from proofs_checks.quantities.eigenvalues import monotone_part
from proofs_checks.quantities.kinds import ENCLOSED
from proofs_checks.theorem import Form

LowerBound = Callable[[Instance], tuple[Fraction, Operator]]  # t, and the operator with margin m


def reaches(name: str, formula: str, threshold: LowerBound) -> Form:
    """The form t <= lambda_min(sym(I - W))."""

    def check(instance: Instance) -> list[Verdict]:
        return [enclosed(*threshold(instance))]

    def again(instance: Instance, _: int) -> Verdict:
        return decided(*threshold(instance))

    return Form(name, formula, check, again)


@lru_cache(maxsize=2)
def of_array(product: Operator) -> tuple[Operator, Fraction]:
    """The layer whose matrix is fl(W), the float array of an exact product W, and a number
    d >= ||fl(W) - W||, by which its margin is at most smaller."""
    array = replace(product, exact_weights=None)
    return array, Fraction(ENCLOSED.norm(product.exact_W - array.exact_W).hi)


def enclosed(t: Fraction, operator: Operator) -> Verdict:
    return Verdict(Enclosure.of(t), operator.margin, Guarantee.RIGOROUS_FLOAT)


@lru_cache(maxsize=2)
def decided(t: Fraction, operator: Operator) -> Verdict:
    """The verdict on t <= m by exact definiteness."""
    S, verdict = monotone_part(operator.exact_W), enclosed(t, operator)
    sign = ONE if least_eigenvalue_exceeds(S, t) else ZERO if least_eigenvalue_is(S, t) else -ONE
    return Verdict(verdict.lhs, verdict.rhs, Guarantee.EXACT, gap=sign)
