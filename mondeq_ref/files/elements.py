"""Number formats that NumPy does not have, or does not check: read as bits and then converted."""

from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mondeq_ref.arrays import InputError
from mondeq_ref.files.reading import MAX_BYTES, shown

MAX_DIMENSIONS = 32  # what every NumPy can represent

_BITS = {"bfloat16": "<u2", "bool": "|u1"}  # a bool of NumPy must be 0 or 1


def stored_as(element: str) -> np.dtype[Any]:
    """The dtype under which the bytes of this element are read."""
    return np.dtype(_BITS.get(element, element))


def decoded(bits: NDArray[Any], element: str) -> NDArray[Any]:
    """The numbers that the bits mean; a bfloat16 becomes the float32 of the same value."""
    if element == "bfloat16":
        return (bits.astype(np.uint32) << 16).view(np.float32)
    return bits != 0 if element == "bool" else bits


def check_shape(name: str, shape: Sequence[int]) -> None:
    """Raise InputError for a shape that NumPy cannot make, however many numbers the file has."""
    if len(shape) > MAX_DIMENSIONS or any(isinstance(n, bool) or n < 0 for n in shape):
        raise InputError(f"{shown(name)} has a shape that no array can have")
    if 0 in shape and prod(n for n in shape if n) > MAX_BYTES:
        raise InputError(f"{shown(name)} has a zero-sized shape beyond NumPy's limits")
