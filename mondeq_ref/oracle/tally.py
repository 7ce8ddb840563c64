"""The grades of all answers, and their counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

import numpy as np

from mondeq_ref.oracle.answers import Refused, Skipped, called
from mondeq_ref.oracle.capabilities import Door, asked, rounded
from mondeq_ref.oracle.explains import MistakenAnswer
from mondeq_ref.oracle.measured import misfit, shape_of, shown
from mondeq_ref.oracle.names import Diagnosis, Mistake
from mondeq_ref.oracle.own import OwnImplementation
from mondeq_ref.oracle.question import (
    Answer,
    Judgment,
    Question,
    Statements,
    are_codes,
    is_step,
    judged,
    smallest_declared,
)

KEPT = 4  # passed answers per operation that count, which exclude mistakes
KEPT_BITS = 100  # of statements and codes, where one answer excludes little


@dataclass(frozen=True, eq=False)
class Graded:
    """A failed answer, with its error in words or as a judgment."""

    question: Question
    answer: Answer | None
    verdict: Judgment | None
    came: str
    trace: str = ""
    known: Diagnosis | None = None


class Tally:
    """The grades of the questions asked so far."""

    def __init__(
        self, door: Door, offered: Sequence[str], declared: dict[str, float], counted: Sequence[str]
    ) -> None:
        self.door, self.offered, self.declared, self.counted = door, offered, declared, counted
        self.passed, self.wrong = 0, list[Graded]()
        self.skipped, self.needed = dict[str, str](), dict[str, float]()
        self.counts = dict[str, tuple[int, int]]()
        self.right = list[MistakenAnswer]()  # a few answers that passed, of every operation

    def ask(self, question: Question) -> None:
        operation = question.operation
        if operation not in self.offered:
            self.skipped[question.test] = f"{operation} is not offered"
            return
        found = self._graded(question)
        if isinstance(found, Skipped):
            self.skipped[question.test] = found.reason
            return
        if found is not None and question.level not in self.counted:
            wanted = "should be" if question.level == "should" else "may be"
            self.skipped[question.test] = f"wrong where an answer {wanted} right: not counted"
            return
        right, wrong = self.counts.get(operation, (0, 0))
        if found is None:
            self.passed += 1
            self.counts[operation] = (right + 1, wrong)
        else:
            self.wrong.append(found)
            self.counts[operation] = (right, wrong + 1)

    def _graded(self, question: Question) -> Graded | Skipped | None:
        dtype = self.door.capabilities.dtype
        if dtype != "float64" and is_lost(question, dtype):
            return Skipped(f"rounded to {dtype}, this question has another right answer")
        came = asked(self.door, question)
        if isinstance(came, Skipped):
            return came
        if question.result == "invalid":
            return _refusal(question, came)
        if isinstance(came, Refused):
            self._need(question, inf)
            return Graded(question, None, None, came.sentence, came.trace)
        strange = [name for name in came if name not in question.expected]
        came = {name: one for name, one in came.items() if name not in strange}
        if not came:
            return Skipped(
                f"the answer has only {', '.join(strange)}, which this question does not need"
            )
        for name in question.expected:
            if name not in came and name != "zero_point" and not is_step(name):
                key = f"{question.operation}: {name}"
                self.skipped[key] = f"no answer of {question.operation} holds {name}: untested"
        wrong = misfit(question, came)
        if wrong is not None:
            self._need(question, inf)
            return Graded(question, came, None, wrong.sentence, known=wrong.diagnosis)
        came = {  # in the expected shape: a number may have no axis
            name: one.reshape(shape_of(question.expected[name])) for name, one in came.items()
        }
        with np.errstate(over="ignore", invalid="ignore"):  # answers of any size may come
            return self._measured(question, came)

    def _measured(self, question: Question, came: Answer) -> Graded | None:
        operation = question.operation
        least = smallest_declared(question, came)
        self._need(question, least)
        verdict = judged(question, came, self.declared[operation])
        if verdict.error <= verdict.allowed:
            self._keep(question, came)
            return None
        return Graded(question, came, verdict, shown(question, came, verdict))

    def _need(self, question: Question, least: float) -> None:
        if question.level in self.counted:
            found = self.needed.get(question.operation, 0.0)
            self.needed[question.operation] = max(found, least)

    def _keep(self, question: Question, came: Answer) -> None:
        kept = sum(case.question.operation == question.operation for case in self.right)
        most = KEPT_BITS if question.operation in ("certificate", "rungs", "quantize") else KEPT
        if kept < most and question.level in self.counted and not question.others:
            self.right.append(MistakenAnswer(question, came, self.declared[question.operation]))


def _refusal(question: Question, came: Answer | Refused) -> Graded | None:
    if isinstance(came, Refused) or any(not np.isfinite(one).all() for one in came.values()):
        return None
    detail = "there is no right answer; an exception, an error or NaN says so"
    said = f"an answer, {', '.join(came)}, where it must be refused"
    return Graded(question, None, None, said, known=Diagnosis(Mistake.NOT_REFUSED, detail))


def is_lost(question: Question, dtype: str) -> bool:
    """Whether no implementation in this short type can answer right, by no fault of its own: codes
    and statements must be equal, and no declared error excuses them.  Where W lies at a threshold,
    W rounded to bfloat16 may lie on its other side."""
    known = question.expected.items()
    exact = {name: one for name, one in known if are_codes(name) or isinstance(one, Statements)}
    if not exact or question.result == "invalid":
        return False
    arguments = {
        name: rounded(value, dtype).astype(np.float64) if isinstance(value, np.ndarray) else value
        for name, value in question.arguments.items()
    }
    came = called(OwnImplementation(), question.operation, arguments)
    if not isinstance(came, dict):
        return True
    found = {name: came[name].reshape(shape_of(one)) for name, one in exact.items()}
    return judged(question, found, 0.0).error > 0
