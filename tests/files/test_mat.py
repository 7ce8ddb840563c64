"""A .mat file of version 5 is an operator; what is no array of numbers is refused, unbuilt."""

import struct
import zlib

import numpy as np
import pytest
from scipy.io import savemat

import mondeq_ref as mq
from mondeq_ref.arrays import InputError
from mondeq_ref.cli.main import main
from mondeq_ref.files.mat import read_mat
from tests.support.commands import refusal

RNG = np.random.default_rng(0)
NET = {
    "A": RNG.normal(size=(2, 3)), "B": RNG.normal(size=(3, 3)), "U": RNG.normal(size=(3, 4)),
    "u": RNG.normal(size=(3, 1)), "C": RNG.normal(size=(2, 3)), "c": RNG.normal(size=(1, 2)),
}  # fmt: skip


@pytest.mark.parametrize("compressed", [False, True])
def test_a_net_of_the_literature_is_its_operator(compressed, tmp_path):
    savemat(tmp_path / "net.mat", NET, do_compression=compressed)
    layer = mq.load(tmp_path / "net.mat", margin=0.5)
    wanted = mq.Operator.from_factors(NET["A"], NET["B"], 0.5, NET["U"], NET["u"][:, 0])
    assert np.array_equal(layer.W, wanted.W)
    assert np.array_equal(layer.U, NET["U"])
    assert np.array_equal(layer.b, NET["u"][:, 0])
    assert np.array_equal(layer.head.V, NET["C"])
    assert np.array_equal(layer.head.d, NET["c"][0])
    assert main(["inspect", str(tmp_path / "net.mat"), "--margin", "0.5", "--json"]) == 0


def test_without_a_margin_it_says_which_option(tmp_path, capsys):
    savemat(tmp_path / "net.mat", NET)
    assert "give it with --margin" in refusal(capsys, ["inspect", str(tmp_path / "net.mat")])


@pytest.mark.parametrize("dtype", ["f8", "f4", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8"])
def test_every_class_of_numbers_is_read(dtype, tmp_path):
    array = np.arange(6).reshape(2, 3).astype(dtype)
    savemat(tmp_path / "a.mat", {"a": array})
    found = read_mat(tmp_path / "a.mat")["a"]
    assert (found.dtype, found.tolist()) == (array.dtype, array.tolist())


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"x": 1.0}, "a struct"),
        (np.array([[np.array([1.0])]], dtype=object), "a cell array"),
        ("text", "it is text"),
        (np.array([[1j]]), "it is complex"),
        (np.zeros((2, 2, 2)), "3 dimensions"),
    ],
)
def test_what_is_no_matrix_of_real_numbers_is_refused(value, words, tmp_path):
    savemat(tmp_path / "a.mat", {"a": value})
    with pytest.raises(InputError, match=words):
        read_mat(tmp_path / "a.mat")


def test_a_sparse_matrix_is_refused(tmp_path):
    from scipy.sparse import csc_array

    savemat(tmp_path / "a.mat", {"a": csc_array(np.eye(3))})
    with pytest.raises(InputError, match="a sparse matrix"):
        read_mat(tmp_path / "a.mat")


def header(version: int = 0x0100) -> bytes:
    return b"MATLAB".ljust(124) + struct.pack("<H", version) + b"IM"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (header(0x0200), "version 7.3"),
        (header(0x0300), "version 0x0300"),
        (header() + b"\x0e", "within a tag"),
        (header() + struct.pack("<II", 14, 1 << 31), "within an array"),
        (header() + struct.pack("<II", 9, 0), "type 9"),
        (header() + struct.pack("<II", 15, 4) + b"zzzz", "damaged"),
        (header() + struct.pack("<II", 14, 8) + struct.pack("<II", 6, 99), "cut short"),
    ],
)
def test_damage_is_one_sentence(data, words, tmp_path):
    (tmp_path / "a.mat").write_bytes(data)
    with pytest.raises(InputError, match=words):
        read_mat(tmp_path / "a.mat")


def test_a_bomb_does_not_unfold(tmp_path, monkeypatch):
    monkeypatch.setattr("mondeq_ref.files.mat.MAX_BYTES", 1 << 16)
    bomb = zlib.compress(struct.pack("<II", 14, 1 << 20) + bytes(1 << 20))
    (tmp_path / "a.mat").write_bytes(header() + struct.pack("<II", 15, len(bomb)) + bomb)
    with pytest.raises(InputError, match="unfolds to too much"):
        read_mat(tmp_path / "a.mat")
