"""The spectral norm of what a quantizer does to a matrix, against its steps."""

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from math import lcm

from flint import arb, fmpz_mat

from mondeq_ref.rigor.dyadic import Dyadic
from mondeq_ref.rigor.enclosure import Enclosure
from mondeq_ref.rigor.rational import fraction_of
from mondeq_ref.rigor.spectrum import spectral_norm, spectral_norm_squared
from mondeq_ref.verdict import Guarantee, Verdict
from proofs_checks.ingredients import precise
from proofs_checks.ingredients.quantizers import groups
from proofs_checks.ingredients.rational_points import as_number
from proofs_checks.instance import Instance


@lru_cache(maxsize=2)
def error_matrix(instance: Instance) -> tuple[Dyadic, int]:
    """Q(W) - W as integers over one denominator."""
    entries = [error for g in groups(instance) for error in g.errors]
    unit = lcm(*(error.denominator for error in entries))
    rows, columns = instance.arrays["w"].shape
    integers = fmpz_mat(rows, columns, [int(error * unit) for error in entries])
    return Dyadic(integers, 0), unit


def norm(without: int) -> tuple[Callable[[Instance], list[Verdict]], Callable[..., Verdict]]:
    """||Q(W) - W||_2 against s/2 times the root of the number of entries, less `without`."""

    def square(instance: Instance) -> Fraction:
        return sum(
            ((len(g.w) - without) * (g.step / 2) ** 2 for g in groups(instance)), Fraction(0)
        )

    def check(instance: Instance) -> list[Verdict]:
        E, unit = error_matrix(instance)
        bound = Enclosure.of(square(instance)).sqrt()
        return [Verdict(spectral_norm(E) / unit, bound, Guarantee.RIGOROUS_FLOAT)]

    def again(instance: Instance, _: int) -> Verdict:
        E, unit = error_matrix(instance)
        E = E if E.shape[0] >= E.shape[1] else E.T
        scaled = square(instance) * unit**2

        def balls() -> tuple[arb, arb]:
            return precise.norm(E) ** 2, as_number(scaled, arb())

        def rationals() -> tuple[Fraction | None, Fraction | None]:
            lo, hi = spectral_norm_squared(E)  # they meet at rank one, where this is attained
            return (fraction_of(lo) if lo == hi else None), scaled

        return precise.decided_again(check(instance)[0], E.shape[1], balls, rationals, squares=True)

    return check, again
