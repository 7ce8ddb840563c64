"""One digest names an operator everywhere, and a certificate is compared with W or with W~."""

import json

import numpy as np
import pytest

import mondeq_ref as mq
from mondeq_ref.arrays import InputError
from mondeq_ref.cli.main import main
from mondeq_ref.files.npz import write_npz
from mondeq_ref.operator import Operator
from mondeq_ref.rigor.dyadic import exact
from tests.certificates.accepted import known_layer
from tests.certificates.test_binding import bare

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
    meant = Operator(W, np.zeros((2, 0)), np.zeros(2), exact_weights=exact(W) * 1.0)
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
