"""(x/255 - mean)/std, operation by operation."""

from fractions import Fraction

import numpy as np
import pytest

from mondeq_ref.arrays import InputError
from mondeq_ref.datasets.normalization import normalize

EVERY_BYTE = np.arange(256, dtype=np.uint8).reshape(1, 16, 16)


def rounded_once(exact: Fraction, dtype: type) -> Fraction:
    """To float64, then to float32: for one operation on float32 numbers, rounding twice is
    rounding once, because 53 >= 2 * 24 + 2."""
    return Fraction(float(dtype(float(exact))))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_each_of_the_three_operations_is_rounded_exactly_once(dtype):
    rows = normalize(EVERY_BYTE, dtype=dtype)
    assert rows.shape == (1, 256)
    assert rows.dtype == dtype
    mean, std = Fraction(float(dtype(0.1307))), Fraction(float(dtype(0.3081)))
    for byte in range(256):
        unit = rounded_once(Fraction(byte, 255), dtype)
        centered = rounded_once(unit - mean, dtype)
        assert Fraction(float(rows[0, byte])) == rounded_once(centered / std, dtype)


def test_another_mean_and_std_are_used():
    assert normalize(EVERY_BYTE, 0.0, 1.0)[0, 255] == 1.0
    assert normalize(EVERY_BYTE, 1.0, 0.5)[0, 0] == -2.0


@pytest.mark.parametrize(
    ("images", "options", "why"),
    [
        (EVERY_BYTE.astype(np.float32), {}, "must be uint8"),
        (np.zeros(5, dtype=np.uint8), {}, "one a row"),
        (EVERY_BYTE, {"std": 0.0}, "std positive"),
        (EVERY_BYTE, {"std": float("nan")}, "std positive"),
        (EVERY_BYTE, {"std": 1e-40}, "beyond float32"),
        (EVERY_BYTE, {"mean": float("inf")}, "mean must be finite"),
        (EVERY_BYTE, {"dtype": np.float16}, "float32 or"),
    ],
)
def test_nonsense_is_refused(images, options, why):
    with pytest.raises(InputError, match=why):
        normalize(images, **options)
