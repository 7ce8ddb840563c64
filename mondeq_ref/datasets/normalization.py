"""Normalization of images: (x/255 - mean)/std."""

import numpy as np
from numpy.typing import NDArray

from mondeq_ref.arrays import InputError

MEAN, STD = 0.1307, 0.3081  # of the MNIST training pixels, in the usual rounding


def normalize(
    images: NDArray[np.uint8],
    mean: float = MEAN,
    std: float = STD,
    dtype: type[np.float32] | type[np.float64] = np.float32,
) -> NDArray[np.float32] | NDArray[np.float64]:
    """One row per image: fl(fl(fl(x / 255) - fl(mean)) / fl(std)), with fl rounding to `dtype`.

    Three operations, each rounded once to nearest, mean and std rounded first.  In float32 this
    is what torchvision's ToTensor (convert, divide by 255) and Normalize (subtract, divide)
    compute, operation by operation.  There are 256 bytes, so each is computed once.
    """
    if dtype not in (np.float32, np.float64):
        raise InputError(f"dtype must be numpy.float32 or numpy.float64, got {dtype}")
    if images.dtype != np.uint8 or images.ndim < 2:
        came = f"{images.dtype} of shape {images.shape}"
        raise InputError(f"images must be uint8, one a row, got {came}")
    if not (np.isfinite(mean) and np.isfinite(std) and std > 0):
        raise InputError(f"mean must be finite and std positive, got {mean} and {std}")
    with np.errstate(all="ignore"):
        values = (np.arange(256).astype(dtype) / dtype(255) - dtype(mean)) / dtype(std)
    if not np.isfinite(values).all():
        raise InputError(f"mean {mean} and std {std} make numbers beyond {np.dtype(dtype).name}")
    return values[images.reshape(len(images), -1)]
