"""The files that `quantize --out` writes, read as quantized operators."""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mondeq_ref.arrays import InputError
from mondeq_ref.files.checkpoint import read_arrays
from mondeq_ref.files.reading import AnyPath, shown
from mondeq_ref.operator import Factors, Head, Operator
from mondeq_ref.quantize.codes import read_codes


def is_quantized(path: AnyPath, *, trust_size: bool = False) -> bool:
    """Whether a file contains the float arrays of an operator and their codes."""
    arrays, _ = read_arrays(path, trust_size=trust_size)
    return "W" in arrays and any(name.startswith("codes.") for name in arrays)


def read_quantized(path: AnyPath, *, trust_size: bool = False) -> Operator:
    """The exact operator of the codes; InputError if it differs from the stored float arrays."""
    arrays, metadata = read_arrays(path, trust_size=trust_size)
    try:
        operator = _operator(arrays, metadata)
    except InputError as refusal:
        raise InputError(f"cannot use {shown(path)}: {refusal}") from None
    same = all(np.array_equal(getattr(operator, name), arrays[name]) for name in "WUb")
    if not same:
        raise InputError(f"cannot use {shown(path)}: its codes do not make its W, U and b")
    return operator


def _operator(arrays: Mapping[str, NDArray[Any]], metadata: Mapping[str, str]) -> Operator:
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
    factors = _shape_of_factors(arrays)
    stored = Operator(arrays["W"], arrays["U"], arrays["b"], factors, head)
    return read_codes(arrays, stored, spec).operator


def _shape_of_factors(arrays: Mapping[str, NDArray[Any]]) -> Factors | None:
    """The m and the shapes of the factors that were quantized; their entries are in the codes."""
    if "m" not in arrays or "codes.A" not in arrays:
        return None
    n = len(arrays["W"])
    return Factors(np.zeros(arrays["codes.A"].shape), np.zeros((n, n)), float(arrays["m"]))
