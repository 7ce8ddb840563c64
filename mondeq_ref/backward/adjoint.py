"""Implicit differentiation by hand: the adjoint of an equilibrium.

With a = {i : z_i > 0} and D the projection on the units of a, dl/dc is the lambda of

    lambda = D (W'lambda + g),   g = dl/dz,   that is   M_aa' lambda_a = g_a, zero elsewhere,

which is the monotone inclusion 0 in M'lambda - g + N(lambda), N the normal cone of the subspace
{lambda : lambda = D lambda}.  It has the m and L of the forward problem, so the same steps
converge at the same rates; the resolvent of N is D itself.  lambda does not depend on the step.

At a kink (z_i = w_i = 0) z* is not differentiable in c, and each choice of D_ii in {0, 1} is an
element of the Clarke Jacobian.  Here a unit with z_i = 0 is inactive, so a kink counts as
inactive: lambda_i = 0.  Units whose sign is not proved at the given z are reported.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from mondeq_ref.arrays import Booleans, InputError, Integers, Matrix, Vector, checked, frozen
from mondeq_ref.certify.adjoint_distance import AdjointDistance, adjoint_distance
from mondeq_ref.certify.distance import certified_signs, distance
from mondeq_ref.inputs import Injections
from mondeq_ref.kernels import COMPILED_FROM
from mondeq_ref.operator import Operator
from mondeq_ref.rigor.process import one_thread
from mondeq_ref.solve.active_set import ActiveSet
from mondeq_ref.solve.judge import OPEN, Rows, judged_rows
from mondeq_ref.solve.methods import DouglasRachford, ForwardBackward, Reflecting, Splitting
from mondeq_ref.solve.solution import STATUSES, Status, code

CHECK_EVERY = 8  # steps of a splitting method between two certified distances

Map = Callable[[Matrix, Matrix, Booleans], Matrix]  # state, g, D


@dataclass(frozen=True, eq=False)
class Adjoint:
    """Rows lambda = dl/dc with certified radii, on the active sets of the given z."""

    Lam: Matrix
    active: Booleans
    codes: Integers  # indices into STATUSES
    steps: Integers
    radius: Vector  # ||lambda - lambda*|| <= radius, lambda* the exact adjoint on `active`
    residual: Vector
    method: str
    evaluate: Callable[[], Booleans]

    @property
    def status(self) -> list[Status]:
        return [STATUSES[found] for found in self.codes.tolist()]

    @cached_property
    def undecided(self) -> Booleans:
        """Units that may be kinks: their sign is not proved at this z.  Only this needs c."""
        return self.evaluate()

    @property
    def kink_free(self) -> Booleans:
        """Rows at which z* is proved differentiable, with this active set."""
        return np.asarray(~self.undecided.any(axis=1))


@dataclass(frozen=True)
class AdjointIteration:
    """state <- step(state, g, D) from zero; the candidate is read(state, g, D)."""

    step: Map
    read: Map


@one_thread()
def adjoint(
    operator: Operator,
    injections: Injections,
    Z: Matrix,
    G: Matrix,
    method: ActiveSet | Splitting | None = None,
    *,
    tol: float = 1e-10,
    max_steps: int = 10_000,
) -> Adjoint:
    """lambda for every row z of Z and g of G, by linear systems on the active sets (the default)
    or by a splitting method."""
    G = frozen("dl/dz", G, (len(injections), operator.n))
    Z = checked("z", Z, G.shape)
    if (Z < 0).any():
        raise InputError("z must be nonnegative, as equilibria are")

    def undecided() -> Booleans:
        sure, never = certified_signs(operator, Z, distance(operator, injections, Z))
        return ~(sure | never)

    active = np.asarray(Z > 0)
    chosen = ActiveSet() if method is None else method
    if isinstance(chosen, ActiveSet):
        Lam, steps, codes = exact_adjoint(operator, active, G), np.ones(len(G), np.int64), None
    else:
        Lam, steps, codes = _iterate(operator, active, G, chosen, tol, max_steps)
    judged, residual, radius = _judge(operator, active, G, Lam, tol)
    judged[judged == OPEN] = code(Status.STALLED)
    if codes is not None:
        judged[codes == code(Status.MAX_STEPS)] = code(Status.MAX_STEPS)
    return Adjoint(Lam, active, judged, steps, radius, residual, chosen.name, undecided)


def exact_adjoint(operator: Operator, active: Booleans, G: Matrix) -> Matrix:
    """M_aa' lambda_a = g_a for every row; a row whose M_aa is singular is NaN."""
    M = np.eye(operator.n) - operator.W
    if len(G) < COMPILED_FROM:
        return np.array([exact_row(M, a, g) for a, g in zip(active, G, strict=True)]).reshape(
            G.shape
        )
    from mondeq_ref.kernels.backward import adjoint_rows
    from mondeq_ref.kernels.vectors import in_lanes

    Lam = adjoint_rows(in_lanes(M.T), active, G)
    # The compiled elimination does not pivot; what overflowed there is tried with LAPACK.
    for row in np.flatnonzero(~np.isfinite(Lam).all(axis=1)):
        Lam[row] = exact_row(M, active[row], G[row])
    return Lam


def exact_row(M: Matrix, active: Booleans, g: Vector) -> Vector:
    """lambda for one row with LAPACK."""
    units = np.flatnonzero(active)
    lam = np.zeros_like(g)
    try:
        lam[units] = np.linalg.solve(M[np.ix_(units, units)].T, g[units])
    except np.linalg.LinAlgError:
        return np.full_like(g, np.nan)
    return lam


def adjoint_iteration(method: Splitting, operator: Operator) -> AdjointIteration:
    """The splitting's map on the adjoint inclusion, at the step size it was resolved to."""
    alpha = method.step_size
    if isinstance(method, ForwardBackward):

        def step(lam: Matrix, g: Matrix, D: Booleans) -> Matrix:
            return D * (lam - alpha * (lam - lam @ operator.W - g))

        return AdjointIteration(step, read=lambda lam, g, D: lam)
    if not isinstance(method, Reflecting):
        raise InputError(f"the adjoint is not solved by {method.name}")
    identity = np.eye(operator.n)
    resolvent = np.linalg.inv(identity + alpha * (identity - operator.W))  # transposed: rows

    def reflected(s: Matrix, g: Matrix) -> Matrix:
        return 2 * (s + alpha * g) @ resolvent - s

    def peaceman_rachford(s: Matrix, g: Matrix, D: Booleans) -> Matrix:
        mirror = reflected(s, g)
        return np.where(D, mirror, -mirror)

    def douglas_rachford(s: Matrix, g: Matrix, D: Booleans) -> Matrix:
        return (s + peaceman_rachford(s, g, D)) / 2

    averaged = isinstance(method, DouglasRachford)
    return AdjointIteration(
        step=douglas_rachford if averaged else peaceman_rachford,
        read=lambda s, g, D: D * reflected(s, g),
    )


def _iterate(
    operator: Operator, D: Booleans, G: Matrix, method: Splitting, tol: float, max_steps: int
) -> tuple[Matrix, Integers, Integers]:
    """Iterate every row until it is certified, until it no longer changes, or for max_steps."""
    iteration = adjoint_iteration(method.resolved(operator), operator)
    state, Lam = np.zeros_like(G), np.zeros_like(G)
    codes, steps = np.full(len(G), OPEN), np.zeros(len(G), dtype=np.int64)
    for step in range(max_steps + 1):
        rows = np.flatnonzero(codes == OPEN)
        previous = state[rows]
        if step > 0:
            with np.errstate(over="ignore", invalid="ignore"):
                state[rows] = iteration.step(previous, G[rows], D[rows])
        if step % CHECK_EVERY and step < max_steps:
            continue
        Lam[rows] = iteration.read(state[rows], G[rows], D[rows])
        found, _, _ = _judge(operator, D[rows], G[rows], Lam[rows], tol)
        still = (state[rows] == previous).all(axis=1) & (step > 0)
        found[(found == OPEN) & still] = code(Status.STALLED)
        codes[rows], steps[rows] = found, step
        if (codes != OPEN).all():
            break
    codes[codes == OPEN] = code(Status.MAX_STEPS)
    return Lam, steps, codes


def _judge(
    operator: Operator, D: Booleans, G: Matrix, Lam: Matrix, tol: float
) -> tuple[Integers, Vector, Vector]:
    """Status, residual and radius of every row; a row that is not finite becomes zero."""
    finite: Booleans = np.asarray(np.isfinite(Lam).all(axis=1))
    Lam[~finite] = 0.0

    def measure(rows: Rows, compensate: bool) -> AdjointDistance:
        return adjoint_distance(operator, D[rows], G[rows], Lam[rows], compensate=compensate)

    return judged_rows(measure, finite, operator.margin.lo > 0, tol)[:3]
