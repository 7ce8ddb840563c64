"""Numbers that are the same everywhere: integers from a hash, and rationals rounded once."""

from collections.abc import Mapping
from fractions import Fraction
from hashlib import shake_256
from math import ceil, frexp, log2
from typing import Any, cast

import numpy as np
from flint import acb, arb, ctx, fmpq, fmpq_mat, fmpz, fmpz_mat

from mondeq_ref.arrays import Matrix, Vector
from mondeq_ref.oracle.question import Ball, Operation, Question
from mondeq_ref.rigor.dyadic import exact

BITS = 400  # of real arithmetic that is rounded to 53 at the end


class Numbers:
    """A stream of integers that belongs to the name of a test."""

    def __init__(self, name: str) -> None:
        self.name, self.drawn = name, 0

    def integers(self, least: int, most: int, shape: int | tuple[int, ...]) -> np.ndarray:
        """From `least` to `most`, both included."""
        count = int(np.prod(shape))
        self.drawn += 1
        words = shake_256(f"{self.name}#{self.drawn}".encode()).digest(8 * count)
        found = [int.from_bytes(words[8 * k : 8 * k + 8], "big") for k in range(count)]
        span = most - least + 1
        return np.array([least + word % span for word in found], np.int64).reshape(shape)

    def over(self, unit: int, least: int, most: int, shape: int | tuple[int, ...]) -> np.ndarray:
        """Such integers over `unit`, a power of two: floats exactly."""
        return self.integers(least, most, shape) / unit


def rational(array: np.ndarray) -> fmpq_mat:
    """A float array, read exactly."""
    found = exact(np.ascontiguousarray(array))
    if found.exponent >= 0:
        return fmpq_mat(found.integers * (fmpz(1) << found.exponent))
    return fmpq_mat(found.integers) / fmpq(fmpz(1) << -found.exponent)


def rounded(matrix: fmpq_mat) -> Matrix:
    """The nearest floats: int / int is rounded once."""
    table = matrix.table()
    return np.array([[int(q.p) / int(q.q) for q in row] for row in table], np.float64).reshape(
        matrix.nrows(), matrix.ncols()
    )


def ball(center: Matrix, rows: int, floor: float = 1.0) -> Ball:
    """Around entries that were rounded once; the radius is a power of two above what that costs."""
    parts = center.reshape(rows, -1)
    return Ball(center, np.array([_radius(row) for row in parts]), floor)


def _radius(row: Vector) -> float:
    largest = float(np.abs(row).max(initial=0.0))
    if largest == 0:
        return 0.0
    return 2.0 ** (frexp(largest)[1] - 53 + ceil(log2(len(row)) / 2))


def real_ball(value: arb) -> Ball:
    """One real number, to the nearest float."""
    return ball(np.array([nearest(value)]), 1)


def nearest(value: arb) -> float:
    """The float nearest to a number that is known to some hundred bits."""
    middle = value.mid().man_exp()
    number = Fraction(int(middle[0])) * Fraction(2) ** int(middle[1])
    return number.numerator / number.denominator


def eigenvalues(symmetric: fmpq_mat) -> list[arb]:
    """Of a symmetric rational matrix, in ascending order, as balls."""
    ctx.prec = BITS
    roots = [
        (root.real, multiplicity)
        for factor, power in symmetric.charpoly().factor()[1]
        for root, multiplicity in _roots(factor, power)
    ]
    found = [root for root, multiplicity in roots for _ in range(multiplicity)]
    return sorted(found, key=nearest)


def _roots(polynomial: object, power: int) -> list[tuple[acb, int]]:
    whole = polynomial.numer()  # type: ignore[attr-defined]
    return [(root, power * multiplicity) for root, multiplicity in whole.complex_roots()]


def margin(W: Matrix) -> arb:
    M = identity(len(W)) - rational(W)
    return eigenvalues((M + M.transpose()) / fmpq(2))[0]


def norm(matrix: fmpq_mat) -> arb:
    ctx.prec = BITS
    largest = eigenvalues(matrix.transpose() * matrix)[-1]
    return largest.sqrt() if nearest(largest) > 0 else arb(0)


def identity(n: int) -> fmpq_mat:
    return fmpq_mat(fmpz_mat(n, n, [int(i == j) for i in range(n) for j in range(n)]))


def refused(
    test: str, arguments: Mapping[str, Any], claim: str, flags: tuple[str, ...] = ()
) -> Question:
    """A question without a right answer."""
    operation = cast("Operation", test.partition("/")[0])
    return Question(test, operation, arguments, {}, claim, flags, result="invalid", level="should")
