"""A number that a margin is said to reach: enclosures first, then exactly, at any size."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache

from mondeq_ref.operator import Operator
from mondeq_ref.rigor.enclosure import Enclosure
from mondeq_ref.rigor.thresholds import least_eigenvalue_exceeds, least_eigenvalue_is
from mondeq_ref.rigor.verdict import ONE, ZERO, Guarantee, Verdict
from proofs_checks.instance import Instance
from proofs_checks.quantities.constants import ENCLOSED
from proofs_checks.quantities.eigenvalues import monotone_part
from proofs_checks.theorem import Form

Reached = Callable[[Instance], tuple[Fraction, Operator]]  # a number, and whose margin reaches it


def reaches(name: str, formula: str, reached: Reached) -> Form:
    """t <= lambda_min(sym(I - W))."""

    def check(instance: Instance) -> list[Verdict]:
        return [enclosed(*reached(instance))]

    def again(instance: Instance, _: int) -> Verdict:
        return decided(*reached(instance))

    return Form(name, formula, check, again)


@lru_cache(maxsize=2)
def of_array(product: Operator) -> tuple[Operator, Fraction]:
    """The layer whose matrix is the float array of a product, and what rounding did to it:
    d >= ||fl(W) - W||, so that m - d is left of a margin m."""
    array = replace(product, exact_weights=None)
    return array, Fraction(ENCLOSED.norm(product.exact_W - array.exact_W).hi)


def enclosed(t: Fraction, operator: Operator) -> Verdict:
    return Verdict(Enclosure.of(t), operator.margin, Guarantee.RIGOROUS_FLOAT)


def decided(t: Fraction, operator: Operator) -> Verdict:
    """By exact definiteness."""
    S, verdict = monotone_part(operator.exact_W), enclosed(t, operator)
    above = ONE if least_eigenvalue_exceeds(S, t) else -ONE
    sign = ZERO if least_eigenvalue_is(S, t) else above
    return Verdict(verdict.lhs, verdict.rhs, Guarantee.EXACT, gap=sign)
