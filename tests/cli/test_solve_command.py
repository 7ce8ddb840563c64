"""`inspect`, `solve` and `convert` as a person would use them."""

import json

import numpy as np
import pytest

from mondeq_ref.files.load import load_operator
from mondeq_ref.files.npz import npz_metadata, read_npz, write_npz
from tests.support.commands import ran


def test_inspect_prints_one_object_with_the_promised_keys(layer, capsys):
    code, out, _ = ran(capsys, "inspect", layer / "layer.npz", "--json")
    found = json.loads(out)
    assert code == 0
    promised = {"layout", "n", "d", "margin", "lipschitz", "kappa", "rank_A", "dead_units"}
    assert promised <= set(found)
    assert (found["n"], found["d"], found["rank_A"]) == (8, 4, 2)
    lo, hi = map(float, found["margin"])
    assert lo <= hi
    assert abs(lo - 0.5) < 1e-9  # A has fewer rows than units, so the margin is m itself


@pytest.mark.parametrize("source", ["c.npz", "x.npz", "x=x.npy"])
def test_solve_certifies_whatever_the_form_of_the_inputs(layer, capsys, source, monkeypatch):
    monkeypatch.chdir(layer)
    code, out, _ = ran(capsys, "solve", "layer.npz", "--inputs", source, "--json", "--out", "z.npz")
    found = json.loads(out)
    assert code == 0
    assert found["statuses"] == {"CERTIFIED": found["inputs"]}
    assert found["max_radius"] <= 1e-10
    written = read_npz(layer / "z.npz")
    assert written["z"].shape == (found["inputs"], 8)
    assert (written["z"] >= 0).all()
    assert set(written) == {"z", "status", "radius", "residual", "steps", "class"}
    provenance = json.loads(npz_metadata(layer / "z.npz")["provenance"])
    assert set(provenance["inputs"]) == {"layer.npz", source}


def test_labels_give_an_accuracy_and_limit_takes_the_first_rows(layer, capsys):
    files = layer / "layer.npz", "--inputs", layer / "c.npz"
    code, out, _ = ran(capsys, "solve", *files, "--limit", "10", "--json")
    found = json.loads(out)
    assert code == 0
    assert found["inputs"] == 10
    assert found["accuracy"] in [k / 10 for k in range(11)]


def test_run_cut_short_exits_1_without_divergence(layer, capsys):
    method = "--method", "forward-backward", "--max-steps", "2"
    code, out, _ = ran(capsys, "solve", layer / "layer.npz", "--inputs", layer / "c.npz", *method)
    assert code == 1
    assert "MAX_STEPS" in out
    assert "this is not a divergence" in out


@pytest.mark.parametrize("suffix", ["npz", "safetensors"])
def test_convert_keeps_the_operator_to_the_bit(layer, monkeypatch, capsys, suffix):
    monkeypatch.setenv("COLUMNS", "20")
    source, target = layer / "layer.npz", layer / f"again.{suffix}"
    code, out, _ = ran(capsys, "convert", source, "--out", target)
    assert (code, out.startswith(f"{target}: the same operator")) == (0, True)
    digest = load_operator(str(source)).digest
    assert load_operator(str(target)).digest == digest
    out = ran(capsys, "convert", source, "--out", target, "--json")[1]
    assert json.loads(out)["digest"] == digest


def test_a_copy_that_reads_back_as_something_else_is_none(layer, monkeypatch, capsys):
    other = load_operator(str(layer / "other.npz"))
    monkeypatch.setattr("mondeq_ref.files.load.load_operator", lambda path: other)
    code, _, err = ran(capsys, "convert", layer / "layer.npz", "--out", layer / "again.npz")
    assert code == 3
    assert "does not read back as the operator that was written" in err


def test_exact_rows_claim_no_radius_without_margin(tmp_path, capsys):
    """M = [[1, 3], [0, 1]] has margin -1/2 and one equilibrium for every input."""
    write_npz(
        tmp_path / "layer.npz",
        {"W": np.array([[0.0, -3.0], [0.0, 0.0]]), "U": np.eye(2), "b": np.zeros(2)},
    )
    c = np.array([[1.0, 1.0], [5.0, 1.0], [-1.0, -2.0], [3.0, 1.0]])
    write_npz(tmp_path / "c.npz", {"c": c})
    argv = "solve", tmp_path / "layer.npz", "--inputs", tmp_path / "c.npz", "--json"
    assert json.loads(ran(capsys, *argv)[1])["statuses"] == {"RESIDUAL_ONLY": 4}
    exact = json.loads(ran(capsys, *argv, "--exact", "--out", tmp_path / "z.npz")[1])
    assert exact["statuses"] == {"EXACT": 4}
    assert exact["max_radius"] is None
    assert read_npz(tmp_path / "z.npz")["z"].tolist() == [[0, 1], [2, 1], [0, 0], [0, 1]]
    said = ran(capsys, *argv[:-1], "--exact")[1]
    assert "no radius is claimed; 4 inputs" in said
    assert "inf" not in said


def test_the_companion_checkpoint_is_what_the_paper_says(companion_path, mnist_dir, capsys):
    found = json.loads(ran(capsys, "inspect", companion_path, "--json")[1])
    margin, lipschitz, kappa = (
        [float(end) for end in found[key]] for key in ("margin", "lipschitz", "kappa")
    )
    assert found["layout"] == "companion"
    assert found["rank_A"] == 25
    assert margin[0] <= 0.22688673860879 <= margin[1]
    assert [round(end, 5) for end in lipschitz] == [1.84526, 1.84526]
    assert [round(end, 2) for end in kappa] == [8.13, 8.13]
    solved = json.loads(
        ran(capsys, "solve", companion_path, "--inputs", mnist_dir, "--json", "--quiet")[1]
    )
    assert solved["statuses"] == {"CERTIFIED": 10000}
    assert solved["accuracy"] == 0.9825
