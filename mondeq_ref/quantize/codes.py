"""The stored form of codes, which `quantize --out` and training write.

    codes.X, step.X   of each quantized array X among W, K, A, U, b; zero.X with a zero point
    offset            t, where K = W - t I was quantized
    m                 where A and K are factors

These determine the value s k of every entry, and with the quantizer's description the quantized
operator.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mondeq_ref.arrays import InputError, Integers, Vector
from mondeq_ref.operator import Operator
from mondeq_ref.quantize.operators import Quantized, arrays_of, assembled
from mondeq_ref.quantize.quantized_array import QuantizedArray, spread, steps_shape
from mondeq_ref.quantize.quantizer import Quantizer
from mondeq_ref.quantize.steps import SMALLEST_NORMAL
from mondeq_ref.whats import matrix_of

E2M1_LEVELS = (0, 1, 2, 3, 4, 6, 8, 12)  # in units of a half
PARTS = ("codes", "step", "zero")  # of what is stored of each quantized array
Arrays = Mapping[str, NDArray[Any]]


def written_codes(quantized: Quantized) -> dict[str, NDArray[Any]]:
    """The integers, in the smallest type that holds every code of the quantizer, and the steps."""
    found: dict[str, NDArray[Any]] = {}
    for name, made in quantized.arrays.items():
        found[f"codes.{name}"] = made.compact_codes
        found[f"step.{name}"] = np.asarray(made.step, dtype=np.float64)
        if made.zero is not None:
            found[f"zero.{name}"] = made.zero
    if quantized.offset is not None:
        found["offset"] = np.asarray(quantized.offset)
    if "A" in quantized.arrays and quantized.original.factors is not None:
        found["m"] = np.asarray(quantized.original.factors.m)
    return found


def written_operator(quantized: Quantized) -> dict[str, NDArray[Any]]:
    """The codes, and the float arrays of the quantized operator."""
    operator = quantized.operator
    found = {"W": operator.W, "U": operator.U, "b": operator.b}
    if operator.head is not None:
        found |= {"V": operator.head.V, "d": operator.head.d}
    return found | written_codes(quantized)


def read_codes(arrays: Arrays, operator: Operator, spec: Mapping[str, Any]) -> Quantized:
    """The quantized operator with the stored codes; arrays without codes are those of `operator`.

    InputError if the quantizer of `spec` cannot give these codes: also for codes of fewer bits,
    which stay far from the ends of its range."""
    quantizer = Quantizer.from_spec(spec)
    names = arrays_of(spec["what"])
    shapes = {"W": operator.W.shape, "U": operator.U.shape, "b": operator.b.shape}
    shapes["K"] = shapes["W"]
    if operator.factors is not None:
        shapes["A"] = operator.factors.A.shape
    foreign = {key for key in arrays if key.partition(".")[0] in PARTS} - {
        f"{part}.{name}" for part in PARTS for name in names
    }
    if foreign:
        raise InputError(f"{spec['what']} has no {min(foreign)} among its stored codes")
    kept = number(arrays, "offset") if "offset" in arrays else None
    if kept != (offset := spec.get("offset")):
        raise InputError(f"the stored offset is {kept}, and that of the quantizer {offset}")
    if (offset is None) == (matrix_of(spec["what"]) == "K"):
        raise InputError(f"an offset is kept with K alone: {spec['what']} has {offset}")
    rest = {"K"} if matrix_of(spec["what"]) == "offdiagonal" else set[str]()
    made = {
        name: _read(arrays, name, shapes.get(name), quantizer, off_diagonal=name in rest)
        for name in names
    }
    return assembled(operator, quantizer, spec["what"], made, offset)


def number(arrays: Arrays, name: str) -> float:
    """The array of this name, which must hold one finite number and no axes."""
    array = arrays[name]
    if array.shape != () or not np.isfinite(array):
        raise InputError(f"{name} must be one number, got {array.dtype} of shape {array.shape}")
    return float(array)


def same_codes(arrays: Arrays, quantized: Quantized) -> bool:
    """Whether these are exactly the stored codes of `quantized`."""
    made = written_codes(quantized)
    return arrays.keys() == made.keys() and all(
        np.array_equal(arrays[name], made[name]) for name in made
    )


def _read(
    arrays: Arrays,
    name: str,
    shape: tuple[int, ...] | None,
    quantizer: Quantizer,
    *,
    off_diagonal: bool,
) -> QuantizedArray:
    for key in (f"codes.{name}", f"step.{name}"):
        if key not in arrays:
            raise InputError(f"stored codes need {key}")
    codes, step = arrays[f"codes.{name}"], np.asarray(arrays[f"step.{name}"], dtype=np.float64)
    if codes.dtype.kind not in "iu" or codes.shape != shape:
        wanted = "an operator with factors" if shape is None else f"integers of shape {shape}"
        raise InputError(f"codes.{name} must be {wanted}, got {codes.dtype} {codes.shape}")
    if not (np.isfinite(step).all() and (step >= 0).all()):
        raise InputError(f"step.{name} must be finite and not negative")
    least = quantizer.least_code
    if codes.size and not least <= int(codes.min()) <= int(codes.max()) <= -least:
        raise InputError(f"codes.{name} has a code beyond {-quantizer.least_code}")
    if step.shape != (wanted := steps_shape(codes.shape, quantizer)):
        raise InputError(
            f"step.{name} does not fit its codes: shape {wanted} per {quantizer.per}, "
            f"got {step.shape}"
        )
    steps = float(step) if step.ndim == 0 else step
    codes, zero = codes.astype(np.int64), _zero_of(arrays, name, step, quantizer)
    made = QuantizedArray(codes, steps, quantizer, zero)
    if quantizer.levels == "e2m1" and not np.isin(np.abs(made.codes), E2M1_LEVELS).all():
        raise InputError(f"codes.{name} has a code between two levels of E2M1")
    if off_diagonal and np.diag(made.codes).any():
        raise InputError(f"codes.{name} has a code on the diagonal, which is kept")
    if zero is not None:
        shifted = codes + spread(zero.astype(np.float64), codes.shape, quantizer)
        if codes.size and not 0 <= shifted.min() <= shifted.max() <= quantizer.greatest_code:
            raise InputError(f"codes.{name} leave their range with the points of zero.{name}")
    kept = np.eye(len(made.codes), dtype=bool) if off_diagonal else False
    if quantizer.levels == "signs" and not ((np.abs(made.codes) == 1) | kept).all():
        raise InputError(f"codes.{name} has a code beside -1 and 1")
    if not _reaches_an_end(made.codes, step, quantizer):
        raise InputError(
            f"codes.{name} uses fewer than {quantizer.bits} bits: its largest entry would have "
            f"a code next to {quantizer.greatest_code}"
        )
    return made


def _zero_of(arrays: Arrays, name: str, step: Vector, quantizer: Quantizer) -> Integers | None:
    """The zero points, which the quantizer must have, or must not."""
    zero = arrays.get(f"zero.{name}")
    if (zero is not None) != quantizer.zero_point:
        have = "needs" if quantizer.zero_point else "has no"
        raise InputError(f"the quantizer {have} zero.{name}")
    if zero is None:
        return None
    if zero.dtype.kind not in "iu" or zero.shape != step.shape:
        wanted = f"integers of shape {step.shape}"
        raise InputError(f"zero.{name} must be {wanted}, got {zero.dtype} {zero.shape}")
    return zero.astype(np.int64)


def _reaches_an_end(codes: Integers, step: Vector, quantizer: Quantizer) -> bool:
    """Whether some code is next to an end of its range, as that of the largest entry is."""
    shares = {"largest": 1.0, "power-of-two": 0.5}  # of the range that the largest entry takes
    share = shares.get(quantizer.step_rule, 0.0) / max(quantizer.factor, 1.0)
    is_normal = step.size > 0 and step.max() >= SMALLEST_NORMAL
    if quantizer.rounding == "chosen" or not (is_normal and codes.size):
        return True
    least, greatest = min(int(codes.min()), 0), max(int(codes.max()), 0)
    if quantizer.zero_point:
        return greatest - least >= share * quantizer.greatest_code - 2
    above, below = quantizer.greatest_code, -quantizer.least_code
    return greatest >= share * above - 1 or -least >= share * below - 1
