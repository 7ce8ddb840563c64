"""P-matrices: all principal minors positive, that is, one equilibrium for every c.

M is not a P-matrix exactly when some x != 0 has x_i (Mx)_i <= 0 for all i; such an x is the
difference of two equilibria for one c.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from flint import fmpz, fmpz_mat

from mondeq_ref.rigor.dyadic import Dyadic
from mondeq_ref.rigor.equilibria import is_equilibrium
from mondeq_ref.rigor.integers import kernel_vector, nonpositive_step
from mondeq_ref.rigor.rational import fraction_of, times_power


@dataclass(frozen=True, eq=False)
class TwoEquilibria:
    """Two different equilibria for one c: columns that refute uniqueness."""

    c: Dyadic
    first: Dyadic
    second: Dyadic

    def holds_for(self, M: Dyadic) -> bool:
        return (
            self.first != self.second
            and is_equilibrium(M, self.c, self.first)
            and is_equilibrium(M, self.c, self.second)
        )


def principal_minor(M: Dyadic, subset: Sequence[int]) -> Fraction:
    """det M_aa, exactly; 1 for the empty set."""
    block = M.block(subset, subset)
    return fraction_of(times_power(block.integers.det(), len(subset) * M.exponent))


def first_nonpositive_minor(M: Dyadic) -> tuple[int, ...] | None:
    """The first index set, small ones first, whose principal minor is <= 0; None exactly when
    M is a P-matrix.  All 2^n sets are visited: 0.1 s at n = 12."""
    n, table = M.shape[0], M.integers.table()
    for k in range(1, n + 1):
        for subset in combinations(range(n), k):
            block = fmpz_mat(k, k, [table[i][j] for i in subset for j in subset])
            if block.det() <= 0:
                return subset
    return None


def reverses_signs(M: Dyadic, x: Dyadic) -> bool:
    """Whether x != 0 and x_i (Mx)_i <= 0 for every i, exactly; then M is not a P-matrix."""
    products = zip(x.integers.entries(), (M @ x).integers.entries(), strict=True)
    return not x.integers.is_zero() and all(p * q <= 0 for p, q in products)


def sign_reversal(M: Dyadic, subset: Sequence[int]) -> Dyadic | None:
    """A column that M reverses, supported in `subset`, whose principal minor must be <= 0.

    A kernel vector of the block, or the step at its first leading minor <= 0, for which
    Mx vanishes on the support but for one index.  None when the minor is positive and the
    leading ones are too.
    """
    block = M.block(subset, subset)
    x = kernel_vector(block.integers)
    if x is None:
        x = nonpositive_step(block.integers)
    if x is None:
        return None
    entries: list[fmpz | int] = [0] * M.shape[0]
    for i, entry in zip(subset, x.entries(), strict=True):
        entries[i] = entry
    return Dyadic(fmpz_mat(len(entries), 1, entries), 0)


def two_equilibria(M: Dyadic, x: Dyadic) -> TwoEquilibria:
    """The positive and the negative part of a sign reversal x, two equilibria for one c.

    With c = M x+ - (Mx)+ the slacks are (Mx)+ at x+ and (Mx)- at x-, and x_i (Mx)_i <= 0
    makes x+_i (Mx)+_i = x-_i (Mx)-_i = 0.
    """
    if not reverses_signs(M, x):
        raise ValueError("two equilibria need a vector whose signs M reverses")
    first, second = _positive_part(x), _positive_part(-x)
    return TwoEquilibria(M @ first - _positive_part(M @ x), first, second)


def _positive_part(x: Dyadic) -> Dyadic:
    entries = [entry if entry > 0 else 0 for entry in x.integers.entries()]
    return Dyadic(fmpz_mat(*x.shape, entries), x.exponent)
