"""Whether a mistake explains a wrong answer.

A mistake explains an answer when, in every row, its result is a hundred times nearer to the answer
than the right answer is and within a thousandth of the largest error, within a twentieth of its own
size (an answer near zero is near every small result), and when it is right where the answer is
right.  This does not depend on the declared error.
"""

from dataclasses import dataclass

import numpy as np

from mondeq_ref.oracle.question import (
    Answer,
    Array,
    Ball,
    Bounds,
    Question,
    Statements,
    are_codes,
    wrong_statements,
)

EXPLAINED = 1e-3  # greatest remaining part of the largest error
NEARER = 1e-2  # greatest remaining part of a row's error
OWN_SIZE = 0.05  # greatest remaining part of a row, relative to the result of the mistake,
ZERO = 1e-9  # unless it is below this part of the row's error
SAME_BOUND = 1e-6  # greatest relative distance of a bound from that of a mistake


@dataclass(frozen=True, eq=False)
class MistakenAnswer:
    """An answer that fails, and the error that was declared for it."""

    question: Question
    answer: Answer
    declared: float


def unexplained(case: MistakenAnswer, gives: Answer) -> float | None:
    """The largest share of a row's error that this mistake leaves; None where it does not fit."""
    largest = 0.0
    for name, got in case.answer.items():
        rest = _left(case, name, got, gives.get(name))
        if rest is None:
            return None
        largest = max(largest, rest)
    return largest


def _left(case: MistakenAnswer, name: str, got: Array, given: Array | None) -> float | None:
    """The share for one array; `given` None stands for the right one."""
    right = case.question.expected[name]
    if isinstance(right, Statements):
        if given is None:
            return None if wrong_statements(right, got).any() else 0.0
        return 0.0 if np.array_equal(np.asarray(got).astype(bool), given) else None
    if isinstance(right, Bounds):
        assert given is not None
        rest = np.abs(got - given) / np.maximum(np.abs(given), np.finfo(np.float64).tiny)
        return float(rest.max()) if (rest <= SAME_BOUND).all() else None
    given = right.center if given is None else given
    if are_codes(name):
        return _differing(right, got, given)
    return _remaining(right, got, given, case.declared)


def _differing(right: Ball, got: Array, given: Array) -> float | None:
    """The part of the wrong codes that the mistake does not give; None above 5 %."""
    if given.shape != got.shape:
        return None
    wrong = int((got != right.center).sum())
    rest = int((np.abs(got - given) > 1e-6 * np.abs(given)).sum())
    if wrong == 0:
        return 0.0 if rest == 0 else None
    return rest / wrong if rest <= 0.05 * wrong else None


def _remaining(right: Ball, got: Array, given: Array, declared: float) -> float | None:
    if given.shape != right.center.shape:
        return None
    errors, allowed = right.errors(got), right.allowed(declared)
    rest = np.linalg.norm(right.rows(np.asarray(got, np.float64) - given), axis=1)
    suspect = right.errors(given)
    wrong = errors > allowed
    tolerated = EXPLAINED * float(errors.max(initial=0.0))
    if (suspect > np.maximum(allowed, tolerated))[~wrong].any():
        return None  # it would be wrong where the answer is right
    if not wrong.any():
        return 0.0
    enough = np.minimum(np.maximum(EXPLAINED * errors, tolerated), NEARER * errors)
    sizes = np.linalg.norm(right.rows(given), axis=1)
    enough = np.minimum(enough, np.maximum(OWN_SIZE * sizes, ZERO * errors))
    if (rest > enough)[wrong].any():
        return None
    return float((rest / errors)[wrong].max())


def denied(case: MistakenAnswer, name: str, said: Array) -> bool:
    """Whether a statement was made where `said` does not make it, or the other way round; a true
    claim that is missing next to a threshold denies nothing."""
    right, claimed = case.question.expected[name], np.asarray(case.answer[name]).astype(bool)
    assert isinstance(right, Statements)
    return bool(((claimed & ~said) | (~claimed & said & (right.clear | ~right.holds))).any())
