"""Parts that must not be the same, numbers of several bytes, and labels that belong to images."""

import numpy as np

from mondeq_ref.datasets import load, read_idx
from mondeq_ref.datasets.glyphs import BLOCK, draw_glyphs
from tests.support.idx import idx


def test_the_first_byte_of_a_number_is_the_largest(tmp_path):
    (tmp_path / "file").write_bytes(b"\0\0\x0b\x01\0\0\0\x02" + b"\x01\x02" + b"\xff\xfe")
    assert read_idx(tmp_path / "file").tolist() == [258, -2]


def test_no_block_and_no_split_of_glyphs_repeats_another():
    images, _ = draw_glyphs(BLOCK + 1, seed=0, split=0)
    assert not np.array_equal(images[0], images[BLOCK])
    train, test = (load("glyphs", split, 1) for split in ("train", "test"))
    assert not np.array_equal(train.images, test.images)
    assert np.array_equal(train.images[0], images[0])


def test_a_limited_dataset_has_the_labels_of_its_images(tmp_path):
    """Image k is k everywhere, and its label is k."""
    labels = np.arange(6, dtype=np.uint8)
    images = np.repeat(labels, 4).reshape(6, 2, 2)
    (tmp_path / "train-images-idx3-ubyte").write_bytes(idx(images))
    (tmp_path / "train-labels-idx1-ubyte").write_bytes(idx(labels))
    part = load(tmp_path, "train", limit=2)
    assert part.labels.tolist() == part.images[:, 0, 0].tolist() == [0, 1]
