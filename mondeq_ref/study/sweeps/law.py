"""How many bits does an operator need?  A law that predicts it before anything is quantized.

With q = 2^(b-1) - 1 codes on either side of 0, the step is max|W|/q, rounding errors are about
uniform over it, and ||W - W~||_2 is about 2 sqrt(n) max|W| / (q sqrt(12)).  That is below m when
q > sqrt(n/3) max|W| / m.  So the law is

    log2 q >= c0 + c1 log2 n + c2 log2(max|W|/m) + (c3 + c4/n) log2(L/m)
              + c5 log2(rms W / max|W|) + c6 log2(crowding) + c7 log2 m

and no diagonal entry of I - W~ that is 0 or less: every rung up to 7 needs that.  The predicted
width is the least b from which on both hold.

The crowding, m times the mean of 1/lambda over the eigenvalues of sym(I - W), is 1 where all of
them are m and about 1/n where only one is near m: the more of them a perturbation may push below
0, the sooner it does.  Where L is far above m, W is nearly skew-symmetric, and so is W~ when the
step is long; then only few pairs of entries are rounded apart, the fewer the smaller n: c4.

Rounding decides most of what the law misses: other matrices with the same n, m, L and spread need
other widths.  So the numbers are fitted to count: those are sought that predict the width within
one bit for as many operators as possible, on one half of them.  The law is tested on the other;
which half an operator is in, its digest says.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log2
from typing import Any

import numpy as np

from mondeq_ref.arrays import Vector

FORMULA = (
    "log2(2^(bits-1) - 1) >= c0 + c1 log2 n"
    " + c2 log2(max|W|/m) + (c3 + c4/n) log2(L/m) + c5 log2(rms W / max|W|)"
    " + c6 log2(crowding) + c7 log2 m"
)
WITH_DIAGONAL = f"no diagonal entry of I - W~ is <= 0, and {FORMULA}"
LEAST, MOST = 2, 32
FEWEST = 20  # operators in a half, below which nothing is fitted
MOST_ROUNDS = 100  # of a fit by least squares; a few settle which operators count
BLURS = (1.0, 0.6, 0.4, 0.25)  # of the edges of what counts as within one bit, in log2 q


@dataclass(frozen=True)
class Point:
    """An operator with a margin, and from how many bits on a rung is proved."""

    digest: str
    n: int
    features: tuple[float, ...]
    bits: int
    floor: int  # fewer bits were not measured, or cannot do: no law needs to find that

    @property
    def is_fitted(self) -> bool:
        """Which half it is in."""
        return int(self.digest[:8], 16) % 2 == 0


@dataclass(frozen=True)
class Law:
    """Fitted on `fitted` operators and tested on `tested` others."""

    coefficients: tuple[float, ...]
    fitted: int
    tested: int
    exact: int  # of those tested: the predicted width is the true one
    within_one: int
    above: int  # of those tested: more bits are needed than the floor says
    above_within_one: int
    by_size: dict[str, tuple[int, int]]  # n: how many within one bit, of how many tested

    @property
    def share_within_one(self) -> float:
        return self.within_one / self.tested


def features(facts: dict[str, Any]) -> tuple[float, ...] | None:
    """What the law predicts from; None where m > 0 is not known."""
    m, L, n = facts["margin"][0], facts["lipschitz"][1], facts["n"]
    largest, spread, crowding = (facts[k] for k in ("largest", "root_mean_square", "crowding"))
    if None in (m, L, crowding) or not min(m, L, largest, spread, crowding) > 0:
        return None
    ratio = log2(L / m)
    others = (log2(value) for value in (spread / largest, crowding, m))
    return 1.0, log2(n), log2(largest / m), ratio, ratio / n, *others


def least_with_diagonal(facts: dict[str, Any]) -> int:
    """From how many bits on no diagonal entry of I - W~ is 0 or less, where the codes of W are
    rounded to nearest and one step is for all: the largest entry of the diagonal decides it."""
    largest, diagonal = facts["largest"], facts["largest_diagonal"]
    fails = LEAST - 1
    for bits in range(LEAST, MOST) if largest > 0 else ():
        greatest = 2 ** (bits - 1) - 1
        if round(diagonal / largest * greatest) / greatest * largest >= 1:
            fails = bits
    return fails + 1


def levels(bits: int) -> float:
    """log2 of the largest code."""
    return log2(2 ** (bits - 1) - 1)


def predicted(coefficients: Iterable[float], of: Sequence[float], floor: int = LEAST) -> int:
    """The least number of bits, from `floor` on, that satisfies the law."""
    wanted = float(np.dot(list(coefficients), of))
    return next((bits for bits in range(floor, MOST) if levels(bits) >= wanted), MOST)


def law(points: Iterable[Point]) -> Law | None:
    """Fitted on one half, tested on the other; None where a half is too small."""
    ordered = sorted(points, key=lambda point: point.digest)
    taught = [point for point in ordered if point.is_fitted]
    tested = [point for point in ordered if not point.is_fitted]
    known = [sum(point.bits > point.floor for point in half) for half in (taught, tested)]
    if min(known) < FEWEST:
        return None
    found = _most_within_one(taught, _least_squares(taught))
    errors = [abs(predicted(found, p.features, p.floor) - p.bits) for p in tested]
    near = [error <= 1 for error in errors]
    above = [is_near for p, is_near in zip(tested, near, strict=True) if p.bits > p.floor]
    by_size: dict[str, tuple[int, int]] = {}
    for n in sorted({point.n for point in tested}):
        of_size = [is_near for point, is_near in zip(tested, near, strict=True) if point.n == n]
        by_size[str(n)] = sum(of_size), len(of_size)
    return Law(
        tuple(float(c) for c in found),
        len(taught),
        len(tested),
        errors.count(0),
        sum(near),
        len(above),
        sum(above),
        by_size,
    )


def _least_squares(points: Sequence[Point]) -> Vector:
    """The threshold lies between two numbers of bits; their middle, in log2 q, is aimed at.

    Where fewer bits than the floor might do, only a law that asks for more bits is wrong."""
    X = np.array([point.features for point in points])
    known = np.array([point.bits > point.floor for point in points])
    y = np.array([(levels(p.bits - (p.bits > p.floor)) + levels(p.bits)) / 2 for p in points])
    counted, found = known, np.zeros(X.shape[1])
    for _ in range(MOST_ROUNDS):
        found = np.linalg.lstsq(X[counted], y[counted], rcond=None)[0]
        before, counted = counted, known | (X @ found > y)
        if np.array_equal(before, counted):
            break
    return found


def _most_within_one(points: Sequence[Point], start: Vector) -> Vector:
    """The constants by which most operators are within one bit, sought from `start` on, the edges
    of one bit ever less blurred: a count has no slope."""
    from scipy.optimize import minimize

    X = np.array([point.features for point in points])
    above = np.array([levels(p.bits - 2) if p.bits - 1 > p.floor else -np.inf for p in points])
    most = np.array([levels(point.bits + 1) for point in points])

    def missed(c: Vector, blur: float) -> tuple[float, Vector]:
        wanted = X @ c
        over, under = _logistic((wanted - above) / blur), _logistic((most - wanted) / blur)
        near = over * under
        return -float(near.sum()), (near * (over - under) / blur) @ X

    found = start
    for blur in BLURS:
        found = minimize(missed, found, args=(blur,), jac=True, method="BFGS").x
    return found


def _logistic(t: Vector) -> Vector:
    return 1 / (1 + np.exp(-np.clip(t, -50, 50)))
