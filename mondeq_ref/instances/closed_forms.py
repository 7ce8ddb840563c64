"""Operators and inputs whose equilibria or margins are known exactly.

"Dyadic" data are integers over 64: sums and products of a few of them are floats, so the formula
of an operator made of them holds exactly for its float arrays.
"""

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.random import Generator

from mondeq_ref.arrays import Booleans, InputError, Matrix, Vector
from mondeq_ref.operator import Operator
from mondeq_ref.rigor.dyadic import Dyadic, exact

Ratio = Literal["below", "at", "above"]


def dyadic(rng: Generator, shape: int | tuple[int, ...], *, least: int = -128) -> Matrix:
    """Integers from `least` to 128 over 64."""
    return rng.integers(least, 129, shape) / 64


@dataclass(frozen=True, eq=False)
class BlockDiagonal:
    """An operator whose M is block diagonal with blocks of size 1 and 2, all of them dyadic
    P-matrices, so that the equilibrium has a closed form."""

    operator: Operator
    starts: tuple[int, ...]  # of the blocks, and n at the end

    def equilibrium(self, c: Vector) -> list[Fraction]:
        """The only equilibrium for the float vector c, exactly."""
        M = self.operator.exact_M.fractions()
        exact_c = [Fraction(float(entry)) for entry in c]
        z: list[Fraction] = []
        for begin, end in pairwise(self.starts):
            block = [row[begin:end] for row in M[begin:end]]
            z += _block_equilibrium(block, exact_c[begin:end])
        return z


def _block_equilibrium(M: list[list[Fraction]], c: list[Fraction]) -> list[Fraction]:
    """For [[p, q], [r, t]]: both units active, the first, the second, or none."""
    if len(c) == 1:
        return [max(c[0], Fraction(0)) / M[0][0]]
    (p, q), (r, t) = M
    determinant = p * t - q * r
    both = [(t * c[0] - q * c[1]) / determinant, (p * c[1] - r * c[0]) / determinant]
    if min(both) >= 0:
        return both
    if c[0] > 0 and r * c[0] >= p * c[1]:
        return [c[0] / p, Fraction(0)]
    if c[1] > 0 and q * c[1] >= t * c[0]:
        return [Fraction(0), c[1] / t]
    return [Fraction(0), Fraction(0)]


def _block_operator(rng: Generator, blocks: list[Matrix]) -> BlockDiagonal:
    starts = (0, *np.cumsum([len(block) for block in blocks]).tolist())
    M = np.zeros((starts[-1], starts[-1]))
    for begin, block in zip(starts, blocks, strict=False):
        M[begin : begin + len(block), begin : begin + len(block)] = block
    n = len(M)
    W = np.eye(n) - M
    return BlockDiagonal(Operator(W, dyadic(rng, (n, 2)), dyadic(rng, n)), starts)


def rotation_blocks(rng: Generator, blocks: int = 4) -> BlockDiagonal:
    """Blocks [[m, -s], [s, m]] with one m: L^2 = m^2 + max s^2, where many rates are attained."""
    m = float(rng.integers(1, 64)) / 64
    s = rng.integers(1, 256, blocks) / 64
    return _block_operator(rng, [np.array([[m, -t], [t, m]]) for t in s])


def block_diagonal(rng: Generator, blocks: int = 4) -> BlockDiagonal:
    """Blocks [p] and [[p, q], [r, t]] with (q + r)^2 < 4 p t: the margin is positive."""
    return _block_operator(rng, [_monotone_block(rng) for _ in range(blocks)])


def _monotone_block(rng: Generator) -> Matrix:
    p, t = rng.integers(32, 192, 2) / 64
    if rng.random() < 0.25:
        return np.array([[p]])
    skew, common = rng.integers(-256, 257) / 64, rng.integers(-31, 32) / 64
    return np.array([[p, common - skew], [common + skew, t]])


@dataclass(frozen=True, eq=False)
class Threshold:
    """A pair with W~ = W + t v v', exact in floats: the margin of W is m, ||dW||_2 = t, and the
    margin of W~ is m - t, all exactly."""

    operator: Operator
    perturbed: Operator
    m: float
    norm: float  # t


def threshold(
    rng: Generator, ratio: Ratio = "at", n: int = 4, *, along: Literal["axis", "pair"] = "axis"
) -> Threshold:
    """The perturbation just below, exactly at, or just above the margin.

    For m in [1, 2) all of 1 - m, t = m -+ 2^-52, 1 - m + t and its half steps are floats, so
    both float matrices are exact.  v is a coordinate vector or
    (e_i + e_j)/sqrt(2); the rest of the diagonal of I - W is at least m."""
    if n < 2 and along == "pair":
        raise InputError("a pair of coordinates needs n >= 2")
    m = 1.0 + float(rng.integers(0, 2**51)) * 2.0**-52
    t = m + {"below": -1, "at": 0, "above": 1}[ratio] * 2.0**-52
    W = np.diag(1.0 - m - rng.integers(0, 64, n) / 64)
    i, j = rng.permutation(n)[:2] if n > 1 else (0, 0)
    touched = [i] if along == "axis" else [i, j]
    W[touched, touched] = 1.0 - m
    perturbed = W.copy()
    perturbed[np.ix_(touched, touched)] += t / len(touched)
    operator = Operator(W, rng.normal(size=(n, 2)), rng.normal(size=n))
    return Threshold(operator, operator.with_weights(perturbed), m, t)


@dataclass(frozen=True, eq=False)
class Kinks:
    """Rows c with a known equilibrium z >= 0, w = M z - c >= 0, and z_i = w_i = 0 somewhere.

    Where `exact`, c is M z - w exactly; elsewhere it was rounded, and is only near a kink."""

    c: Matrix
    z: Matrix
    w: Matrix
    exact: Booleans  # (count,)


def kinks(rng: Generator, operator: Operator, count: int) -> Kinks:
    """Dyadic z and w, each unit drawn active, inactive or at a kink, with at least one kink."""
    shape = (count, operator.n)
    kind = rng.integers(0, 3, shape)
    kind[np.arange(count), rng.integers(0, operator.n, count)] = 2
    z = np.where(kind == 0, dyadic(rng, shape, least=1), 0.0)
    w = np.where(kind == 1, dyadic(rng, shape, least=1), 0.0)
    exact_c = exact(z) @ operator.exact_M.T - exact(w)
    c = exact_c.rounded()
    return Kinks(c, z, w, _rows_equal(exact_c, exact(c)))


def _rows_equal(left: Dyadic, right: Dyadic) -> Booleans:
    rows = (left - right).integers.table()
    return np.array([not any(row) for row in rows], dtype=bool)
