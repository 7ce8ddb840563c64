"""For which steps is I - alpha M a contraction?  Exactly, and against what m and L promise."""

from fractions import Fraction

import numpy as np

from mondeq_ref.operator import Operator
from mondeq_ref.rigor.definite import is_positive_definite, is_positive_semidefinite
from mondeq_ref.rigor.dyadic import Dyadic
from mondeq_ref.rigor.rational import fmpq_of
from mondeq_ref.rigor.spectrum import least_eigenvalue
from mondeq_ref.rigor.thresholds import spectral_norm_less
from mondeq_ref.verdict import ONE, ZERO, Guarantee, Outcome, Verdict, fact
from proofs_checks.ingredients.constants import ENCLOSED, RATIONAL, constants, times
from proofs_checks.ingredients.hypotheses import outcome
from proofs_checks.ingredients.precise import MOST_UNITS, IrrationalError
from proofs_checks.ingredients.rational_points import monotone
from proofs_checks.ingredients.steps import identity
from proofs_checks.instance import Instance


def positive_probe(instance: Instance) -> Outcome:
    """The alpha at which the exact interval is looked at."""
    return outcome(instance.numbers["probe"] > 0)


def exact_range(instance: Instance) -> list[Verdict | None]:
    """||I - alpha M|| < 1 if and only if alpha < 2 lambda_min(sym M^-1), at a probed alpha > 0."""
    M = monotone(instance.operator)
    if instance.operator.n > MOST_UNITS or M.det() == 0:
        return [None]
    p, r = instance.numbers["probe"].as_integer_ratio()
    linear = constants(instance, ENCLOSED).scaled(r, p)
    inverse = (M.inv() + M.inv().transpose()) - identity(M.nrows()) * fmpq_of(Fraction(p, r))
    inside = is_positive_definite(Dyadic(inverse.numer_denom()[0], 0))
    return [fact(spectral_norm_less(linear, r) == inside)]


def interval(instance: Instance) -> list[Verdict | None]:
    """m/L^2 against lambda_min(sym M^-1)."""
    M = monotone(instance.operator)
    if instance.operator.n > MOST_UNITS or M.det() == 0:
        return [None]
    k = constants(instance, ENCLOSED)
    twice, denominator = (M.inv() + M.inv().transpose()).numer_denom()
    least = least_eigenvalue(Dyadic(twice, -1)) / int(denominator)
    return [Verdict(k.m / k.L_squared, least, Guarantee.RIGOROUS_FLOAT)]


def interval_exactly(instance: Instance, _: int) -> Verdict:
    """By congruence with M: sym M >= (m/L^2) M'M, singular where the two are equal."""
    (verdict,) = interval(instance)
    if verdict is None:
        raise ValueError("only a verdict that was given can be escalated")
    k = constants(instance, RATIONAL)
    try:
        p, r = (k.m / k.L_squared).as_integer_ratio()
    except IrrationalError:
        return verdict
    M = k.scaled(0, -1)
    gap = times(M + M.T, r) - times(M.T @ M, 2 * p)
    sign = ZERO if gap.integers.det() == 0 else ONE
    sign = sign if is_positive_semidefinite(gap) else -ONE
    return Verdict(verdict.lhs, verdict.rhs, Guarantee.EXACT, gap=sign)


def longest(operator: Operator) -> float:
    """About 2 lambda_min(sym M^-1); any positive number will do."""
    inverse = np.linalg.pinv(operator.M.center)
    return float(np.linalg.eigvalsh(inverse + inverse.T)[0]) or 1.0
