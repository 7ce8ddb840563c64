"""A few rows by one kernel, and what it needs of an operator (see `kernels.whole`)."""

from typing import TYPE_CHECKING

import numpy as np

from mondeq_ref.arrays import Matrix
from mondeq_ref.certify.distance import COMPILED_UNITS, columns_of
from mondeq_ref.certify.residual import error_constants
from mondeq_ref.inputs import USUAL_FROM, tiles_and_sums
from mondeq_ref.operator import Operator
from mondeq_ref.rigor.fast import inflation, norms_above, up
from mondeq_ref.rigor.machine import SMALLEST, require_ieee
from mondeq_ref.solve.active_set import NEWTON_STEPS, ActiveSet, M_in_lanes, reflection_in_panels
from mondeq_ref.solve.solution import Solution, Status, code

if TYPE_CHECKING:
    from mondeq_ref.kernels.whole import Ready

MOST_ROWS = 256  # more are solved in blocks, on threads


def ready(operator: Operator) -> "Ready | None":
    """None for a layer that is large, has no input, no margin or an infinite norm."""
    require_ieee()
    (n, d), margin = operator.U.shape, operator.margin.lo
    if not (margin > 0 and operator.lipschitz.hi < np.inf and n <= COMPILED_UNITS and d > 0):
        return None
    from mondeq_ref.kernels.whole import Ready

    tiles, sums = tiles_and_sums(operator)
    U_norm, b_norm = operator.input_norms
    P, Q = reflection_in_panels(operator)
    M, M_columns = M_in_lanes(operator)
    relative, absolute = error_constants(n)
    return Ready(
        tiles=tiles,
        sums=sums,
        b=operator.b.copy(),  # as writable as what unpickles: the kernel has one signature
        U_norm=U_norm,
        sums_norm=float(norms_above(sums[None])[0]),
        b_norm=b_norm,
        of_x=inflation(d + 1),
        underflow=float(up((d + 4) * n * SMALLEST)),
        P=P,
        Q=Q,
        sweeps=ActiveSet().sweeps,
        M=M,
        M_columns=M_columns,
        W_columns=columns_of(operator),
        most_steps=NEWTON_STEPS,
        relative=relative,
        absolute=absolute,
        of_v=inflation(n + 4),
        of_z=inflation(n + 1),
        W_radius=operator.weights.radius,
        margin=margin,
    )


def certified(prepared: "Ready", rows: Matrix, tol: float) -> Solution | None:
    """The solution of a few rows, if the kernel certifies every one."""
    from mondeq_ref.kernels.whole import solve_rows

    require_ieee()
    rows = np.ascontiguousarray(rows).view()
    rows.setflags(write=False)  # so that the kernel has one signature
    all_within, z, steps, residual, radius = solve_rows(prepared, rows, USUAL_FROM, tol)
    if not all_within:
        return None
    codes = np.full(len(z), code(Status.CERTIFIED))
    return Solution(z, codes, steps, radius, residual, (), ActiveSet.name, "float64")
