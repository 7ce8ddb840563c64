"""An input without any equilibrium, exhibited.

If u >= 0, u != 0 and u'M < 0 in every entry, then the injection c = u has no equilibrium: z >= 0
and M z - c >= 0 would give 0 < u'u <= u'M z <= 0.  Such a u exists exactly when no z >= 0, z != 0
has M z >= 0 (Ville).  A linear program proposes, integers decide.
"""

import numpy as np
from flint import fmpz_mat

from mondeq_ref.arrays import Vector
from mondeq_ref.operator import Operator
from mondeq_ref.rigor.dyadic import Dyadic, exact

LEAST = 1e-9  # of the greatest entry of u'M, which rounding u must not change


def without_equilibrium(operator: Operator) -> Vector | None:
    """An injection c for which no z is an equilibrium, proved; None where none is found."""
    M = np.eye(operator.n) - operator.W
    scale = float(np.abs(M).max())
    if not (0 < scale < np.inf):
        return None
    proposed = _proposed(M / scale)
    if proposed is None or not refutes_existence(operator.exact_M, exact(proposed[:, None])):
        return None
    return proposed


def refutes_existence(M: Dyadic, u: Dyadic) -> bool:
    """u >= 0, u != 0 and u'M < 0 in every entry, exactly."""
    entries = u.integers.entries()
    weighted: fmpz_mat = (u.T @ M).integers
    some = any(entry > 0 for entry in entries) and not any(entry < 0 for entry in entries)
    return some and all(entry < 0 for entry in weighted.entries())


def _proposed(M: np.ndarray) -> Vector | None:
    """The u >= 0 with sum 1 whose greatest entry of u'M is least."""
    from scipy.optimize import linprog

    n = len(M)
    above = np.hstack([M.T, -np.ones((n, 1))])  # u'M <= t
    sums = np.append(np.ones(n), 0.0)[None]
    limits = [(0, None)] * n + [(None, None)]
    found = linprog(np.append(np.zeros(n), 1.0), above, np.zeros(n), sums, [1.0], limits)
    if found.status != 0 or found.x is None or not found.x[-1] < -LEAST:
        return None
    return np.maximum(found.x[:-1], 0.0)
