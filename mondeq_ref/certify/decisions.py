"""What a perturbation does to one input: how far its equilibrium moves, and can its class change?

With dW = W - W~ and dc = c - c~ (from U and b), for any equilibrium z~ of the perturbed layer,

    ||z~ - z*|| <= ||dW z~ + dc|| / m <= (||dW|| ||z~|| + ||dc||) / m,        m > 0.

The class of z is argmax_k of V z + d; within a distance r of z it is k for certain when the
logit of k exceeds that of each j by more than ||V_k - V_j|| r.
"""

from dataclasses import dataclass

import numpy as np

from mondeq_ref.arrays import Integers, Matrix, Vector
from mondeq_ref.certify.prove import Equilibria
from mondeq_ref.inputs import Injections
from mondeq_ref.operator import Head
from mondeq_ref.rigor.balls import MatrixBall
from mondeq_ref.rigor.fast import above, down, gamma, norm_above, norms_above, norms_below, up
from mondeq_ref.rigor.machine import SMALLEST, UNIT_ROUNDOFF
from mondeq_ref.rigor.process import one_thread

UNCERTAIN = -1


@dataclass(frozen=True, eq=False)
class Displacement:
    """Row by row, upper bounds of the three sides of the inequality above (infinite where
    something is not known), and a lower bound of ||z~ - z*||."""

    actual: Vector
    sharper: Vector
    paper: Vector
    at_least: Vector


@one_thread()
@np.errstate(over="ignore", invalid="ignore")  # an overflow makes a bound infinite
def displacement(
    before: Equilibria,
    after: Equilibria,
    dW: MatrixBall,
    dW_norm: float,
    m: float,
    injections: tuple[Injections, Injections],
) -> Displacement:
    """`dW_norm` >= ||dW||, 0 < m <= the margin, and the injections before and after."""
    c, c_after = injections
    difference = c.c - c_after.c
    dc_error = up(up(c.error + c_after.error) + up(norms_above(difference * (2 * UNIT_ROUNDOFF))))
    dc = up(norms_above(difference) + dc_error)
    length = up(norms_above(after.z) + after.radius)
    image = after.z @ dW.center.T + difference
    rounding = up(
        up(gamma(len(dW.center) + 1) * norm_above(dW.center)) * norms_above(after.z)
    ) + up(len(dW.center) ** 2 * SMALLEST)
    summed = up(norms_above(np.abs(image) * (2 * UNIT_ROUNDOFF)))
    unseen = up(up(dW.radius * length) + up(dW_norm * after.radius))
    error = up(up(rounding + summed) + up(up(unseen) + dc_error))
    gap = after.z - before.z
    spread = up(up(before.radius + after.radius) + up(norms_above(gap * (2 * UNIT_ROUNDOFF))))
    return Displacement(
        actual=up(norms_above(gap) + spread),
        sharper=up(up(norms_above(image) + error) / m),
        paper=up(up(up(dW_norm * length) + dc) / m),
        at_least=np.maximum(down(norms_below(gap) - spread), 0.0),
    )


@one_thread()
@np.errstate(over="ignore", invalid="ignore")  # an overflow makes a bound infinite
def certain_class(head: Head, Z: Matrix, radius: Vector) -> Integers:
    """The class of every point within `radius` of the row, or UNCERTAIN."""
    logits = head.logits(Z)
    error = _logit_error(head, Z)
    differences = head.V[:, None, :] - head.V[None, :, :]
    classes, n = head.V.shape
    norms = norms_above(np.asarray(up(np.abs(differences))).reshape(-1, n))
    chosen = logits.argmax(axis=1)
    best = logits[np.arange(len(Z)), chosen]
    gap = down(down(best[:, None] - logits) - up(2 * error)[:, None])
    known = np.isfinite(radius)
    reach = np.where(known, radius, 0.0)[:, None]
    beaten = (gap > up(norms.reshape(classes, classes)[chosen] * reach)) & known[:, None]
    beaten[np.arange(len(Z)), chosen] = known
    return np.where(beaten.all(axis=1), chosen, UNCERTAIN)


def _logit_error(head: Head, Z: Matrix) -> Vector:
    """The largest rounding error of a row's logits."""
    n = head.V.shape[1]
    magnitude = above(np.abs(Z) @ np.abs(head.V.T) + np.abs(head.d), n + 1)
    return np.asarray(up(up(gamma(n + 1) * magnitude.max(axis=1)) + up((n + 1) * SMALLEST)))
