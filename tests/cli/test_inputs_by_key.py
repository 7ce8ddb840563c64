"""The key says what an array is: bytes under x or c are numbers, never pixels."""

import json
import os

import numpy as np
import pytest
from numpy.lib import format as npy

from mondeq_ref.cli.main import main
from mondeq_ref.files.npz import read_npz, write_npz
from tests.support.commands import refusal

W = np.array([[0.5, -0.25], [0.25, 0.5]])


@pytest.fixture
def layer(tmp_path):
    arrays = {"W": W, "U": np.eye(2), "b": np.zeros(2), "V": np.eye(2), "d": np.zeros(2)}
    write_npz(tmp_path / "layer.npz", arrays)
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
            assert np.abs((np.eye(2) - W) @ z[0] - rows[0]).max() < 1e-9
    capsys.readouterr()


SOLVE = ("solve", "layer.npz", "--inputs")
LONG = "a" * 300
REFUSED = {
    "no such command": ("invalid choice: 'nonsense'", ["nonsense"]),
    "no such claim": ("--only must be one of", ["audit", "--only", "nonsense"]),
    "no such option": ("unrecognized arguments: --x", ["audit", "--x"]),
    "no such file": ("cannot read nowhere.npz", ["solve", "nowhere.npz", "--inputs", "c.npz"]),
    "no such inputs": ("cannot read nowhere.npz", [*SOLVE, "nowhere.npz"]),
    "inputs with a long name": ("File name too long", [*SOLVE, LONG]),
    "rows with a long name": ("File name too long", [*SOLVE, f"x={LONG}"]),
    "an audit with a long name": ("File name too long", ["diff", LONG, "layer.npz"]),
    "a response with a long name": ("File name too long", ["vectors", "grade", LONG]),
    "records with a null byte": ("cannot be the name", ["sweep", "report", "a\0b"]),
    "vectors into a null byte": ("cannot be the name", ["vectors", "export", "a\0b"]),
    "inputs from a pipe": ("not a regular file", [*SOLVE, "pipe"]),
    "labels from a pipe": ("not a regular file", [*SOLVE, "c.npz", "--labels", "pipe"]),
    "a shape of truth values": ("a shape that no array", [*SOLVE, "x=true.npy"]),
    "inputs without x or c": ("exactly one of the arrays x and c", [*SOLVE, "layer.npz"]),
    "a bare .npy": ("use x=x.npy or c=x.npy", [*SOLVE, "x.npy"]),
    "x where c is wanted": ("c must have shape (*, 2), got (2, 3)", [*SOLVE, "c=x.npy"]),
    "no workers": ("--workers must be at least 1", [*SOLVE, "c.npz", "--workers", "0"]),
    "limit zero": ("--limit must be at least 1", [*SOLVE, "c.npz", "--limit", "0"]),
    "labels of another length": ("2 inputs but 1 labels", [*SOLVE, "c.npz", "--labels", "few.npz"]),
    "a folder to write to": ("--out must end with .npz", [*SOLVE, "c.npz", "--out", "."]),
    "an unknown layout": (
        "the layout must be one of",
        ["inspect", "layer.npz", "--layout", "nonsense"],
    ),
    "an unknown checkpoint": (
        "written as .npz or .safetensors",
        ["convert", "layer.npz", "--out", "layer.pt"],
    ),
    "labels beyond the head": ("labels must lie below 2", [*SOLVE, "far.npz"]),
    "labels without inputs": (
        "--labels needs --inputs",
        ["certify", "layer.npz", "--labels", "far.npz"],
    ),
    "a negative seed": ("argument --seed", ["certify", "layer.npz", "--seed", "-1"]),
    "no inputs named": ("--inputs must name a file", [*SOLVE, ""]),
    "another suffix": ("--out must end with .npz", [*SOLVE, "c.npz", "--out", "z.txt"]),
    "float32 active set": (
        "dtype must be float64 for the active set",
        [*SOLVE, "c.npz", "--method", "active-set", "--dtype", "float32"],
    ),
    "float32 certificates": (
        "--dtype does not apply",
        ["certify", "layer.npz", "--dtype", "float32"],
    ),
    "a head without classes": ("at least one class", ["inspect", "headless.npz"]),
    "one bit": ("bits must be between 2 and 32", ["quantize", "layer.npz", "--bits", "1"]),
    "factors that are not there": (
        "no factors A, S, m to quantize",
        ["quantize", "layer.npz", "--bits", "4", "--what", "factors"],
    ),
    "codes that are no .npz": (
        "--out must end with .npz",
        ["quantize", "layer.npz", "--bits", "4", "--out", "codes.json"],
    ),
    "certificates into a file": (
        "c.npz: it is not a folder",
        ["certify", "layer.npz", "--bits", "8", "--certificates", "c.npz"],
    ),
    "an audit into a file": (
        "c.npz/x: it is not a folder",
        ["audit", "--only", "margin", "--out", "c.npz/x"],
    ),
    "a figure into a file": (
        "c.npz: it is not a folder",
        [
            *("figures", "--only", "iterates", "--operator", "layer.npz", "--inputs", "c.npz"),
            *("--out", "c.npz"),
        ],
    ),
}


@pytest.mark.parametrize(("said", "argv"), REFUSED.values(), ids=REFUSED.keys())
def test_nonsense_is_one_line_exit_2_and_leaves_nothing_behind(
    layer, said, argv, capsys, monkeypatch
):
    monkeypatch.chdir(layer)
    write_npz("c.npz", {"c": np.ones((2, 2))})
    np.save("x.npy", np.ones((2, 3)))
    write_npz("few.npz", {"labels": np.arange(1)})
    write_npz("far.npz", {"c": np.ones((2, 2)), "labels": np.array([0, 99])})
    weights = {"W": np.eye(2) / 2, "U": np.eye(2), "b": np.zeros(2)}
    write_npz("headless.npz", {**weights, "V": np.zeros((0, 2)), "d": np.zeros(0)})
    header = {"descr": "<f8", "fortran_order": False, "shape": (True, 2)}
    with open("true.npy", "wb") as file:
        npy.write_array_header_1_0(file, header)
        file.write(np.ones(2).tobytes())
    os.mkfifo("pipe")
    before = sorted(path.name for path in layer.iterdir())
    assert said in refusal(capsys, argv)
    assert sorted(path.name for path in layer.iterdir()) == before


def test_row_without_equilibrium_is_not_out_of_steps(tmp_path, capsys):
    write_npz(tmp_path / "one.npz", {"W": np.ones((1, 1)), "U": np.ones((1, 1)), "b": np.zeros(1)})
    write_npz(tmp_path / "c.npz", {"c": np.array([[0.5]])})
    argv = ["solve", f"{tmp_path}/one.npz", "--inputs", f"{tmp_path}/c.npz", "--json"]
    assert main(argv) == 1
    assert json.loads(capsys.readouterr().out)["statuses"] == {"GAVE_UP": 1}
