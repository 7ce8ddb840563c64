"""A layer as a person has it: a folder with its factors, its inputs, and another layer."""

import numpy as np
import pytest

from mondeq_ref.files.npz import write_npz


@pytest.fixture
def layer(tmp_path):
    """Factors and a classifier in float32, 700 injections, 40 inputs, 5000 without labels."""
    rng = np.random.default_rng(5)
    n, d = 8, 4
    arrays = {
        "A": rng.normal(size=(2, n)),
        "S": rng.normal(size=(n, n)) / 2,
        "m": np.float64(0.5),
        "U": rng.normal(size=(n, d)),
        "b": rng.normal(size=n),
        "V": rng.normal(size=(3, n)),
        "d": rng.normal(size=3),
    }
    single = {name: np.float32(value) for name, value in arrays.items()}
    write_npz(tmp_path / "layer.npz", single)
    write_npz(tmp_path / "other.npz", single | {"m": np.float32(0.75)})
    labels = np.arange(700) % 3
    write_npz(tmp_path / "x.npz", {"x": rng.normal(size=(40, d)), "labels": labels[:40]})
    write_npz(tmp_path / "c.npz", {"c": rng.normal(size=(700, n)), "labels": labels})
    np.save(tmp_path / "x.npy", rng.normal(size=(5000, d)))
    return tmp_path
