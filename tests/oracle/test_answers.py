"""What an implementation may return, and what is said of everything else."""

from typing import Any

import numpy as np
import pytest

from mondeq_ref.arrays import InputError
from mondeq_ref.oracle import check_implementation, drawn, vectors
from mondeq_ref.oracle.capabilities import Direct
from mondeq_ref.oracle.check import examined
from mondeq_ref.oracle.names import Mistake
from mondeq_ref.oracle.own import DECLARED_ERROR, OwnImplementation
from mondeq_ref.oracle.report import Report
from tests.support.wrong_quantizers import HalfUp
from tests.support.wrong_solvers import Right

SEED, RANDOM = 5, 2


@pytest.fixture(scope="module")
def questions():
    return {name: q for name, q in drawn(SEED, RANDOM).items() if "shipped" not in name}


def report(implementation, questions, operation: str, declared=1e-10) -> Report:
    return examined(
        Direct(implementation),
        operations=[operation],
        questions=questions,
        seed=SEED,
        declared_error=declared,
    )


def test_our_implementation_answers_within_declared_error(questions):
    """Also the questions that no implementation need answer: none is left out as wrong."""
    assert any(q.level == "may" for q in questions.values())
    for operation in ("operator", "quantize", "solve", "gradients"):
        found = report(OwnImplementation(), questions, operation, DECLARED_ERROR)
        assert found.ok, str(found)
        assert not [why for why in found.skipped.values() if "not counted" in why]


class Tuples(Right):
    """Codes with their step, and gradients in a row, are answers too."""

    def quantize(self, W, spec):
        return super().quantize(W, spec), self.step(W, spec).squeeze()

    def gradients(self, W, U, b, X, dZ):
        found = super().gradients(W, U, b, X, dZ)
        return [found[name] for name in ("W", "U", "b", "X")]


def test_wrong_step_beside_right_codes_is_no_known_mistake(questions, capsys):
    class Twice(Tuples):
        def quantize(self, W, spec):
            codes, step = super().quantize(W, spec)
            return codes, 1.1 * step

    few = dict([*questions.items()][::4])
    found = report(Twice(), few, "quantize")
    must = {name: q for name, q in few.items() if q.level == "must"}
    asked = [name for name, q in must.items() if q.operation == "quantize"]
    zeros = [name for name in asked if "zeros" in name]  # their step is 0, and so is a multiple
    assert {failure.test for failure in found.failures} == set(asked) - set(zeros)
    for failure in found.failures:
        assert failure.came.startswith("step[")
        assert failure.diagnosis is None
        namespace: dict[str, Any] = {}
        exec(failure.snippet, namespace)
        namespace["reproduce"](Twice())
        codes, step = capsys.readouterr().out.splitlines()
        largest = np.abs(questions[failure.test].expected["step"].center).max()
        assert codes == "codes 0"
        assert float(step.removeprefix("step ")) == pytest.approx(0.1 * largest)


class Unwilling:
    def __array__(self, dtype=None, copy=None):
        raise RuntimeError("still on the device")


UNREADABLE = [
    ("quantize", (1, 2, 3), "returned 3 things, not one array, nor (codes, step)"),
    ("quantize", None, "codes is a NoneType of dtype object, not real numbers"),
    ("solve", "many", "Z is a str of dtype <U4, not real numbers"),
    ("solve", np.ones(3) * 1j, "Z is a ndarray of dtype complex128, not real numbers"),
    ("solve", Unwilling(), "Z is a Unwilling, which gives no array: still on the device"),
    ("gradients", (1, 2, 3), "returned a tuple, not a mapping or a tuple of W, U, b and X"),
    ("gradients", {}, "returned a mapping with [], not W, U, b, X"),
    ("gradients", {"W": 1, 7: 2}, "returned a mapping with ['7', 'W'], not W, U, b, X"),
]


@pytest.mark.parametrize(("operation", "value", "said"), UNREADABLE)
def test_what_is_no_answer_is_said_in_one_sentence(operation, value, said, questions):
    class Odd:
        def __getattr__(self, name):
            return lambda *arguments: value

    found = report(Odd(), questions, operation)
    assert found.failures
    assert {failure.came for failure in found.failures} == {said}
    assert all(failure.excess == np.inf for failure in found.failures)


def test_report_says_question_answer_and_how_to_repeat(questions):
    asked = {name: q for name, q in questions.items() if name == "quantize/drawn-ties/tensor-2"}
    known = {"quantize/drawn-ties/*": "half up"}
    door = Direct(HalfUp())
    said = str(examined(door, operations=["quantize"], questions=asked, seed=SEED))
    for part in (
        "FAILED quantize/drawn-ties/tensor-2",
        "asked:     quantize(W, spec) with W (8, 12)",
        "came:      codes[",
        "off:       by up to 1, where codes must be equal",
        "diagnosis: half-up instead of half-even",
        "    def reproduce(impl):",
        "no declared error would let all pass",
        "0 passed, 1 failed, 0 skipped (seed 5)",
    ):
        assert part in said
    again = examined(
        door, operations=["quantize"], questions=asked, seed=SEED, expected_failures=known
    )
    assert "0 failed, 0 skipped, 1 failed as expected" in again.summary()
    assert again.ok


@pytest.mark.parametrize("seed", [-1, -(2**40)])
def test_a_seed_is_no_negative_number(seed):
    with pytest.raises(InputError, match="seed must be at least 0"):
        check_implementation(Right(), seed=seed)


def test_a_wrong_number_without_an_axis_is_graded():
    asked = {name: q for name, q in vectors.read().items() if q.operation == "margin"}

    class Eigenvalues:
        def margin(self, W):
            return np.linalg.eigvals(np.eye(len(W)) - W).real.min()

    found = examined(Direct(Eigenvalues()), questions=asked, seed=SEED, declared_error=1e-10)
    assert found.failures
    assert {f.diagnosis.mistake for f in found.failures if f.diagnosis} == {Mistake.EIGENVALUES}
