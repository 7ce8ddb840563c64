"""The steps alpha for which I - alpha M is a contraction: exactly, and from m and L."""

from fractions import Fraction

import numpy as np
from flint import fmpq_mat

from mondeq_ref.operator import Operator, kept_with_operator
from mondeq_ref.rigor.definite import is_positive_definite
from mondeq_ref.rigor.dyadic import Dyadic, identity
from mondeq_ref.rigor.rational import fmpq_of
from mondeq_ref.rigor.thresholds import spectral_norm_less
from mondeq_ref.rigor.verdict import Outcome, Verdict, fact
from proofs_checks.instance import Instance
from proofs_checks.quantities.comparison import Inequality
from proofs_checks.quantities.constants import constants
from proofs_checks.quantities.eigenvalues import MOST_UNITS
from proofs_checks.quantities.hypotheses import outcome
from proofs_checks.quantities.kinds import ENCLOSED
from proofs_checks.quantities.rational_points import matrix, monotone


def positive_probe(instance: Instance) -> Outcome:
    """alpha > 0, for the alpha at which the exact interval is checked."""
    return outcome(instance.numbers["probe"] > 0)


@kept_with_operator
def twice_symmetric_inverse(operator: Operator) -> fmpq_mat | None:
    """M^-1 plus its transpose; None for many units, or where M is singular."""
    if operator.n > MOST_UNITS:
        return None
    try:
        inverse = monotone(operator).inv()
    except ZeroDivisionError:
        return None
    return inverse + inverse.transpose()


def exact_range(instance: Instance) -> list[Verdict | None]:
    """Whether ||I - alpha M|| < 1 exactly if alpha < 2 lambda_min(sym M^-1), at one alpha > 0."""
    twice = twice_symmetric_inverse(instance.operator)
    if twice is None:
        return [None]
    p, r = instance.numbers["probe"].as_integer_ratio()
    linear = constants(instance, ENCLOSED).scaled(r, p)
    beyond = twice - matrix(identity(twice.nrows())) * fmpq_of(Fraction(p, r))
    inside = is_positive_definite(Dyadic(beyond.numer_denom()[0], 0))
    return [fact(spectral_norm_less(linear, r) == inside)]


def interval(instance: Instance) -> list[Inequality | None]:
    """m/L^2 <= lambda_min(sym M^-1)."""
    twice = twice_symmetric_inverse(instance.operator)
    if twice is None:
        return [None]
    numerators, denominator = twice.numer_denom()
    S, divisor = Dyadic(numerators, -1), int(denominator)
    return [Inequality(lambda k: (k.m / k.L_squared, k.kind.least_eigenvalue(S) / divisor))]


def longest(operator: Operator) -> float:
    """2 lambda_min(sym M^-1) in floats; 1 where it is 0."""
    inverse = np.linalg.pinv(operator.M.center)
    return float(np.linalg.eigvalsh(inverse + inverse.T)[0]) or 1.0
