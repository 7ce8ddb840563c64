"""A contradiction by one quadratic form, in integers.

At an equilibrium z >= 0, w = M z - c >= 0 and z_i w_i = 0, so that for v = (z, w, 1) every product
v_p v_q is >= 0, and those of a unit's two variables are zero.  A symmetric matrix L with

    L_pq >= 0 but where p and q belong to one unit,        L_11 > 0 for the constant,

has therefore v'Lv >= L_11 > 0.  With v = T (z, 1), T = [I 0; M -c; 0 1], it cannot be one if
-T'LT is positive definite: then v'Lv < 0.  Where a variable p is known to be zero, row and column
p of L may have any sign.

Units of measurement do not matter: M and c are divided by powers of two that make their largest
entries at most one, which scales z and w.
"""

from dataclasses import dataclass
from math import frexp

from flint import fmpz, fmpz_mat

from mondeq_ref.certificates.integers import (
    LIMITED,
    is_clearly_definite,
    require,
)
from mondeq_ref.documents.encoding import Json, decode_reals, integer, members, sequence
from mondeq_ref.documents.size import FLOAT_BITS, Limits
from mondeq_ref.rigor.dyadic import Dyadic, of_floats


@dataclass(frozen=True)
class Quadratic:
    """The upper triangle of L, row by row, and the variables that it takes to be zero: z_i is
    i, w_i is n + i."""

    zeros: tuple[int, ...]
    weights: tuple[float, ...]

    @property
    def size(self) -> int:
        return len(self.zeros) + len(self.weights)

    @property
    def bits(self) -> int:
        """About those of an entry of L on the finest scale."""
        exponents = [frexp(x)[1] for x in self.weights if x]
        return max(exponents, default=0) - min(exponents, default=0) + FLOAT_BITS


def at_most_one(A: Dyadic) -> Dyadic:
    """A divided by the power of two that makes its largest entry at most one."""
    return Dyadic(A.integers, -A.bits)


def contradicts(K: Dyadic, c: Dyadic, of: Quadratic, limits: Limits = LIMITED) -> bool:
    """Is no equilibrium of the matrix K and the column c zero where `of` says so?"""
    n = K.shape[0]
    size, zero = 2 * n + 1, set(of.zeros)
    L = [[0.0] * size for _ in range(size)]
    entries = iter(of.weights)
    for p in range(size):
        for q in range(p, size):
            L[p][q] = L[q][p] = x = next(entries)
            if x < 0 and not (q == p + n < 2 * n or p in zero or q in zero):
                return False
    if not L[-1][-1] > 0:
        return False
    limits.floats(L)
    weights, T = of_floats(L, size), variables(at_most_one(K), at_most_one(c))
    limits.product(n + 1, size, size, T.bits + weights.bits)
    return is_clearly_definite(-(T.T @ weights @ T), limits)


def variables(M: Dyadic, c: Dyadic) -> Dyadic:
    """T, which takes (z, 1) to (z, w, 1)."""
    n = M.shape[0]
    e = min(M.exponent, c.exponent, 0)
    one, zero = fmpz(1 << -e), fmpz(0)
    below = zip(M.integers_at(e).table(), c.integers_at(e).entries(), strict=True)
    rows = [[one if i == j else zero for j in range(n + 1)] for i in range(n)]
    rows += [[*row, -x] for row, x in below]
    return Dyadic(fmpz_mat([*rows, [zero] * n + [one]]), e)


def read_quadratic(value: Json, n: int) -> Quadratic:
    held = members(value, "contradictions", ("zeros", "weights"))
    zeros = [integer(p, "zeros", 0, 2 * n - 1) for p in sequence(held["zeros"], "zeros")]
    require(zeros == sorted(set(zeros)), "zeros must ascend")
    _, weights = decode_reals(held["weights"], "weights", ((2 * n + 1) * (n + 1),))
    return Quadratic(tuple(zeros), tuple(weights))
