"""A solver of linear complementarity problems as a solver of equilibria."""

from collections.abc import Callable
from typing import Any

import numpy as np

from mondeq_ref.arrays import Matrix, Vector


class FromLcp:
    """`lcp(M, q)` finds z >= 0 with w = M z + q >= 0 and z_i w_i = 0: the equilibrium of
    W = I - M for the injection c = -q."""

    def __init__(self, lcp: Callable[[Matrix, Vector], Any]) -> None:
        self.lcp = lcp

    def solve(self, W: Matrix, U: Matrix, b: Vector, X: Matrix) -> Matrix:
        M = np.eye(len(W)) - W
        return np.array([np.asarray(self.lcp(M, -(U @ x + b))) for x in X])
