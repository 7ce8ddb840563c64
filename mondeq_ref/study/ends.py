"""How forward-backward from zero ends, input by input, with the published step and with another.

diverges   it is proved that the exact run from zero with this step never converges
reached    otherwise, where the run in floats seems to converge to a limit within
           1e-5 (1 + ||z*||) of an equilibrium z* that is proved, or the margin proves that every
           run with this step converges to one
undecided  neither is known: that a budget ended a run proves nothing
"""

from dataclasses import dataclass
from fractions import Fraction
from math import ceil

import numpy as np

from mondeq_ref.arrays import Matrix
from mondeq_ref.certify.divergence import proofs_and_limits
from mondeq_ref.certify.prove import prove
from mondeq_ref.inputs import Injections
from mondeq_ref.operator import Operator
from mondeq_ref.solve import solve
from mondeq_ref.solve.methods import ForwardBackward
from mondeq_ref.study.published_runs import figure_1_step

OTHER_STEP = 0.1  # ten times the published step where m~ <= 0
TIME = 400.0  # number of steps granted, times alpha: 4,000 steps with alpha = 0.1
RESIDUAL = 1e-8  # at which a run stops
NEAR = 1e-5  # greatest distance from the equilibrium, relative to 1 + ||z*||


@dataclass(frozen=True)
class Ends:
    """How many inputs end in which way with one step."""

    alpha: float
    inputs: int
    reached: int
    diverge: int

    @property
    def undecided(self) -> int:
        return self.inputs - self.reached - self.diverge


def ends(operator: Operator, injections: Injections) -> tuple[Ends, Ends]:
    """The ends with the published step (m~/L~^2, or 0.01), and with one of at most 0.1.

    The other is the published step where that is less and m~ > 0, so that a layer whose solvers
    converge is not called divergent for a step that is too long; and at most 1/L~."""
    margin, L = operator.margin, operator.lipschitz
    published = figure_1_step(margin.mid, L.mid)
    longest = published if margin.lo > 0 else 1 / L.hi if L.hi > 0 else OTHER_STEP
    other = min(OTHER_STEP, longest)
    return ends_at(operator, injections, published), ends_at(operator, injections, other)


def ends_at(operator: Operator, injections: Injections, alpha: float) -> Ends:
    m, L = Fraction(operator.margin.lo), Fraction(operator.lipschitz.hi)
    if Fraction(alpha) * L**2 < 2 * m:  # every run with this step converges, whatever the input
        return Ends(alpha, len(injections), len(injections), 0)
    steps = ceil(TIME / alpha)
    proofs, limits = proofs_and_limits(operator, injections, alpha, steps)
    if limits is None:  # too large to look for proofs
        method = ForwardBackward(alpha)
        solution = solve(operator, injections, method, tol=RESIDUAL, max_steps=steps)
        limits = np.where((solution.residual <= RESIDUAL)[:, None], solution.z, np.nan)
    proved = np.array([proof is not None for proof in proofs], np.bool_)
    rows = np.flatnonzero(~proved & np.isfinite(limits).all(axis=1))
    reached = _reached(operator, injections.rows(rows), limits[rows])
    return Ends(alpha, len(injections), reached, int(proved.sum()))


def _reached(operator: Operator, injections: Injections, z: Matrix) -> int:
    """How many of these limits are close to an equilibrium that is proved."""
    found = prove(operator, injections, z)
    far = found.radius + np.linalg.norm(z - found.z, axis=1)
    near = far <= NEAR * (1 + np.linalg.norm(found.z, axis=1))
    return int((found.proved & near).sum())
