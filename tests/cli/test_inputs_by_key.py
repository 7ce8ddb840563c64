"""The key says what an array is: bytes under x or c are numbers, never pixels."""

import json

import numpy as np
import pytest

from mondeq_ref.cli.main import main
from mondeq_ref.files.npz import read_npz, write_npz

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


def test_row_without_equilibrium_is_not_out_of_steps(tmp_path, capsys):
    write_npz(tmp_path / "one.npz", {"W": np.ones((1, 1)), "U": np.ones((1, 1)), "b": np.zeros(1)})
    write_npz(tmp_path / "c.npz", {"c": np.array([[0.5]])})
    argv = ["solve", f"{tmp_path}/one.npz", "--inputs", f"{tmp_path}/c.npz", "--json"]
    assert main(argv) == 1
    assert json.loads(capsys.readouterr().out)["statuses"] == {"GAVE_UP": 1}
