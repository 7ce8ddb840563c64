"""The grade of an answer: nothing is tolerated beyond what is certified and declared."""

import numpy as np
import pytest

from mondeq_ref.oracle import drawn
from mondeq_ref.oracle.capabilities import Direct
from mondeq_ref.oracle.check import examined
from mondeq_ref.oracle.report import Report

SEED, RANDOM = 3, 5
ASKED = ("solve/drawn-generic/0", "solve/drawn-mixed-batch/1")


@pytest.fixture(scope="module")
def questions():
    """Two batches."""
    known = drawn(SEED, RANDOM)
    return {name: known[name] for name in ASKED}


class Off:
    """The right answers, but for one entry of the second row."""

    def __init__(self, questions, off):
        self.questions, self.off = questions, off

    def solve(self, W, U, b, X):
        right = next(q for q in self.questions.values() if np.array_equal(q.arguments["X"], X))
        Z = right.expected["Z"].center.copy()
        size = max(1.0, float(np.linalg.norm(Z[1])))
        Z[1, 0] += self.off * size
        return Z


def report(questions, off, **more):
    door = Direct(Off(questions, off))
    return examined(door, questions=questions, seed=SEED, **more)


@pytest.mark.parametrize("declared", [0.0, 1e-12, 1e-8])
def test_an_error_is_graded_by_what_was_declared_alone(questions, declared):
    """Radii are below 1e-14 here."""
    assert report(questions, 0.9 * declared, declared_error=declared).ok
    found = report(questions, 1.1 * declared + 1e-13, declared_error=declared)
    assert len(found.failures) == len(questions)
    assert not found.ok


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_one_entry_that_is_no_number_fails_the_answer(questions, bad):
    found = report(questions, bad, declared_error=1e-2)
    assert [failure.came for failure in found.failures] == [
        f"Z holds 1 of {q.expected['Z'].center.size} entries that are NaN or infinite"
        for q in questions.values()
    ]


def test_a_failure_is_expected_where_a_pattern_names_it(questions):
    first, second = ASKED
    found = report(questions, 1.0, expected_failures={first: "known"})
    assert [failure.test for failure in found.expected] == [first]
    assert [failure.test for failure in found.failures] == [second]
    assert not found.ok
    assert report(questions, 1.0, expected_failures={"solve/*": "known"}).ok


def test_who_answers_nothing_has_not_passed(questions):
    class Unable:
        def solve(self, W, U, b, X):
            raise NotImplementedError

    found = examined(Direct(Unable()), questions=questions, seed=SEED)
    assert (found.passed, len(found.skipped), found.ok) == (0, len(questions), False)
    assert not Report(0, {}, 0, (), (), {}, ()).ok
    assert Report(0, {}, 1, (), (), {}, ()).ok
