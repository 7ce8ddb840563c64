"""The spectral norm of what a quantizer does to a matrix, against its steps."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from math import lcm

from flint import arb, fmpz_mat

from mondeq_ref.rigor.dyadic import Dyadic
from mondeq_ref.rigor.enclosure import Enclosure
from mondeq_ref.rigor.rational import fraction_of
from mondeq_ref.rigor.spectrum import spectral_norm, spectral_norm_squared
from mondeq_ref.rigor.verdict import Guarantee, Verdict
from proofs_checks.instance import Instance
from proofs_checks.quantities import precise
from proofs_checks.quantities.quantizers import groups
from proofs_checks.quantities.rational_points import as_number


@lru_cache(maxsize=2)
def error_matrix(instance: Instance) -> tuple[Dyadic, int]:
    """Q(W) - W as integers over one denominator."""
    entries = [error for g in groups(instance) for error in g.errors]
    unit = lcm(*(error.denominator for error in entries))
    rows, columns = instance.arrays["w"].shape
    integers = fmpz_mat(rows, columns, [int(error * unit) for error in entries])
    return Dyadic(integers, 0), unit


def norm(without: int) -> tuple[Callable[[Instance], list[Verdict]], Callable[..., Verdict]]:
    """||Q(W) - W||_2 against s/2 times the root of the number of entries, less `without`.

    Compared in the unit of the error matrix, since squares of very small numbers are no floats."""

    def square(instance: Instance, unit: int) -> Fraction:
        steps = ((len(g.w) - without, g.step * unit / 2) for g in groups(instance))
        return sum((count * half**2 for count, half in steps), Fraction(0))

    def enclosed(instance: Instance) -> Verdict:
        E, unit = error_matrix(instance)
        bound = Enclosure.of(square(instance, unit)).sqrt()
        return Verdict(spectral_norm(E), bound, Guarantee.RIGOROUS_FLOAT)

    def check(instance: Instance) -> list[Verdict]:
        return [_in_unit(enclosed(instance), instance)]

    def again(instance: Instance, _: int) -> Verdict:
        E, unit = error_matrix(instance)
        E = E if E.shape[0] >= E.shape[1] else E.T
        bound = square(instance, unit)

        def balls() -> tuple[arb, arb]:
            return precise.norm(E) ** 2, as_number(bound, arb())

        def rationals() -> tuple[Fraction | None, Fraction | None]:
            lo, hi = spectral_norm_squared(E)  # they meet at rank one, where this is attained
            return (fraction_of(lo) if lo == hi else None), bound

        first, order = enclosed(instance), E.shape[1]
        found = precise.decided_again(first, order, balls, rationals, squares=True)
        return _in_unit(found, instance)

    return check, again


def _in_unit(verdict: Verdict, instance: Instance) -> Verdict:
    unit = error_matrix(instance)[1]
    return replace(verdict, lhs=verdict.lhs / unit, rhs=verdict.rhs / unit)
