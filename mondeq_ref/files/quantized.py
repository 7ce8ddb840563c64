"""The files of `quantize --out`: float arrays of a quantized operator, and the codes behind them.

The metadata carries the SHA-256 of everything else in the file.  Reading recomputes W, U and b
from the codes.  A file that has either the digest or codes is one of these files: without its
codes it is damaged, not a float operator.
"""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mondeq_ref.arrays import InputError
from mondeq_ref.files.checkpoint import DIGEST, Stored
from mondeq_ref.files.npz import write_npz
from mondeq_ref.files.reading import AnyPath, shown
from mondeq_ref.operator import Factors, Head, Operator
from mondeq_ref.quantize import Quantized
from mondeq_ref.quantize.codes import number, read_codes, written_operator

Arrays = Mapping[str, NDArray[Any]]


def write_quantized(path: AnyPath, quantized: Quantized, metadata: Mapping[str, str]) -> None:
    """Write the float arrays and the codes; `metadata` has the spec of the quantizer in JSON."""
    arrays = written_operator(quantized)
    write_npz(path, arrays, {**metadata, DIGEST: _digest(arrays, metadata)})


def quantized_operator(path: AnyPath, stored: Stored) -> Operator:
    """The exact operator of the codes that were read from `path`; InputError if it differs from
    the stored float arrays."""
    arrays, metadata = stored
    try:
        operator = _operator(arrays, metadata)
        if not all(np.array_equal(getattr(operator, name), arrays[name]) for name in "WUb"):
            raise InputError("its codes do not make its W, U and b")
        if DIGEST not in metadata:
            raise InputError("it does not carry its digest: quantize again")
        if metadata[DIGEST] != _digest(arrays, metadata):
            raise InputError("it was changed after it was written: its SHA-256 is wrong")
    except InputError as refusal:
        raise InputError(f"cannot use {shown(path)}: {refusal}") from None
    return operator


def _digest(arrays: Arrays, metadata: Mapping[str, str]) -> str:
    """SHA-256 of every array and text but the digest."""
    texts = {key: text for key, text in metadata.items() if key != DIGEST}
    total = sha256(json.dumps(texts, sort_keys=True).encode())
    for name, array in sorted(arrays.items()):
        stored = array.astype(array.dtype.newbyteorder("<"))
        total.update(f"{name} {stored.dtype.str} {stored.shape} ".encode())
        total.update(stored.tobytes())
    return total.hexdigest()


def _operator(arrays: Arrays, metadata: Mapping[str, str]) -> Operator:
    for name in "WUb":
        if name not in arrays:
            raise InputError(f"it has codes and no array {name}")
    try:
        spec = json.loads(metadata.get("quantizer", ""))
    except (ValueError, RecursionError):
        raise InputError("it does not describe its quantizer") from None
    if not isinstance(spec, dict) or "what" not in spec:
        raise InputError("it does not describe its quantizer")
    head = Head(arrays["V"], arrays["d"]) if {"V", "d"} <= set(arrays) else None
    stored = Operator(arrays["W"], arrays["U"], arrays["b"], _shape_of_factors(arrays), head)
    quantized = read_codes(arrays, stored, spec)
    if foreign := arrays.keys() - written_operator(quantized).keys():
        raise InputError(f"{spec['what']} has no array {shown(min(foreign))}")
    return quantized.operator


def _shape_of_factors(arrays: Arrays) -> Factors | None:
    """The m and the shapes of the factors that were quantized; their entries are in the codes."""
    if "m" not in arrays or "codes.A" not in arrays:
        return None
    A, S = (np.zeros(arrays[name].shape) for name in ("codes.A", "W"))
    return Factors(A, S, number(arrays, "m"))
