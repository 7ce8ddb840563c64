"""What solvers return in place of the equilibrium."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from mondeq_ref.arrays import Integers, Matrix, Vector, relu
from mondeq_ref.inputs import given
from mondeq_ref.operator import Operator
from mondeq_ref.oracle.question import Answer, Question
from mondeq_ref.oracle.report import Diagnosis, Mistake
from mondeq_ref.solve import solve
from mondeq_ref.solve.methods import (
    DouglasRachford,
    ForwardBackward,
    PeacemanRachford,
    Splitting,
)

LONGEST_PATH = 20_000  # steps of a method that are compared with what came
PASSED = 0.5  # of the error that came: an iterate so much nearer is past it
USUAL_STEPS = (1.0, 0.5, 0.2, 0.1, 0.05, 0.01)  # step sizes that people choose by hand


def operator_of(question: Question) -> Operator:
    W, U, b = (question.arguments[name] for name in ("W", "U", "b"))
    return Operator(W, U, b)


def points(operator: Operator, C: Matrix) -> Matrix:
    """Equilibria in floats, of this operator or of a mistaken one."""
    return solve(operator, given(C, operator.n), workers=1).z


def solver_mistakes(question: Question, answer: Answer) -> Iterator[tuple[Diagnosis, Answer]]:
    operator, X = operator_of(question), question.arguments["X"]
    from_x = X @ operator.U.T
    C = from_x + operator.b
    transposed = replace(operator, W=np.ascontiguousarray(operator.W.T))
    detail = "these are the equilibria of W'"
    yield Diagnosis(Mistake.TRANSPOSED, detail), {"Z": points(transposed, C)}
    alone = points(operator, np.broadcast_to(operator.b, C.shape))
    yield Diagnosis(Mistake.NO_INPUT, "these are the equilibria for c = b"), {"Z": alone}
    detail = "these are the equilibria for c = U x"
    yield Diagnosis(Mistake.NO_BIAS, detail), {"Z": points(operator, from_x)}
    yield Diagnosis(Mistake.ONE_STEP, "this is ReLU(U x + b)"), {"Z": relu(C)}
    M = np.eye(operator.n) - operator.W
    detail = "this solves (I - W) z = U x + b"
    yield Diagnosis(Mistake.NO_RELU, detail), {"Z": np.linalg.solve(M, C.T).T}
    yield from _state(question, M, C, np.asarray(answer["Z"], np.float64))


def _state(
    question: Question, M: Matrix, C: Matrix, got: Matrix
) -> Iterator[tuple[Diagnosis, Answer]]:
    """Fixed points of splitting states are z* + t (M z* - c), t the step size or minus it."""
    Z = question.expected["Z"].center
    w = Z @ M.T - C
    w[Z > 0] = 0.0
    size = float((w * w).sum())
    if size > 0:
        t = float((w * (got - Z)).sum()) / size
        detail = f"this is z* + t (M z* - c) with t = {t:.6g}; the equilibrium is its ReLU part"
        if t > 0:
            detail = f"this is z* + alpha (M z* - c), alpha = {t:.6g}: apply the resolvent of F"
        yield Diagnosis(Mistake.STATE, detail), {"Z": Z + t * w}


def early_stop(question: Question, rows: Integers, got: Matrix, enough: Vector) -> Diagnosis | None:
    """One method and step size on whose way all these rows lie, each within `enough`."""
    operator = operator_of(question)
    C = question.arguments["X"][rows] @ operator.U.T + operator.b
    Z = question.expected["Z"].center[rows]
    for method in _methods(operator):
        found = _on_the_way(method, operator, C, Z, got, enough)
        if found is not None:
            steps, lengths = found
            taken = f"{steps.min()}" if len(set(steps.tolist())) == 1 else "different numbers of"
            detail = (
                f"these are iterates of {method.name} after {taken} steps with alpha = "
                f"{getattr(method, 'alpha', 0):.6g}; the last relative step is {lengths.max():.1e}"
            )
            return Diagnosis(Mistake.STEP_LENGTH, detail)
    return None


def _methods(operator: Operator) -> Iterator[Splitting]:
    m, L = operator.margin.mid, operator.lipschitz.mid
    best = m / L**2
    for alpha in (best, 0.5 * best, 0.8 * best, 1.5 * best, 1.9 * best, 1 / L, *USUAL_STEPS):
        yield ForwardBackward(float(alpha))
    for alpha in (1 / L, 1 / np.sqrt(m * L), *USUAL_STEPS):
        yield PeacemanRachford(float(alpha))
        yield DouglasRachford(float(alpha))


def _on_the_way(
    method: Splitting, operator: Operator, C: Matrix, Z: Matrix, got: Matrix, enough: Vector
) -> tuple[Integers, Vector] | None:
    """After how many steps each row was there, and the relative length of the last step; once
    every row is much nearer to its equilibrium Z, nothing is looked for any longer."""
    iteration = method.iteration(operator, np.float64)
    data, state = iteration.prepare(C), np.zeros_like(C)
    steps, lengths = np.zeros(len(C), np.int64), np.zeros(len(C))
    nearest = np.array(enough)
    beyond = PASSED * np.linalg.norm(got - Z, axis=1)
    with np.errstate(over="ignore", invalid="ignore"):
        for step in range(1, LONGEST_PATH + 1):
            state, before = iteration.advance(state, data), state
            rest = np.linalg.norm(iteration.observe(state, data) - got, axis=1)
            here = rest <= nearest
            length = np.linalg.norm(state - before, axis=1)
            size = np.maximum(np.linalg.norm(state, axis=1), np.finfo(np.float64).tiny)
            steps[here], lengths[here] = step, (length / size)[here]
            nearest[here] = rest[here]
            passed = np.linalg.norm(iteration.observe(state, data) - Z, axis=1) < beyond
            if not np.isfinite(state).all() or not length.any() or passed.all():
                break
    return (steps, lengths) if (steps > 0).all() else None
