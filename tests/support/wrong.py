"""Implementations that are each wrong in one line, and the mistake each of them makes."""

import os
import time

import numpy as np

from mondeq_ref.oracle.report import Mistake
from tests.support.plain import Plain


class Right(Plain):
    """The plain implementation in float64, from which each of these differs in one line."""

    dtype = np.float64
    steps = 3000


class AlphaInGradient(Right):
    def parameters(self, Z, Lam, U, X):
        return super().parameters(Z, 0.2 * Lam, U, X)


class MeanGradient(Right):
    def parameters(self, Z, Lam, U, X):
        return super().parameters(Z, Lam / len(Z), U, X)


class TransposedSolve(Right):
    def equilibria(self, W, C):
        return super().equilibria(W.T, C)


class TransposedAdjoint(Right):
    def adjoint(self, W, z, g):
        return super().adjoint(W.T, z, g)


class TransposedGradient(Right):
    def parameters(self, Z, Lam, U, X):
        return {**super().parameters(Z, Lam, U, X), "W": Z.T @ Lam}


class NoMask(Right):
    def adjoint(self, W, z, g):
        return super().adjoint(W, np.ones_like(z), g)


class NoAdjoint(Right):
    def adjoint(self, W, z, g):
        return (z > 0) * g


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


class ForwardBackward(Right):
    """Right for itself: every row runs until it no longer moves."""

    tolerance = 0.0

    def equilibria(self, W, C):
        M = np.eye(len(W)) - W
        m, L = np.linalg.eigvalsh((M + M.T) / 2)[0], np.linalg.norm(M, 2)
        Z = np.zeros_like(C)
        for _ in range(200000):
            new = np.maximum(Z - m / L**2 * (Z - Z @ W.T - C), 0)
            done = self.stops(new, Z)
            Z = new
            if done:
                break
        return Z

    def stops(self, new, old):
        return (new == old).all()


class StepLength(ForwardBackward):
    def stops(self, new, old):
        return np.linalg.norm(new - old) <= 1e-4 * np.linalg.norm(old)


class BatchWide(ForwardBackward):
    """np.any where np.all is meant."""

    def stops(self, new, old):
        return (new == old).all(axis=1).any()


class HalfUp(Right):
    def rounded(self, t):
        return np.floor(t + 0.5)


class OnlyQuantizes:
    """Half up too, and nothing else is offered."""

    def quantize(self, W, spec):
        return HalfUp().quantize(W, spec)


class HalfAway(Right):
    def rounded(self, t):
        return np.sign(t) * np.floor(np.abs(t) + 0.5)


class TooManyLevels(Right):
    def quantize(self, W, spec):
        return super().quantize(W, {**spec, "name": "paper-readme"})


class TooFewLevels(Right):
    def quantize(self, W, spec):
        return super().quantize(W, {**spec, "name": "paper-code"})


class PerTensor(Right):
    def quantize(self, W, spec):
        return super().quantize(W, {**spec, "per": "tensor"})


class Dequantized(Right):
    """s k: the array that is meant, where its codes were asked for."""

    def quantize(self, W, spec):
        q, axis = 2 ** (spec["bits"] - 1) - 1, 1 if spec["per"] == "row" else None
        reach = q + 0.5 if spec["name"] == "paper-readme" else q
        return super().quantize(W, spec) * (np.abs(W).max(axis=axis, keepdims=True) / reach)


class TransposedFactor(Right):
    """A A' in place of A'A, where the shapes allow it."""

    def operator(self, A, S, m):
        return super().operator(A.T if A.shape[0] == A.shape[1] else A, S, m)


class TransposedOperator(Right):
    def operator(self, A, S, m):
        return super().operator(A, S, m).T


class SymmetricOperator(Right):
    def operator(self, A, S, m):
        return (1 - m) * np.eye(len(S)) - A.T @ A + S + S.T


class NoMargin(Right):
    def operator(self, A, S, m):
        return np.eye(len(S)) - A.T @ A + S - S.T


WRONG = {
    AlphaInGradient: ("gradients", Mistake.FACTOR),
    MeanGradient: ("gradients", Mistake.FACTOR),
    TransposedSolve: ("solve", Mistake.TRANSPOSED),
    TransposedAdjoint: ("gradients", Mistake.TRANSPOSED),
    TransposedGradient: ("gradients", Mistake.TRANSPOSED_GRADIENT),
    NoMask: ("gradients", Mistake.NO_MASK),
    NoAdjoint: ("gradients", Mistake.NO_ADJOINT),
    SplittingState: ("solve", Mistake.STATE),
    NoInput: ("solve", Mistake.NO_INPUT),
    NoBias: ("solve", Mistake.NO_BIAS),
    OneStep: ("solve", Mistake.ONE_STEP),
    NoRelu: ("solve", Mistake.NO_RELU),
    StepLength: ("solve", Mistake.STEP_LENGTH),
    BatchWide: ("solve", Mistake.BATCH_WIDE),
    HalfUp: ("quantize", Mistake.HALF_UP),
    HalfAway: ("quantize", Mistake.ROUNDING),
    TooManyLevels: ("quantize", Mistake.LEVELS),
    TooFewLevels: ("quantize", Mistake.LEVELS),
    PerTensor: ("quantize", Mistake.GRANULARITY),
    Dequantized: ("quantize", Mistake.DEQUANTIZED),
    TransposedFactor: ("operator", Mistake.TRANSPOSED_FACTOR),
    TransposedOperator: ("operator", Mistake.TRANSPOSED),
    SymmetricOperator: ("operator", Mistake.SYMMETRIC),
    NoMargin: ("operator", Mistake.NO_MARGIN),
}


class Troubled:
    """Raises, hangs, dies, returns NaN, the wrong shape or no array, by the number of units."""

    def operator(self, A, S, m):
        return np.full(S.shape, np.nan)

    def quantize(self, W, spec):
        return "codes"

    def gradients(self, W, U, b, X, dZ):
        raise ZeroDivisionError("division by zero")

    def solve(self, W, U, b, X):
        if len(W) == 6:
            time.sleep(3600)
        if len(W) == 16:
            os._exit(7)
        return np.zeros((len(W), len(X)))[:-1]
