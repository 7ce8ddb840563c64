"""Conversion of arguments to arrays that are finite, contiguous, read-only and of one shape.

Wrong arguments and files raise `InputError`; the command line prints its message as one line and
exits with code 2.  Failed mathematics is never an exception.
"""

from collections.abc import Sequence
from sys import modules

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mondeq_ref.errors import InputError

EXACT = 2**53  # up to here every integer is a float

# What NumPy does unasked, whatever a caller has set: an underflow is covered by every error bound.
USUAL_FLOATS = np.errstate(divide="warn", over="warn", invalid="warn", under="ignore")

Vector = NDArray[np.float64]  # (n,)
Matrix = NDArray[np.float64]  # (n, k); a batch of vectors is a matrix whose rows they are
Singles = NDArray[np.float32]
Integers = NDArray[np.int64]
Places = NDArray[np.int32]  # where numbers stand in a row
Tiles = NDArray[np.float64]  # (tiles, rows, width)
Booleans = NDArray[np.bool_]


def frozen(name: str, value: ArrayLike, shape: Sequence[int | None] | None) -> NDArray[np.float64]:
    """`value` as a finite, contiguous, read-only float64 array of `shape` (None: any extent).

    It is a copy unless `value` is such an array and its memory is read-only."""
    return kept(_finite(name, value, shape), value)


def kept(array: NDArray[np.float64], value: object) -> NDArray[np.float64]:
    """`array`, which was made from `value`; a read-only copy if its memory is writable."""
    if isinstance(value, np.ndarray) and value.dtype != array.dtype:
        array = np.ascontiguousarray(array)  # a conversion, so no other array shares it
        array.setflags(write=False)
        return array
    owner = array
    while isinstance(owner.base, np.ndarray) and not owner.flags.writeable:
        owner = owner.base
    if owner.flags.writeable or owner.base is not None or not array.flags.c_contiguous:
        array = np.array(array, order="C")
        array.setflags(write=False)
    return array


def checked(name: str, value: ArrayLike, shape: Sequence[int | None] | None) -> NDArray[np.float64]:
    """`value` as a finite contiguous float64 array, writable or not, and without a copy if it
    is one already: for callers that do not store it."""
    return np.ascontiguousarray(_finite(name, value, shape))


def _finite(name: str, value: ArrayLike, shape: Sequence[int | None] | None) -> NDArray[np.float64]:
    array = floats(name, value, shape)
    if not np.isfinite(array).all():
        raise InputError(f"{name} must be finite, got a NaN or an infinity")
    return array


def floats(name: str, value: ArrayLike, shape: Sequence[int | None] | None) -> NDArray[np.float64]:
    """`value` as float64 numbers of `shape`, finite or not, copied only if it must be converted."""
    try:
        given = np.asarray(value)
    except (ValueError, TypeError, RuntimeError):  # tensors may raise the latter two
        raise InputError(f"{name} must be a rectangular array of numbers") from None
    masked = modules.get("numpy.ma")  # not loaded, there is no masked array
    if masked is not None and type(value) is not np.ndarray and masked.is_masked(value):
        raise InputError(f"{name} must have all its numbers, got an array with masked ones")
    if given.dtype.kind not in "fiub":
        raise InputError(f"{name} must be an array of real numbers, got dtype {given.dtype}")
    if given.dtype.kind == "f" and given.dtype.itemsize > 8:
        raise InputError(f"{name} must be float64 at most, got {given.dtype}")
    if given.dtype.kind in "iu" and given.size and max(-int(given.min()), int(given.max())) > EXACT:
        raise InputError(f"{name} holds integers beyond 2^53, which float64 would round")
    if shape is None:
        shape = given.shape
    if given.ndim != len(shape) or any(
        want is not None and want != got for want, got in zip(shape, given.shape, strict=True)
    ):
        raise InputError(f"{name} must have shape {_shown(shape)}, got {given.shape}")
    if given.dtype == np.float64:
        return given
    with np.errstate(invalid="ignore"):  # a signaling NaN; `_finite` raises
        return given.astype(np.float64, copy=False)


def _shown(shape: Sequence[int | None]) -> str:
    extents = ["*" if extent is None else str(extent) for extent in shape]
    return "(" + ", ".join(extents) + ("," if len(extents) == 1 else "") + ")"


def relu(Z: Matrix) -> Matrix:
    """The projection on the orthant z >= 0, which is the resolvent of its normal cone."""
    return np.maximum(Z, 0.0)
