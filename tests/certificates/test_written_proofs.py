"""What a certificate holds: the proof that fits, the parts its statement needs, and no others."""

from dataclasses import replace

import numpy as np
import pytest

from mondeq_ref.certificates.check import verify
from mondeq_ref.certificates.evidence import NotShownError, definite, vector
from mondeq_ref.certificates.integers import MOST_ELIMINATED, is_definite
from mondeq_ref.certificates.make import certificate, certificate_of_inputs
from mondeq_ref.certify.ladder import (
    Step,
    Structure,
    by_frobenius_norm,
    by_margin,
    by_norm,
    by_one_side,
    by_weights_or_minors,
)
from mondeq_ref.certify.pair import Pair
from mondeq_ref.documents.case import EMBED_UP_TO, Rows
from mondeq_ref.documents.encoding import decode_dyadic
from mondeq_ref.documents.float_arrays import decode_array
from mondeq_ref.instances.families import cycling
from mondeq_ref.operator import Factors, Head, Operator
from mondeq_ref.quantize import Quantizer, quantize
from mondeq_ref.rigor.dyadic import exact, identity
from mondeq_ref.rigor.verdict import Guarantee, Outcome
from mondeq_ref.solve import ActiveSet, solve

RNG = np.random.default_rng


def of_M(M):
    n = len(M)
    return Operator(np.eye(n) - np.array(M), np.zeros((n, 0)), np.zeros(n))


def with_factors():
    factors = Factors(RNG(1).normal(size=(2, 4)), RNG(2).normal(size=(4, 4)) / 2, 0.5)
    operator = factors.operator(RNG(3).normal(size=(4, 2)), RNG(4).normal(size=4))
    return replace(operator, head=Head(np.ones((2, 4)), np.zeros(2)))


# ---- definiteness -------------------------------------------------------------------------


def test_a_matrix_well_inside_the_cone_is_shown_by_its_factor():
    K = exact(np.array([[2.0, 1.0], [1.0, 2.0]]))
    proof = definite(K)
    assert proof["by"] == "factor"
    assert is_definite(K, proof)


@pytest.mark.parametrize("scale", [1e-200, 1.0, 1e200])
def test_a_factor_is_found_whatever_the_scale_and_size(scale):
    A = RNG(5).normal(size=(MOST_ELIMINATED + 40, MOST_ELIMINATED + 40))
    K = exact(np.ldexp(np.rint(np.ldexp(A.T @ A + np.eye(len(A)), 20)), -20) * scale)
    K = K + K.T
    assert definite(K)["by"] == "factor"


def test_nearly_singular_matrix_is_shown_by_elimination():
    """11' + 2^-80 I: its least eigenvalue is exactly 2^-80."""
    K = exact(np.ones((3, 3))) + identity(3) * 2.0**-80
    assert definite(K) == {"by": "elimination"}
    with pytest.raises(NotShownError):
        definite(K - identity(3) * 2.0**-79)
    with pytest.raises(NotShownError):
        definite(exact(-np.eye(2)))


def test_elimination_is_written_up_to_the_checked_size(monkeypatch):
    K = exact(np.ones((3, 3))) + identity(3) * 2.0**-80
    monkeypatch.setattr("mondeq_ref.certificates.evidence.MOST_ELIMINATED", 3)
    assert definite(K) == {"by": "elimination"}
    monkeypatch.setattr("mondeq_ref.certificates.evidence.MOST_ELIMINATED", 2)
    with pytest.raises(NotShownError):
        definite(K)


def test_a_definite_form_has_no_vector_to_show():
    with pytest.raises(NotShownError):
        vector(identity(2))
    assert not decode_dyadic(vector(-identity(2)), "vector", (2, 1)).integers.is_zero()


# ---- rungs --------------------------------------------------------------------------------


def test_rung_1_is_refuted_by_sym_m_without_a_margin():
    """dW = 0 and sym(M) = -I: S^2 - 4 ||dW||^2 I is definite, and only S itself has a vector."""
    pair = Pair(of_M(-np.eye(2)), of_M(-np.eye(2)))
    step = by_frobenius_norm(pair)
    assert step.outcome is Outcome.REFUTED
    document = certificate(pair, step, None, {})
    assert document is not None
    assert verify(document).accepted


def test_with_a_margin_the_first_rung_is_refuted_by_the_gap():
    pair = Pair(of_M(np.eye(2)), of_M(np.eye(2) * 4))
    document = certificate(pair, by_frobenius_norm(pair), None, {})
    assert document is not None
    assert verify(document).accepted


@pytest.mark.parametrize("decide", [by_norm, by_one_side])
@pytest.mark.parametrize("guarantee", Guarantee)
def test_a_threshold_is_found_where_floats_decided_without_one(decide, guarantee):
    pair = Pair(of_M(np.eye(3)), of_M(np.eye(3) * 0.75), guarantee)
    step = decide(pair)
    assert step.outcome is Outcome.PROVED
    assert (step.evidence is None) == (guarantee is Guarantee.RIGOROUS_FLOAT)
    document = certificate(pair, step, None, {})
    assert document is not None
    assert verify(document).accepted


@pytest.mark.parametrize("guarantee", Guarantee)
def test_norm_is_refuted_without_a_margin(guarantee):
    for M in (-np.eye(2), np.diag([0.0, 1.0])):
        pair = Pair(of_M(M), of_M(M + 1e-3), guarantee)
        document = certificate(pair, by_norm(pair), None, {})
        assert document is not None
        assert document["outcome"] == "REFUTED"


def test_structure_is_written_as_its_codes_and_steps():
    before = with_factors()
    made = quantize(before, Quantizer(3), "factors")
    structure = Structure(made.promised_margin, made.arrays["A"], made.arrays["K"])
    pair = Pair(before, made.operator, structure=structure)
    document = certificate(pair, by_margin(pair), made.spec, {})
    assert document is not None
    proof = document["proof"]
    for name in "AK":
        codes = decode_array(proof[name], name, (None, 4), "i64")
        assert np.array_equal(codes, made.arrays[name].codes)
        assert decode_array(proof[f"{name}_step"], name, ()) == made.arrays[name].step
    assert decode_array(proof["m"], "m", ()) == 0.5


@pytest.mark.parametrize("rung", [5, 6])
def test_a_searched_rung_without_evidence_is_not_written(rung):
    pair = Pair(of_M(np.eye(2)), of_M(np.eye(2)))
    assert certificate(pair, Step(rung, Outcome.PROVED, Guarantee.EXACT), None, {}) is None


def test_blocks_are_written_as_sorted_sets():
    pair = Pair(Operator(np.zeros((3, 3)), np.zeros((3, 0)), np.zeros(3)), cycling(RNG(0)))
    sixth = by_weights_or_minors(pair, RNG(0))[1]
    document = certificate(pair, sixth, None, {})
    assert document is not None
    assert document["proof"] == {"blocks": [[0, 1, 2]]}


# ---- the case -----------------------------------------------------------------------------


def written(pair, what=None, **options):
    step = by_margin(pair)
    document = certificate(pair, step, what, {}, **options)
    assert document is not None
    return document


def test_certificate_leaves_out_what_does_not_matter():
    before = with_factors()
    made = quantize(before, Quantizer(10), "WUb")
    for spec in (None, made.spec):
        case = written(Pair(before, made.operator), spec)["case"]
        assert set(case["operator"]) == {"W"}
        assert set(case["perturbed"]) == {"W"}
        assert case["settings"] == {"quantizer": spec}


def test_factors_are_stored_when_quantized():
    before = with_factors()
    made = quantize(before, Quantizer(10), "factors")
    pair = Pair(before, made.operator)
    assert set(written(pair, made.spec)["case"]["operator"]) == {"W", "factors"}
    assert set(written(pair, None)["case"]["operator"]) == {"W"}
    assert set(written(pair, made.spec)["case"]["perturbed"]) == {"W", "meant"}


def test_factors_that_nothing_was_made_from_are_left_out():
    before = with_factors()
    pair = Pair(before, replace(before, b=before.b + 1))
    for part in ("operator", "perturbed"):
        assert set(written(pair)["case"][part]) == {"W"}


def test_matrices_are_named_by_digest_when_asked():
    before = with_factors()
    made = quantize(before, Quantizer(10))
    pair = Pair(before, made.operator)
    for spec, by_digest, named in (
        (made.spec, False, False),
        (made.spec, True, True),
        (None, True, False),
    ):
        document = written(pair, spec, by_digest=by_digest)
        assert ("sha256" in document["case"]["operator"]["W"]) == named
        assert verify(document, before).accepted
    assert "sha256" not in written(pair, made.spec)["case"]["operator"]["W"]


def test_matrices_are_embedded_up_to_the_limit(monkeypatch):
    before = with_factors()
    made = quantize(before, Quantizer(10))
    for limit, named in ((4, False), (3, True)):
        monkeypatch.setattr("mondeq_ref.certificates.make.EMBED_UP_TO", limit)
        document = written(Pair(before, made.operator), made.spec)
        assert ("sha256" in document["case"]["operator"]["W"]) == named
    assert EMBED_UP_TO > 4


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
