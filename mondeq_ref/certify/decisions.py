"""What a perturbation does to one input: how far its equilibrium moves, and can its class change?

With dW = W - W~ and dc = c - c~ (from U and b), for any equilibrium z~ of the perturbed layer,

    ||z~ - z*|| <= ||dW z~ + dc|| / m <= (||dW|| ||z~|| + ||dc||) / m,        m > 0.

In the maximum norm, where M~ is an H-matrix with the vectors eta and delta of `h_matrix`, for
any equilibrium z* of W (z* is an equilibrium of M~ for the injection c + dW z*):

    |z~ - z*|_j <= eta_j max_i |dW z* + dc|_i / delta_i;

and where M is one, the same with the eta and delta of M and with z~ in the place of z*.

The class of z is argmax_k of V z + d; within a distance r of z it is k for certain when the
logit of k exceeds that of each j by more than ||V_k - V_j|| r, and within r_i of every z_i when
it does by more than sum_i |V_k - V_j|_i r_i.
"""

from dataclasses import dataclass

import numpy as np

from mondeq_ref.arrays import Integers, Matrix, Vector
from mondeq_ref.certify.h_matrix import HMatrix
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
    length = up(norms_above(after.z) + after.radius)
    image, error, dc = _pushed(after, dW, dW_norm, injections)
    gap = after.z - before.z
    spread = up(up(before.radius + after.radius) + up(norms_above(gap * (2 * UNIT_ROUNDOFF))))
    return Displacement(
        actual=up(norms_above(gap) + spread),
        sharper=up(up(norms_above(image) + error) / m),
        paper=up(up(up(dW_norm * length) + dc) / m),
        at_least=np.maximum(down(norms_below(gap) - spread), 0.0),
    )


def _pushed(
    at: Equilibria, dW: MatrixBall, dW_norm: float, injections: tuple[Injections, Injections]
) -> tuple[Matrix, Vector, Vector]:
    """dW z + dc in floats for the equilibria near `at`, a bound of its error in the Euclidean
    norm, and an upper bound of ||dc||."""
    c, c_after = injections
    difference = c.c - c_after.c
    dc_error = up(up(c.error + c_after.error) + up(norms_above(difference * (2 * UNIT_ROUNDOFF))))
    dc = up(norms_above(difference) + dc_error)
    length = up(norms_above(at.z) + at.radius)
    image = at.z @ dW.center.T + difference
    rounding = up(up(gamma(len(dW.center) + 1) * norm_above(dW.center)) * norms_above(at.z)) + up(
        len(dW.center) ** 2 * SMALLEST
    )
    summed = up(norms_above(np.abs(image) * (2 * UNIT_ROUNDOFF)))
    unseen = up(up(dW.radius * length) + up(dW_norm * at.radius))
    return image, up(up(rounding + summed) + up(up(unseen) + dc_error)), dc


@one_thread()
@np.errstate(over="ignore", invalid="ignore")  # an overflow makes a bound infinite
def entrywise_reach(
    dominant: HMatrix,
    at: Equilibria,
    dW: MatrixBall,
    dW_norm: float,
    injections: tuple[Injections, Injections],
) -> Matrix:
    """How far, unit by unit, the other equilibrium may be from the points `at`: they are z* where
    `dominant` is of M~, and z~ where it is of M."""
    image, error, _ = _pushed(at, dW, dW_norm, injections)
    moved = dominant.reach(np.asarray(up(np.abs(image) + error[:, None])))
    return np.asarray(up(moved + at.radius[:, None]))


@one_thread()
@np.errstate(over="ignore", invalid="ignore")  # an overflow makes a bound infinite
def certain_class(head: Head, Z: Matrix, reach: Vector | Matrix) -> Integers:
    """The class of every point within `reach` of the row, or UNCERTAIN; a reach of one number a
    row is Euclidean, and one of a row a row bounds every unit by itself."""
    logits = head.logits(Z)
    error = _logit_error(head, Z)
    chosen = logits.argmax(axis=1)
    best = logits[np.arange(len(Z)), chosen]
    gap = down(down(best[:, None] - logits) - up(2 * error)[:, None])
    bounds = reach[:, None] if reach.ndim == 1 else reach
    known = np.asarray(np.isfinite(bounds).all(axis=1))
    within = np.where(known, reach.T, 0.0).T
    beaten = (gap > _logits_move(head, chosen, within)) & known[:, None]
    beaten[np.arange(len(Z)), chosen] = known
    return np.where(beaten.all(axis=1), chosen, UNCERTAIN)


def _logits_move(head: Head, chosen: Integers, reach: Vector | Matrix) -> Matrix:
    """How much, at most, the logit of the chosen class falls against that of each other."""
    differences = np.asarray(up(np.abs(head.V[:, None, :] - head.V[None, :, :])))
    classes, n = head.V.shape
    if reach.ndim == 1:
        norms = norms_above(differences.reshape(-1, n)).reshape(classes, classes)
        return np.asarray(up(norms[chosen] * reach[:, None]))
    moves = np.zeros((len(reach), classes))
    for k in range(classes):
        rows = chosen == k
        moves[rows] = above(reach[rows] @ differences[k].T, n)
    return moves


def _logit_error(head: Head, Z: Matrix) -> Vector:
    """The largest rounding error of a row's logits."""
    n = head.V.shape[1]
    magnitude = above(np.abs(Z) @ np.abs(head.V.T) + np.abs(head.d), n + 1)
    return np.asarray(up(up(gamma(n + 1) * magnitude.max(axis=1)) + up((n + 1) * SMALLEST)))
