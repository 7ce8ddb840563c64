"""NumPy arrays in the JSON form of `encoding`."""

import base64
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mondeq_ref.arrays import InputError, Matrix
from mondeq_ref.documents.encoding import (
    HEX_UP_TO,
    Json,
    decode_bytes,
    float_dtype,
    refuse,
)

DTYPES = {"f64": "<f8", "f32": "<f4", "i64": "<i8", "u8": "u1"}
NAMES = {np.dtype(code): name for name, code in DTYPES.items()}


def encode_array(array: NDArray[Any]) -> dict[str, Json]:
    """The bits of a float64, float32, int64 or uint8 array."""
    dtype = np.dtype(array.dtype)
    name = NAMES[dtype]
    if array.size <= HEX_UP_TO:
        digits = 2 * dtype.itemsize
        text = array.astype(dtype.newbyteorder(">")).tobytes().hex()
        data: Json = [text[i : i + digits] for i in range(0, len(text), digits)]
        return {"dtype": name, "shape": list(array.shape), "enc": "hex", "data": data}
    raw = array.astype(dtype.newbyteorder("<")).tobytes()
    data = base64.b64encode(raw).decode("ascii")
    return {"dtype": name, "shape": list(array.shape), "enc": "base64", "data": data}


def decode_array(
    value: Json,
    name: str,
    shape: Sequence[int | None],
    dtype: str = "f64",
    *,
    finite: bool = True,
) -> NDArray[Any]:
    """The array that `encode_array` wrote, of this shape (None: any extent) and dtype."""
    extents, raw = decode_bytes(value, name, shape, dtype)
    stored = np.frombuffer(raw, DTYPES[dtype])
    array = stored.astype(stored.dtype.newbyteorder("=")).reshape(extents)
    if finite and array.dtype.kind == "f" and not np.isfinite(array).all():
        raise InputError(f"{name} must be finite, got a NaN or an infinity")
    array.setflags(write=False)
    return array


def encode_floats(array: Matrix) -> dict[str, Json]:
    """A float64 array, written as float32 where that loses nothing."""
    single = _single(array)
    return encode_array(array if single is None else single)


def decode_floats(value: Json, name: str, shape: Sequence[int | None]) -> Matrix:
    """The finite float64 array that `encode_floats` wrote."""
    dtype = float_dtype(value)
    stored = decode_array(value, name, shape, dtype)
    if dtype == "f64" and _single(stored) is not None:
        refuse(f"{name}.dtype", "f32, which holds these numbers without loss", dtype)
    array = stored.astype(np.float64)
    array.setflags(write=False)
    return array


def _single(array: Matrix) -> NDArray[np.float32] | None:
    """The array in float32, if that loses nothing."""
    with np.errstate(over="ignore", under="ignore"):
        single = array.astype(np.float32)
    return single if np.array_equal(single, array) else None
