"""A certificate that names its matrices by digest is checked with the operator's file."""

import numpy as np
import pytest

from mondeq_ref.cli.main import main
from mondeq_ref.files.load import load_operator
from mondeq_ref.files.npz import write_npz
from tests.support.commands import refusal


@pytest.fixture
def stored(tmp_path):
    rng = np.random.default_rng(5)
    for name in ("one", "other"):
        W = 0.3 * rng.normal(size=(4, 4))
        write_npz(tmp_path / f"{name}.npz", {"W": W, "U": np.eye(4), "b": np.zeros(4)})
        folder = ["--certificates", str(tmp_path / "proofs"), "--by-digest"]
        assert main(["certify", str(tmp_path / f"{name}.npz"), "--bits", "6-7", *folder]) == 0
    return tmp_path


def digest(folder, layer="one"):
    return load_operator(folder / f"{layer}.npz").digest[:12]


@pytest.mark.parametrize("command", ["replay", "verify-certificate"])
def test_a_certificate_by_digest_holds_for_its_operator_alone(command, stored, capsys):
    proof = str(next((stored / "proofs").glob(f"{digest(stored)}-*proved.json")))
    assert main([command, proof, str(stored / "one.npz")]) == 0
    assert main([command, proof, str(stored / "other.npz")]) == 2  # it is about another matrix
    assert main([command, proof]) == 2
    assert "need OPERATOR" in refusal(capsys, [command, proof, "--margin", "0.5"])


def test_renamed_certificate_is_rejected(stored, tmp_path, capsys):
    proof = next((stored / "proofs").glob(f"{digest(stored)}-*06bits*proved.json"))
    renamed = proof.rename(tmp_path / proof.name.replace("06bits", "03bits"))
    for command in ("verify-certificate", "replay"):
        assert main([command, str(renamed), str(stored / "one.npz")]) == 1
        assert "name says 3 bits, and its W~ is of 6 bits" in capsys.readouterr().out


def test_a_case_that_is_no_certificate_takes_no_operator(stored, tmp_path, capsys):
    out = str(tmp_path / "audit")
    assert main(["audit", "--only", "margin", "--cases", "1", "--workers", "1", "--out", out]) == 0
    argv = ["replay", f"{out}/cases/margin.json", str(stored / "one.npz")]
    assert "kind claim" in refusal(capsys, argv)
