"""Implementations that are each wrong in one line, and those that misbehave."""

import os
import time

import numpy as np

from tests.support import (
    wrong_bounds,
    wrong_gradients,
    wrong_quantizers,
    wrong_solvers,
    wrong_steps,
)

WRONG = (
    *(*wrong_solvers.WRONG, *wrong_gradients.WRONG, *wrong_quantizers.WRONG),
    *(*wrong_bounds.WRONG, *wrong_steps.WRONG),
)


class Troubled:
    """Raises, hangs, dies, returns NaN, the wrong shape or no array, by the number of units."""

    def operator(self, A, S, m):
        return np.full(S.shape, np.nan)

    def quantize(self, W, spec):
        return "codes"

    def gradients(self, W, U, b, X, dZ):
        raise ZeroDivisionError("division by zero")

    def solve(self, W, U, b, X):
        if len(W) == 6:
            time.sleep(3600)
        if len(W) == 16:
            os._exit(7)
        return np.zeros((len(W), len(X)))[:-1]
