"""Implementations that take factors, batches as columns, or bfloat16, and say so."""

import numpy as np
import pytest

from mondeq_ref.oracle import vectors
from mondeq_ref.oracle.capabilities import Direct, rounded
from mondeq_ref.oracle.check import examined
from mondeq_ref.oracle.own import DECLARED_ERROR, OwnImplementation
from mondeq_ref.oracle.tally import is_lost

BY_ROW = ("solve", "steps", "adjoint_steps", "gradients", "factor_gradients", "displacement")


def report(implementation, operations, every=4, declared=DECLARED_ERROR):
    asked = [q for q in vectors.read().values() if q.operation in operations][::every]
    questions = {q.test: q for q in asked}
    return examined(Direct(implementation), questions=questions, seed=0, declared_error=declared)


class Factored(OwnImplementation):
    capabilities = {"layer": "factors"}  # noqa: RUF012

    def solve(self, A, S, m, *rest):
        return super().solve(self.operator(A, S, m), *rest)

    def gradients(self, A, S, m, *rest):
        return super().gradients(self.operator(A, S, m), *rest)


class Columns:
    """The batches are those arrays of which a row is an input or an equilibrium."""

    capabilities = {"batch": "columns"}  # noqa: RUF012
    batches = {"solve": [3], "steps": [1, 2], "adjoint_steps": [1, 2], "gradients": [3, 4]}  # noqa: RUF012
    batches |= {"factor_gradients": [5, 6], "displacement": [4], "rungs": [1]}

    def __getattr__(self, name):
        def call(*given):
            where = self.batches[name]
            turned = [np.array(a.T) if i in where else a for i, a in enumerate(given)]
            came = getattr(OwnImplementation(), name)(*turned)
            if name == "gradients":
                return {**came, "X": came["X"].T}
            if name == "steps":
                return tuple(one.T for one in came)
            return came.T if name in ("solve", "adjoint_steps") else came

        if name not in self.batches:
            raise AttributeError(name)
        return call


class Tensor:
    """A tensor of bfloat16, which NumPy cannot read before `float`."""

    def __init__(self, array, dtype="torch.bfloat16"):
        self.array, self.dtype = rounded(np.asarray(array, np.float64), "bfloat16"), dtype

    def float(self):
        return Tensor(self.array, "torch.float32")

    def numpy(self):
        assert self.dtype == "torch.float32", "BFloat16 is no type of NumPy"
        return self.array


class Tensors(OwnImplementation):
    capabilities = {"dtype": "bfloat16"}  # noqa: RUF012

    def certificate(self, W, W_after):
        return super().certificate(W.astype(np.float64), W_after.astype(np.float64))

    def operator(self, A, S, m):
        return Tensor(super().operator(A.astype(np.float64), S.astype(np.float64), m))

    def steps(self, W, c, start, *how):
        wide = (one.astype(np.float64) for one in (W, c, start))
        return tuple(Tensor(one) for one in super().steps(*wide, *how))


def test_a_layer_of_factors_is_asked_by_factors():
    found = report(Factored(), ("solve", "gradients"))
    assert found.ok, str(found)
    assert found.passed > 50
    assert set(found.skipped.values()) == {"this layer is known by W alone, not by factors A, S, m"}


def test_batches_are_columns_in_every_operation():
    found = report(Columns(), BY_ROW)
    assert found.ok, str(found)
    assert set(found.counts) == set(BY_ROW)


def test_answers_in_bfloat16_pass_with_a_declared_error():
    found = report(Tensors(), ("operator", "steps", "certificate", "quantize"), 1, 1e-2)
    assert found.ok, str(found)
    assert found.passed > 300
    assert "rounded to bfloat16, this question has another right answer" in found.skipped.values()
    assert not report(Tensors(), ("steps",), 1, 1e-4).ok


VALUES = [np.ones((8, 8)), np.ones(3), 1.0, np.nan]
STEPS = [{}, {"step": []}, {"step": np.ones(5)}, {"zero_point": []}, {"zero_point": np.ones(3)}]


@pytest.mark.parametrize("value", VALUES, ids=["array", "row", "number", "nan"])
@pytest.mark.parametrize("named", ["codes", "values"])
def test_odd_answers_of_a_quantizer_do_not_end_the_run(value, named):
    """Also where an answer must be refused, so that no step is right."""
    known = vectors.read()
    asked = {q.test: q for q in known.values() if "/refused/" in q.test or "/row-2" in q.test}
    for more in STEPS:

        class Odd:
            def quantize(self, W, spec, more=more):
                return {named: value, **more}

        found = examined(Direct(Odd()), questions=asked, seed=0, strict=True)
        assert found.passed <= (2 if np.isnan(value).any() else 0), str(found)


def test_only_a_question_that_rounding_changes_is_lost():
    known = vectors.read()
    exact = [q for q in known.values() if q.operation in ("quantize", "certificate")][::8]
    assert not [q.test for q in exact if is_lost(q, "float64")]
    assert any(is_lost(q, "bfloat16") for q in exact)
    assert not is_lost(known["solve/generic/0"], "bfloat16")


def test_the_snippet_converts_as_the_capabilities_say(capsys):
    class Doubled(Columns):
        def solve(self, *given):
            return 2 * Columns.__getattr__(self, "solve")(*given)

    failure = report(Doubled(), ("solve",), 100).failures[0]
    namespace = {}
    exec(failure.snippet, namespace)
    namespace["reproduce"](Doubled())
    right = vectors.read()[failure.test].ball("Z").center
    assert float(capsys.readouterr().out.split()[-1]) == pytest.approx(np.abs(right).max())
