"""What a perturbation costs: margin lost, against bounds that may be attained, and L gained."""

from collections.abc import Callable
from fractions import Fraction

from flint import arb

from mondeq_ref.rigor.dyadic import Dyadic
from mondeq_ref.rigor.enclosure import Enclosure
from mondeq_ref.rigor.spectrum import symmetric_part
from mondeq_ref.rigor.verdict import ZERO, Guarantee, Verdict
from proofs_checks.instance import Instance
from proofs_checks.quantities.precise import (
    MOST_UNITS,
    decided_again,
    eigenvalues,
    margin,
    monotone_part,
    of_one_pair,
    rational_margin,
)


def lost(instance: Instance) -> Enclosure:
    """m - m~: every form says that at most so much is lost."""
    return instance.operator.margin - instance.after.margin


def gained(instance: Instance) -> Enclosure:
    """L~ - L."""
    return instance.after.lipschitz - instance.operator.lipschitz


def difference(instance: Instance) -> Dyadic:
    return instance.operator.exact_W - instance.after.exact_W


def compared(
    instance: Instance,
    verdict: Verdict,
    is_greatest: bool,
    bound: Callable[[], arb],
    rational_bound: Callable[[], Fraction | None],
) -> Verdict:
    """m - m~ against a bound: equal by an identity of matrices, or in balls, or in rationals.

    If sym(I - W) = m I, then m - m~ *is* the greatest eigenvalue of sym(W~ - W), rational or
    not; `is_greatest` says that so is the bound.
    """
    W, after = instance.operator.exact_W, instance.after.exact_W
    S = monotone_part(W)
    if is_greatest and is_multiple_of_identity(S):
        equal = Verdict(verdict.rhs, verdict.rhs, Guarantee.EXACT, gap=ZERO)
        return of_one_pair(verdict, equal)
    if monotone_part(after) == S:  # nothing is lost, and a norm is not negative
        nothing = Verdict(ZERO, verdict.rhs, Guarantee.EXACT, gap=Enclosure(0.0, verdict.rhs.hi))
        return of_one_pair(verdict, nothing)

    def rationals() -> tuple[Fraction | None, Fraction | None]:
        m, m_after = rational_margin(W), rational_margin(after)
        return (None if m is None or m_after is None else m - m_after), rational_bound()

    return decided_again(
        verdict, instance.operator.n, lambda: (margin(W) - margin(after), bound()), rationals
    )


def is_multiple_of_identity(S: Dyadic) -> bool:
    rows = S.integers.table()
    return all(
        x == (rows[0][0] if i == j else 0) for i, row in enumerate(rows) for j, x in enumerate(row)
    )


def largest_is_greatest(dW: Dyadic) -> bool:
    """Is ||sym dW|| certainly the greatest eigenvalue of sym(W~ - W) = -sym dW?"""
    if dW.shape[0] > MOST_UNITS:
        return False
    rise = eigenvalues(-symmetric_part(dW))
    return bool(rise[-1] > -rise[0])
