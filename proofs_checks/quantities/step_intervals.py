"""For which steps is I - alpha M a contraction?  Exactly, and against what m and L promise."""

from fractions import Fraction

import numpy as np
from flint import arb

from mondeq_ref.operator import Operator
from mondeq_ref.rigor.definite import is_positive_definite
from mondeq_ref.rigor.dyadic import Dyadic
from mondeq_ref.rigor.rational import fmpq_of
from mondeq_ref.rigor.spectrum import least_eigenvalue
from mondeq_ref.rigor.thresholds import spectral_norm_less
from mondeq_ref.rigor.verdict import Guarantee, Outcome, Verdict, fact
from proofs_checks.instance import Instance
from proofs_checks.quantities.constants import BALLS, ENCLOSED, RATIONAL, constants
from proofs_checks.quantities.hypotheses import outcome
from proofs_checks.quantities.precise import (
    MOST_UNITS,
    IrrationalError,
    decided_again,
    eigenvalues,
    rational_least_eigenvalue,
)
from proofs_checks.quantities.rational_points import monotone
from proofs_checks.quantities.steps import identity


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
    k, (inverse, denominator) = constants(instance, ENCLOSED), _inverse(instance)
    least = least_eigenvalue(inverse) / denominator
    return [Verdict(k.m / k.L_squared, least, Guarantee.RIGOROUS_FLOAT)]


def _inverse(instance: Instance) -> tuple[Dyadic, int]:
    """sym M^-1, times a denominator of its entries."""
    inverse = monotone(instance.operator).inv()
    twice, denominator = (inverse + inverse.transpose()).numer_denom()
    return Dyadic(twice, -1), int(denominator)


def interval_exactly(instance: Instance, _: int) -> Verdict:
    (verdict,) = interval(instance)
    if verdict is None:
        raise ValueError("only a verdict that was given can be escalated")
    inverse, denominator = _inverse(instance)

    def balls() -> tuple[arb, arb]:
        k = constants(instance, BALLS)
        return k.m / k.L_squared, eigenvalues(inverse)[0] / denominator

    def rationals() -> tuple[Fraction | None, Fraction | None]:
        k, least = constants(instance, RATIONAL), rational_least_eigenvalue(inverse)
        try:
            return k.m / k.L_squared, None if least is None else least / denominator
        except IrrationalError:
            return None, None

    return decided_again(verdict, instance.operator.n, balls, rationals)


def longest(operator: Operator) -> float:
    """About 2 lambda_min(sym M^-1); any positive number will do."""
    inverse = np.linalg.pinv(operator.M.center)
    return float(np.linalg.eigvalsh(inverse + inverse.T)[0]) or 1.0
