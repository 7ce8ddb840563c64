"""Bounds of one number, as `rigor.fast` makes them of arrays, and a sum of squares."""

import numpy as np

from mondeq_ref.arrays import Vector
from mondeq_ref.kernels.jit import compiled


@compiled
def above(computed: float, of_sum: tuple[float, float]) -> float:
    """The twin of `rigor.fast.above`."""
    lost, inflation = of_sum
    return up(up(computed + lost) * inflation)


@compiled
def up(x: float) -> float:
    """The twin of `rigor.fast.up`."""
    return np.nextafter(x, np.inf) if x < np.inf else np.inf


@compiled
def sum_of_squares(values: Vector, first: int, last: int) -> float:
    """Four sums side by side: none waits for the one before it."""
    a, b, c, d, whole = 0.0, 0.0, 0.0, 0.0, first + (last - first) // 4 * 4
    for k in range(first, whole, 4):
        a += values[k] * values[k]
        b += values[k + 1] * values[k + 1]
        c += values[k + 2] * values[k + 2]
        d += values[k + 3] * values[k + 3]
    for k in range(whole, last):
        a += values[k] * values[k]
    return (a + b) + (c + d)
