"""The integer arithmetic that proofs of certificates are checked with."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations
from math import inf, ldexp, sqrt
from operator import mul
from typing import cast

from flint import fmpq_mat, fmpz, fmpz_mat

from mondeq_ref.documents.encoding import (
    MOST_EXPONENT,
    Json,
    decode_dyadic,
    decode_rows,
    integer,
    members,
    sequence,
)
from mondeq_ref.documents.size import Limits
from mondeq_ref.rigor.dyadic import Dyadic, identity, of_floats

MOST_ELIMINATED = 160  # n above which elimination takes minutes
CLEAR_SHIFT = 2.0**-40  # times n: above the rounding of a factor in floats
FACTOR_BITS = 60  # of a factor's entries, more than floats have
LIMITED = Limits()


class ProofError(Exception):
    """The first thing found that does not hold."""


def is_solved(K: fmpz_mat, c: list[fmpz], a: list[int]) -> bool:
    """K_aa z_a = c_a has one solution, z >= 0 and K z - c >= 0 (powers of two do not matter)."""
    n, z, d = K.nrows(), [fmpz(0)] * K.nrows(), fmpz(1)
    if a:
        block = fmpz_mat(len(a), len(a), [K[i, j] for i in a for j in a])
        try:
            solved = cast(fmpq_mat, block.solve(fmpz_mat(len(a), 1, [c[i] for i in a])))
        except ZeroDivisionError:  # the block is singular
            return False
        solution, d = solved.numer_denom()
        for i, x in zip(a, solution.entries(), strict=True):
            z[i] = x
    w = (K * fmpz_mat(n, 1, z)).entries()
    return all(x >= 0 and y - d * q >= 0 for x, y, q in zip(z, w, c, strict=True)) and d > 0


def bits_of_sum(A: Dyadic, B: Dyadic) -> int:
    """Of the longest entry of A + B, at most, when both are on the finer scale."""
    least = min(A.exponent, B.exponent)
    return max(X.bits + X.exponent - least for X in (A, B)) + 1


def is_definite(K: Dyadic, proof: Json, limits: Limits = LIMITED) -> bool:
    """Is K symmetric and positive definite, as this proof shows?"""
    n = K.shape[0]
    if K.integers != K.integers.transpose():
        return False
    held = members(proof, "definite", ("by",), ("R", "shift"))
    if held["by"] == "elimination":
        members(proof, "definite", ("by",))
        require(n <= MOST_ELIMINATED, "too large to eliminate")
        limits.elimination(n, K.bits)
        P, _, _, U = K.integers.fflu()
        return all(P[i, i] == 1 and U[i, i] > 0 for i in range(n))
    require(held["by"] == "factor", "definiteness is shown by a factor or by elimination")
    held = members(proof, "definite", ("by", "R", "shift"))
    rows = decode_rows(held["R"], "R", (n, n))
    limits.floats(rows)
    R = of_floats(rows, n)
    shift = integer(held["shift"], "shift", -MOST_EXPONENT, MOST_EXPONENT)
    scaled, square = Dyadic(K.integers, K.exponent - shift), R.T @ R
    limits.matrix(n * n, bits_of_sum(scaled, square))
    return is_dominant((scaled - square).integers.table())


def is_dominant(table: Sequence[Sequence[fmpz]]) -> bool:
    """Does every diagonal entry exceed the sum of the absolute values of the rest of its row?"""
    return all(2 * row[i] > sum(map(abs, row)) for i, row in enumerate(table))


def is_clearly_definite(K: Dyadic, limits: Limits = LIMITED) -> bool:
    """Is the symmetric K positive definite, by more than the rounding of a Cholesky factor?

    Floats propose the factor R of D K D - 2^-40 n I, where D of powers of two makes the diagonal
    about one; integers decide whether D K D - R'R is strictly diagonally dominant."""
    n, table = K.shape[0], K.integers.table()
    limits.product(n, n, n, K.bits)
    d = [table[i][i] for i in range(n)]
    if any(x <= 0 for x in d):
        return False
    if any(table[i][j] ** 2 >= d[i] * d[j] for i in range(n) for j in range(i)):
        return False  # a minor of two rows, which floats might not hold
    halves = [int(table[i][i].bit_length() + 1) // 2 for i in range(n)]
    rows = [[_ratio(table[i][j], halves[i] + halves[j]) for j in range(i + 1)] for i in range(n)]
    columns = _cholesky(rows, CLEAR_SHIFT * n)
    if columns is None:
        return False
    R = Dyadic(fmpz_mat([[round(ldexp(x, FACTOR_BITS)) for x in row] for row in columns]), 0)
    square, most = (R @ R.T).integers.table(), max(halves, default=0)
    rest = [  # row i is that of D K D - R'R, times a power of two
        [
            ((table[i][j] << 2 * FACTOR_BITS) - (square[i][j] << halves[i] + halves[j]))
            << (most - halves[j])
            for j in range(n)
        ]
        for i in range(n)
    ]
    return is_dominant(rest)


def _ratio(x: fmpz, exponent: int) -> float:
    """About x / 2^exponent."""
    drop = max(int(x.bit_length()) - FACTOR_BITS, 0)
    return ldexp(float(int(x) >> drop), drop - exponent)


def _cholesky(rows: list[list[float]], shift: float) -> list[list[float]] | None:
    """The lower factor, filled up with zeros, of a lower triangle less a multiple of I."""
    n, factor = len(rows), list[list[float]]()
    for i, row in enumerate(rows):
        made: list[float] = []
        for j, held in enumerate(factor):
            made.append((row[j] - sum(map(mul, made, held))) / held[j])
        pivot = row[i] - shift - sum(map(mul, made, made))
        if not 0 < pivot < inf:
            return None
        factor.append([*made, sqrt(pivot)])
    return [[*row, *[0.0] * (n - len(row))] for row in factor]


def doubled(A: Dyadic) -> Dyadic:
    """A + A', twice the symmetric part."""
    return A + A.T


def minus_identity(S: Dyadic, t: Fraction) -> Dyadic:
    """q S - p I for t = p/q: definite exactly when S - tI is."""
    multiple = Dyadic(identity(S.shape[0]).integers * fmpz(t.numerator), 0)
    return Dyadic(S.integers * fmpz(t.denominator), S.exponent) - multiple


def squared_sum(A: Dyadic) -> Fraction:
    total = sum(int(x) * int(x) for x in A.integers.entries())
    return total * Fraction(2) ** (2 * A.exponent)


def form(S: Dyadic, x: Dyadic) -> Fraction:
    """x'Sx."""
    value = x.T @ S @ x
    return int(value.integers[0, 0]) * Fraction(2) ** value.exponent


def vector(value: Json, n: int) -> Dyadic:
    x = decode_dyadic(value, "vector", (n, 1))
    require(not x.integers.is_zero(), "a vector is zero")
    return x


def indices(value: Json, name: str, n: int) -> list[int]:
    found = [integer(i, name, 0, n - 1) for i in sequence(value, name)]
    require(found == sorted(set(found)) and len(found) > 0, "indices must ascend")
    return found


def minor(table: list[list[fmpz]], a: Sequence[int]) -> fmpz:
    """The principal minor of the integers: the power of two does not change its sign."""
    return fmpz_mat(len(a), len(a), [table[i][j] for i in a for j in a]).det()


def fails_somewhere(B: fmpz_mat) -> bool:
    """Has a principal block a kernel vector, the only one up to scale, or a column of minus its
    inverse without a negative entry?"""
    n = B.nrows()
    sets = (a for size in range(1, n + 1) for a in combinations(range(n), size))
    return any(_fails(fmpz_mat(len(a), len(a), [B[i, j] for i in a for j in a])) for a in sets)


def _fails(B: fmpz_mat) -> bool:
    n = B.nrows()
    if B.det() == 0:
        kernel, nullity = B.nullspace()
        column = [row[0] for row in kernel.table()]
        one_sign = all(x >= 0 for x in column) or all(x <= 0 for x in column)
        return nullity == 1 and one_sign
    identity_of_n = fmpz_mat(n, n, [int(i == j) for i in range(n) for j in range(n)])
    inverse, d = cast(fmpq_mat, B.solve(identity_of_n)).numer_denom()
    return any(all(d * row[j] <= 0 for row in inverse.table()) for j in range(n))


def require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise ProofError(otherwise)
