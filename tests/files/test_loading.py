"""Inputs and labels in every form people have them in; what is none of these is refused."""

import numpy as np
import pytest

from mondeq_ref.arrays import InputError, frozen
from mondeq_ref.files.load import load_inputs
from mondeq_ref.files.npz import write_npz
from mondeq_ref.operator import Operator
from tests.support.idx import idx

LABELS = np.array([2, 0, 1])
IMAGES = np.arange(12, dtype=np.uint8).reshape(3, 2, 2)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_npz("x.npz", {"x": np.ones((3, 4))})
    write_npz("labels.npz", {"labels": LABELS})
    np.save("labels.npy", LABELS)
    (tmp_path / "labels-idx1-ubyte").write_bytes(idx(LABELS.astype(np.uint8)))
    (tmp_path / "images-idx3-ubyte").write_bytes(idx(IMAGES))
    (tmp_path / "doubles").write_bytes(idx(np.ones((3, 4))))
    return tmp_path


@pytest.mark.parametrize("name", ["labels.npz", "labels.npy", "labels-idx1-ubyte"])
def test_labels_are_read_from_every_kind_of_file(name, folder):
    assert load_inputs("x.npz", name).labels.tolist() == LABELS.tolist()


def test_one_file_of_images_is_normalized_as_a_folder_would_be(folder):
    found = load_inputs("images-idx3-ubyte", "labels.npy", limit=2, mean=0.5, std=0.25)
    operator = Operator(np.zeros((1, 1)), np.ones((1, 4)), np.zeros(1))
    pixels = (IMAGES[:2].reshape(2, 4) / np.float32(255) - 0.5) / 0.25
    assert (found.kind, len(found), found.labels.tolist()) == ("x", 2, [2, 0])
    assert np.allclose(found.injections(operator).c[:, 0], pixels.sum(axis=1), rtol=0, atol=1e-5)


REFUSED = {
    "no rows": ({"x": np.ones((0, 4))}, "x.npz", "holds no inputs"),
    "rows that are no matrix": ({"x": np.ones(4)}, "x.npz", "must be a matrix of numbers"),
    "a cube of numbers": ({}, "x=cube.npy", "must hold a matrix of numbers"),
    "an IDX file of doubles": ({}, "doubles", "must hold images, got float64"),
    "an IDX file of labels": ({}, "labels-idx1-ubyte", "must hold images"),
    "an .npy file without a key": ({}, "labels.npy", "use x=labels.npy or c=labels.npy"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_holds_no_inputs_is_refused_with_the_reason(case, folder):
    arrays, source, said = REFUSED[case]
    np.save("cube.npy", np.ones((2, 2, 2)))
    if arrays:
        write_npz("x.npz", arrays)
    with pytest.raises(InputError, match=said):
        load_inputs(source)


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        (np.array([0, -1, 0]), "must be a list of class numbers"),
        (np.array([0.0, 1.0, 2.0]), "must be a list of class numbers"),
        (np.zeros((3, 1), np.int64), "must be a list of class numbers"),
        (np.array([0, 1, 2**40]), "must be class numbers, got 1099511627776"),
        (np.array([0, 1]), "3 inputs but 2 labels"),
    ],
)
def test_what_are_no_labels_of_these_inputs_is_refused(labels, said, folder):
    np.save("y.npy", labels)
    with pytest.raises(InputError, match=said):
        load_inputs("x.npz", "y.npy")


def test_labels_have_to_be_called_so(folder):
    with pytest.raises(InputError, match="holds no array named labels"):
        load_inputs("x.npz", "x.npz")


@pytest.mark.parametrize(
    ("array", "said"),
    [
        (np.array([1], np.longdouble), "float64 at most"),
        (np.array([2**53 + 1]), "beyond 2\\^53, which float64 would round"),
        (np.array([-(2**63)]), "beyond 2\\^53"),
        (np.array([2**64 - 1], np.uint64), "beyond 2\\^53"),
    ],
)
def test_a_number_that_float64_would_round_is_refused(array, said):
    with pytest.raises(InputError, match=said):
        frozen("W", array, (1,))


def test_integers_up_to_2_to_the_53_are_meant_exactly():
    ends = np.array([-(2**53), 2**53])
    assert frozen("W", ends, (2,)).astype(object).astype(np.int64).tolist() == ends.tolist()
