"""A certificate is about one exact operator, and says what its W~ is and what was checked."""

import json
import subprocess
import sys
from copy import deepcopy
from dataclasses import replace

import numpy as np
import pytest
from flint import fmpz_mat
from hypothesis import given
from hypothesis import strategies as st

import mondeq_ref as mq
from mondeq_ref.arrays import InputError
from mondeq_ref.certificates.check import ASSUMPTIONS, FORMAT, KIND, verify
from mondeq_ref.certificates.integers import ProofError
from mondeq_ref.certificates.layer import layer_of
from mondeq_ref.certificates.requantize import is_known, requantized
from mondeq_ref.certificates.rungs import RUNGS
from mondeq_ref.documents.case import Case, encode_case, encode_operator
from mondeq_ref.documents.encoding import digest_of, encode_dyadic
from mondeq_ref.operator import Factors, Operator
from mondeq_ref.quantize import Quantizer, quantize
from mondeq_ref.rigor.dyadic import Dyadic, exact
from mondeq_ref.whats import WHATS
from tests.support.layers import bare

LIGHT = {"certificates", "documents", "errors", "files", "files.reading", "rigor", "rigor.dyadic"}
ELIMINATION = {"by": "elimination"}


def test_checker_loads_no_search_and_no_numpy():
    """In an interpreter that has loaded nothing else."""
    program = "import sys, mondeq_ref.certificates.check; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    loaded = set(done.stdout.split())
    assert not loaded & {"numpy", "scipy", "numba"}
    ours = {name.partition(".")[2] for name in loaded if name.startswith("mondeq_ref.")}
    assert {name for name in ours if not name.startswith(("certificates.", "documents."))} == LIGHT
    assert "certificates.make" not in ours


def signed(rung, case, proof, *, holds=True):
    document = {
        "kind": KIND,
        "format": FORMAT,
        "rung": rung,
        "outcome": "PROVED" if holds else "REFUTED",
        "sentence": RUNGS[rung].sentence(holds=holds),
        "case": case,
        "proof": proof,
        "assumptions": ASSUMPTIONS,
        "provenance": {},
    }
    document["digest"] = digest_of(document)
    return json.loads(json.dumps(document))


@pytest.mark.parametrize("by_digest", [False, True])
@pytest.mark.parametrize("rung", [1, 2])
def test_exact_matrix_beside_w_is_compared(rung, by_digest):
    """norm(dW) = m = 1/2: with 1/2 - 2^-100 as the exact entry the margin would exceed it."""
    before = bare([[-1.0, 0.0], [0.0, 0.5]])
    made = quantize(before, Quantizer(2))
    case = encode_case(
        Case(before, made.operator, settings={"quantizer": made.spec}), by_digest=by_digest
    )
    entries = [-(2**100), 0, 0, 2**99 - 1]
    case["operator"]["meant"] = encode_dyadic(Dyadic(fmpz_mat(2, 2, entries), -100))
    t = f"{2**101 + 1}/{2**102}"  # 1/2 + 2^-102
    proofs = {
        1: {"definite": ELIMINATION, "gap": ELIMINATION},
        2: {"t": t, "below": ELIMINATION, "above": ELIMINATION},
    }
    forged = signed(rung, case, proofs[rung])
    checked = verify(forged, before)
    assert (checked.accepted, checked.reason[:7]) == (False, "it is a")
    if not by_digest:  # true of the matrix it holds, and it says that this is nobody's
        alone = verify(forged)
        assert any("whose W this is" in sentence for sentence in alone.unchecked)
        assert alone.accepted
        assert alone.operator != layer_of(before).digest


def test_exact_matrix_must_round_to_w():
    case = encode_case(Case(bare([[0.5]]), bare([[0.25]]), settings={"quantizer": None}))
    case["operator"]["meant"] = encode_dyadic(exact(np.array([[0.25]])))
    assert "is not its exact matrix" in verify(signed(4, case, {"definite": ELIMINATION})).reason


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"name": "mx-fp4"}, "the quantizer mx-fp4 is not known"),
        ({"what": "K7"}, "K7 is quantized is not known"),
        ({"round": "stochastic", "name": "custom"}, "rounding stochastic cannot be computed"),
        ({"range": "wide", "name": "custom"}, "the range or the scope"),
        ({"per": "group", "name": "custom"}, "the range or the scope"),
        ({"name": "custom"}, "not the one it is named"),
        ({"what": "factors"}, "the factors that were quantized are not here"),
    ],
)
def test_unknown_quantizers_are_rejected_in_words(change, reason):
    layer = layer_of(bare([[0.3]]))
    with pytest.raises(ProofError, match=reason):
        requantized(layer, Quantizer(4).spec("W") | change)


@pytest.mark.parametrize("part", [{"bits": 1}, {"bits": "4"}, {"round": ["x"]}, {"name": {}}, 3])
def test_malformed_quantizers_are_refused(part):
    spec = part if part == 3 else Quantizer(4).spec("W") | part
    with pytest.raises(InputError):
        requantized(layer_of(bare([[0.3]])), spec)


ENTRIES = st.one_of(
    st.floats(-4, 4),
    st.integers(-40, 40).map(lambda k: k / 14),
    st.sampled_from([0.0, -0.0, 5e-324, -1e-310, 1e300, 0.5, 1.5, np.nextafter(0.5, 0)]),
)


@given(
    st.lists(ENTRIES, min_size=9, max_size=9),
    st.integers(2, 9),
    st.sampled_from(["narrow", "full", "unclipped"]),
    st.sampled_from(["half-even", "half-up", "half-away", "toward-zero"]),
    st.sampled_from(["tensor", "row"]),
    st.sampled_from(WHATS),
)
def test_checker_quantizes_like_the_library(entries, bits, reach, rounding, per, what):
    array = np.array(entries).reshape(3, 3)
    factors = Factors(np.clip(array[:2], -9, 9), np.clip(array, -9, 9), 0.5)
    before = factors.operator(array[:, :2], array[0])
    if not what.startswith("factors"):
        before = replace(before, W=array, factors=None)
    made = quantize(before, Quantizer(bits, reach, rounding, per), what)
    assert is_known(made.spec)
    again = requantized(layer_of(before), made.spec)
    assert again.exact == made.operator.exact_W
    assert made.operator.W.tolist() == again.W
    assert (again.U, again.b) == (made.operator.U.tolist(), made.operator.b.tolist())


def test_factors_of_another_operator_are_rejected():
    """Another S with the same product: S + S' is free, and fl(S - S') with it."""
    S = np.array([[0.0, 0.5], [0.25, 0.0]])
    before, other = (
        Factors(np.eye(2) / 4, T, 0.5).operator(np.eye(2), np.zeros(2)) for T in (S, S + 1)
    )
    assert np.array_equal(before.W, other.W)
    made = quantize(other, Quantizer(3), "factors")
    case = encode_case(Case(other, made.operator, settings={"quantizer": made.spec}))
    for part in ("operator", "perturbed"):
        del case[part]["U"], case[part]["b"]
    said = signed(4, case, {"definite": ELIMINATION})
    assert verify(said, other).accepted
    assert "factors are not those" in verify(said, before).reason
    assert "not checked: whether the operator has these factors" in verify(said).sentences


def test_parts_that_do_not_matter_are_refused():
    layer = Operator(np.eye(2) / 2, np.eye(2), np.ones(2))
    case = encode_case(Case(layer, layer, settings={"quantizer": None}))
    with pytest.raises(InputError, match="unknown member U"):
        verify(signed(4, case, {"definite": ELIMINATION}))
    bare_case = encode_case(Case(bare([[0.5]]), bare([[0.5]]), settings={"quantizer": None}))
    fed = deepcopy(bare_case) | {
        "inputs": {"kind": "c", "rows": encode_operator(bare([[1.0]]))["W"]}
    }
    assert "speaks of no inputs" in verify(signed(4, fed, {"definite": ELIMINATION})).reason


def test_offset_is_named_and_never_swallows_the_weights(tmp_path):
    layer = mq.Operator(W=[[2.0, 1.5], [-3.0, 7.0]], U=[[1.0], [0.0]], b=[0.0, 0.0])
    with pytest.raises(InputError, match="offset must lie within"):
        mq.quantize(layer, 8, what="K", offset=127 * 2.0**60)
    mq.certify(layer, mq.quantize(layer, 8, what="K", offset=4.0)).save(tmp_path / "proof.json")
    told = mq.verify(tmp_path / "proof.json", layer)
    assert "t = 4.0 kept" in " ".join(told.sentences)
