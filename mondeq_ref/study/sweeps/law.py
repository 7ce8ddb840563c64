"""How many bits does an operator need?  A law that predicts it before anything is quantized.

With q = 2^(b-1) - 1 codes on either side of 0, the step is max|W|/q, rounding errors are about
uniform over it, and ||W - W~||_2 is about 2 sqrt(n) max|W| / (q sqrt(12)).  That is below m when
q > sqrt(n/3) max|W| / m.  So the law is

    log2 q >= c0 + c1 log2 n + c2 log2(max|W|/m) + c3 log2(L/m) + c4 log2(rms W / max|W|)
              + c5 log2(crowding)

and the predicted width is the least b that satisfies it.  The crowding, m times the mean of
1/lambda over the eigenvalues of sym(I - W), is 1 where all of them are m and about 1/n where only
one is near m: the more of them a perturbation may push below 0, the sooner it does.  The six
numbers are fitted on one half of the operators and tested on the other; which half an operator is
in, its digest says.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log2
from typing import Any

import numpy as np

from mondeq_ref.arrays import Vector

FORMULA = (
    "log2(2^(bits-1) - 1) >= c0 + c1 log2 n + c2 log2(max|W|/m) + c3 log2(L/m)"
    " + c4 log2(rms W / max|W|) + c5 log2(crowding)"
)
LEAST, MOST = 2, 32
FEWEST = 20  # operators in a half, below which nothing is fitted
MOST_ROUNDS = 100  # of a fit; a few settle which operators count


@dataclass(frozen=True)
class Point:
    """An operator with a margin, and from how many bits on a rung is proved."""

    digest: str
    features: tuple[float, ...]
    bits: int
    at_least: bool  # bits is the fewest that were measured: fewer might do

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

    @property
    def share_within_one(self) -> float:
        return self.within_one / self.tested


def features(facts: dict[str, Any]) -> tuple[float, ...] | None:
    """What the law predicts from; None where m > 0 is not known."""
    m, L = facts["margin"][0], facts["lipschitz"][1]
    largest, spread, crowding = (facts[k] for k in ("largest", "root_mean_square", "crowding"))
    if m is None or L is None or crowding is None or not (m > 0 and largest > 0 and spread > 0):
        return None
    ratios = (facts["n"], largest / m, L / m, spread / largest, crowding)
    return 1.0, *map(log2, ratios)


def levels(bits: int) -> float:
    """log2 of the largest code."""
    return log2(2 ** (bits - 1) - 1)


def predicted(coefficients: Iterable[float], of: Sequence[float]) -> int:
    """The least number of bits that satisfies the law."""
    wanted = float(np.dot(list(coefficients), of))
    return next((bits for bits in range(LEAST, MOST) if levels(bits) >= wanted), MOST)


def law(points: Iterable[Point]) -> Law | None:
    """Fitted on one half, tested on the other; None where a half is too small."""
    ordered = sorted(points, key=lambda point: point.digest)
    taught = [point for point in ordered if point.is_fitted]
    tested = [point for point in ordered if not point.is_fitted]
    known = sum(not point.at_least for point in taught)
    if min(known, len(tested)) < FEWEST:
        return None
    found = _least_squares(taught)
    errors = [abs(predicted(found, point.features) - point.bits) for point in tested]
    return Law(
        tuple(float(c) for c in found),
        len(taught),
        len(tested),
        errors.count(0),
        sum(error <= 1 for error in errors),
    )


def _least_squares(points: Sequence[Point]) -> Vector:
    """The threshold lies between two numbers of bits; their middle, in log2 q, is aimed at.

    Where fewer bits than were measured might do, only a law that asks for more bits is wrong."""
    X = np.array([point.features for point in points])
    known = np.array([not point.at_least for point in points])
    y = np.array([(levels(p.bits - (not p.at_least)) + levels(p.bits)) / 2 for p in points])
    counted, found = known, np.zeros(X.shape[1])
    for _ in range(MOST_ROUNDS):
        found = np.linalg.lstsq(X[counted], y[counted], rcond=None)[0]
        before, counted = counted, known | (X @ found > y)
        if np.array_equal(before, counted):
            break
    return found
