"""One digest names an operator everywhere, and a certificate is compared with W or with W~."""

import json

import numpy as np
import pytest

import mondeq_ref as mq
from mondeq_ref.arrays import InputError
from mondeq_ref.cli.main import main
from mondeq_ref.documents.case import Case, encode_case
from mondeq_ref.documents.encoding import digest_of
from mondeq_ref.files.npz import write_npz
from mondeq_ref.operator import Operator
from mondeq_ref.rigor.dyadic import exact
from tests.certificates.accepted import known_layer
from tests.certificates.test_binding import signed
from tests.support.layers import bare

W = np.array([[0.3, 0.0], [-0.2, 0.25]])


@pytest.fixture
def stored(tmp_path, capsys):
    """An operator, its codes at four bits, what is printed about both, and a certificate."""
    write_npz(tmp_path / "w.npz", {"W": W, "U": np.eye(2), "b": np.zeros(2)})

    def printed(*arguments):
        assert main([*map(str, arguments), "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    codes, file = tmp_path / "codes.npz", tmp_path / "w.npz"
    quantized = printed("quantize", file, "--bits", 4, "--what", "K", "--out", codes)
    table = printed("certify", file, "--bits", 4, "--what", "K", "--certificates", tmp_path)
    proof = table["rows"][0]["certificates"][-1]
    return printed, file, codes, proof, (quantized, table)


def test_every_command_prints_one_digest(stored):
    printed, file, codes, proof, (quantized, table) = stored
    seen = printed("verify-certificate", proof)
    assert printed("inspect", file)["digest"] == table["operator"]["digest"] == seen["operator"]
    assert printed("inspect", codes)["digest"] == quantized["digest"] == seen["perturbed"]
    assert quantized["digest_before"] == seen["operator"]
    assert seen["operator"][:12] in proof


def test_digest_depends_on_the_matrix_and_not_on_its_spelling():
    plain = bare(W)
    minus = W.copy()
    minus[0, 1] = -0.0
    meant = bare(W, exact_weights=exact(W) * 1.0)
    assert bare(minus).digest == meant.digest == plain.digest
    assert bare(minus).arrays_digest == plain.arrays_digest
    fed = Operator(W, np.eye(2), np.zeros(2))
    assert fed.digest == plain.digest
    assert fed.arrays_digest != plain.arrays_digest
    near = Operator(W, np.eye(2), np.zeros(2), exact_weights=exact(W) + exact(W) * 2.0**-60)
    assert near.digest != plain.digest
    assert known_layer(near).exact != known_layer(plain).exact


def test_quantized_file_is_compared_and_named(stored, capsys):
    printed, file, codes, proof, _ = stored
    both = [printed("verify-certificate", proof, given) for given in (file, codes)]
    assert [seen["compared"] for seen in both] == ["W", "W~"]
    assert "W against the operator given, exactly" in both[0]["checked"]
    assert any("W~ against the operator given" in said for said in both[1]["checked"])
    assert any("whose W this is" in said for said in both[1]["unchecked"])
    other = file.with_name("other.npz")
    write_npz(other, {"W": W / 2, "U": np.eye(2), "b": np.zeros(2)})
    assert main(["verify-certificate", proof, str(other)]) == 1
    assert "another operator" in capsys.readouterr().out


def test_quantized_operator_must_have_the_same_input_layer():
    rows = [[1.0, 2.0]]
    before = mq.Operator(W=[[2.0]], U=[[0.3, 0.7]], b=[-5.0])
    made = mq.quantize(before, 3, what="WUb")
    proof = mq.certify(before, made, inputs=rows)._document(by_digest=False)
    assert proof["rung"] == 8
    assert mq.verify(proof, made.operator).accepted
    changed = mq.Operator(W=made.operator.W, U=made.operator.U + 1, b=made.operator.b)
    assert not mq.verify(proof, changed).accepted


@pytest.mark.parametrize("what", [np.nan, b"bytes", {1, 2}, {"a": 1, 2: 3}])
def test_provenance_that_is_not_json_is_refused(what):
    layer = bare(W)
    proof = mq.certify(layer, mq.quantize(layer, 6))._document(by_digest=False)
    with pytest.raises(InputError, match="provenance"):
        mq.verify(proof | {"provenance": {"made": what}}, layer)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        *((f"{width}.json", "says 8 bits") for width in ("int8", "bits=8", "u-8bit-12bit")),
        *((f"{width}.json", "says 8 bits") for width in ("8 x bits", "8+bits", "８bits")),
        ("{about}-W-paper-code-04bits-rung1-proved.json", None),
        ("0123456789ab-W-paper-code-04bits-rung1-proved.json", "says operator 0123456789ab"),
        ("{about}-K-paper-code-04bits-rung1-proved.json", "says what K"),
        ("{about}-W-signs-04bits-rung1-proved.json", "says quantizer signs"),
        ("{about}-W-paper-code-04bits-rung2-proved.json", "says rung 2"),
        ("{about}-W-paper-code-04bits-rung1-refuted.json", "says outcome refuted"),
    ],
)
def test_name_that_speaks_of_another_statement_is_recognized(name, said, tmp_path):
    layer = bare(W)
    proof = mq.certify(layer, mq.quantize(layer, 4))
    path = tmp_path / name.format(about=layer.digest[:12])
    proof.save(path)
    found = mq.verify(path, layer)
    assert (found.accepted, said is None or said in found.reason) == (said is None, True)


@pytest.mark.parametrize("name", ["8_bit_4bits", "layer-w8", "review-q8", "b8", "8b"])
def test_number_in_a_name_that_may_be_a_width_is_left_unchecked(name, tmp_path):
    layer = bare(W)
    path = tmp_path / f"{name}.json"
    mq.certify(layer, mq.quantize(layer, 4)).save(path)
    found = mq.verify(path, layer)
    assert (found.accepted, "the 8 bits in the file's name" in found.unchecked) == (True, True)


def test_name_that_we_give_is_compared_where_w_is_given(tmp_path):
    two, zero = bare([[2.0]]), bare([[0.0]])
    case = encode_case(Case(two, zero, settings={"quantizer": None}))
    document = json.dumps(signed(4, case, {"definite": {"by": "elimination"}}))
    for rung, accepted in (4, True), (3, False):
        path = tmp_path / f"{two.digest[:12]}-W-paper-code-04bits-rung{rung}-proved.json"
        path.write_text(document)
        assert mq.verify(path, two).accepted == accepted


def test_inputs_are_counted_and_named():
    """W = 2 has an equilibrium for c = 0, and a certificate of one row is no one of two."""
    layer = mq.Operator(W=[[2.0]], U=[[1.0]], b=[0.0])
    digests = set()
    for rows in ([[0.0]], [[0.0], [-1.0]]):
        proof = mq.certify(layer, mq.quantize(layer, 4), inputs=rows)._document(by_digest=False)
        found = mq.verify(proof, layer)
        assert found.accepted
        assert found.inputs.startswith(f"{len(rows)} rows of x, sha256 ")
        assert "whose inputs these are" in found.unchecked
        digests.add(found.inputs[-64:])
    assert len(digests) == 2


def test_ub_that_a_certificate_does_not_hold_is_unchecked():
    layer = bare(W)
    proof = mq.certify(layer, mq.quantize(layer, 4, what="WUb"))._document(by_digest=False)
    assert any("U~ and b~" in said for said in mq.verify(proof, layer).unchecked)
    named = mq.certify(layer, mq.quantize(layer, 4))._document(by_digest=True)
    named["case"]["operator"]["W"]["shape"] = [2.0, 2.0]
    with pytest.raises(InputError, match="a whole number"):
        mq.verify(named | {"digest": digest_of(named)}, layer)
