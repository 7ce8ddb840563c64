"""Quantizers and operators that are each wrong in one line, and the mistake each makes."""

import numpy as np

from mondeq_ref.oracle.names import Mistake
from tests.support.wrong_solvers import Right


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


class Truncating(Right):
    def rounded(self, t):
        return np.trunc(t)


class TooManyLevels(Right):
    def quantize(self, W, spec):
        return super().quantize(W, {**spec, "name": "paper-readme"})


class TooFewLevels(Right):
    def quantize(self, W, spec):
        return super().quantize(W, {**spec, "name": "paper-code"})


class PerTensor(Right):
    def quantize(self, W, spec):
        return super().quantize(W, {**spec, "per": "tensor"})


class PerColumn(Right):
    def quantize(self, W, spec):
        if spec["per"] == "tensor":
            return super().quantize(W, spec)
        return super().quantize(W.T, spec).T


class FullRange(Right):
    """Codes from -2^(b-1) to 2^(b-1) - 1, s = max|w| / 2^(b-1)."""

    def quantize(self, W, spec):
        axis, q = 1 if spec["per"] == "row" else None, 2 ** (spec["bits"] - 1)
        step = np.abs(W).max(axis=axis, keepdims=True) / q
        return np.clip(np.rint(W / np.where(step > 0, step, 1)), -q, q - 1).astype(int)


class EnlargedStep(Right):
    """max|w| + 1e-8 saves a division by zero and moves every tie."""

    def quantize(self, W, spec):
        q, axis = 2 ** (spec["bits"] - 1) - 1, 1 if spec["per"] == "row" else None
        reach, most = (q + 0.5, q + 1) if spec["name"] == "paper-readme" else (q, q)
        step = (np.abs(W).max(axis=axis, keepdims=True) + 1e-8) / reach
        return np.clip(np.rint(W / step), -most, most).astype(int)


class SmallIsZero(Right):
    """Entries below 1e-4 are zero."""

    def quantize(self, W, spec):
        return super().quantize(np.where(np.abs(W) < 1e-4, 0.0, W), spec)


class PowerOfTwoStep(Right):
    def quantize(self, W, spec):
        q, axis = 2 ** (spec["bits"] - 1) - 1, 1 if spec["per"] == "row" else None
        largest = np.abs(W).max(axis=axis, keepdims=True)
        step = 2.0 ** np.ceil(np.log2(np.where(largest > 0, largest, 1) / q))
        return np.clip(np.rint(W / step), -q, q).astype(int)


class Dequantized(Right):
    """s k: the array that is meant, where its codes were asked for."""

    def quantize(self, W, spec):
        return super().quantize(W, spec) * self.step(W, spec)


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


class NoSkewPart(Right):
    def operator(self, A, S, m):
        return (1 - m) * np.eye(len(S)) - A.T @ A


WRONG = (
    (HalfUp, "quantize", Mistake.HALF_UP),
    (HalfAway, "quantize", Mistake.HALF_AWAY),
    (Truncating, "quantize", Mistake.TRUNCATED),
    (TooManyLevels, "quantize", Mistake.LEVELS),
    (TooFewLevels, "quantize", Mistake.LEVELS),
    (PerTensor, "quantize", Mistake.GRANULARITY),
    (PerColumn, "quantize", Mistake.GRANULARITY),
    (FullRange, "quantize", Mistake.FULL_RANGE),
    (SmallIsZero, "quantize", Mistake.DEAD_ZONE),
    (EnlargedStep, "quantize", Mistake.ENLARGED),
    (PowerOfTwoStep, "quantize", Mistake.POWER_OF_TWO),
    (Dequantized, "quantize", Mistake.DEQUANTIZED),
    (TransposedFactor, "operator", Mistake.TRANSPOSED_FACTOR),
    (TransposedOperator, "operator", Mistake.TRANSPOSED),
    (SymmetricOperator, "operator", Mistake.SYMMETRIC),
    (NoMargin, "operator", Mistake.NO_MARGIN),
    (NoSkewPart, "operator", Mistake.SKEW_DROPPED),
)
