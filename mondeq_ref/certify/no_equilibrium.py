"""An input without any equilibrium, exhibited.

If u >= 0, u != 0 and u'M < 0 in every entry, then the injection c = u has no equilibrium: z >= 0
and M z - c >= 0 would give 0 < u'u <= u'M z <= 0.  Such a u exists exactly when no z >= 0, z != 0
has M z >= 0 (Ville).  A matrix game proposes, integers decide.
"""

import numpy as np
from flint import fmpz_mat

from mondeq_ref.arrays import Vector
from mondeq_ref.certify.matrix_game import MatrixGame
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
    game = MatrixGame(len(M), 1.0)
    game.add(M)
    greatest, _, u = game.solved()
    return u if greatest < -LEAST else None
