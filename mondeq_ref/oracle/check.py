"""Ask everything, grade every answer, and say what is wrong with those that fail."""

from collections.abc import Callable, Iterator, Mapping
from fnmatch import fnmatchcase
from math import inf

import numpy as np

from mondeq_ref.arrays import InputError
from mondeq_ref.oracle.answers import Ask, Refused, Skipped, direct, misfit
from mondeq_ref.oracle.draw import drawn
from mondeq_ref.oracle.mistakes import diagnose
from mondeq_ref.oracle.question import OPERATIONS, Answer, Question, Verdict, judged
from mondeq_ref.oracle.report import Diagnosis, Failure, Report
from mondeq_ref.oracle.snippets import snippet

RANDOM = 10  # drawn questions an operation
MOST_DECLARED = 1e-2  # beyond, a wrong answer could hide behind the declared error


def check_implementation(
    impl: object,
    *,
    seed: int,
    declared_error: float = 0.0,
    expected_failures: Mapping[str, str] = {},
) -> Report:
    """Judge any object with some of `operator`, `quantize`, `solve` and `gradients`.

    `declared_error` is the error the implementation says it makes, absolute below one and
    relative above; `expected_failures` maps patterns of test names ("solve/generic/*") to the
    reason.  What each operation takes and returns is said in `mondeq_ref.oracle.answers`.  A
    hang is not noticed here: `mondeq-ref conform` runs the object in a process of its own.
    """
    operations = [name for name in OPERATIONS if callable(getattr(impl, name, None))]
    return examined(
        direct(impl),
        operations,
        questions=drawn(seed, RANDOM),
        seed=seed,
        declared_error=declared_error,
        expected_failures=expected_failures,
    )


def examined(
    ask: Ask,
    operations: list[str],
    *,
    questions: Mapping[str, Question],
    seed: int,
    random: int = RANDOM,
    declared_error: float = 0.0,
    expected_failures: Mapping[str, str] = {},
    where: str | None = None,
) -> Report:
    """The report on whatever answers `ask`; `questions` are those of this seed and number."""
    if not 0 <= declared_error <= MOST_DECLARED:
        raise InputError(
            f"the declared error must be in [0, {MOST_DECLARED}], got {declared_error}"
        )
    if not operations:
        raise InputError(f"the object has none of the operations {', '.join(OPERATIONS)}")
    passed, failures, skipped = 0, list[Failure](), dict[str, str]()
    for question in questions.values():
        if question.operation not in operations:
            skipped[question.test] = f"the object has no {question.operation}"
            continue
        found = _asked(question, declared_error, ask, lambda q: snippet(q, seed, random, where))
        if isinstance(found, Skipped):
            skipped[question.test] = found.reason
        elif found is None:
            passed += 1
        else:
            failures.append(found)
    expected = [f for f in failures if any(fnmatchcase(f.test, p) for p in expected_failures)]
    stale = [p for p in expected_failures if not any(fnmatchcase(f.test, p) for f in failures)]
    rest = tuple(f for f in failures if f not in expected)
    return Report(seed, declared_error, passed, rest, tuple(expected), skipped, tuple(stale))


def _asked(
    question: Question, declared: float, ask: Ask, again: Callable[[Question], str]
) -> Failure | Skipped | None:
    came = ask(question.operation, question.copied())
    if isinstance(came, Skipped):
        return came
    if isinstance(came, Refused):
        return _failure(
            question, came.sentence, "there is no answer to measure", inf, None, again(question)
        )
    wrong = misfit(question, came)
    if wrong is not None:
        return _failure(
            question, wrong, "there is no distance to measure", inf, None, again(question)
        )
    with np.errstate(over="ignore", invalid="ignore"):  # answers of any size may come
        verdict = judged(question, came, declared)
        if verdict.error <= verdict.allowed:
            return None
        diagnosis = diagnose(question, came, declared, ask)
    off = f"by {verdict.error:.3g} where {verdict.allowed:.3g} was allowed"
    off += "" if verdict.excess == inf else f", {verdict.excess:.3g} times too much"
    if verdict.name == "codes":
        off = f"by up to {verdict.error:g}, where codes must be equal"
    shown = "; ".join(_shown(question, came, verdict))
    return _failure(question, shown, off, verdict.excess, diagnosis, again(question))


def _failure(
    question: Question,
    came: str,
    off: str,
    excess: float,
    diagnosis: Diagnosis | None,
    again: str,
) -> Failure:
    test, group, claim, flags = question.test, question.group, question.claim, question.flags
    return Failure(test, group, claim, flags, question.asked(), came, off, excess, diagnosis, again)


def _shown(question: Question, answer: Answer, verdict: Verdict) -> Iterator[str]:
    """The entry that is farthest off."""
    got, center = answer[verdict.name], question.expected[verdict.name].center
    gaps = np.abs(np.asarray(got, np.float64) - center)
    if verdict.row is not None:
        gaps[[row for row in range(len(gaps)) if row != verdict.row]] = -1.0
    worst = tuple(int(i) for i in np.unravel_index(int(gaps.argmax()), gaps.shape))
    place = ", ".join(map(str, worst))
    yield f"{verdict.name}[{place}] = {float(got[worst]):.9g}, not {float(center[worst]):.9g}"
    if verdict.name == "codes":
        yield f"{int((gaps > 0).sum())} of {gaps.size} codes differ"
