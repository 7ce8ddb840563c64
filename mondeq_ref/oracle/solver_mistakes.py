"""Mistakes of solvers, with the points that they give."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from mondeq_ref.arrays import Matrix, relu
from mondeq_ref.inputs import given
from mondeq_ref.operator import Operator
from mondeq_ref.oracle.names import Mistake, Suspect
from mondeq_ref.oracle.question import Answer, Question
from mondeq_ref.solve import solve

LEAST_ENTRIES = 3  # nonzero entries of w, for the step size of a splitting state


def operator_of(question: Question) -> Operator:
    W, U, b = (question.arguments[name] for name in ("W", "U", "b"))
    return Operator(W, U, b)


def points(operator: Operator, C: Matrix) -> Matrix:
    """Equilibria in floats, of this operator or of a mistaken one."""
    return solve(operator, given(C, operator.n), workers=1).z


def solver_mistakes(question: Question, answer: Answer) -> Iterator[Suspect]:
    operator, X = operator_of(question), question.arguments["X"]
    from_x = X @ operator.U.T
    C = from_x + operator.b
    transposed = replace(operator, W=np.ascontiguousarray(operator.W.T))
    yield Mistake.TRANSPOSED, "these are the equilibria of W'", {"Z": points(transposed, C)}
    symmetric = replace(operator, W=np.ascontiguousarray((operator.W + operator.W.T) / 2))
    detail = "these are the equilibria of (W + W')/2"
    yield Mistake.SKEW_DROPPED, detail, {"Z": points(symmetric, C)}
    alone = points(operator, np.broadcast_to(operator.b, C.shape))
    yield Mistake.NO_INPUT, "these are the equilibria for c = b", {"Z": alone}
    yield Mistake.NO_BIAS, "these are the equilibria for c = U x", {"Z": points(operator, from_x)}
    yield Mistake.ONE_STEP, "this is ReLU(U x + b)", {"Z": relu(C)}
    M = np.eye(operator.n) - operator.W
    yield Mistake.NO_RELU, "this solves (I - W) z = U x + b", {"Z": np.linalg.solve(M, C.T).T}
    clipped = relu(np.linalg.solve(M, C.T).T)
    detail = "this is ReLU((I - W)^-1 (U x + b)): the ReLU is applied after the solve"
    yield Mistake.NO_RELU, detail, {"Z": clipped}
    yield from _state(question, M, C, np.asarray(answer["Z"], np.float64))


def _state(question: Question, M: Matrix, C: Matrix, got: Matrix) -> Iterator[Suspect]:
    """Fixed points of splitting states are z* + t (M z* - c), t the step size or minus it."""
    Z = question.ball("Z").center
    w = Z @ M.T - C
    w[Z > 0] = 0.0
    size = float((w * w).sum())
    if size > 0 and (w != 0).sum() >= LEAST_ENTRIES:
        t = float((w * (got - Z)).sum()) / size
        detail = f"this is z* + t (M z* - c) with t = {t:.6g}; the equilibrium is its ReLU part"
        if t > 0:
            detail = f"this is z* + alpha (M z* - c), alpha = {t:.6g}: apply the resolvent of F"
        yield Mistake.STATE, detail, {"Z": Z + t * w}
