"""How far is a computed adjoint from the exact one?

For an active set a the adjoint lambda* solves M_aa' lambda*_a = g_a and is zero elsewhere.  For
any lambda that is zero outside a, with r = (M'lambda - g)_a,

    ||lambda - lambda*|| <= ||r|| / m.                                                (1)

Proof.  e = lambda - lambda* is zero outside a, so m ||e||^2 <= <e, M'e> = <e_a, r>;
Cauchy-Schwarz.
"""

from dataclasses import dataclass

import numpy as np

from mondeq_ref.arrays import Booleans, InputError, Matrix, Vector, frozen
from mondeq_ref.certify.residual import compensated, plain
from mondeq_ref.operator import Operator
from mondeq_ref.rigor.fast import norms_above, up
from mondeq_ref.rigor.machine import require_ieee
from mondeq_ref.rigor.process import one_thread


@dataclass(frozen=True, eq=False)
class AdjointDistance:
    """For each row lambda: ||lambda - lambda*|| <= radius, and what it is made of."""

    residual: Vector  # >= ||r||
    radius: Vector  # residual / m; infinite unless m > 0 is proved
    floor: Vector  # the part of `residual` that rounding alone accounts for


@one_thread()
def adjoint_distance(
    operator: Operator, active: Booleans, G: Matrix, Lam: Matrix, *, compensate: bool = False
) -> AdjointDistance:
    """Bound (1) for every row; `compensate` evaluates r in twice the precision."""
    require_ieee()
    Lam = frozen("lambda", Lam, G.shape)
    if Lam[~active].any():
        raise InputError("an adjoint must be zero outside the active set")
    transposed = np.ascontiguousarray(operator.W.T)
    with np.errstate(over="ignore", invalid="ignore"):  # an overflow becomes an infinite bound
        r = (compensated if compensate else plain)(transposed, Lam, G)
        unseen = up(operator.weights.radius * norms_above(Lam))
        sizes = np.where(active, up(np.abs(r.value) + r.error), 0.0)
        residual = np.asarray(up(norms_above(sizes) + unseen))
        floor = np.asarray(up(norms_above(np.where(active, r.error, 0.0)) + unseen))
    m = operator.margin.lo
    radius = np.asarray(up(residual / m)) if m > 0 else np.full_like(residual, np.inf)
    return AdjointDistance(residual, radius, floor)
