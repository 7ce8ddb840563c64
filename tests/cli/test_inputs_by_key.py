"""The key says what an array is: bytes under x or c are numbers, never pixels."""

import json

import numpy as np
import pytest

from mondeq_ref.cli.main import main
from mondeq_ref.files.npz import read_npz, write_npz


@pytest.fixture
def layer(tmp_path):
    write_npz(
        tmp_path / "layer.npz",
        {
            "W": np.array([[0.5, -0.25], [0.25, 0.5]]),
            "U": np.eye(2),
            "b": np.zeros(2),
            "V": np.eye(2),
            "d": np.zeros(2),
        },
    )
    return tmp_path


@pytest.mark.parametrize("key", ["c", "x"])
def test_bytes_and_equal_floats_have_equal_equilibria(layer, key, capsys):
    rows = np.array([[70, 3], [0, 255]])
    for name, dtype in (("bytes", np.uint8), ("floats", np.float64)):
        write_npz(layer / f"{name}.npz", {key: rows.astype(dtype)})
        np.save(layer / f"{name}.npy", rows.astype(dtype))
        for source in (f"{layer}/{name}.npz", f"{key}={layer}/{name}.npy"):
            out = str(layer / "z.npz")
            assert main(["solve", f"{layer}/layer.npz", "--inputs", source, "--out", out]) == 0
            z = read_npz(out)["z"]
            assert np.abs((np.eye(2) - [[0.5, -0.25], [0.25, 0.5]]) @ z[0] - rows[0]).max() < 1e-9
    capsys.readouterr()


REFUSED = {
    "no such command": ["nonsense"],
    "no such claim": ["audit", "--only", "nonsense"],
    "no such option": ["audit", "--x"],
    "no such file": ["solve", "nowhere.npz", "--inputs", "c.npz"],
    "no such inputs": ["solve", "layer.npz", "--inputs", "nowhere.npz"],
    "inputs without x or c": ["solve", "layer.npz", "--inputs", "layer.npz"],
    "a bare .npy": ["solve", "layer.npz", "--inputs", "x.npy"],
    "x where c is wanted": ["solve", "layer.npz", "--inputs", "c=x.npy"],
    "no workers": ["solve", "layer.npz", "--inputs", "c.npz", "--workers", "0"],
    "limit zero": ["solve", "layer.npz", "--inputs", "c.npz", "--limit", "0"],
    "labels of another length": ["solve", "layer.npz", "--inputs", "c.npz", "--labels", "few.npz"],
    "a folder to write to": ["solve", "layer.npz", "--inputs", "c.npz", "--out", "."],
    "an unknown layout": ["inspect", "layer.npz", "--layout", "nonsense"],
    "an unknown checkpoint": ["convert", "layer.npz", "--out", "layer.pt"],
    "labels beyond the head": ["solve", "layer.npz", "--inputs", "far.npz"],
    "labels without inputs": ["certify", "layer.npz", "--labels", "far.npz"],
    "a negative seed": ["certify", "layer.npz", "--seed", "-1"],
    "no inputs named": ["solve", "layer.npz", "--inputs", ""],
    "another suffix": ["solve", "layer.npz", "--inputs", "c.npz", "--out", "z.txt"],
    "float32 active set": [
        *("solve", "layer.npz", "--inputs", "c.npz"),
        *("--method", "active-set", "--dtype", "float32"),
    ],
    "float32 certificates": ["certify", "layer.npz", "--dtype", "float32"],
    "a head without classes": ["inspect", "headless.npz"],
    "one bit": ["quantize", "layer.npz", "--bits", "1"],
    "factors that are not there": ["quantize", "layer.npz", "--bits", "4", "--what", "factors"],
    "codes that are no .npz": ["quantize", "layer.npz", "--bits", "4", "--out", "codes.json"],
    "certificates into a file": ["certify", "layer.npz", "--bits", "8", "--certificates", "c.npz"],
    "an audit into a file": ["audit", "--only", "margin", "--out", "c.npz/x"],
    "a figure into a file": [
        *("figures", "--only", "iterates", "--operator", "layer.npz", "--inputs", "c.npz"),
        *("--out", "c.npz"),
    ],
}


@pytest.mark.parametrize("argv", REFUSED.values(), ids=REFUSED.keys())
def test_nonsense_is_one_line_exit_2_and_leaves_nothing_behind(layer, argv, capsys, monkeypatch):
    monkeypatch.chdir(layer)
    write_npz("c.npz", {"c": np.ones((2, 2))})
    np.save("x.npy", np.ones((2, 3)))
    write_npz("few.npz", {"labels": np.arange(1)})
    write_npz("far.npz", {"c": np.ones((2, 2)), "labels": np.array([0, 99])})
    weights = {"W": np.eye(2) / 2, "U": np.eye(2), "b": np.zeros(2)}
    write_npz("headless.npz", {**weights, "V": np.zeros((0, 2)), "d": np.zeros(0)})
    before = sorted(path.name for path in layer.iterdir())
    try:
        code = main(argv)
    except SystemExit as stop:
        code = stop.code
    streams = capsys.readouterr()
    assert code == 2
    assert streams.out == ""
    assert streams.err.count("\n") == 1
    assert sorted(path.name for path in layer.iterdir()) == before


def test_row_without_equilibrium_is_not_out_of_steps(tmp_path, capsys):
    write_npz(tmp_path / "one.npz", {"W": np.ones((1, 1)), "U": np.ones((1, 1)), "b": np.zeros(1)})
    write_npz(tmp_path / "c.npz", {"c": np.array([[0.5]])})
    argv = ["solve", f"{tmp_path}/one.npz", "--inputs", f"{tmp_path}/c.npz", "--json"]
    assert main(argv) == 1
    assert json.loads(capsys.readouterr().out)["statuses"] == {"GAVE_UP": 1}
