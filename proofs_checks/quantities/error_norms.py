"""The spectral norm of a quantization error Q(W) - W, and its bound from the steps."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache

from flint import fmpq, fmpq_mat

from mondeq_ref.rigor.dyadic import Dyadic
from mondeq_ref.rigor.enclosure import Enclosure
from mondeq_ref.rigor.rational import fraction_of
from mondeq_ref.rigor.spectrum import spectral_norm, spectral_norm_squared
from mondeq_ref.rigor.verdict import Guarantee, Verdict
from proofs_checks.instance import Instance
from proofs_checks.quantities.comparison import Inequality
from proofs_checks.quantities.constants import Constants
from proofs_checks.quantities.eigenvalues import IrrationalError
from proofs_checks.quantities.quantizers import groups


@lru_cache(maxsize=2)
def error_matrix(instance: Instance) -> tuple[Dyadic, int]:
    """Q(W) - W as integers over one denominator."""
    entries = [error for g in groups(instance) for error in g.errors]
    rows, columns = instance.arrays["w"].shape
    integers, unit = fmpq_mat(rows, columns, entries).numer_denom()
    return Dyadic(integers, 0), int(unit)


def norm(without: int) -> tuple[Callable[[Instance], list[Verdict]], Callable[..., Verdict]]:
    """The check and the exact decision of ||Q(W) - W||_2 <= (s/2) sqrt(entries - without).

    Both sides are multiples of the unit of the error matrix, because the squares of very small
    numbers underflow."""

    def inequality(instance: Instance) -> Inequality:
        E, unit = error_matrix(instance)
        counted = ((len(g.w) - without, g.step * unit / 2) for g in groups(instance))
        bound = fraction_of(sum((half**2 * count for count, half in counted), fmpq(0)))

        def at_rank_one(_: Constants) -> tuple[Fraction, Fraction]:
            lo, hi = spectral_norm_squared(E)
            if lo != hi:
                raise IrrationalError
            return fraction_of(lo), bound

        return Inequality(
            lambda k: (k.kind.square(E), k.kind.number(bound)),
            squares=True,
            ordered=at_rank_one,
            first=Verdict(spectral_norm(E), Enclosure.of(bound).sqrt(), Guarantee.RIGOROUS_FLOAT),
            order=min(E.shape),
        )

    def in_unit(verdict: Verdict, instance: Instance) -> Verdict:
        unit = error_matrix(instance)[1]
        return replace(verdict, lhs=verdict.lhs / unit, rhs=verdict.rhs / unit)

    def check(instance: Instance) -> list[Verdict]:
        return [in_unit(inequality(instance).enclosed(instance), instance)]

    def again(instance: Instance, _: int) -> Verdict:
        return in_unit(inequality(instance).decided(instance), instance)

    return check, again
