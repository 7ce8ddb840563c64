"""Quantized arrays: integer codes, steps, and the array fl(s k).

With a zero point z the codes in memory are k + z, from 0 to 2^b - 1; here k is kept, so that the
array is fl(s k) for every quantizer, and z beside it:

    s = (max(w, 0) - min(w, 0)) / (2^b - 1),   z = rint(-min(w, 0) / s),   0 <= k + z <= 2^b - 1

For it (1) of `quantizer` holds with 8 Q u s in place of 2 Q u s, Q = 2^b - 1.  Proof.  s and z
take four roundings, so that N - z >= w/s - 1/2 - 4 N u at the upper end, and likewise at the lower:
clipping to the range changes a code by no more than rounding can.
"""

from dataclasses import dataclass, field
from functools import cached_property
from math import inf, isinf, prod

import numpy as np
from flint import fmpz_mat

from mondeq_ref.arrays import InputError, Integers, Vector, frozen
from mondeq_ref.quantize.quantizer import Quantizer
from mondeq_ref.quantize.rounding import rounded
from mondeq_ref.rigor.dyadic import Dyadic, exact, of_integers
from mondeq_ref.rigor.fast import Floats, norms_above, up


@dataclass(frozen=True, eq=False)
class QuantizedArray:
    """Codes k, their step s (one, one per row, or one per group of each row), and fl(s k)."""

    codes: Integers
    step: float | Floats
    quantizer: Quantizer
    zero: Integers | None = None  # zero points, shaped as the steps
    array: Floats = field(init=False)

    def __post_init__(self) -> None:
        with np.errstate(over="ignore"):
            array = self.steps * self.codes
        if not np.isfinite(array).all():
            raise InputError("the quantized array overflows: s k is beyond the largest float")
        for kept in (array, self.codes, np.asarray(self.step)):
            kept.setflags(write=False)
        object.__setattr__(self, "array", array)

    @property
    def steps(self) -> float | Floats:
        """The step of every entry, as far as broadcasting needs it."""
        return spread(self.step, self.codes.shape, self.quantizer)

    @property
    def compact_codes(self) -> np.ndarray:
        """The codes in the smallest integer type that holds every code of the quantizer."""
        return self.codes.astype(np.min_scalar_type(-self.quantizer.greatest_code - 1))

    @cached_property
    def exact(self) -> Dyadic:
        """The matrix s k itself, unrounded; a vector becomes a column."""
        table = self.codes.reshape(len(self.codes), prod(self.codes.shape[1:]))
        if np.ndim(self.step) == 0:
            return of_integers(table, float(self.step))
        scales = exact(np.array(np.broadcast_to(self.steps, self.codes.shape)))
        products = [
            s * k for s, k in zip(scales.integers.entries(), table.ravel().tolist(), strict=True)
        ]
        return Dyadic(fmpz_mat(*table.shape, products), scales.exponent)

    @cached_property
    def error_above(self) -> float:
        """A bound on ||array - w||_F from step and shape: (1) in every entry, about n s/2.

        It is infinite where entries may be clipped or their rounding was chosen."""
        if not (self.codes.size and np.any(self.step)):
            return 0.0
        if isinf(self.quantizer.error_in_steps):
            return inf
        steps = np.ravel(np.broadcast_to(self.steps, self.codes.shape))
        errors = np.asarray(up(steps * self.quantizer.error_in_steps))
        largest = float(errors.max())
        relative = float(norms_above(np.asarray(up(errors / largest))[None])[0])
        return float(up(relative * largest))


def quantize_array(
    w: Floats,
    quantizer: Quantizer,
    rng: np.random.Generator | None = None,
    *,
    name: str = "w",
    off_diagonal: bool = False,
) -> QuantizedArray:
    """The codes, the step and the array fl(s k) of a vector (which is one row) or a matrix.

    With `off_diagonal` the diagonal of the matrix has no part in a step, and the codes 0."""
    given = frozen(name, w, (None,) * max(1, min(np.ndim(w), 2)))
    used = ~np.eye(len(given), dtype=bool) if off_diagonal else None
    if used is not None:
        given = np.where(used, given, 0.0)
    step = _steps(given, quantizer, used)
    every = spread(step, given.shape, quantizer)
    t = _quotients(given, every, quantizer)
    codes = rounded(t, quantizer, rng)
    if used is not None:
        codes = np.where(used, codes, 0.0)
    if not quantizer.zero_point:
        clipped = np.clip(codes, quantizer.least_code, quantizer.greatest_code, out=codes)
        return QuantizedArray(clipped.astype(np.int64), step, quantizer)
    zero = _zero_points(given, step, quantizer)
    shift = np.asarray(spread(zero, given.shape, quantizer))
    clipped = np.clip(codes, -shift, quantizer.greatest_code - shift)
    return QuantizedArray(clipped.astype(np.int64), step, quantizer, zero.astype(np.int64))


def spread(
    values: float | Vector | Floats, shape: tuple[int, ...], quantizer: Quantizer
) -> float | Floats:
    """The values of a tensor, of its rows or of its groups, broadcastable to its shape."""
    if np.ndim(values) == 0:
        return float(values)
    if quantizer.group is not None:
        return np.repeat(values, quantizer.group, axis=-1)[..., : shape[-1]]
    return np.asarray(values)[:, None]


def steps_shape(shape: tuple[int, ...], quantizer: Quantizer) -> tuple[int, ...]:
    """The shape of the steps of an array of this shape; a vector is one row."""
    if quantizer.group is not None:
        return (*shape[:-1], -(-shape[-1] // quantizer.group))
    return shape[:-1] if quantizer.per == "row" else ()


def _parts(w: np.ndarray, quantizer: Quantizer) -> list[list[np.ndarray]]:
    """The entries that share a step: rows of groups of a matrix; a vector is one row."""
    rows = [w] if w.ndim == 1 else list(w)
    width = quantizer.group or max(1, w.shape[-1])
    return [[row[k : k + width] for k in range(0, len(row), width)] for row in rows]


def _steps(w: Floats, quantizer: Quantizer, used: np.ndarray | None) -> float | Floats:
    """The step, or the steps, of the entries that are used; None: of all."""
    if quantizer.per == "tensor" or (quantizer.per == "row" and w.ndim == 1):
        return quantizer.step(w if used is None else w[used])
    used = np.ones(w.shape, dtype=bool) if used is None else used
    if quantizer.per == "row":
        rows = zip(w, used, strict=True)
        return np.array([quantizer.step(row[kept]) for row, kept in rows], dtype=np.float64)
    steps = [
        [quantizer.step(part[kept]) for part, kept in zip(*rows, strict=True)]
        for rows in zip(_parts(w, quantizer), _parts(used, quantizer), strict=True)
    ]
    return np.array(steps, dtype=np.float64).reshape(steps_shape(w.shape, quantizer))


def _quotients(w: Floats, step: float | Floats, quantizer: Quantizer) -> Floats:
    """fl(w / s), or fl(w fl(1/s)); 0 where the step is 0."""
    if not quantizer.reciprocal and np.min(step, initial=np.inf) > 0:
        return w / step
    steps = np.broadcast_to(step, w.shape)
    if not quantizer.reciprocal:
        return np.divide(w, steps, out=np.zeros(w.shape), where=steps > 0)
    with np.errstate(over="ignore"):
        inverse = np.divide(1.0, steps, out=np.zeros(w.shape), where=steps > 0)
    if not np.isfinite(inverse).all():
        raise InputError("the reciprocal of a step overflows: divide by the step instead")
    return w * inverse


def _zero_points(w: Floats, step: float | Floats, quantizer: Quantizer) -> Floats:
    """rint(-min(w, 0) / s) for each step; 0 where the step is 0."""
    if np.ndim(step) == 0:
        least = np.asarray(w.min(initial=0.0))
    elif quantizer.group is None:
        least = w.min(axis=-1, initial=0.0)
    else:
        shape = np.shape(step)
        least = np.array(
            [[part.min(initial=0.0) for part in row] for row in _parts(w, quantizer)]
        ).reshape(shape)
    steps = np.asarray(step)
    return np.rint(np.divide(-least, steps, out=np.zeros(steps.shape), where=steps > 0))
