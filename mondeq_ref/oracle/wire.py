"""Arrays as text, for messages between processes, vectors and responses.

An array is {"dtype": "f64", "shape": [2, 3], "data": "3ff0..."}: the big-endian words of its
numbers one after another, in C order, as hexadecimal digits; f32 has words of 8 digits, f64 of
16, i64 of 16 (two's complement).  An implementation may also answer with plain numbers, or with
nested lists of them.
"""

import json
from collections.abc import Mapping
from typing import Any, cast

import numpy as np

from mondeq_ref.oracle.question import Array

DTYPES = {"f64": ">f8", "f32": ">f4", "i64": ">i8"}
VERSION = 1  # of the protocol


class MalformedError(ValueError):
    """A text that is not an array or not an answer."""


def encoded(value: Array, dtype: str | None = None) -> dict[str, Any]:
    """The array as text, by default in its own type."""
    name = dtype or _name(value)
    data = np.ascontiguousarray(value).astype(DTYPES[name]).tobytes().hex()
    return {"dtype": name, "shape": list(value.shape), "data": data}


def _name(value: Array) -> str:
    if value.dtype.kind in "iub":
        return "i64"
    return "f32" if value.dtype.itemsize <= 4 else "f64"


def decoded(value: Any) -> Array:
    """An array from its text, or from the numbers themselves."""
    if not isinstance(value, Mapping):
        return _plain(value)
    said = cast("Mapping[str, Any]", value)
    if set(said) != {"dtype", "shape", "data"} or said["dtype"] not in list(DTYPES):
        raise MalformedError("an array is {dtype: f64, f32 or i64, shape, data}")
    try:
        shape = tuple(int(extent) for extent in said["shape"])
        words = np.frombuffer(bytes.fromhex(said["data"]), DTYPES[said["dtype"]])
        return words.astype(DTYPES[said["dtype"]][1:]).reshape(shape)
    except (ValueError, TypeError) as error:
        raise MalformedError(f"the words of an array do not fit its shape: {error}") from None


def _plain(value: Any) -> Array:
    try:
        found = np.asarray(value)
    except ValueError:
        raise MalformedError("rows of different lengths are not an array") from None
    if found.dtype.kind == "O" or found.dtype.kind not in "fiub":
        raise MalformedError("this is not an array of numbers")
    return found


def sent(value: Any) -> Any:
    """The arguments of a message, with arrays as text."""
    if isinstance(value, np.ndarray):
        return encoded(value)
    if isinstance(value, Mapping):
        return {name: sent(one) for name, one in cast("Mapping[str, Any]", value).items()}
    return value.item() if isinstance(value, np.generic) else value


def received(value: Any) -> Any:
    """The argument of a message, with an array read from its text."""
    if isinstance(value, Mapping) and "data" in value:
        return decoded(cast("Any", value))
    return value


def parsed(line: str) -> dict[str, Any]:
    """One message: one JSON object on one line (NaN and Infinity are read, and fail later)."""
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise MalformedError(
            f"printed a line that is not an answer: {' '.join(line[:200].split())!r}"
        )
    return cast("dict[str, Any]", found)
