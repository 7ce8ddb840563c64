"""A question to an implementation, and the answers that are right.

An answer is right when every row of every array lies within

    radius + declared * max(1, ||center||)                                          (1)

of the center, in the Euclidean norm: `radius` is certified, `declared` is the error which the
implementation says it makes (absolute below one, relative above).  Codes must be equal.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mondeq_ref.arrays import Vector
from mondeq_ref.rigor.fast import gamma, norms_above, up

Operation = Literal["operator", "quantize", "solve", "gradients"]
OPERATIONS: tuple[Operation, ...] = ("operator", "quantize", "solve", "gradients")
Array = NDArray[Any]
Answer = Mapping[str, Array]  # name -> array


@dataclass(frozen=True, eq=False)
class Ball:
    """Where the exact array is: within `radius` of `center`, row by row or as a whole."""

    center: Array
    radius: Vector  # (rows,), or (1,) when the array is judged as a whole; 0: exactly the center

    def rows(self, array: Array) -> Array:
        """The parts that are judged one by one, as rows."""
        return array.reshape(len(self.radius), -1)

    def allowed(self, declared: float) -> Vector:
        """(1) for every row, rounded up."""
        sizes = norms_above(self.rows(self.center).astype(np.float64))
        return np.asarray(up(self.radius + up(declared * np.maximum(1.0, sizes))))

    def errors(self, array: Array) -> Vector:
        """A lower bound of the distance of every row from the center."""
        rows = self.rows(np.asarray(array, dtype=np.float64) - self.center)
        sizes = np.linalg.norm(rows, axis=1)
        # n squares, n - 1 sums, the root and the difference itself.
        return np.asarray(sizes * (1 - gamma(rows.shape[1] + 4)))


@dataclass(frozen=True, eq=False)
class Question:
    test: str
    operation: Operation
    arguments: Mapping[str, Any]  # in calling order: arrays, a float, or the quantizer's spec
    expected: Mapping[str, Ball]
    claim: str
    flags: tuple[str, ...] = ()  # which bug this question hunts

    @property
    def group(self) -> str:
        return self.operation

    def copied(self) -> list[Any]:
        """Arguments that an implementation may overwrite without harm to the next one."""
        return [
            value.copy() if isinstance(value, np.ndarray) else _plain(value)
            for value in self.arguments.values()
        ]

    def asked(self) -> str:
        """The call, with the shapes of its arrays."""
        shown = [
            f"{name} {value.shape}" if isinstance(value, np.ndarray) else f"{name} {value!r}"
            for name, value in self.arguments.items()
        ]
        return f"{self.operation}({', '.join(self.arguments)}) with {', '.join(shown)}"


class Verdict(NamedTuple):
    """The worst part of an answer: where it is, how far off, and how far it might have been."""

    name: str
    row: int | None
    error: float
    allowed: float

    @property
    def excess(self) -> float:
        if self.error <= self.allowed:
            return self.error / self.allowed if self.allowed > 0 else 0.0
        return self.error / self.allowed if self.allowed > 0 else float("inf")


def judged(question: Question, answer: Answer, declared: float) -> Verdict:
    """The part of the answer that is off by the largest multiple of what was allowed."""
    found: list[Verdict] = []
    for name, array in answer.items():
        ball = question.expected[name]
        if name == "codes":  # integers: only the very same will do
            gap = float(np.abs(np.asarray(array, dtype=np.float64) - ball.center).max(initial=0.0))
            found.append(Verdict(name, None, gap, 0.0))
            continue
        errors, allowed = ball.errors(array), ball.allowed(declared)
        for row, (error, most) in enumerate(zip(errors.tolist(), allowed.tolist(), strict=True)):
            found.append(Verdict(name, row if len(errors) > 1 else None, error, most))
    return max(found, key=lambda verdict: verdict.excess)


def _plain(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) else value
