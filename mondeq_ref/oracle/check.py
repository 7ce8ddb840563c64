"""The conformance test: all questions, the grade of every answer, and diagnoses of failures."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from math import inf

import numpy as np

from mondeq_ref.arrays import InputError
from mondeq_ref.oracle import vectors
from mondeq_ref.oracle.capabilities import Direct, Door
from mondeq_ref.oracle.draw import drawn
from mondeq_ref.oracle.explains import MistakenAnswer
from mondeq_ref.oracle.measured import measured
from mondeq_ref.oracle.mistakes import Explanations, diagnosed
from mondeq_ref.oracle.question import (
    MOST_DECLARED,
    OPERATIONS,
    Question,
    are_codes,
    smallest_declared,
)
from mondeq_ref.oracle.report import UNKNOWN, Failure, Report
from mondeq_ref.oracle.snippets import snippet
from mondeq_ref.oracle.tally import Graded, Tally

RANDOM = 10  # random questions per operation

Declared = float | Mapping[str, float]


def check_implementation(
    impl: object,
    *,
    seed: int,
    declared_error: Declared | None = None,
    expected_failures: Mapping[str, str] = {},
) -> Report:
    """The report on any object with some of the operations in `mondeq_ref.oracle.answers`.

    `declared_error` is the error that the implementation may make, absolute below one and relative
    above, as one number or one per operation (default: that of its `capabilities`, else 0).
    `expected_failures` maps patterns of test names ("solve/generic/*") to the reason.  There is
    no time limit; `mondeq-ref conform` runs the object in a process of its own.
    """
    return examined(
        Direct(impl),
        questions=all_questions(seed, RANDOM),
        seed=seed,
        declared_error=declared_error,
        expected_failures=expected_failures,
    )


def all_questions(seed: int, random: int) -> dict[str, Question]:
    """The stored vectors, and the questions that are drawn for this seed."""
    return {**vectors.read(), **drawn(seed, random)}


def examined(
    door: Door,
    *,
    questions: Mapping[str, Question],
    seed: int,
    random: int = RANDOM,
    declared_error: Declared | None = None,
    expected_failures: Mapping[str, str] = {},
    where: str | None = None,
    operations: Sequence[str] | None = None,
    strict: bool = False,
    watched: Callable[[Iterable[Question]], Iterable[Question]] = iter,
) -> Report:
    """The report on the implementation behind `door`; `questions` are those of `seed` and `random`,
    or vectors.  Questions of level "should" count only when `strict`, those of level "may" never.
    `watched` yields the questions and may show progress."""
    offered = door.capabilities.operations if operations is None else operations
    if not offered:
        raise InputError(f"the object has none of the operations {', '.join(OPERATIONS)}")
    declared = _declared(door, declared_error)
    counted = ("must", "should") if strict else ("must",)
    tally = Tally(door, offered, declared, counted)
    for question in watched(questions.values()):
        tally.ask(question)
    found = _diagnoses(tally, door)
    plain = door.capabilities.plain
    failures = [_failure(one, declared, found, seed, random, where, plain) for one in tally.wrong]
    expected = [f for f in failures if any(fnmatchcase(f.test, p) for p in expected_failures)]
    stale = [p for p in expected_failures if not any(fnmatchcase(f.test, p) for f in failures)]
    rest = tuple(f for f in failures if f not in expected)
    return Report(
        seed,
        declared,
        tally.passed,
        rest,
        tuple(expected),
        tally.skipped,
        tuple(stale),
        tally.needed,
        tally.counts,
    )


def _declared(door: Door, given: Declared | None) -> dict[str, float]:
    """The declared error of each operation: as given, else by the capabilities, else 0."""
    said: Declared = door.capabilities.declared_error if given is None else given
    each = dict(said) if isinstance(said, Mapping) else dict.fromkeys(OPERATIONS, float(said))
    for name, error in each.items():
        if not 0 <= error <= MOST_DECLARED:
            raise InputError(
                f"the declared error of {name} must be in [0, {MOST_DECLARED}], got {error}"
            )
    return {name: float(each.get(name, 0.0)) for name in OPERATIONS}


def _diagnoses(tally: Tally, door: Door) -> Explanations:
    """The mistakes that explain the failures, all of which are diagnosed together."""
    cases = [
        MistakenAnswer(one.question, one.answer, tally.declared[one.question.operation])
        for one in tally.wrong
        if one.verdict is not None and one.answer is not None
    ]
    known = {one.question.test: one.known for one in tally.wrong if one.known is not None}
    with np.errstate(all="ignore"):
        diagnoses, unsearched = diagnosed(cases, tally.right, door)
    return Explanations(diagnoses | known, unsearched)


def _failure(
    one: Graded,
    declared: Mapping[str, float],
    found: Explanations,
    seed: int,
    random: int,
    where: str | None,
    plain: bool,
) -> Failure:
    question, verdict = one.question, one.verdict
    off, excess, more, needed = "", inf, "", inf
    if verdict is not None and one.answer is not None:
        excess = verdict.excess
        off = f"by {verdict.error:.3g} where {verdict.allowed:.3g} was allowed"
        off += "" if excess == inf else f", {excess:.3g} times too much"
        if are_codes(verdict.name):
            off = f"by up to {verdict.error:g}, where codes must be equal"
        with np.errstate(all="ignore"):
            more = measured(question, one.answer, verdict)
            needed = smallest_declared(question, one.answer)
    return Failure(
        question.test,
        question.operation,
        question.claim,
        question.flags,
        question.asked(),
        one.came,
        off,
        excess,
        found.diagnoses.get(question.test),
        snippet(question, seed, random, where, plain),
        more,
        one.trace,
        needed,
        found.unsearched.get(question.test, UNKNOWN),
    )
