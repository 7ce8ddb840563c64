"""Descriptions of a wrong answer: the place, the size and the units of its error."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from mondeq_ref.oracle.bound_mistakes import sides_of
from mondeq_ref.oracle.names import Diagnosis, Mistake
from mondeq_ref.oracle.question import (
    Answer,
    Array,
    Ball,
    Bounds,
    Expected,
    Judgment,
    Question,
    are_codes,
    is_step,
)

NUMBERS = ("margin", "lipschitz", "certificate", "rungs")  # operations whose answers may be scalars


class Misfit(NamedTuple):
    """The reason why an answer has no distance to the right one, in one sentence."""

    sentence: str
    diagnosis: Diagnosis | None = None


def misfit(question: Question, answer: Answer) -> Misfit | None:
    """The misfit of an answer with a wrong shape, a NaN or an infinity; None elsewhere."""
    for name, got in answer.items():
        wanted = shape_of(question.expected[name])
        number = question.operation in NUMBERS or name == "m" or is_step(name)
        if got.shape != wanted and not (number and got.size == 1 and wanted == (1,)):
            return Misfit(f"{name} has shape {got.shape}, not {wanted}", _reshaped(got, wanted))
        lost = got.size - int(np.isfinite(got).sum())
        if lost:
            return Misfit(f"{name} holds {lost} of {got.size} entries that are NaN or infinite")
    return None


def _reshaped(got: Array, wanted: tuple[int, ...]) -> Diagnosis | None:
    if got.ndim < len(wanted) and got.shape == tuple(e for e in wanted if e != 1):
        return Diagnosis(Mistake.SQUEEZED, f"{wanted} came as {got.shape}")
    if len(wanted) == 2 and got.shape == wanted[::-1]:
        return Diagnosis(Mistake.COLUMNS, f"{wanted} came as {got.shape}")
    return None


def shape_of(right: Expected) -> tuple[int, ...]:
    if isinstance(right, Ball):
        return right.center.shape
    return right.least.shape if isinstance(right, Bounds) else right.holds.shape


def shown(question: Question, answer: Answer, verdict: Judgment) -> str:
    """The entry with the largest error, as text."""
    right, got = question.expected[verdict.name], np.asarray(answer[verdict.name])
    if isinstance(right, Bounds):
        row = verdict.row or 0
        least, most = right.least.reshape(-1)[row], right.most.reshape(-1)[row]
        value = float(got.reshape(-1)[row])
        return f"{verdict.name}[{row}] = {value:.9g}, not in [{least:.9g}, {most:.9g}]"
    if not isinstance(right, Ball):
        return f"{verdict.name} is {bool(got.reshape(-1)[0])}"
    gaps = np.abs(np.asarray(got, np.float64) - right.center)
    if verdict.row is not None:
        parts = right.rows(gaps)
        parts[[row for row in range(len(parts)) if row != verdict.row]] = -1.0
    worst = tuple(int(i) for i in np.unravel_index(int(gaps.argmax()), gaps.shape))
    place = ", ".join(map(str, worst))
    said = (
        f"{verdict.name}[{place}] = {float(got[worst]):.9g}, not {float(right.center[worst]):.9g}"
    )
    if are_codes(verdict.name):
        said += f"; {int((gaps > 0).sum())} of {gaps.size} codes differ"
    return said


def measured(question: Question, answer: Answer, verdict: Judgment) -> str:
    """A description of the answer: residual and active set of an equilibrium, size and
    direction of every gradient, or both sides of a wrong statement."""
    if question.operation == "solve":
        return _of_equilibrium(question, answer["Z"], verdict.row or 0)
    if question.operation in ("gradients", "factor_gradients"):
        return "; ".join(_of_gradients(question, answer))
    if question.operation == "certificate":
        return sides_of(question, verdict.name)
    return ""


def _of_equilibrium(question: Question, Z: Array, row: int) -> str:
    W, U, b, X = (question.arguments[name] for name in ("W", "U", "b", "X"))
    z = np.asarray(Z, np.float64)[row]
    rest = np.linalg.norm(z - np.maximum(W @ z + U @ X[row] + b, 0.0))
    right = question.ball("Z").center[row] > 0
    wrongly, missing = int(((z > 0) & ~right).sum()), int(((z <= 0) & right).sum())
    return (
        f"in row {row} the residual |z - ReLU(W z + U x + b)| is {rest:.3g}; {int(right.sum())} "
        f"units are active, of which {missing} are missing, and {wrongly} others are active"
    )


def _of_gradients(question: Question, answer: Answer) -> Iterator[str]:
    for name, got in answer.items():
        center = question.ball(name).center
        size, length = float(np.linalg.norm(center)), float(np.linalg.norm(got))
        if size > 0 and length > 0:
            cosine = float((np.asarray(got, np.float64) * center).sum()) / (size * length)
            yield f"{name} is {length / size:.4g} times as long, cosine {cosine:.6g}"
