"""Equilibria with certified distances, and the distances of runs of a method from them."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from mondeq_ref.arrays import Integers, Matrix, Vector
from mondeq_ref.certify.prove import Equilibria, prove
from mondeq_ref.inputs import Injections
from mondeq_ref.operator import Operator
from mondeq_ref.rigor.balls import MatrixBall, spectral_norm
from mondeq_ref.rigor.enclosure import Enclosure
from mondeq_ref.rigor.fast import norm_above, up
from mondeq_ref.rigor.machine import UNIT_ROUNDOFF
from mondeq_ref.solve import ActiveSet, solve
from mondeq_ref.solve.methods import ForwardBackward, Iteration, Splitting

TOL = 1e-12  # the tolerance given to the solver; the radii are the distances reached
PIVOTS = 1000  # linear solves per input, where m > 0 is not proved


def equilibria(operator: Operator, injections: Injections) -> Equilibria:
    """Proposed by the active-set method; proved by the margin, by floats, or in rationals."""
    steps = 10_000 if operator.margin.lo > 0 else PIVOTS
    Z = solve(operator, injections, ActiveSet(), tol=TOL, max_steps=steps, workers=1).z
    return prove(operator, injections, Z)


@dataclass(frozen=True, eq=False)
class Reached:
    """The first step of each input at which the relative distance is proved to be small."""

    steps: Integers  # -1 where there is none within the budget

    @property
    def share(self) -> float:
        return float((self.steps >= 0).mean())

    @property
    def worst(self) -> int | None:
        reached = self.steps[self.steps >= 0]
        return int(reached.max()) if len(reached) else None


def reach(
    operator: Operator,
    injections: Injections,
    found: Equilibria,
    alpha: float,
    *,
    tolerance: float,
    budget: int,
) -> Reached:
    """Forward-backward from zero until ||z_k - z*|| <= tolerance ||z*||, proved by the radii."""
    iteration = ForwardBackward(alpha).iteration(operator, np.float64)
    size = np.linalg.norm(found.z, axis=1)
    target = tolerance * (size - found.radius) - found.radius
    steps = np.full(len(injections), -1)
    waiting = np.flatnonzero(found.proved)
    z, c = np.zeros((len(waiting), operator.n)), injections.c[waiting]
    with np.errstate(over="ignore", invalid="ignore"):
        for step in range(budget + 1):
            near = np.linalg.norm(z - found.z[waiting], axis=1) <= target[waiting]
            steps[waiting[near]] = step
            if near.any():
                waiting, z, c = waiting[~near], z[~near], c[~near]
            if len(waiting) == 0:
                break
            z = np.asarray(iteration.step(z, c), dtype=np.float64)
    return Reached(steps)


def step_norm(operator: Operator, alpha: float) -> Enclosure:
    """||I - alpha M||_2, below one where forward-backward with this step contracts."""
    M = operator.M
    center = np.eye(operator.n) - alpha * M.center
    rounding = norm_above((np.abs(center) + alpha * np.abs(M.center)) * (2 * UNIT_ROUNDOFF))
    return spectral_norm(MatrixBall(center, float(up(rounding + up(alpha * M.radius)))))


def states(
    operator: Operator, c: Matrix, method: Splitting, steps: int, dtype: type[np.floating]
) -> Iterator[Matrix]:
    """The read-outs of a method's iterates 0, 1, ..., `steps` from zero, as float64."""
    iteration: Iteration = method.resolved(operator).iteration(operator, dtype)
    fed = c.astype(dtype)
    state = np.zeros_like(fed)
    for step in range(steps + 1):
        yield np.asarray(iteration.read(state, fed), dtype=np.float64)
        if step < steps:
            state = iteration.step(state, fed)


def distances(z: Matrix, found: Equilibria) -> Vector:
    """||z - z*|| for every row, up to the row's radius."""
    return np.asarray(np.linalg.norm(z - found.z, axis=1), dtype=np.float64)
