"""`certify`, `verify-certificate` and `replay` as a person would use them."""

import json
import pickle

import numpy as np
import pytest

from mondeq_ref.arrays import InputError
from mondeq_ref.cli.options import bit_widths
from mondeq_ref.documents.case import Case, Rows
from mondeq_ref.files.load import load_operator
from mondeq_ref.files.npz import write_npz
from tests.support.cases import equilibria_document
from tests.support.commands import ran

ROW_KEYS = {
    *("bits", "ratio", "one_sided", "margin", "rung", "guarantee", "equilibria_proved"),
    *("decisions_certified", "inputs", "accuracy", "certificates"),
}
OPEN = 1 + 1e-6
THREE_DIGITS, FOUR_DIGITS = 5.1e-4, 5.1e-5  # half a unit in the last digit known, and a hair


def certified(capsys, *argv):
    code, out, err = ran(capsys, "certify", *argv, "--json", "--quiet")
    assert (code, err) == (0, "")
    return json.loads(out)


def test_one_object_with_the_promised_keys(layer, capsys):
    found = certified(capsys, layer / "layer.npz", "--bits", "2-9", "--inputs", layer / "x.npz")
    assert {"operator", "rows", "planner"} <= set(found)
    assert [row["bits"] for row in found["rows"]] == list(range(9, 1, -1))
    for row in found["rows"]:
        assert set(row) >= ROW_KEYS
        assert row["inputs"] == 40
        assert row["guarantee"] in ("exact", "rigorous-float")
        lo, hi = map(float, row["margin"])
        assert lo <= hi
        if row["rung"] is not None:
            assert row["equilibria_proved"] == 40
        if row["displacement"] is not None:
            moved = row["displacement"]
            # Upper ends of enclosures: each may exceed its number by what the solver left open.
            assert moved["actual"] <= moved["sharper"] * OPEN <= moved["paper"] * OPEN**2
        if row["decisions_certified"] is not None:
            assert row["decisions_certified"] <= row["decisions_unchanged"] <= 40
    assert found["rows"][0]["rung"] == 1
    rungs = [row["rung"] for row in found["rows"] if row["rung"] is not None]
    assert found["planner"]["smallest"]["8"] <= found["planner"]["smallest"]["1"]
    assert min(rungs) == 1


def test_stored_certificates_verify_and_are_about_this_operator(layer, capsys):
    found = certified(
        *(capsys, layer / "layer.npz", "--bits", "2-4", "--inputs", layer / "x.npz"),
        *("--certificates", layer / "proofs"),
    )
    paths = [path for row in found["rows"] for path in row["certificates"]]
    assert len(paths) >= 3
    for path in paths:
        assert ran(capsys, "verify-certificate", path, layer / "layer.npz")[0] == 0
        code, out, _ = ran(capsys, "verify-certificate", path, layer / "other.npz", "--json")
        assert code == 1
        assert json.loads(out)["verified"] is False
        assert ran(capsys, "replay", path)[0] == 0


def test_the_number_of_workers_changes_nothing_but_the_time(layer, capsys):
    argv = (layer / "layer.npz", "--bits", "2-5", "--inputs", layer / "x.npz")
    argv += ("--what", "K", "--certificates", layer / "proofs")
    one, two = (certified(capsys, *argv, "--workers", n) for n in (1, 2))
    for found in (one, two):
        found.pop("seconds")
    assert one == two
    for row in two["rows"]:
        for path in row["certificates"]:
            assert ran(capsys, "verify-certificate", path, layer / "layer.npz")[0] == 0


def test_an_operator_is_the_same_after_it_was_sent(layer):
    operator = load_operator(str(layer / "layer.npz"))
    assert operator.exact_M == operator.exact_M
    sent = pickle.loads(pickle.dumps(operator))
    assert sent.digest == operator.digest
    assert sent.exact_M == operator.exact_M
    assert not any(array.flags.writeable for array in (sent.W, sent.U, sent.b))


def test_an_error_of_a_worker_is_one_line(layer, capsys):
    """A layer without factors has none to quantize."""
    write_npz(layer / "w.npz", {"W": np.eye(2), "U": np.eye(2), "b": np.zeros(2)})
    words = (layer / "w.npz", "--bits", "3-6", "--what", "factors", "--workers", "2")
    code, out, err = ran(capsys, "certify", *words, "--quiet")
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert "factors" in err


def test_tampered_certificates_have_their_exit_codes(layer, capsys):
    options = (layer / "layer.npz", "--bits", "4", "--certificates", layer / "proofs")
    path = certified(capsys, *options)["rows"][0]["certificates"][0]
    document = json.loads((layer / "proofs").joinpath(path.split("/")[-1]).read_text())
    changed = layer / "changed.json"
    changed.write_text(json.dumps(document | {"outcome": "UNDECIDED"}))
    code, out, _ = ran(capsys, "verify-certificate", changed)
    assert code == 1
    assert "REJECTED" in out
    changed.write_text("{")
    code, out, err = ran(capsys, "verify-certificate", changed)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1


def test_replay_tells_same_from_different(layer, capsys):
    operator = load_operator(str(layer / "layer.npz"))
    inputs = Rows("x", np.random.default_rng(1).normal(size=(3, 4)))
    document = equilibria_document(Case(operator, inputs=inputs))
    path = layer / "case.json"
    path.write_text(json.dumps(document))
    code, out, _ = ran(capsys, "replay", path, "--json")
    assert code == 0
    assert json.loads(out)["same"] is True
    document["result"]["z"]["data"][0] = "4059000000000000"
    path.write_text(json.dumps(document))
    assert ran(capsys, "replay", path)[0] == 1
    path.write_text(json.dumps(document | {"kind": "poem"}))
    assert ran(capsys, "replay", path)[0] == 2


def test_tables_fit_into_80_columns(layer, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    code, out, _ = ran(
        *(capsys, "certify", layer / "layer.npz", "--bits", "2-16", "--inputs", layer / "x.npz"),
        "--quiet",
    )
    assert code == 0
    assert max(map(len, out.splitlines())) <= 80
    for heading in ("What is proved", "What solvers are promised", "How far", "Bit planner"):
        assert heading in out
    assert "\n bits " in out  # tables, not records


def test_no_certificate_of_rung_8_without_equilibria(layer, capsys):
    """M = -1: for c > 0 no z >= 0 solves z = 2 z + c."""
    write_npz(layer / "w.npz", {"W": 2 * np.eye(1), "U": np.eye(1), "b": np.zeros(1)})
    write_npz(layer / "c.npz", {"c": np.ones((3, 1))})
    words = (layer / "w.npz", "--bits", "8", "--inputs", layer / "c.npz")
    (row,) = certified(capsys, *words, "--certificates", layer / "proofs")["rows"]
    assert (row["rung"], row["equilibria_proved"], row["displacement"]) == (None, 0, None)
    assert not any("rung8" in path for path in row["certificates"])


@pytest.mark.parametrize(
    ("text", "widths"), [("8", [8]), ("2-4", [4, 3, 2]), ("2,6-7,3,2", [7, 6, 3, 2])]
)
def test_bit_widths(text, widths):
    assert bit_widths(text) == widths


@pytest.mark.parametrize("text", ["", "1", "4-2", "2-99", "a", "2-", "-3", "2--3", "2.5", "400000"])
def test_bad_bit_widths_are_refused(text):
    with pytest.raises(InputError):
        bit_widths(text)


def test_the_companion_checkpoint_climbs_as_measured(companion_path, mnist_dir, tmp_path, capsys):
    """Rungs at 8, 5 and 2 bits; the 3rd and the 5th are verified again from their files."""
    found = certified(
        *(capsys, companion_path, "--bits", "2,5,8", "--inputs", mnist_dir, "--limit", "20"),
        *("--certificates", tmp_path),
    )
    rows = {row["bits"]: row for row in found["rows"]}
    assert {bits: row["rung"] for bits, row in rows.items()} == {8: 1, 5: 3, 2: 5}
    ratios = {8: 0.153, 5: 1.254, 2: 7.534}
    one_sided = {8: 0.105, 5: 0.880, 2: 5.940}
    margins = {8: 0.2074, 5: 0.0454, 2: -0.1557}
    for bits, row in rows.items():
        assert row["guarantee"] == "exact"
        assert abs(float(row["ratio"][0]) - ratios[bits]) < THREE_DIGITS
        assert abs(float(row["one_sided"][1]) - one_sided[bits]) < THREE_DIGITS
        assert abs(float(row["margin"][0]) - margins[bits]) < FOUR_DIGITS
    assert all(row["equilibria_proved"] == 20 for row in rows.values())
    lo, hi = map(float, found["operator"]["uniqueness_radius"])
    assert 0.22688 < lo <= hi < 0.2276
    stem = f"{found['operator']['digest'][:12]}-W-paper-code"
    for name in ("05bits-rung3-proved", "02bits-rung5-proved"):
        stored = tmp_path / f"{stem}-{name}.json"
        assert ran(capsys, "verify-certificate", stored, companion_path)[0] == 0
