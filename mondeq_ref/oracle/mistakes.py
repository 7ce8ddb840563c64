"""Which mistake gives this answer?  Each is recognized by computing what it would give.

A mistake explains an answer when what it gives lies within what was allowed of that answer,
or within a thousandth of the error, and always ten times nearer than the right answer is.  A
diagnosis is advice: nothing passes or fails by it.
"""

from collections.abc import Iterator

import numpy as np

from mondeq_ref.arrays import Matrix
from mondeq_ref.oracle.answers import Ask, Refused, Skipped
from mondeq_ref.oracle.gradient_mistakes import gradient_mistakes
from mondeq_ref.oracle.quantizer_mistakes import quantizer_mistakes
from mondeq_ref.oracle.question import Answer, Array, Ball, Question, judged
from mondeq_ref.oracle.report import Diagnosis, Mistake
from mondeq_ref.oracle.solver_mistakes import early_stop, solver_mistakes

EXPLAINED = 1e-3  # of the error may remain
NEARER = 0.1


def diagnose(question: Question, answer: Answer, declared: float, ask: Ask) -> Diagnosis | None:
    """The first mistake that explains the answer."""
    if question.operation == "solve":
        # First: an answer that changes with its neighbors is nothing that one row explains.
        alone = _right_alone(question, answer, declared, ask)
        if alone is not None:
            return alone
    for diagnosis, gives in _suspects(question, answer):
        if explains(question, answer, gives, declared):
            return diagnosis
    return _stopped_early(question, answer, declared) if question.operation == "solve" else None


def explains(question: Question, answer: Answer, gives: Answer, declared: float) -> bool:
    """Whether every wrong part of the answer is what the mistake gives."""
    wrong = False
    for name, got in answer.items():
        ball = question.expected[name]
        if name == "codes" and np.array_equal(got, ball.center):
            continue
        if name == "codes":
            wrong = True
            if not np.array_equal(got, gives[name]):
                return False
        elif name in gives:
            bad = ball.errors(got) > ball.allowed(declared)
            wrong = wrong or bool(bad.any())
            if not (near(ball, got, gives[name], declared) | ~bad).all():
                return False
        elif (ball.errors(got) > ball.allowed(declared)).any():
            return False
    return wrong


def near(ball: Ball, got: Array, gives: Array, declared: float) -> Array:
    """Which rows of the answer are what the mistake gives."""
    errors = ball.errors(got)
    rest = np.linalg.norm(ball.rows(np.asarray(got, np.float64) - gives), axis=1)
    enough = np.maximum(ball.allowed(declared), EXPLAINED * errors)
    return (rest <= enough) & (rest <= NEARER * errors)


def _suspects(question: Question, answer: Answer) -> Iterator[tuple[Diagnosis, Answer]]:
    match question.operation:
        case "operator":
            return _operator_mistakes(question.arguments["A"], question.arguments["S"], question)
        case "quantize":
            return quantizer_mistakes(question)
        case "solve":
            return solver_mistakes(question, answer)
        case "gradients":
            return gradient_mistakes(question, answer)


def _operator_mistakes(
    A: Matrix, S: Matrix, question: Question
) -> Iterator[tuple[Diagnosis, Answer]]:
    m, identity = question.arguments["m"], np.eye(len(S))
    skew, right = S - S.T, question.expected["W"].center
    yield Diagnosis(Mistake.TRANSPOSED, "this is W' (or S' - S in place of S - S')"), {"W": right.T}
    if A.shape[0] == A.shape[1]:
        W = (1 - m) * identity - A @ A.T + skew
        yield Diagnosis(Mistake.TRANSPOSED_FACTOR, "A is (r, n), so A'A is (n, n)"), {"W": W}
    symmetric = (1 - m) * identity - A.T @ A + S + S.T
    yield Diagnosis(Mistake.SYMMETRIC, "only a skew part leaves the margin alone"), {"W": symmetric}
    missing = right + m * identity
    yield Diagnosis(Mistake.NO_MARGIN, "the diagonal should hold 1 - m, not 1"), {"W": missing}


def _right_alone(question: Question, answer: Answer, declared: float, ask: Ask) -> Diagnosis | None:
    """The worst row is asked again without the others."""
    row, rows = judged(question, answer, declared).row, len(question.arguments["X"])
    if row is None or rows == 1:
        return None
    W, U, b, X = question.copied()
    again = ask("solve", [W, U, b, X[row : row + 1]])
    ball = question.expected["Z"]
    one = Ball(ball.center[row : row + 1], ball.radius[row : row + 1])
    if isinstance(again, Refused | Skipped) or again["Z"].shape != one.center.shape:
        return None
    if not one.errors(again["Z"])[0] <= one.allowed(declared)[0]:
        return None
    detail = f"asked alone, row {row} is right; among {rows} rows it is not"
    return Diagnosis(Mistake.BATCH_WIDE, detail)


def _stopped_early(question: Question, answer: Answer, declared: float) -> Diagnosis | None:
    """The wrong rows are iterates of a splitting method."""
    ball, got = question.expected["Z"], np.asarray(answer["Z"], np.float64)
    wrong = np.flatnonzero(ball.errors(got) > ball.allowed(declared))
    allowed = np.maximum(ball.allowed(declared)[wrong], EXPLAINED * ball.errors(got)[wrong])
    enough = np.minimum(allowed, NEARER * ball.errors(got)[wrong])
    return early_stop(question, wrong, got[wrong], enough)
