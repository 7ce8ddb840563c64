"""A lower bound of ||W - W~||_2 over all offsets, steps and roundings.

With W~ = t I + s C and codes of sizes p to q (p = 0; of signs p = q = 1), the error of each entry
off the diagonal is at least its distance to the levels, and no row or column is longer than the
norm of its matrix:

    ||W - W~||_2^2 >= max over rows and columns of the sum of dist(|w_ij|, s {p, ..., q})^2    (1)

over j != i.  (1) does not depend on the offset or the rounding.  The minimum of (1) over all steps
s > 0 is bounded below on intervals of steps: there the distance of w to the level k is at least
that of |w| to the interval of k s.  Intervals with a small bound are halved.
"""

import numpy as np

from mondeq_ref.arrays import Matrix, Vector
from mondeq_ref.quantize.quantizer import Quantizer
from mondeq_ref.rigor.machine import UNIT_ROUNDOFF

PARTS = 64  # intervals of steps at the beginning
ROUNDS = 12  # maximum number of halvings
CLOSE = 0.002  # relative distance from the minimum of (1) at which halving ends
ULPS = 8  # bound on the float error of a distance, in ulps of |w| + q s
Sizes = tuple[int, int]  # p and q


def least_change(W: Matrix, quantizer: Quantizer, wanted: float = np.inf) -> float:
    """A lower bound of ||W - W~||_2 for every W~ = t I + s C with its codes; rounded down.

    The search ends early where the bound is at least `wanted`, or (1) is smaller at some step."""
    sizes = 1 if quantizer.levels == "signs" else 0, quantizer.greatest_code
    w = np.abs(W)
    np.fill_diagonal(w, 0.0)
    largest = float(w.max(initial=0.0))
    if largest == 0:
        return 0.0
    # beyond 2 max|w| the least level is the nearest to every entry, as at 2 max|w|
    ends = np.linspace(0.0, 2 * largest, PARTS + 1)
    low, high = ends[:-1], ends[1:]
    below = _bounds(w, low, high, sizes)
    for _ in range(ROUNDS):
        middle, short = (low + high) / 2, below < wanted
        reached = float(_bounds(w, middle[short], middle[short], sizes).min(initial=np.inf))
        coarse = below < min((1 - CLOSE) * reached, wanted)
        if not coarse.any() or (reached < wanted < np.inf):
            break
        kept = ~coarse
        low, high = (
            np.concatenate([low[kept], low[coarse], middle[coarse]]),
            np.concatenate([high[kept], middle[coarse], high[coarse]]),
        )
        fresh = _bounds(w, low[kept.sum() :], high[kept.sum() :], sizes)
        below = np.concatenate([below[kept], fresh])
    return float(below.min())


def _bounds(w: Matrix, low: Vector, high: Vector, sizes: Sizes) -> Vector:
    """(1) for each interval of steps, rounded down."""
    return np.array([_bound(w, a, b, sizes) for a, b in zip(low, high, strict=True)])


def _bound(w: Matrix, low: float, high: float, sizes: Sizes) -> float:
    """(1) for one interval of steps, from the levels next to w.

    For c = ceil(w / high) either c or c - 1 is nearest: k high < w for the k below c, which grow
    nearer with k, and k low - w grows with the k from c on.  Rounding the quotient never moves it
    across a whole number, though perhaps onto one: so its ceiling is c or c - 1 (where whole
    numbers are no longer floats, all are beyond the codes).  Where squares overflow, 0."""
    least, most = sizes
    with np.errstate(divide="ignore", invalid="ignore"):
        above = np.ceil(w / high)
    distance = np.full_like(w, np.inf)
    for code in (above - 1, above, above + 1):
        k = np.clip(code, least, most)
        distance = np.minimum(distance, np.maximum(np.maximum(k * low - w, w - k * high), 0.0))
    distance = np.maximum(distance - ULPS * UNIT_ROUNDOFF * (w + most * high), 0.0)
    np.fill_diagonal(distance, 0.0)
    with np.errstate(over="ignore"):
        squares = distance * distance
        longest = max(float(squares.sum(axis=0).max()), float(squares.sum(axis=1).max()))
    if not np.isfinite(longest):
        return 0.0
    return float(np.sqrt(longest) * (1 - 2 * (len(w) + ULPS) * UNIT_ROUNDOFF))
