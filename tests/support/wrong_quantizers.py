"""Quantizers and operators that are each wrong in one line, and the mistake each makes."""

from functools import partial

import numpy as np

from mondeq_ref.oracle.names import Mistake
from tests.support.wrong_solvers import Right, changed, wrong

HalfUp = changed("half up", rounded=lambda up, t: np.floor(t + 0.5))


class OnlyQuantizes:
    """Half up too, and nothing else is offered."""

    def quantize(self, W, spec):
        return HalfUp().quantize(W, spec)


class Dequantized(Right):
    """s k: the array that is meant, where its codes were asked for."""

    def quantize(self, W, spec):
        return super().quantize(W, spec) * self.step(W, spec)


def per_column(up, W, spec):
    return up(W, spec) if spec["per"] == "tensor" else up(W.T, spec).T


def full_range(up, W, spec):
    """Codes from -2^(b-1) to 2^(b-1) - 1, s = max|w| / 2^(b-1)."""
    axis, q = 1 if spec["per"] == "row" else None, 2 ** (spec["bits"] - 1)
    step = np.abs(W).max(axis=axis, keepdims=True) / q
    return np.clip(np.rint(W / np.where(step > 0, step, 1)), -q, q - 1).astype(int)


def enlarged_step(up, W, spec):
    """max|w| + 1e-8 saves a division by zero and moves every tie."""
    q, axis = 2 ** (spec["bits"] - 1) - 1, 1 if spec["per"] == "row" else None
    reach, most = (q + 0.5, q + 1) if spec["name"] == "paper-readme" else (q, q)
    step = (np.abs(W).max(axis=axis, keepdims=True) + 1e-8) / reach
    return np.clip(np.rint(W / step), -most, most).astype(int)


def power_of_two(up, W, spec):
    q, axis = 2 ** (spec["bits"] - 1) - 1, 1 if spec["per"] == "row" else None
    largest = np.abs(W).max(axis=axis, keepdims=True)
    step = 2.0 ** np.ceil(np.log2(np.where(largest > 0, largest, 1) / q))
    return np.clip(np.rint(W / step), -q, q).astype(int)


def as_if(**other):
    return lambda up, W, spec: up(W, {**spec, **other})


def square(A):
    return A.T if A.shape[0] == A.shape[1] else A


def product(A, S, m, skew):
    return (1 - m) * np.eye(len(S)) - A.T @ A + skew


quantize, operator = partial(wrong, "quantize"), partial(wrong, "operator")
M = Mistake
WRONG = (
    quantize(M.HALF_UP, "half up", HalfUp),
    quantize(
        *(M.HALF_AWAY, "half away"), rounded=lambda up, t: np.sign(t) * np.floor(np.abs(t) + 0.5)
    ),
    quantize(M.TRUNCATED, "truncated", rounded=lambda up, t: np.trunc(t)),
    quantize(M.LEVELS, "too many", quantize=as_if(name="paper-readme")),
    quantize(M.LEVELS, "too few", quantize=as_if(name="paper-code")),
    quantize(M.GRANULARITY, "per tensor", quantize=as_if(per="tensor")),
    quantize(M.GRANULARITY, "per column", quantize=per_column),
    quantize(M.FULL_RANGE, "full range", quantize=full_range),
    quantize(
        *(M.DEAD_ZONE, "small is zero"),
        quantize=lambda up, W, spec: up(np.where(np.abs(W) < 1e-4, 0.0, W), spec),
    ),
    quantize(M.ENLARGED, "enlarged", quantize=enlarged_step),
    quantize(M.POWER_OF_TWO, "power of two", quantize=power_of_two),
    quantize(M.DEQUANTIZED, "dequantized", Dequantized),
    # A A' in place of A'A, where the shapes allow it.
    operator(M.TRANSPOSED_FACTOR, "A A'", operator=lambda up, A, S, m: up(square(A), S, m)),
    operator(M.TRANSPOSED, "W'", operator=lambda up, *given: up(*given).T),
    operator(M.SYMMETRIC, "S + S'", operator=lambda up, A, S, m: product(A, S, m, S + S.T)),
    operator(M.NO_MARGIN, "no margin", operator=lambda up, A, S, m: product(A, S, 0, S - S.T)),
    operator(M.SKEW_DROPPED, "no skew part", operator=lambda up, A, S, m: product(A, S, m, 0)),
)
