"""Steps of the splitting methods and of the adjoint iteration, in floats."""

from typing import cast

import numpy as np

from mondeq_ref.arrays import InputError, Matrix
from mondeq_ref.inputs import given
from mondeq_ref.operator import Operator
from mondeq_ref.oracle.question import Array
from mondeq_ref.solve import METHODS
from mondeq_ref.solve.methods import Splitting


def bare(W: Matrix) -> Operator:
    """The operator with U = 0 and b = 0."""
    return Operator(W, np.zeros((len(W), 1)), np.zeros(len(W)))


def stepped(
    W: Matrix, c: Matrix, start: Matrix, method: str, alpha: float, count: int, cell: float
) -> tuple[Matrix, Matrix]:
    """The state after `count` steps, rounded to multiples of `cell` after each (0: not rounded),
    and the equilibrium that is read off it."""
    chosen = METHODS[method](alpha)
    if not hasattr(chosen, "iteration"):
        raise InputError(f"{method} has no steps")
    iteration = cast("Splitting", chosen).iteration(bare(W), np.float64)
    data, state = iteration.prepare(given(c, len(W)).c), np.array(start)
    for _ in range(count):
        state = iteration.advance(state, data)
        if cell > 0:
            state = np.rint(state / cell) * cell
    read = iteration.observe(state, data)
    return np.asarray(state, np.float64), np.asarray(read, np.float64)


def adjoint_stepped(W: Matrix, mask: Array, dZ: Matrix, alpha: float, count: int) -> Matrix:
    """lambda <- D (lambda - alpha (M'lambda - dz)), D the mask, `count` times from zero."""
    lam = np.zeros_like(dZ)
    for _ in range(count):
        lam = (lam - alpha * (lam - lam @ W - dZ)) * mask
    return lam
