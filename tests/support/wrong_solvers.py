"""Solvers that are each wrong in one line, and the mistake each of them makes."""

import numpy as np

from mondeq_ref.oracle.names import Mistake
from tests.support.plain import Plain


class Right(Plain):
    """The plain implementation in float64, from which each of these differs in one line."""

    dtype = np.float64
    steps = 3000


class TransposedSolve(Right):
    def equilibria(self, W, C):
        return super().equilibria(W.T, C)


class SymmetricSolve(Right):
    """A symmetric solver (conjugate gradients, Cholesky) sees (W + W')/2."""

    def equilibria(self, W, C):
        return super().equilibria((W + W.T) / 2, C)


class SplittingState(Right):
    def read_out(self, s, mirror):
        return s


class NoInput(Right):
    def injections(self, U, b, X):
        return 0 * (X @ U.T) + b


class NoBias(Right):
    def injections(self, U, b, X):
        return X @ U.T


class OneStep(Right):
    def equilibria(self, W, C):
        return np.maximum(C, 0)


class NoRelu(Right):
    def equilibria(self, W, C):
        return np.linalg.solve(np.eye(len(W)) - W, C.T).T


class ReluAfterwards(Right):
    def equilibria(self, W, C):
        return np.maximum(np.linalg.solve(np.eye(len(W)) - W, C.T).T, 0)


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


class StepLength(ForwardBackward):
    """Every row by itself."""

    def equilibria(self, W, C):
        return np.concatenate([super(StepLength, self).equilibria(W, c[None]) for c in C])

    def stops(self, new, old):
        return np.linalg.norm(new - old) <= 1e-4 * np.linalg.norm(old)


class BatchWide(ForwardBackward):
    """np.any where np.all is meant."""

    def stops(self, new, old):
        return (new == old).all(axis=1).any()


class Budget(ForwardBackward):
    budget = 40


class BudgetOfPeacemanRachford(Right):
    steps = 5


class Diverging(ForwardBackward):
    """alpha = 4 m / L^2, twice what the theorem allows."""

    step = 4.0
    budget = 50


class Gradient(ForwardBackward):
    """alpha = 2/L, as for the gradient of a function."""

    step = 2.0
    budget = 60

    def length(self, M):
        return 1 / np.linalg.norm(M, 2)


class LastReturned(Gradient):
    """alpha = 1/L, and the last of the iterates, where the best was nearly right."""

    step = 1.0


class Overrelaxed(ForwardBackward):
    """alpha = 1 whatever the operator."""

    budget = 25

    def length(self, M):
        return 1.0


class LayerAgain(Right):
    """Peaceman-Rachford stopped after some steps, and the layer applied to its answer."""

    steps = 6

    def equilibria(self, W, C):
        return np.maximum(super().equilibria(W, C) @ W.T + C, 0)


class Saturated(Right):
    """The accumulator holds numbers below 3/4."""

    def equilibria(self, W, C):
        return np.minimum(super().equilibria(W, C), 0.75)


class ClippedEveryStep(ForwardBackward):
    budget = 4000

    def projected(self, Z):
        return np.clip(Z, 0, 0.5)


class Grid(Right):
    """Eight bits behind the point."""

    def equilibria(self, W, C):
        return np.rint(super().equilibria(W, C) * 256) / 256


class DeadZone(Right):
    """What is below a tenth counts as inactive."""

    def equilibria(self, W, C):
        Z = super().equilibria(W, C)
        return np.where(Z < 0.1, 0.0, Z)


class AbsoluteDeadZone(Right):
    """Below 1e-4 everything is zero: seen where the scale is small."""

    def equilibria(self, W, C):
        Z = super().equilibria(W, C)
        return np.where(Z < 1e-4, 0.0, Z)


class Squeezed(Right):
    def solve(self, W, U, b, X):
        return super().solve(W, U, b, X).squeeze()


class Columns(Right):
    def solve(self, W, U, b, X):
        return super().solve(W, U, b, X).T


class OneUnitOnce(Right):
    """A single unit has code of its own, which applies the layer once."""

    def equilibria(self, W, C):
        return np.maximum(C, 0) if len(W) == 1 else super().equilibria(W, C)


class Unsteady(Right):
    """A random start that is not iterated long enough."""

    def __init__(self):
        self.rng = np.random.default_rng(1)

    def equilibria(self, W, C):
        Z = super().equilibria(W, C)
        return Z + 1e-3 * self.rng.random(Z.shape)


WRONG = (
    (TransposedSolve, "solve", Mistake.TRANSPOSED),
    (SymmetricSolve, "solve", Mistake.SKEW_DROPPED),
    (SplittingState, "solve", Mistake.STATE),
    (NoInput, "solve", Mistake.NO_INPUT),
    (NoBias, "solve", Mistake.NO_BIAS),
    (OneStep, "solve", Mistake.ONE_STEP),
    (NoRelu, "solve", Mistake.NO_RELU),
    (ReluAfterwards, "solve", Mistake.NO_RELU),
    (StepLength, "solve", Mistake.STEP_LENGTH),
    (BatchWide, "solve", Mistake.BATCH_WIDE),
    (Budget, "solve", Mistake.BUDGET),
    (BudgetOfPeacemanRachford, "solve", Mistake.BUDGET),
    (Diverging, "solve", Mistake.DIVERGES),
    (Gradient, "solve", Mistake.DIVERGES),
    (LastReturned, "solve", Mistake.LAST_RETURNED),
    (Overrelaxed, "solve", Mistake.DIVERGES),
    (LayerAgain, "solve", Mistake.LAYER_AGAIN),
    (Saturated, "solve", Mistake.SATURATED),
    (ClippedEveryStep, "solve", Mistake.SATURATED),
    (Grid, "solve", Mistake.GRID),
    (DeadZone, "solve", Mistake.DEAD_ZONE),
    (AbsoluteDeadZone, "solve", Mistake.DEAD_ZONE),
    (Squeezed, "solve", Mistake.SQUEEZED),
    (Columns, "solve", Mistake.COLUMNS),
    (OneUnitOnce, "solve", Mistake.ONE_STEP),
    (Unsteady, "solve", Mistake.UNSTEADY),
)
