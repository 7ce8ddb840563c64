"""What a certificate holds: the proof that fits, the parts its statement needs, and no others."""

from dataclasses import replace

import numpy as np
import pytest

from mondeq_ref.certificates.check import verify
from mondeq_ref.certificates.evidence import NotShownError, definite
from mondeq_ref.certificates.integers import MOST_ELIMINATED, is_definite
from mondeq_ref.certificates.make import certificate, certificate_of_inputs
from mondeq_ref.certify.ladder import Step, by_margin
from mondeq_ref.certify.pair import Pair
from mondeq_ref.documents.case import Rows
from mondeq_ref.operator import Factors, Head
from mondeq_ref.quantize import Quantizer, quantize
from mondeq_ref.rigor.dyadic import exact, identity
from mondeq_ref.rigor.verdict import Guarantee, Outcome
from mondeq_ref.solve import ActiveSet, solve
from tests.support.layers import of_M

RNG = np.random.default_rng


def with_factors():
    factors = Factors(RNG(1).normal(size=(2, 4)), RNG(2).normal(size=(4, 4)) / 2, 0.5)
    operator = factors.operator(RNG(3).normal(size=(4, 2)), RNG(4).normal(size=4))
    return replace(operator, head=Head(np.ones((2, 4)), np.zeros(2)))


# ---- definiteness -------------------------------------------------------------------------


@pytest.mark.parametrize("scale", [1e-200, 1.0, 1e200])
def test_a_factor_is_found_whatever_the_scale_and_size(scale):
    A = RNG(5).normal(size=(MOST_ELIMINATED + 40, MOST_ELIMINATED + 40))
    K = exact(np.ldexp(np.rint(np.ldexp(A.T @ A + np.eye(len(A)), 20)), -20) * scale)
    K = K + K.T
    proof = definite(K)
    assert proof["by"] == "factor"
    assert is_definite(K, proof)


def test_nearly_singular_matrix_is_shown_by_elimination():
    """11' + 2^-80 I: its least eigenvalue is exactly 2^-80."""
    K = exact(np.ones((3, 3))) + identity(3) * 2.0**-80
    assert definite(K) == {"by": "elimination"}
    with pytest.raises(NotShownError):
        definite(K - identity(3) * 2.0**-79)
    with pytest.raises(NotShownError):
        definite(exact(-np.eye(2)))


# ---- rungs --------------------------------------------------------------------------------


@pytest.mark.parametrize("rung", [5, 6])
def test_a_searched_rung_without_evidence_is_not_written(rung):
    pair = Pair(of_M(np.eye(2)), of_M(np.eye(2)))
    assert certificate(pair, Step(rung, Outcome.PROVED, Guarantee.EXACT), None, {}) is None


# ---- the case -----------------------------------------------------------------------------


def written(pair, what=None, **options):
    step = by_margin(pair)
    document = certificate(pair, step, what, {}, **options)
    assert document is not None
    return document


def test_factors_are_stored_when_quantized():
    before = with_factors()
    made = quantize(before, Quantizer(10), "factors")
    pair = Pair(before, made.operator)
    assert set(written(pair, made.spec)["case"]["operator"]) == {"W", "factors"}
    assert set(written(pair, None)["case"]["operator"]) == {"W"}
    assert set(written(pair, made.spec)["case"]["perturbed"]) == {"W", "meant"}


@pytest.mark.parametrize("what", ["WUb", "factorsUb"])
@pytest.mark.parametrize("kind", ["x", "c"])
def test_certificate_of_inputs_keeps_u_and_b(kind, what):
    before = with_factors()
    made = quantize(before, Quantizer(10), what)
    pair = Pair(before, made.operator)
    rows = Rows(kind, RNG(7).normal(size=(3, 2 if kind == "x" else 4)))
    active = solve(made.operator, rows.injections(made.operator), ActiveSet()).z > 0
    document = certificate_of_inputs(pair, rows, active, made.spec, {"made": "2026"})
    layer = {"U", "b"} if kind == "x" else set()
    factors = {"factors"} if what == "factorsUb" else set()
    meant = {"meant"} if what == "factorsUb" else set()
    assert set(document["case"]["operator"]) == {"W"} | layer | factors
    assert set(document["case"]["perturbed"]) == {"W"} | layer | meant
    assert document["case"]["settings"] == {"quantizer": made.spec}
    assert "sha256" not in document["case"]["operator"]["W"]
    assert document["provenance"] == {"made": "2026"}
    assert verify(document, before).accepted
    without = certificate_of_inputs(pair, rows, active, None, {})
    assert without["case"]["settings"] == {"quantizer": None}
