"""Implementations that are each wrong in one line, and those that misbehave."""

import os
import time

import numpy as np

from mondeq_ref.oracle.names import Mistake
from tests.support import (
    wrong_bounds,
    wrong_gradients,
    wrong_quantizers,
    wrong_solvers,
    wrong_steps,
)

WRONG = (  # who, in which operation, and what it is called
    *(*wrong_solvers.WRONG, *wrong_gradients.WRONG, *wrong_quantizers.WRONG),
    *(*wrong_bounds.WRONG, *wrong_steps.WRONG),
)

# What is also true of some answers of these: a run that would converge later, a dead zone of the
# grid, rows that need not be alone to be far from converged.
ALSO = {
    wrong_solvers.Diverging: {Mistake.BUDGET},
    wrong_solvers.Gradient: {Mistake.BUDGET, Mistake.LAST_RETURNED},
    wrong_solvers.LastReturned: {Mistake.BUDGET, Mistake.DIVERGES},
    wrong_solvers.Overrelaxed: {Mistake.BUDGET, Mistake.LAST_RETURNED},
    wrong_solvers.Grid: {Mistake.DEAD_ZONE},
    wrong_solvers.BatchWide: {Mistake.STOPPED_EARLY},
    wrong_solvers.StepLength: {Mistake.STOPPED_EARLY},
}


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
