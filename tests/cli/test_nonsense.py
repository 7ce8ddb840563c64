"""Whatever a command cannot use is refused in one line, and nothing is left behind."""

import os

import numpy as np
import pytest
from numpy.lib import format as npy

from mondeq_ref.files.npz import write_npz
from tests.support.commands import refusal

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
    "certify without workers": (
        "--workers must be at least 1",
        ["certify", "layer.npz", "--workers", "0"],
    ),
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
    "a claim to audit that is none": ("--only must be one of", ["audit", "--only", "nonsense"]),
    "no cases": ("--cases must be at least 1", ["audit", "--cases", "0"]),
    "an audit without workers": ("--workers must be at least 1", ["audit", "--workers", "0"]),
    "an audit from a seed below zero": ("--seed must not be negative", ["audit", "--seed", "-1"]),
    "inputs of no operator": ("--inputs", ["audit", "--only", "margin", "--inputs", "c.npz"]),
    "an operator that is not there": (
        "cannot read absent.pt",
        ["audit", "--only", "margin", "--operator", "absent.pt"],
    ),
    "a claim to hunt that is none": ("nonsense", ["hunt", "nonsense"]),
    "a form that is none": ("nonsense", ["hunt", "margin", "--form", "nonsense"]),
    "a hypothesis that is not needed": ("m > 0", ["hunt", "margin", "--drop", "m > 0"]),
    "a hunt from a seed below zero": ("--seed", ["hunt", "margin", "--seed", "-1"]),
    "no number of minutes": ("--minutes", ["hunt", "margin", "--minutes", "nan"]),
    "an unknown figure": ("--only must be one of", ["figures", "--only", "fig9"]),
    "figures of no inputs": ("--operator needs --inputs", ["figures", "--operator", "x.npz"]),
    "labels of no figure's inputs": ("need --inputs", ["figures", "--labels", "y.npz"]),
    "a limit of no inputs": ("--labels and --limit need --inputs", ["figures", "--limit", "3"]),
    "figures without workers": ("--workers must be at least 1", ["figures", "--workers", "0"]),
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
    said, argv, tmp_path, capsys, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    weights = {"W": np.array([[0.5, -0.25], [0.25, 0.5]]), "U": np.eye(2), "b": np.zeros(2)}
    write_npz("layer.npz", {**weights, "V": np.eye(2), "d": np.zeros(2)})
    write_npz("c.npz", {"c": np.ones((2, 2))})
    np.save("x.npy", np.ones((2, 3)))
    write_npz("few.npz", {"labels": np.arange(1)})
    write_npz("far.npz", {"c": np.ones((2, 2)), "labels": np.array([0, 99])})
    write_npz("headless.npz", {**weights, "V": np.zeros((0, 2)), "d": np.zeros(0)})
    header = {"descr": "<f8", "fortran_order": False, "shape": (True, 2)}
    with open("true.npy", "wb") as file:
        npy.write_array_header_1_0(file, header)
        file.write(np.ones(2).tobytes())
    os.mkfifo("pipe")
    before = {path.name for path in tmp_path.iterdir()}
    assert said in refusal(capsys, argv)
    assert {path.name for path in tmp_path.iterdir()} == before
