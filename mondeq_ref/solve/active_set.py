"""The active-set method: guess the signs, solve linear equations, repeat until they agree.

Signs settle long before values do: a few cheap float32 Peaceman-Rachford sweeps leave about
one wrong sign an input.  Newton's method on z = ReLU(z - F(z)) then solves M_aa z_a = c_a and
takes the new active set {i : z_i - F_i(z) > 0} until it repeats; a fixed set is an
equilibrium up to rounding.  Newton can cycle (even on P-matrices), so rows that do not settle
go to Lemke's complementary pivoting, which is finite.  Nothing found here is trusted: the
caller certifies every point.
"""

from dataclasses import dataclass

import numpy as np

from mondeq_ref.arrays import Booleans, Integers, Matrix, Singles, Vector
from mondeq_ref.inputs import Injections
from mondeq_ref.kernels import COMPILED_FROM
from mondeq_ref.operator import Operator, kept_with_operator
from mondeq_ref.rigor.process import one_thread
from mondeq_ref.solve.judge import OPEN, judge
from mondeq_ref.solve.lemke import lemke
from mondeq_ref.solve.methods import Floats, reflection
from mondeq_ref.solve.solution import Solution, Status, code

NEWTON_STEPS = 30  # Newton settles in two or three; more is a cycle
POLISHING_STEPS = 3  # after pivoting the signs are right, but for kinks


@dataclass(frozen=True)
class ActiveSet:
    """Sign prediction by `sweeps` float32 Peaceman-Rachford steps, then active-set Newton."""

    sweeps: int = 8
    name = "active-set"


def settle(
    operator: Operator, injections: Injections, method: ActiveSet, *, tol: float, max_steps: int
) -> Solution:
    """Solve every row; a row's steps are its linear solves, pivots of the fallback included."""
    z, steps, settled = points(operator, injections.c, method.sweeps, max_steps)
    judged = judge(operator, injections, z, tol)
    codes = judged.codes
    codes[judged.open & settled] = code(Status.STALLED)
    codes[judged.open & (steps >= max_steps)] = code(Status.MAX_STEPS)
    codes[codes == OPEN] = code(Status.GAVE_UP)  # a ray, a singular block, signs that cycle
    return Solution(
        judged.z, codes, steps, judged.radius, judged.residual, (), method.name, "float64"
    )


@one_thread()
def proposed(operator: Operator, c: Matrix, max_steps: int = 10_000) -> Matrix:
    """The points alone, for callers who prove equilibria in their own way."""
    return points(operator, c, ActiveSet().sweeps, max_steps)[0]


def points(
    operator: Operator, c: Matrix, sweeps: int, max_steps: int
) -> tuple[Matrix, Integers, Booleans]:
    """Points, linear solves taken, and whether the active set repeated, with the fallback."""
    active = predicted_signs(operator, c, sweeps)
    with np.errstate(all="ignore"):  # what overflows or divides by zero is not settled
        z, steps, settled = newton(operator, c, active, max_steps)
        for row in np.flatnonzero(~settled).tolist():
            _fall_back(operator.M.center, c, row, max_steps, z, steps, settled)
            z[row] = np.maximum(z[row], 0.0)
    return z, steps, settled


def _fall_back(
    M: Matrix, c: Matrix, row: int, max_steps: int, z: Matrix, steps: Integers, settled: Booleans
) -> None:
    """Lemke's pivoting finds the active set; one solve more is rid of its many roundings."""
    compiled = len(c) >= COMPILED_FROM
    found, pivots = lemke(M, c[row], max_steps - int(steps[row]), compiled=compiled)
    steps[row] += pivots
    if found is not None:
        z[row] = found
        polished, taken, settled[row] = newton_row(
            M, c[row], found > 0, min(POLISHING_STEPS, max_steps - int(steps[row]))
        )
        steps[row] += taken
        if settled[row]:
            z[row] = polished


def predicted_signs(operator: Operator, c: Matrix, sweeps: int) -> Booleans:
    """The signs of the read-out after a few Peaceman-Rachford sweeps in float32."""
    if not 0 < operator.lipschitz.hi < np.inf:
        return c > 0
    if len(c) < COMPILED_FROM:
        return swept_signs(*_reflection(operator), c, sweeps)
    from mondeq_ref.kernels.sweeps import sweep_rows

    active = np.empty(c.shape, dtype=np.bool_)
    sweep_rows(*reflection_in_panels(operator), c, sweeps, active)
    return active


@np.errstate(over="ignore", invalid="ignore")
def swept_signs(P: Floats, Q: Floats, c: Matrix, sweeps: int) -> Booleans:
    """The signs of s P + q after sweeps s <- |s P + q| from zero, q = c Q."""
    q = c.astype(np.float32) @ Q
    state, image = np.empty_like(q), q.copy()
    for _ in range(sweeps):
        np.abs(image, out=state)
        np.matmul(state, P, out=image)
        image += q
    return image > 0


@kept_with_operator
def _reflection(operator: Operator) -> tuple[Floats, Floats]:
    """P and Q of the sweeps."""
    return reflection(operator, _sweep_step(operator), np.float32)


@kept_with_operator
def reflection_in_panels(operator: Operator) -> tuple[Singles, Singles]:
    """The same as the kernel wants them."""
    from mondeq_ref.kernels.tiles import in_panels

    P, Q = _reflection(operator)
    return in_panels(P), in_panels(Q)


@kept_with_operator
def M_in_lanes(operator: Operator) -> tuple[Vector, Vector]:
    """M = I - W and its transpose as the kernel wants them."""
    from mondeq_ref.kernels.vectors import in_lanes

    M = operator.M.center
    return in_lanes(M), in_lanes(M.T)


def _sweep_step(operator: Operator) -> float:
    """1/sqrt(m L) is best for symmetric M; without a margin, as if kappa were 50."""
    L, m = operator.lipschitz.hi, operator.margin.lo
    with np.errstate(divide="ignore"):
        alpha = 1 / (np.sqrt(max(m, L / 50)) * np.sqrt(L))
    return float(alpha) if np.isfinite(alpha) else 1.0


def newton(
    operator: Operator, c: Matrix, active: Booleans, max_steps: int
) -> tuple[Matrix, Integers, Booleans]:
    """Points, linear solves taken, and whether the active set repeated, for every row."""
    if len(c) >= COMPILED_FROM:
        from mondeq_ref.kernels.newton import newton_rows

        limit = min(NEWTON_STEPS, max_steps)
        z, steps, settled, accurate = newton_rows(*M_in_lanes(operator), c, active, limit)
    else:
        z, steps = np.zeros_like(c), np.zeros(len(c), dtype=np.int64)
        settled, accurate = np.zeros((2, len(c)), dtype=np.bool_)
    # The compiled elimination does not pivot.  A row that it did not settle begins again with
    # LAPACK, but not where every solve was accurate: as a rule the same active sets would come.
    for row in np.flatnonzero(~settled & ~accurate):
        limit = min(NEWTON_STEPS, max_steps - int(steps[row]))
        z[row], taken, settled[row] = newton_row(operator.M.center, c[row], active[row], limit)
        steps[row] += taken
    return z, steps, settled


def newton_row(M: Matrix, c: Vector, active: Booleans, max_steps: int) -> tuple[Vector, int, bool]:
    """Newton for one input, with LAPACK; an active set that comes again is a cycle."""
    z = np.zeros_like(c)
    seen, signs = set[bytes](), active.tobytes()
    for step in range(1, max_steps + 1):
        if signs in seen:
            return z, step - 1, False
        seen.add(signs)
        units = active.nonzero()[0]
        z = np.zeros(len(c))
        try:
            z[units] = np.linalg.solve(M[units[:, None], units], c[units])
        except np.linalg.LinAlgError:
            return np.zeros_like(c), step, False
        F = M @ z - c
        F[units] = 0.0
        active = z - F > 0
        before, signs = signs, active.tobytes()
        if signs == before:
            return z, step, bool(np.isfinite(z).all())
    return z, max_steps, False
