"""Equilibria by exact arithmetic, written from the definition: z >= 0, w = M z - c >= 0, z'w = 0.

`least_index` is Murty's principal pivoting on Python fractions: for a P-matrix (m > 0 is
enough) flipping the first index with a wrong sign ends, and ends in the only equilibrium.
`by_flint` solves on a proposed active set in FLINT's rationals and checks the signs; where
they are wrong it goes on as Murty does.
"""

from collections.abc import Iterable
from fractions import Fraction

import numpy as np
from flint import fmpq, fmpq_mat

from mondeq_ref.rigor.dyadic import Dyadic, exact, identity
from tests.support.truth import Row, Table, solution, times


def fractions(array: np.ndarray) -> Table:
    """A float matrix, entry by entry."""
    return [[Fraction(float(x)) for x in row] for row in array]


def solved(A: Table, b: Row) -> Row:
    found = solution(A, b)
    assert found is not None
    return found


def least_index(M: Table, c: Row, active: Iterable[int] = ()) -> Row:
    """The equilibrium of a P-matrix, exactly."""
    a = set(active)
    while True:
        units = sorted(a)
        z = [Fraction(0)] * len(c)
        block = [[M[i][j] for j in units] for i in units]
        for i, value in zip(units, solved(block, [c[i] for i in units]), strict=True):
            z[i] = value
        w = [p - q for p, q in zip(times(M, z), c, strict=True)]
        wrong = next((i for i in range(len(c)) if z[i] < 0 or (i not in a and w[i] < 0)), None)
        if wrong is None:
            return z
        a ^= {wrong}


def by_flint(M: Dyadic, c: Row, active: Iterable[int]) -> Row:
    """The same, for larger n, from a proposed active set."""
    n = len(c)
    full = fmpq_mat(n, n, [_fmpq(x) for row in M.fractions() for x in row])
    right = [_fmpq(x) for x in c]
    a = set(active)
    while True:
        units = sorted(a)
        z = [fmpq(0)] * n
        if units:
            block = fmpq_mat(len(units), len(units), [full[i, j] for i in units for j in units])
            answer = block.solve(fmpq_mat(len(units), 1, [right[i] for i in units]))
            for k, i in enumerate(units):
                z[i] = answer[k, 0]
        image = full * fmpq_mat(n, 1, z)
        wrong = next(
            (i for i in range(n) if z[i] < 0 or (i not in a and image[i, 0] < right[i])), None
        )
        if wrong is None:
            return [Fraction(int(x.p), int(x.q)) for x in z]
        a ^= {wrong}


def meant_M(operator: object) -> Dyadic:
    """I - W for the exact matrix that an operator is about."""
    W: Dyadic = operator.exact_W  # type: ignore[attr-defined]
    return identity(W.shape[0]) - W


def exact_injections(operator: object, X: np.ndarray) -> Table:
    """U x + b for every row x, exactly."""
    U, b = exact(operator.U), exact(operator.b)  # type: ignore[attr-defined]
    products = (exact(X) @ U.T).fractions()
    biases = [row[0] for row in b.fractions()]
    return [[p + q for p, q in zip(row, biases, strict=True)] for row in products]


def squared_distance(z: np.ndarray, true: Row) -> Fraction:
    return sum(((Fraction(float(x)) - y) ** 2 for x, y in zip(z, true, strict=True)), Fraction(0))


def nearest(x: Fraction) -> float:
    """The float nearest to x, infinite beyond their range."""
    try:
        return x.numerator / x.denominator
    except OverflowError:
        return np.inf if x > 0 else -np.inf


def _fmpq(x: Fraction) -> fmpq:
    return fmpq(x.numerator, x.denominator)
