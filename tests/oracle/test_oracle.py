"""Right implementations pass, and every wrong one is caught and named."""

import numpy as np
import pytest

from mondeq_ref.arrays import InputError
from mondeq_ref.oracle import check, check_implementation, drawn, vectors
from mondeq_ref.oracle.capabilities import Direct
from mondeq_ref.oracle.check import examined
from mondeq_ref.oracle.names import Mistake
from mondeq_ref.oracle.own import OwnImplementation
from mondeq_ref.oracle.program import Program, python_command
from mondeq_ref.oracle.question import OPERATIONS
from tests.support.inaccurate import EXACT, INACCURATE
from tests.support.plain import Plain
from tests.support.sampling import some
from tests.support.wrong import WRONG, Troubled
from tests.support.wrong_gradients import AlphaInGradient
from tests.support.wrong_solvers import ForwardBackward, Overrelaxed, Right

SEED, RANDOM = 3, 5


@pytest.fixture(scope="module")
def questions():
    return drawn(SEED, RANDOM)


@pytest.fixture(scope="module")
def bounds():
    """Vectors of what is not drawn."""
    drawn_too = ("operator/", "quantize/", "solve/", "gradients/")
    also = ("solve/overshoot/", "solve/one-unit", "quantize/small/", "gradients/small-active/")
    known = vectors.read().items()
    return {t: q for t, q in known if t.startswith(also) or not t.startswith(drawn_too)}


def small(questions):
    return {name: q for name, q in questions.items() if "shipped" not in name}


def report(implementation, questions, operations=OPERATIONS, declared=1e-10, **more):
    door = Direct(implementation)
    return examined(
        door,
        operations=[name for name in operations if hasattr(implementation, name)],
        questions=questions,
        seed=SEED,
        random=RANDOM,
        declared_error=declared,
        **more,
    )


@pytest.mark.parametrize("every", [4, pytest.param(1, marks=pytest.mark.deep)])
def test_float32_implementation_declaring_1e_4_passes(every, monkeypatch):
    known = check.all_questions(SEED, RANDOM)
    monkeypatch.setattr(check, "all_questions", lambda *_: dict([*known.items()][::every]))
    found = check_implementation(Plain(), seed=SEED, declared_error=1e-4)
    assert found.ok, str(found)
    assert found.passed > 400 / every


def test_right_implementations_in_float64_pass(questions):
    found = report(Right(), questions)
    assert found.ok, str(found)
    # Forward-backward needs kappa^2 steps, more than its budget where kappa is in the hundreds.
    quick = {name: q for name, q in small(questions).items() if "mixed-batch" not in name}
    found = report(ForwardBackward(), quick, ["solve"], declared=1e-8)
    assert found.ok, str(found)


@pytest.mark.parametrize("kind", some(WRONG, 5), ids=lambda kind: f"{kind[0].__name__}-{kind[1]}")
def test_every_wrong_one_is_caught_and_named(kind, questions, bounds):
    found = report(kind.made(), small(questions) | bounds, [kind.operation], declared=1e-8)
    assert found.failures, "not caught"
    named = {f.diagnosis.mistake for f in found.failures if f.diagnosis}
    assert named, found
    assert named <= {kind.mistake, *kind.also}, found


def test_largest_entry_in_place_of_a_mean_is_named(questions):
    """The questions count where answers are graded strictly."""
    asked = {name: q for name, q in questions.items() if "/drawn-mean/" in name}
    found = report(Right(), asked, ["quantize"], strict=True).failures
    assert len(found) == len(asked) > 0
    assert {f.diagnosis.mistake for f in found if f.diagnosis} == {Mistake.OTHER_RULE}


@pytest.mark.parametrize("right", some(EXACT, 4), ids=lambda right: right.__name__)
def test_a_right_one_passes_however_it_is_written(right, questions):
    found = report(right(), small(questions), declared=1e-8)
    assert found.ok, str(found)


@pytest.mark.parametrize("inaccurate", some(INACCURATE, 4), ids=lambda one: one.__name__)
def test_what_is_merely_inaccurate_is_no_mistake(inaccurate, questions):
    found = report(inaccurate(), small(questions), declared=1e-10)
    assert not [failure for failure in found.failures if failure.diagnosis], str(found)


@pytest.mark.parametrize("factor", [0.0, 1e-12, 1e-3, np.inf])
def test_no_mistake_is_seen_in_negligible_gradients(factor):
    class Scaled(Right):
        def gradients(self, *arguments):
            found = super().gradients(*arguments).items()
            return {name: np.multiply(factor, g, where=g != 0, out=g * 0) for name, g in found}

    asked = {name: q for name, q in vectors.read().items() if "s/few-" in name or "s/slow-" in name}
    found = report(Scaled(), asked, ["gradients"])
    assert found.failures
    assert not [failure for failure in found.failures if failure.diagnosis], str(found)


def test_the_smallest_declared_error_is_told_and_suffices(questions):
    loose = report(Plain(), small(questions), declared=0.0)
    assert 0 < loose.needed["solve"] < 1e-3
    enough = {name: least * 1.001 for name, least in loose.needed.items()}
    assert report(Plain(), small(questions), declared=enough).ok


def test_a_factor_is_found_to_six_digits(questions):
    failure = report(AlphaInGradient(), small(questions), ["gradients"]).failures[0]
    assert "0.2 in W, 0.2 in U, 0.2 in b, 0.2 in X" in str(failure.diagnosis)


def test_tensors_that_need_detaching_are_read(questions):
    class Tensor:
        def __init__(self, array, attached=True):
            self.array, self.attached = array, attached

        def detach(self):
            return Tensor(self.array, attached=False)

        def __array__(self, dtype=None, copy=None):
            assert not self.attached, "call detach first"
            return np.array(self.array, dtype)

    class Tensors(Right):
        def solve(self, W, U, b, X):
            return Tensor(super().solve(W, U, b, X))

    assert report(Tensors(), small(questions), ["solve"]).ok


def test_missing_operations_are_excused_up_to_one_percent():
    with pytest.raises(InputError, match="none of the operations"):
        check_implementation(object(), seed=0)
    with pytest.raises(InputError, match="declared error"):
        check_implementation(Plain(), seed=0, declared_error=0.5)


def test_broken_answers_fail_that_question_only(questions):
    asked = (
        "solve/drawn-short/",
        "solve/drawn-few",
        "solve/drawn-generic",
        "gradients/drawn-generic",
        "operator/drawn-generic",
    )
    some = {name: q for name, q in questions.items() if name.startswith(asked)}
    with Program(python_command("tests.support.wrong:Troubled"), timeout=2.0) as door:
        offered = door.capabilities.operations
        assert offered == tuple(name for name in OPERATIONS if hasattr(Troubled, name))
        found = examined(door, questions=some, seed=SEED)
    came = {failure.test.rpartition("/")[0]: failure.came for failure in found.failures}
    assert came["solve/drawn-short"] == "gave no answer within 2 s"
    assert came["solve/drawn-few_active"] == "the process ended with exit code 7"
    assert came["solve/drawn-generic"] == "Z has shape (7, 4), not (4, 8)"
    assert came["gradients/drawn-generic"] == "raised ZeroDivisionError: division by zero"
    assert came["operator/drawn-generic"] == "W holds 64 of 64 entries that are NaN or infinite"
    assert len(found.failures) == len(some)
    assert found.passed == 0


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("size", [0.0, 1e300, -1e308])
def test_an_answer_of_any_size_is_off_by_a_number(size, questions):
    class Constant:
        def solve(self, W, U, b, X):
            return np.full((len(X), len(W)), size)

    found = report(Constant(), small(questions), ["solve"])
    assert len(found.failures) == len([name for name in small(questions) if "solve" in name])
    assert all(failure.excess > 1 for failure in found.failures)


class RoundsIdentity(OwnImplementation):
    def quantize_layer(self, W, U, b, offset, spec):
        return super().quantize_layer(W, U, b, 0.0, spec | {"what": "KUb", "offset": 0.0})


def quotients(array, step):
    """array / step by row, 0 where the step is 0."""
    by_row = np.broadcast_to(np.reshape(step, (-1, 1)), array.shape)
    return np.divide(array, by_row, out=np.zeros(array.shape), where=by_row > 0)


class OneStep(OwnImplementation):
    """The step of K for U and b."""

    def quantize_layer(self, W, U, b, offset, spec):
        found = super().quantize_layer(W, U, b, offset, spec)
        step, most = found["step_K"], 2 ** (spec["bits"] - 1) - 1
        codes = {"U": np.rint(quotients(U, step)), "b": np.rint(quotients(b[:, None], step))[:, 0]}
        return {f"codes_{name}": np.clip(k, -most, most) for name, k in codes.items()}


class DownLayer(OwnImplementation):
    def quantize_layer(self, W, U, b, offset, spec):
        found = super().quantize_layer(W, U, b, offset, spec)
        kept = np.diag(np.diag(W)) if spec["what"] == "offdiagonalUb" else offset * np.eye(len(W))
        arrays = {"K": W - kept, "U": U, "b": b[None]}
        for name, array in arrays.items():
            codes = np.floor(quotients(array, found[f"step_{name}"]))
            found[f"codes_{name}"] = codes.reshape(np.shape(found[f"codes_{name}"]))
        return found


class OneCodeOff(OwnImplementation):
    def quantize_layer(self, W, U, b, offset, spec):
        found = super().quantize_layer(W, U, b, offset, spec)
        return {"codes_K": np.array(found["codes_K"]) + np.eye(len(W), dtype=int)[::-1]}


@pytest.mark.parametrize(
    ("made", "named"),
    [
        (OwnImplementation, set()),
        (RoundsIdentity, {Mistake.IDENTITY, Mistake.DIAGONAL}),
        (OneStep, {Mistake.GRANULARITY}),
        (DownLayer, {Mistake.DOWN}),
        (OneCodeOff, {None}),
    ],
)
def test_layer_with_u_and_b_is_asked_for_as_a_whole(made, named):
    every = vectors.read() | drawn(SEED, 1)
    asked = {name: q for name, q in every.items() if q.operation == "quantize_layer"}
    found = report(made(), asked, ["quantize_layer"], strict=True)
    assert found.passed == (len(asked) if made is OwnImplementation else 0)
    assert {f.diagnosis and f.diagnosis.mistake for f in found.failures} == named, str(found)


def test_a_count_of_steps_that_others_equal_is_not_claimed(bounds):
    """A cycle comes back: 201 steps ran, and an earlier iterate is the same to the last bit."""

    class Long(Overrelaxed):
        budget = 201

    asked = {name: q for name, q in bounds.items() if name.startswith("solve/overshoot/")}
    found = report(Long(), asked, ["solve"], declared=1e-8)
    said = [str(failure.diagnosis) for failure in found.failures]
    others = [one for one in said if "after 201 steps" not in one]
    assert others
    assert all("(another number of steps gives the same)" in one for one in others), others
    assert any("after 201" in one and "another" not in one for one in said)
