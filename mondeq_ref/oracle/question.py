"""A question to an implementation, and the answers that are right.

An answer is right when every row of every array lies within

    radius + declared * max(floor, ||center||)                                          (1)

of the center, in the Euclidean norm: `radius` is certified, `declared` is the error that the
implementation declares (absolute below `floor`, relative above).  Codes must be equal.  Where
several equilibria exist any of them is right.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray

from mondeq_ref.arrays import Vector
from mondeq_ref.rigor.fast import gamma, norms_above, up

Operation = Literal[
    "operator",
    "margin",
    "lipschitz",
    "quantize",
    "quantize_layer",
    "solve",
    "steps",
    "adjoint_steps",
    "gradients",
    "factor_gradients",
    "displacement",
    "certificate",
    "rungs",
]
OPERATIONS: tuple[Operation, ...] = get_args(Operation)
Result = Literal["valid", "invalid", "undetermined"]
Level = Literal["must", "should", "may"]
Array = NDArray[Any]
Answer = Mapping[str, Array]  # name -> array
MOST_DECLARED = 1e-2  # above this, wrong answers could pass


@dataclass(frozen=True, eq=False)
class Ball:
    """A ball around the exact array: `radius` about `center`, row by row or as a whole."""

    center: Array
    radius: Vector  # (rows,), or (1,) when the array is judged as a whole; 0: exactly the center
    floor: float = 1.0  # the size below which a declared error is absolute

    def rows(self, array: Array) -> Array:
        """The parts that are graded separately, as rows."""
        return array.reshape(len(self.radius), -1)

    def allowed(self, declared: float) -> Vector:
        """(1) for every row, rounded up."""
        sizes = norms_above(self.rows(self.center).astype(np.float64))
        return np.asarray(up(self.radius + up(declared * np.maximum(self.floor, sizes))))

    def errors(self, array: Array) -> Vector:
        """A lower bound of the distance of every row from the center."""
        rows = self.rows(np.asarray(array, dtype=np.float64) - self.center)
        sizes = np.linalg.norm(rows, axis=1)
        # n squares, n - 1 sums, the root and the difference itself.
        return np.asarray(sizes * (1 - gamma(rows.shape[1] + 4)))

    def smallest_declared(self, array: Array) -> float:
        """The least declared error with which this array would be right."""
        sizes = np.maximum(self.floor, norms_above(self.rows(self.center).astype(np.float64)))
        rest = np.maximum(self.errors(array) - self.radius, 0.0)
        return float((rest / sizes).max(initial=0.0))


@dataclass(frozen=True, eq=False)
class Bounds:
    """The range of a right bound: from the true value to the bound of the theory."""

    least: Vector
    most: Vector


@dataclass(frozen=True, eq=False)
class Statements:
    """The statements that hold, and those that floats can decide clearly."""

    holds: NDArray[np.bool_]
    clear: NDArray[np.bool_]


Expected = Ball | Bounds | Statements


@dataclass(frozen=True, eq=False)
class Question:
    """A question and its right answers: `expected` by name, or any of `others`."""

    test: str
    operation: Operation
    arguments: Mapping[str, Any]  # in calling order: arrays, numbers, or the quantizer's spec
    expected: Mapping[str, Expected]
    claim: str
    flags: tuple[str, ...] = ()  # the kinds of bugs that this question detects
    factors: Mapping[str, Any] = field(default_factory=dict[str, Any])  # A, S, m with W exactly
    others: tuple[Mapping[str, Expected], ...] = ()  # further right answers
    result: Result = "valid"  # invalid: an answer is wrong, an exception or NaN is right
    level: Level = "must"
    alpha: float | None = None  # a step size that an implementation may use
    stored: bool = False  # whether it is a vector, not drawn

    def copied(self) -> list[Any]:
        """Copies of the arguments, which an implementation may overwrite."""
        return [_copied(value) for value in self.arguments.values()]

    def asked(self) -> str:
        """The call, with the shapes of its arrays."""
        shown = [
            f"{name} {value.shape}" if isinstance(value, np.ndarray) else f"{name} {value!r}"
            for name, value in self.arguments.items()
        ]
        return f"{self.operation}({', '.join(self.arguments)}) with {', '.join(shown)}"

    def ball(self, name: str) -> Ball:
        """The expected ball under this name."""
        found = self.expected[name]
        assert isinstance(found, Ball)
        return found


class Judgment(NamedTuple):
    """The worst part of an answer: its place, its error, and the allowed error."""

    name: str
    row: int | None
    error: float
    allowed: float

    @property
    def excess(self) -> float:
        if self.allowed > 0:
            return self.error / self.allowed
        return 0.0 if self.error <= self.allowed else float("inf")


def are_codes(name: str) -> bool:
    """Whether the array of this name holds integers, which must be equal."""
    return name.partition("_")[0] == "codes"


def is_step(name: str) -> bool:
    return name.partition("_")[0] == "step"


def judged(question: Question, answer: Answer, declared: float) -> Judgment:
    """The part of the answer with the largest error relative to the allowed one; where several
    answers are right, by the nearest of them."""
    found = [_judged(expected, answer, declared) for expected in _rights(question)]
    return min(found, key=lambda verdict: verdict.excess)


def smallest_declared(question: Question, answer: Answer) -> float:
    """The least declared error with which this answer would pass; infinite where none would."""
    return min(_smallest(expected, answer) for expected in _rights(question))


def _rights(question: Question) -> Iterator[Mapping[str, Expected]]:
    yield question.expected
    yield from question.others


def _judged(expected: Mapping[str, Expected], answer: Answer, declared: float) -> Judgment:
    found: list[Judgment] = []
    for name, array in answer.items():
        found.extend(_verdicts(name, expected[name], array, declared))
    return max(found, key=lambda verdict: verdict.excess)


def _verdicts(name: str, right: Expected, array: Array, declared: float) -> Iterator[Judgment]:
    if isinstance(right, Ball) and are_codes(name):
        gap = float(np.abs(np.asarray(array, dtype=np.float64) - right.center).max(initial=0.0))
        yield Judgment(name, None, gap, 0.0)
        return
    if isinstance(right, Statements):
        wrong = wrong_statements(right, array)
        yield Judgment(name, None, float(wrong.sum()), 0.0)
        return
    errors, allowed = _errors(right, array, declared)
    for row, (error, most) in enumerate(zip(errors.tolist(), allowed.tolist(), strict=True)):
        yield Judgment(name, row if len(errors) > 1 else None, error, most)


def wrong_statements(right: Statements, array: Array) -> NDArray[np.bool_]:
    """The statements that are claimed and false, or not claimed although clearly true."""
    claimed = np.asarray(array).astype(bool)
    return (claimed & ~right.holds) | (~claimed & right.holds & right.clear)


def _errors(right: Ball | Bounds, array: Array, declared: float) -> tuple[Vector, Vector]:
    if isinstance(right, Ball):
        return right.errors(array), right.allowed(declared)
    got = np.asarray(array, dtype=np.float64).reshape(-1)
    off = np.maximum(np.maximum(right.least - got, got - right.most), 0.0)
    return off, np.asarray(up(declared * np.maximum(1.0, right.most)))


def _smallest(expected: Mapping[str, Expected], answer: Answer) -> float:
    least = 0.0
    for name, array in answer.items():
        right = expected[name]
        if isinstance(right, Ball) and not are_codes(name):
            least = max(least, right.smallest_declared(array))
        elif isinstance(right, Bounds):
            errors, sizes = _errors(right, array, 1.0)
            least = max(least, float((errors / sizes).max(initial=0.0)))
        elif any(verdict.error > 0 for verdict in _verdicts(name, right, array, 0.0)):
            return float("inf")
    return least


def _copied(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return value.copy()
    return dict(value) if isinstance(value, Mapping) else value
