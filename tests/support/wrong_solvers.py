"""Solvers that are each wrong in one line, and the mistake each of them makes."""

from functools import partial
from typing import NamedTuple

import numpy as np

from mondeq_ref.oracle.names import Mistake
from tests.support.plain import Plain


class Wrong(NamedTuple):
    """An implementation, the operation that it gets wrong, and what the mistake is called."""

    made: type
    operation: str
    mistake: Mistake
    also: tuple[Mistake, ...] = ()  # what is true of some of its answers besides


class Right(Plain):
    """The plain implementation in float64, from which each of these differs in one line."""

    dtype = np.float64
    steps = 3000


def changed(name, base=Right, **how):
    """The base with other attributes and methods; a method gets the one that it replaces."""

    def method(key, of):
        return lambda self, *given: of(getattr(super(made, self), key), *given)

    members = {key: method(key, of) if callable(of) else of for key, of in how.items()}
    made = type(name, (base,), members)
    return made


def wrong(operation, mistake, name, base=Right, also=(), **how):
    return Wrong(changed(name, base, **how), operation, mistake, also)


class ForwardBackward(Right):
    """Right for itself: every row runs until it no longer moves."""

    step = 1.0  # times m / L^2
    budget = 20000

    def equilibria(self, W, C):
        M = np.eye(len(W)) - W
        alpha, Z = self.step * self.length(M), np.zeros_like(C)
        for _ in range(self.budget):
            new = self.projected(Z - alpha * (Z - Z @ W.T - C))
            done = self.stops(new, Z)
            Z = new
            if done:
                break
        return Z

    def length(self, M):
        return np.linalg.eigvalsh((M + M.T) / 2)[0] / np.linalg.norm(M, 2) ** 2

    def projected(self, Z):
        return np.maximum(Z, 0)

    def stops(self, new, old):
        return (new == old).all()


Overrelaxed = changed("Overrelaxed", ForwardBackward, budget=25, length=lambda up, M: 1.0)
GRADIENT = {"length": lambda up, M: 1 / np.linalg.norm(M, 2), "budget": 60}


def linear(W, C):
    return np.linalg.solve(np.eye(len(W)) - W, C.T).T


class Unsteady(Right):
    """A random start that is not iterated long enough."""

    def __init__(self):
        self.rng = np.random.default_rng(1)

    def equilibria(self, W, C):
        Z = super().equilibria(W, C)
        return Z + 1e-3 * self.rng.random(Z.shape)


def above(least):
    return lambda up, W, C: (Z := up(W, C)) * (least <= Z)


def relu(C):
    return np.maximum(C, 0)


solve = partial(wrong, "solve")
M = Mistake
WRONG = (
    solve(M.TRANSPOSED, "W'", equilibria=lambda up, W, C: up(W.T, C)),
    # A symmetric solver (conjugate gradients, Cholesky) sees (W + W')/2.
    solve(M.SKEW_DROPPED, "symmetric", equilibria=lambda up, W, C: up((W + W.T) / 2, C)),
    solve(M.STATE, "splitting state", read_out=lambda up, s, mirror: s),
    solve(M.NO_INPUT, "no input", injections=lambda up, U, b, X: 0 * (X @ U.T) + b),
    solve(M.NO_BIAS, "no bias", injections=lambda up, U, b, X: X @ U.T),
    solve(M.ONE_STEP, "one step", equilibria=lambda up, W, C: relu(C)),
    solve(M.NO_RELU, "no ReLU", equilibria=lambda up, W, C: linear(W, C)),
    solve(M.NO_RELU, "ReLU afterwards", equilibria=lambda up, W, C: relu(linear(W, C))),
    solve(
        *(M.STEP_LENGTH, "step length", ForwardBackward, (M.STOPPED_EARLY,)),
        equilibria=lambda up, W, C: np.concatenate([up(W, c[None]) for c in C]),
        stops=lambda up, new, old: np.linalg.norm(new - old) <= 1e-4 * np.linalg.norm(old),
    ),
    solve(  # np.any where np.all is meant
        *(M.BATCH_WIDE, "batch wide", ForwardBackward, (M.STOPPED_EARLY,)),
        stops=lambda up, new, old: (new == old).all(axis=1).any(),
    ),
    solve(M.BUDGET, "budget", ForwardBackward, budget=40),
    solve(M.BUDGET, "budget of Peaceman-Rachford", steps=5),
    # alpha = 4 m / L^2, twice what the theorem allows; a longer run would converge.
    solve(M.DIVERGES, "diverging", ForwardBackward, (M.BUDGET,), step=4.0, budget=50),
    # alpha = 2/L, as for the gradient of a function.
    solve(
        *(M.DIVERGES, "gradient", ForwardBackward, (M.BUDGET, M.LAST_RETURNED)),
        **GRADIENT,
        step=2.0,
    ),
    # alpha = 1/L, and the last of the iterates, where the best was nearly right.
    solve(M.LAST_RETURNED, "last", ForwardBackward, (M.BUDGET, M.DIVERGES), **GRADIENT),
    # alpha = 1 whatever the operator.
    solve(M.DIVERGES, "overrelaxed", Overrelaxed, (M.BUDGET, M.LAST_RETURNED)),
    # Peaceman-Rachford stopped after some steps, and the layer applied to its answer.
    solve(
        *(M.LAYER_AGAIN, "layer again"),
        steps=6,
        equilibria=lambda up, W, C: relu(up(W, C) @ W.T + C),
    ),
    # The accumulator holds numbers below 3/4, or every step those below 1/2.
    solve(M.SATURATED, "saturated", equilibria=lambda up, W, C: np.minimum(up(W, C), 0.75)),
    solve(
        *(M.SATURATED, "clipped", ForwardBackward),
        budget=4000,
        projected=lambda up, Z: np.clip(Z, 0, 0.5),
    ),
    solve(  # eight bits behind the point; where zero is the nearest, a dead zone
        *(M.GRID, "grid", Right, (M.DEAD_ZONE,)),
        equilibria=lambda up, W, C: np.rint(up(W, C) * 256) / 256,
    ),
    # What is below a tenth, or below 1e-4, counts as inactive.
    solve(M.DEAD_ZONE, "dead zone", equilibria=above(0.1)),
    solve(M.DEAD_ZONE, "absolute dead zone", equilibria=above(1e-4)),
    solve(M.SQUEEZED, "squeezed", solve=lambda up, *given: up(*given).squeeze()),
    solve(M.COLUMNS, "columns", solve=lambda up, *given: up(*given).T),
    solve(  # a single unit has code of its own, which applies the layer once
        *(M.ONE_STEP, "one unit"),
        equilibria=lambda up, W, C: relu(C) if len(W) == 1 else up(W, C),
    ),
    solve(M.UNSTEADY, "unsteady", Unsteady),
)
