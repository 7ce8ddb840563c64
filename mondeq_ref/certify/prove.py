"""Which inputs have an equilibrium, where, and what proves it?  For any rows at all.

A positive margin answers for every input at once.  Without one, the support of a proposed
point is solved for and the signs are looked at: in floats, where nothing is close to a kink
and the block is far from singular, and else in rationals, which also decide ties.

The points come from outside: a solver never vouches for itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from mondeq_ref.arrays import Booleans, Integers, Matrix, Vector
from mondeq_ref.certify.distance import Distance, certified_signs, distance
from mondeq_ref.certify.limits import EXACT_BELOW
from mondeq_ref.inputs import Injections
from mondeq_ref.operator import Operator
from mondeq_ref.rigor.equilibria import ExactEquilibrium, ExactOperator
from mondeq_ref.rigor.fast import down, norm_above, norms_above, product_error, up
from mondeq_ref.rigor.machine import SMALLEST, UNIT_ROUNDOFF
from mondeq_ref.rigor.process import one_thread
from mondeq_ref.rigor.verdict import Guarantee

ROWS = 1024  # decided in rationals together: what FLINT holds at a time


@dataclass(frozen=True, eq=False)
class Equilibria:
    """Row by row: ||z - z~|| <= radius for an equilibrium z~, which exists where `proved`."""

    z: Matrix
    radius: Vector  # infinite where nothing is proved
    proved: Booleans
    exact: Booleans  # proved in rationals: z is z~ rounded once
    active: Booleans  # the support of z~, where it was not a margin that proved it

    def __len__(self) -> int:
        return len(self.z)

    @property
    def guarantee(self) -> Guarantee:
        """What the proved rows rest on."""
        everything = bool(self.exact[self.proved].all())
        return Guarantee.EXACT if everything else Guarantee.RIGOROUS_FLOAT

    def rows(self, which: Integers) -> "Equilibria":
        return Equilibria(
            self.z[which],
            self.radius[which],
            self.proved[which],
            self.exact[which],
            self.active[which],
        )

    def with_rows(self, which: Integers, others: "Equilibria") -> "Equilibria":
        """The same, but for some rows."""
        z, radius, active = self.z.copy(), self.radius.copy(), self.active.copy()
        proved, exact = self.proved.copy(), self.exact.copy()
        z[which], radius[which], active[which] = others.z, others.radius, others.active
        proved[which], exact[which] = others.proved, others.exact
        return Equilibria(z, radius, proved, exact, active)


@one_thread()
def prove(
    operator: Operator,
    injections: Injections,
    Z: Matrix,
    guarantee: Guarantee = Guarantee.RIGOROUS_FLOAT,
) -> Equilibria:
    """The equilibria near the rows of Z, each proved by the cheapest proof there is: the margin,
    float error bounds, rationals.  An exact guarantee leaves only the last."""
    if guarantee is Guarantee.EXACT:
        return by_rationals(operator, injections, Z)
    if operator.margin.lo > 0:
        radius = distance(operator, injections, Z).radius
        everywhere, nowhere = np.ones(len(Z), np.bool_), np.zeros(len(Z), np.bool_)
        return Equilibria(Z, radius, everywhere, nowhere, Z > 0)
    found = by_floats(operator, injections, Z)
    left = np.flatnonzero(~found.proved)
    if len(left) == 0 or operator.n >= EXACT_BELOW:
        return found
    return found.with_rows(left, by_rationals(operator, injections.rows(left), Z[left]))


def by_rationals(operator: Operator, injections: Injections, Z: Matrix) -> Equilibria:
    """The equilibria whose supports (or their corrections) are those of the rows of Z."""
    M = ExactOperator(operator.exact_M)
    active = Z > 0
    found: dict[int, ExactEquilibrium] = {}
    for start in range(0, len(Z), ROWS):
        part = injections if len(Z) <= ROWS else injections.rows(slice(start, start + ROWS))
        if part.exact is None:
            continue
        for row, one in enumerate(M.equilibria(part.exact, active[start : start + ROWS]), start):
            if isinstance(one, ExactEquilibrium):
                found[row] = one
    return rounded(found, Z)


def rounded(found: Mapping[int, ExactEquilibrium], Z: Matrix) -> Equilibria:
    """The exact equilibria of some rows, rounded once; of the other rows Z, with nothing proved."""
    z, active = Z.copy(), Z > 0
    proved = np.zeros(len(Z), dtype=np.bool_)
    for row, one in found.items():
        nearest = one.z
        if np.isfinite(nearest).all():
            z[row], proved[row], active[row] = nearest, True, False
            active[row, list(one.active)] = True
    radius = np.full(len(Z), np.inf)
    lost = up(norms_above(z[proved]) * UNIT_ROUNDOFF)  # by rounding z once
    radius[proved] = up(lost + up(Z.shape[1] * SMALLEST))
    return Equilibria(z, radius, proved, proved.copy(), active)


@np.errstate(over="ignore", invalid="ignore")  # an overflow makes a bound infinite
def by_floats(operator: Operator, injections: Injections, Z: Matrix) -> Equilibria:
    """The same with float error bounds; a point too close to a kink stays unproved.

    With a = {z > 0}, X near M_aa^-1 and e = ||I - X M_aa|| < 1, M_aa is nonsingular and its
    solution lies within ||X|| ||M_aa z_a - c_a|| / (1 - e) of z_a.
    """
    found = distance(operator, injections, Z)
    reach = np.array(
        [_reach(operator, z > 0, residual) for z, residual in zip(Z, found.residual, strict=True)],
        dtype=np.float64,
    )
    return _with_signs(operator, Z, replace(found, radius=reach))


def _reach(operator: Operator, active: Booleans, residual: float) -> float:
    a = np.flatnonzero(active)
    if len(a) == 0:
        return 0.0
    K = operator.M.center[np.ix_(a, a)]
    try:
        X: Matrix = np.asarray(np.linalg.inv(K), dtype=np.float64)
    except np.linalg.LinAlgError:
        return np.inf
    if not np.isfinite(X).all():
        return np.inf
    product: Matrix = X @ K
    product[np.diag_indices_from(product)] -= 1.0
    rounding = up(float(np.abs(np.diagonal(product)).max()) * UNIT_ROUNDOFF)
    size = norm_above(X)
    blur = up(size * operator.M.radius)
    e = up(up(norm_above(product) + product_error(X, K)) + up(rounding + blur))
    return float(up(up(size * residual) / down(1 - e))) if e < 1 else np.inf


def _with_signs(operator: Operator, Z: Matrix, found: Distance) -> Equilibria:
    """Proved where every sign of z and of the slack is certain at the solution itself."""
    active, inactive = certified_signs(operator, Z, found)
    proved = np.where(Z > 0, active, inactive).all(axis=1) & np.isfinite(found.radius)
    radius = np.where(proved, found.radius, np.inf)
    return Equilibria(Z, radius, proved, np.zeros(len(Z), dtype=np.bool_), Z > 0)
