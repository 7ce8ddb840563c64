"""How forward-backward from zero ends, input by input, with the published step and with another.

reached    the run came close to an equilibrium that is proved to exist
diverges   no run with this step converges, however long, proved
undecided  neither is known: that a budget ended a run proves nothing
"""

from dataclasses import dataclass
from math import ceil

import numpy as np

from mondeq_ref.arrays import Booleans
from mondeq_ref.certify.prove import prove
from mondeq_ref.inputs import Injections
from mondeq_ref.operator import Operator
from mondeq_ref.solve import solve
from mondeq_ref.solve.methods import ForwardBackward
from mondeq_ref.solve.solution import Solution, Status, code
from mondeq_ref.study.divergent_rows import with_divergent_rows
from mondeq_ref.study.published_runs import figure_1_step

OTHER_STEP = 0.1  # ten times the published step where m~ <= 0; at most 1/L, so that no run
# diverges because its step is long
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
    """The ends with the published step (m~/L~^2, or 0.01), and with 0.1 or 1/L~ if that is less."""
    L = operator.lipschitz.hi
    published = figure_1_step(operator.margin.mid, operator.lipschitz.mid)
    other = min(OTHER_STEP, 1 / L) if L > 0 else OTHER_STEP
    return ends_at(operator, injections, published), ends_at(operator, injections, other)


def ends_at(operator: Operator, injections: Injections, alpha: float) -> Ends:
    method, steps = ForwardBackward(alpha), ceil(TIME / alpha)
    solution = solve(operator, injections, method, tol=RESIDUAL, max_steps=steps)
    reached = _reached(operator, injections, solution)
    last = with_divergent_rows(operator, injections, solution, method, steps)
    diverge = (last.codes == code(Status.DIVERGES)) & ~reached
    return Ends(alpha, len(injections), int(reached.sum()), int(diverge.sum()))


def _reached(operator: Operator, injections: Injections, solution: Solution) -> Booleans:
    """The rows that stopped close to an equilibrium that is proved."""
    rows = np.flatnonzero(solution.residual <= RESIDUAL)
    z = solution.z[rows]
    found = prove(operator, injections.rows(rows), z)
    far = found.radius + np.linalg.norm(z - found.z, axis=1)
    near = far <= NEAR * (1 + np.linalg.norm(found.z, axis=1))
    reached = np.zeros(len(injections), np.bool_)
    reached[rows[found.proved & near]] = True
    return reached
