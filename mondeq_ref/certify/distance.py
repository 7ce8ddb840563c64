"""How far is a computed point from the equilibrium?

Strong monotonicity turns a residual into a distance.  If F + G is m-strongly monotone,
m > 0, and v lies in F(z) + G(z), then

    ||z - z*|| <= ||v|| / m.                                                          (1)

Proof.  0 lies in (F + G)(z*), so m ||z - z*||^2 <= <v, z - z*>; Cauchy-Schwarz.

For z >= 0 the least v is F_i(z) where z_i > 0 and min(F_i(z), 0) where z_i = 0, since the
normal cone of the orthant absorbs any F_i > 0 there.  F is evaluated with an error bound;
what the matrix that is meant and the exact injection differ from the float arrays is added.

Nothing here knows which solver produced z: a solver never vouches for itself.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from mondeq_ref.arrays import Booleans, InputError, Matrix, Vector, checked
from mondeq_ref.certify.residual import Residual, compensated, error_constants, plain
from mondeq_ref.inputs import Injections
from mondeq_ref.kernels import COMPILED_FROM
from mondeq_ref.operator import Operator, kept_with_operator
from mondeq_ref.rigor.fast import above, down, norms_above, up
from mondeq_ref.rigor.machine import require_ieee
from mondeq_ref.rigor.process import one_thread

COMPILED_UNITS = 256  # above, the columns of W are no longer near the processor: GEMM is better


@dataclass(frozen=True, eq=False)
class Distance:
    """For each row z: ||z - z*|| <= radius, and the pieces it is made of."""

    residual: Vector  # >= ||v||, v the least element of F(z) + G(z)
    radius: Vector  # residual / m; infinite unless m > 0 is proved
    floor: Vector  # the part of `residual` that rounding alone accounts for
    evaluate: Callable[[], Residual]

    @property
    def worst(self) -> float:
        return float(self.radius.max(initial=0.0))

    @cached_property
    def F(self) -> Residual:
        """F(z) with an error for every entry: more than the radius needs."""
        with np.errstate(over="ignore", invalid="ignore"):
            return self.evaluate()


@one_thread()
@np.errstate(over="ignore", invalid="ignore")
def distance(
    operator: Operator, injections: Injections, Z: Matrix, *, compensate: bool = False
) -> Distance:
    """Bound (1) for every row of Z; `compensate` evaluates F in twice the precision."""
    require_ieee()
    Z = checked("z", Z, (len(injections), operator.n))
    C = injections.c
    if C.shape != Z.shape:
        raise InputError(f"c must have shape {Z.shape}, got {C.shape}")
    if (Z < 0).any():
        raise InputError("z must be nonnegative: ReLU equilibria live in the orthant z >= 0")

    def evaluate() -> Residual:
        return (compensated if compensate else plain)(operator.W, Z, C)

    if compensate or not _is_compiled(Z):
        of_v, of_e = squares(evaluate(), Z)
    else:
        of_v, of_e = _in_one_pass(operator, Z, C)
    unseen = injections.error
    if operator.weights.radius > 0:
        unseen = up(unseen + up(operator.weights.radius * norms_above(Z)))
    residual, floor = up(root_above(np.array([of_v, of_e]), operator.n) + unseen)
    return Distance(residual, _radius(operator, residual), floor, evaluate)


def squares(F: Residual, Z: Matrix) -> tuple[Vector, Vector]:
    """Row by row, the sums of v_i^2, v_i what F and its error leave open at most, and of e_i^2.

    Where z_i = 0, |v_i| = max(-F_i, 0).  Where F_i overflows, e_i is infinite, and the first sum
    infinite or NaN, which the bounds made of it take for infinite."""
    v = np.maximum(np.where(Z > 0, np.abs(F.value), -F.value) + F.error, 0.0)
    return np.einsum("ij,ij->i", v, v), np.einsum("ij,ij->i", F.error, F.error)


def root_above(computed: Vector, n: int) -> Vector:
    """||s||_2 from above, where `computed` is the float sum of squares of n sizes s_i >= 0, each
    the float sum of two: 2 roundings in s_i^2 from s_i, 1 of the square, n of the sum."""
    return np.asarray(up(np.sqrt(above(computed, n + 4))))


def _is_compiled(Z: Matrix) -> bool:
    rows, n = Z.shape
    return n <= COMPILED_UNITS and rows >= COMPILED_FROM


def _in_one_pass(operator: Operator, Z: Matrix, C: Matrix) -> tuple[Vector, Vector]:
    from mondeq_ref.kernels.distance import squares_rows

    Z = np.ascontiguousarray(Z).view()
    Z.setflags(write=False)  # so that the kernel has one signature
    return squares_rows(columns_of(operator), Z, C, *error_constants(operator.n))


@kept_with_operator
def columns_of(operator: Operator) -> Vector:
    """W' as the kernel wants it."""
    from mondeq_ref.kernels.vectors import in_lanes

    return in_lanes(operator.W.T)


def _radius(operator: Operator, residual: Vector) -> Vector:
    m = operator.margin.lo
    if not m > 0:
        return np.full_like(residual, np.inf)
    return np.asarray(up(residual / m))


@np.errstate(over="ignore", invalid="ignore")
def certified_signs(operator: Operator, Z: Matrix, found: Distance) -> tuple[Booleans, Booleans]:
    """Units that are certainly active, and certainly inactive, at the equilibrium itself.

    z*_i > 0 if z_i > radius; w*_i > 0 (so z*_i = 0) if F_i(z) - error > ||M_i|| radius plus
    what F does not see.  A unit in neither set is undecided at this radius.
    """
    reach = found.radius[:, None]
    active = reach < Z
    rows = up(norms_above(operator.M.center) + operator.M.radius)
    slack = up(above(rows * reach, 1) + found.floor[:, None])
    inactive = down(found.F.value - found.F.error) > slack
    return active, inactive
