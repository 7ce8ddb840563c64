"""Glyphs: the same bytes everywhere, in a balanced set that repeats no image."""

import hashlib

import numpy as np
import pytest
from scipy.ndimage import map_coordinates

from mondeq_ref.arrays import InputError
from mondeq_ref.datasets.glyphs import BLOCK, SIDE, _looked_up, draw_glyphs
from mondeq_ref.datasets.load import load
from mondeq_ref.datasets.prototypes import HALF, SAMPLES, prototypes

# Drawn with matplotlib 3.9.4, numpy 1.26.4, scipy 1.13.1 and with 3.11.2, 2.4.6, 1.17.1 alike.
GOLDEN = {
    "train": "a81b2fc32d9cb0ffd88fb698ead023170be0e94f181abb1cd31fff3ae0b98451",
    "test": "76835421dc9e1b48c3a716cfbb51a03179e036e73297fbca86edec8d4a82eb4d",
}


@pytest.fixture(scope="module")
def train():
    return load("glyphs", "train")


@pytest.fixture(scope="module")
def test():
    return load("glyphs", "test")


def digest(images: np.ndarray, labels: np.ndarray) -> str:
    return hashlib.sha256(images.tobytes() + labels.astype(np.uint8).tobytes()).hexdigest()


@pytest.mark.parametrize("split", ["train", "test"])
def test_seed_zero_draws_the_same_bytes_on_every_machine(split, request):
    drawn = request.getfixturevalue(split)
    assert digest(drawn.images[:BLOCK], drawn.labels[:BLOCK]) == GOLDEN[split]


@pytest.mark.parametrize("count", [1, 7, BLOCK, BLOCK + 1])
def test_the_first_images_do_not_depend_on_how_many_are_drawn(test, count):
    images, labels = draw_glyphs(count, seed=0, split=1)
    assert digest(images, labels) == digest(test.images[:count], test.labels[:count])


def test_another_seed_or_split_shares_no_image(train, test):
    other = load("glyphs", "train", limit=BLOCK, seed=1)
    seen = {image.tobytes() for image in train.images}
    assert len(seen) == len(train)
    assert not seen & {image.tobytes() for image in other.images}
    assert not seen & {image.tobytes() for image in test.images}


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"seed": -1}, "seed must be nonnegative"),
        ({"limit": 0}, "limit must be at least 1"),
        ({"limit": 10**9}, "at most 342392 glyphs"),
        ({"split": "validation"}, "split must be train or test"),
    ],
)
def test_nonsense_is_refused_before_anything_is_drawn(options, why):
    with pytest.raises(InputError, match=why):
        load("glyphs", **options)


def test_lookup_agrees_with_scipy_between_and_beyond_samples():
    shapes, rng = prototypes(), np.random.default_rng(0)
    digits, fonts = rng.integers(10, size=6), rng.integers(len(shapes.fonts), size=6)
    x, y = rng.uniform(-1, 1, (2, 6, SIDE, SIDE))
    found = _looked_up(shapes, digits, fonts, x, y)
    for k in range(6):
        field = shapes.fields[digits[k], fonts[k]].astype(np.float64)
        at = [y[k] * SAMPLES + HALF, x[k] * SAMPLES + HALF]
        twin = map_coordinates(field, at, order=1, mode="nearest")
        np.testing.assert_allclose(found[k], twin, rtol=0, atol=1e-6)  # fields are float32
