"""`mondeq-ref quantize`: its file holds what its matrix is made of, its JSON the keys that stay."""

import json
from typing import get_args

import numpy as np
import pytest

import mondeq_ref as mq
from mondeq_ref.cli.main import main
from mondeq_ref.files.checkpoint import write_checkpoint
from mondeq_ref.files.load import checkpoint_of, load_operator
from mondeq_ref.files.npz import npz_metadata, read_npz, write_npz
from mondeq_ref.instances.families import generic
from mondeq_ref.quantize import Quantizer, What, quantize
from tests.support.commands import refusal, told


@pytest.fixture
def stored(tmp_path):
    operator = generic(np.random.default_rng(0))
    write_checkpoint(tmp_path / "operator.npz", checkpoint_of(operator))
    return str(tmp_path / "operator.npz"), operator


def test_the_json_has_the_promised_keys_and_the_library_numbers(stored, capsys) -> None:
    path, operator = stored
    found = told(capsys, ["quantize", path, "--bits", "4", "--json"])
    quantized = quantize(operator, Quantizer(4))
    assert {"bits", "what", "step", "codes_file", "perturbation", "margin"} <= set(found)
    assert found["codes_file"] is None
    assert found["step"] == quantized.arrays["W"].step
    assert found["digest"] == quantized.operator.digest
    assert [float(end) for end in found["perturbation"]] == [
        quantized.perturbation.lo,
        quantized.perturbation.hi,
    ]
    assert found["quantizer"] == Quantizer(4).spec("W")


def test_the_file_rebuilds_the_matrix_and_says_which_is_meant(stored, tmp_path, capsys) -> None:
    path, operator = stored
    out = str(tmp_path / "codes.npz")
    found = told(
        capsys, ["quantize", path, "--bits", "3", "--what", "factorsUb", "--out", out, "--json"]
    )
    assert found["codes_file"] == out
    assert found["step"] is None
    assert found["margin_promised"] == operator.factors.m
    arrays = read_npz(out)
    assert all(arrays[f"codes.{name}"].dtype == np.int8 for name in "AKUb")
    A, K = (arrays[f"step.{name}"] * arrays[f"codes.{name}"] for name in "AK")
    rebuilt = (1 - arrays["m"]) * np.eye(operator.n) - A.T @ A + K
    # A product of 8 x 8 floats of size one errs by less than 100 u.
    assert np.abs(rebuilt - arrays["W"]).max() < 100 * 2.0**-53
    assert np.array_equal(arrays["U"], arrays["step.U"] * arrays["codes.U"])
    metadata = npz_metadata(out)
    assert json.loads(metadata["quantizer"]) == found["quantizer"]
    assert metadata["meant"] == found["meant"]
    assert "made" in json.loads(metadata["provenance"])


def test_the_checkpoint_is_the_quantized_operator(stored, tmp_path, capsys) -> None:
    path, _ = stored
    out = str(tmp_path / "quantized.npz")
    found = told(
        capsys, ["quantize", path, "--bits", "4", "--what", "WUb", "--checkpoint", out, "--json"]
    )
    assert load_operator(out).digest == found["digest"]


def test_factors_have_no_checkpoint_and_nothing_is_written(stored, tmp_path, capsys) -> None:
    path, _ = stored
    outs = tmp_path / "codes.npz", tmp_path / "quantized.npz"
    options = ["--out", str(outs[0]), "--checkpoint", str(outs[1])]
    assert main(["quantize", path, "--bits", "4", "--what", "factors", *options]) == 2
    assert not any(out.exists() for out in outs)
    assert "no checkpoint" in capsys.readouterr().err


@pytest.mark.parametrize("what", get_args(What))
def test_written_codes_are_read_as_the_quantized_operator(stored, tmp_path, capsys, what) -> None:
    layer = load_operator(stored[0])
    if what.startswith("factors") and layer.factors is None:
        pytest.skip("this operator has no factors")
    out = str(tmp_path / "q.npz")
    assert main(["quantize", stored[0], "--bits", "4", "--what", what, "--out", out]) == 0
    assert load_operator(out).digest == mq.quantize(layer, 4, what=what).operator.digest
    for argv in (["inspect", out], ["certify", out, "--bits", "4"]):
        assert main([*argv, "--json"]) == 0
    arrays = read_npz(out)
    arrays["W"] = arrays["W"] + 1.0
    write_npz(out, arrays, npz_metadata(out))
    assert "its codes do not make its W" in refusal(capsys, ["inspect", out])


def spec(file, **change):
    return {"quantizer": json.dumps(json.loads(npz_metadata(file)["quantizer"]) | change)}


CHANGED = {  # what is quantized, and what becomes of the arrays (None: removed) and the texts
    "range": ("W", lambda file: ({}, spec(file, range="full", name="custom"))),
    "rounding": ("W", lambda file: ({}, spec(file, round="half-up", name="custom"))),
    "array": ("W", lambda file: ({"junk": np.eye(2)}, {})),
    "zero": ("W", lambda file: ({"zero.W": np.array(3)}, {})),
    "codes": ("K", lambda file: ({"codes.K": None}, {})),
    "all": ("K", lambda file: ({"codes.K": None, "step.K": None, "offset": None}, {})),
    "m": ("factors", lambda file: ({"m": np.full(1, read_npz(file)["m"])}, {})),
    "W": ("factors", lambda file: ({"W": np.array(1.0)}, {})),
    "offset": ("K", lambda file: ({"offset": None}, {})),
    "digest": ("W", lambda file: ({}, {"sha256": "0"})),
}


@pytest.mark.parametrize("name", CHANGED)
def test_a_quantized_file_that_was_changed_is_refused(name, tmp_path, capsys) -> None:
    what, change = CHANGED[name]
    given, file = str(tmp_path / "w.npz"), str(tmp_path / "q.npz")
    write_checkpoint(given, checkpoint_of(generic(np.random.default_rng(0))))
    assert main(["quantize", given, "--bits", "4", "--what", what, "--out", file]) == 0
    arrays, texts = change(file)
    arrays = {key: array for key, array in (read_npz(file) | arrays).items() if array is not None}
    write_npz(file, arrays, npz_metadata(file) | texts)
    refusal(capsys, ["inspect", file])


def test_aim_is_reached_and_its_proof_stored(stored, tmp_path, capsys) -> None:
    out = tmp_path / "safe.npz"
    argv = ["quantize", stored[0], "--bits", "6", "--aim", "margin", "--out", str(out), "--json"]
    found = told(capsys, argv)
    assert (found["aim"], found["reached"], found["what"]) == ("margin", True, "K")
    assert found["rung"] <= 4
    assert set(found["chosen"]) == {"offset", "step", "rounding"}
    assert found["step"] == found["chosen"]["step"]
    assert found["certificate"] == str(tmp_path / "safe.certificate.json")
    assert main(["verify-certificate", found["certificate"], stored[0]]) == 0
    again = load_operator(str(out))
    assert again.digest == found["digest"]


def test_aim_out_of_reach_exits_with_1(tmp_path, capsys) -> None:
    """m is small against the entries, or negative, where exact codes do not help either."""
    path = tmp_path / "layer.npz"
    for W in ([[0.999, 1.3], [-0.63, 0.0]], np.eye(2) * 2):
        write_npz(path, {"W": W, "U": np.eye(2), "b": np.zeros(2)})
        assert main(["quantize", str(path), "--bits", "2", "--aim", "paper"]) == 1
        assert "the aim paper was not reached" in capsys.readouterr().out


def test_aim_leaves_no_quantizer_to_choose(stored, capsys) -> None:
    argv = ["quantize", stored[0], "--bits", "4", "--aim", "margin"]
    for words in (["--per", "row"], ["--zero-point"], ["--offset", "0"], ["--quantizer", "mxint4"]):
        assert f"leave out {words[0]}" in refusal(capsys, [*argv, *words])


def test_proof_of_other_codes_does_not_stay(tmp_path, capsys):
    write_npz(tmp_path / "w.npz", {"W": np.diag([0.5, 0.25]), "U": np.eye(2), "b": np.zeros(2)})
    out = tmp_path / "q.npz"
    words = ["quantize", str(tmp_path / "w.npz"), "--out", str(out)]
    assert main([*words, "--bits", "4", "--aim", "margin", "--quiet"]) == 0
    assert (tmp_path / "q.certificate.json").exists()
    assert main([*words, "--bits", "2"]) == 0
    assert not (tmp_path / "q.certificate.json").exists()
