"""The diagnosis of answers that depend on the other rows of the batch, by further questions.

A row depends on its batch when the whole question gets the same wrong answer twice, the row alone
and many copies of it get right answers, and the row among large inputs gets a wrong one.
"""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from mondeq_ref.arrays import Matrix
from mondeq_ref.oracle.capabilities import Door, asked
from mondeq_ref.oracle.explains import MistakenAnswer
from mondeq_ref.oracle.names import Diagnosis, Mistake
from mondeq_ref.oracle.question import Ball, Question

LOUD = 64.0  # factor of the inputs of the other rows
MOST_ASKED = 12  # cases, once one of the first depends on its batch
STEADY = 1e-2  # greatest change of a repeated answer, relative to its error


def batch_mistake(
    first: Iterable[MistakenAnswer], all_cases: list[MistakenAnswer], door: Door
) -> dict[str, Diagnosis]:
    """Test name -> diagnosis; cases beyond the first are tested only if one of those depends."""
    found = {case.question.test: _asked_again(case, door) for case in first}
    if any(diagnosis is not None for diagnosis in found.values()):
        for case in all_cases[:MOST_ASKED]:
            if case.question.test not in found:
                found[case.question.test] = _asked_again(case, door)
    return {test: one for test, one in found.items() if one is not None}


def _asked_again(case: MistakenAnswer, door: Door) -> Diagnosis | None:
    question, got = case.question, np.asarray(case.answer["Z"], np.float64)
    ball, X = question.ball("Z"), question.arguments["X"]
    errors = ball.errors(got)
    excess = errors / np.maximum(ball.allowed(case.declared), np.finfo(np.float64).tiny)
    row, rows = int(excess.argmax()), len(X)
    again = _rows(question, X, ball.center, door)
    if again is None:
        return None
    moved = float(np.linalg.norm(again[row] - got[row]))
    if moved > STEADY * errors[row]:
        detail = f"row {row} moved by {moved:.3g} when the same was asked again"
        return Diagnosis(Mistake.UNSTEADY, detail)
    if rows == 1 or question.others:
        return None

    def right(X: Matrix, which: list[int]) -> bool | None:
        center = np.repeat(ball.center[row : row + 1], len(X), axis=0)
        came = _rows(question, X, center, door)
        if came is None:
            return None
        one = Ball(ball.center[[row] * len(which)], ball.radius[[row] * len(which)], ball.floor)
        return bool((one.errors(came[which]) <= one.allowed(case.declared)).all())

    alone, copies = X[row : row + 1], np.repeat(X[row : row + 1], rows, axis=0)
    loud = np.array(X) * LOUD
    loud[row] = X[row]
    if right(alone, [0]) and right(copies, list(range(rows))) and right(loud, [row]) is False:
        detail = f"row {row} is right alone and in {rows} copies, and wrong among other rows"
        return Diagnosis(Mistake.BATCH_WIDE, detail)
    return None


def _rows(question: Question, X: Matrix, center: Matrix, door: Door) -> Matrix | None:
    """The answer for these inputs; None unless it has the right shape and is finite."""
    expected = {"Z": Ball(center, np.zeros(len(center)))}
    arguments = {**question.arguments, "X": np.ascontiguousarray(X)}
    came = asked(door, replace(question, test="", arguments=arguments, expected=expected))
    Z = came.get("Z") if isinstance(came, dict) else None
    if Z is None or Z.shape != center.shape or not np.isfinite(Z).all():
        return None
    return np.asarray(Z, np.float64)
