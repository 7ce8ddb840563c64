"""A quantizer is a value: which codes there are, how a quotient is rounded, what shares a step.

With q = 2^(b-1) - 1 the codes k and the step s of an array w (or of one of its rows) are

    narrow       k in [-q, q]              s = max|w| / q                   (the published code)
    full         k in [-q-1, q]            the least s at which no entry of w is clipped
    unclipped    k in [-2^(b-1), 2^(b-1)]  s = 2 max|w| / (2^b - 1)         (the published README)

and k = round(w / s), clipped to its range.  `unclipped` has 2^b + 1 levels, one too many for
b bits: its largest entry always sits on a tie.

Everything is float64, and exactly defined: s is the quotient rounded once, the code is decided
by fl(w / s), as in the published code (which runs in float32, where other near-ties fall other
ways), and the array is fl(s k).  So with Q the largest |code|

    |fl(s k) - w| <= s/2 + 2 Q u s          (s + 2 Q u s toward zero or stochastic)       (1)

Proof.  s >= (1 - u) max|w| / Q', Q' = Q (or Q - 1/2, unclipped), so t = fl(w / s) exceeds the
codes by a few ulps at most and clipping changes nothing that (1) would notice.  |t - w/s| <= u Q
(half an ulp of a number below 2Q, or an underflow where k = 0), |k - t| <= 1/2, and fl(s k) errs
by u s Q at most: s k is a multiple of the smallest float, so that product cannot underflow.

An array of zeros has step 0 and codes 0.  Where s itself underflows, so that it would miss the
quotient by more than a relative u, the next float above is taken: (1) holds at every scale.

Where s is a normal float, the published code is idempotent to the last bit: fl(s k) / s is k but
for a few u, the largest code is q, and fl(fl(s q) / q) = s.  Proof of the last: scale s into
[1, 2) with q = 2^j - 1.  If s q < 2^j, rounding s q errs by 2^(j-54) at most, which q divides to
less than half an ulp of s.  Else it errs by at most 2^(j-53) - 2^-52 < q 2^-53, unless s q is a tie
of floats; but some float, max|w|, lies within q 2^-53 of s q, nearer than a tie allows.
"""

import operator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Literal, get_args

import numpy as np

from mondeq_ref.arrays import InputError, Integers, Vector, frozen
from mondeq_ref.rigor.dyadic import Dyadic, exact, of_integers
from mondeq_ref.rigor.fast import Floats, norms_above, up
from mondeq_ref.rigor.machine import UNIT_ROUNDOFF

Range = Literal["narrow", "full", "unclipped"]
Rounding = Literal["half-even", "half-up", "half-away", "toward-zero", "stochastic"]
Per = Literal["tensor", "row"]
Name = Literal["paper-code", "paper-readme", "custom"]

LEAST_BITS, MOST_BITS = 2, 32
SMALLEST_NORMAL = 2.0**-1022


@dataclass(frozen=True)
class Quantizer:
    """The uniform quantizer without a zero point; by default the published code's."""

    bits: int
    range: Range = "narrow"
    rounding: Rounding = "half-even"
    per: Per = "tensor"

    def __post_init__(self) -> None:
        object.__setattr__(self, "bits", _checked_bits(self.bits))
        for name, options in (("range", Range), ("rounding", Rounding), ("per", Per)):
            if getattr(self, name) not in get_args(options):
                listed = ", ".join(get_args(options))
                raise InputError(f"{name} must be one of {listed}, got {getattr(self, name)!r}")

    @staticmethod
    def named(name: Name, bits: int) -> "Quantizer":
        """The quantizer of the published code, or the different one its README describes."""
        if name == "paper-code":
            return Quantizer(bits)
        if name == "paper-readme":
            return Quantizer(bits, range="unclipped")
        raise InputError(f"a named quantizer is paper-code or paper-readme, got {name!r}")

    @property
    def name(self) -> Name:
        for name in ("paper-code", "paper-readme"):
            if self == Quantizer.named(name, self.bits):
                return name
        return "custom"

    @property
    def least_code(self) -> int:
        return -self.greatest_code - (self.range == "full")

    @property
    def greatest_code(self) -> int:
        return 2 ** (self.bits - 1) - (self.range != "unclipped")

    @property
    def odd_rounding(self) -> bool:
        """Whether -t is always rounded to minus what t is rounded to."""
        return self.rounding in ("half-even", "half-away", "toward-zero")

    @property
    def error_in_steps(self) -> float:
        """(1) divided by s; a multiple of 2u below 2, so a float exactly."""
        nearest = self.rounding not in ("toward-zero", "stochastic")
        return (0.5 if nearest else 1.0) + 2 * -self.least_code * UNIT_ROUNDOFF

    def spec(self, what: str) -> dict[str, object]:
        """What a file or a report says about this quantizer; `unclipped` has no range there."""
        return {
            "name": self.name,
            "bits": self.bits,
            "range": None if self.range == "unclipped" else self.range,
            "round": self.rounding,
            "per": self.per,
            "what": what,
        }

    def step(self, w: Floats) -> float:
        """The one step of these entries."""
        if self.range == "full":
            sides = (
                (w.max(initial=0.0), self.greatest_code),
                (-w.min(initial=0.0), -self.least_code),
            )
            return max(_step(float(largest), float(reach)) for largest, reach in sides)
        reach = self.greatest_code - (0.5 if self.range == "unclipped" else 0.0)
        return _step(float(np.abs(w).max(initial=0.0)), reach)


@dataclass(frozen=True, eq=False)
class QuantizedArray:
    """Integer codes k, their step s (one, or one a row), and the float array fl(s k)."""

    codes: Integers
    step: float | Vector
    quantizer: Quantizer
    array: Floats = field(init=False)

    def __post_init__(self) -> None:
        with np.errstate(over="ignore"):
            array = self._column * self.codes
        if not np.isfinite(array).all():
            raise InputError("the quantized array overflows: s k is beyond the largest float")
        for kept in (array, self.codes, np.asarray(self.step)):
            kept.setflags(write=False)
        object.__setattr__(self, "array", array)

    @property
    def _column(self) -> float | Floats:
        return self.step[:, None] if isinstance(self.step, np.ndarray) else self.step

    @property
    def compact_codes(self) -> np.ndarray:
        """The codes in the smallest integer type that holds every code of the quantizer."""
        return self.codes.astype(np.min_scalar_type(-self.quantizer.greatest_code - 1))

    @cached_property
    def exact(self) -> Dyadic:
        """The matrix s k itself, unrounded; a vector becomes a column."""
        table = self.codes.reshape(len(self.codes), -1)
        if isinstance(self.step, np.ndarray):
            return exact(np.diag(self.step)) @ of_integers(table)
        return of_integers(table, float(self.step))

    @cached_property
    def error_above(self) -> float:
        """A bound of ||array - w||_F known before w is: (1) in every entry, about n s/2."""
        errors = np.atleast_1d(up(np.asarray(self.step) * self.quantizer.error_in_steps))
        largest = float(errors.max(initial=0.0))
        if largest == 0 or not (self.codes.size and np.any(self.step)):
            return 0.0
        relative = float(norms_above(np.asarray(up(errors / largest))[None])[0])
        repeated = up(np.sqrt(self.codes.size / errors.size))
        return float(up(up(repeated * relative) * largest))


def quantize_array(
    w: Floats, quantizer: Quantizer, rng: np.random.Generator | None = None, *, name: str = "w"
) -> QuantizedArray:
    """The codes, the step and the array fl(s k) of a vector (which is one row) or a matrix."""
    given = frozen(name, w, (None,) * max(1, min(np.ndim(w), 2)))
    if quantizer.per == "row" and given.ndim == 2:
        step = np.array([quantizer.step(row) for row in given], dtype=np.float64)
        column: float | Floats = step[:, None]
    else:
        step = column = quantizer.step(given)
    quotient = np.zeros(given.shape)
    np.divide(given, column, out=quotient, where=np.broadcast_to(column, given.shape) > 0)
    rounded = _rounded(quotient, quantizer.rounding, rng)
    codes = np.clip(rounded, quantizer.least_code, quantizer.greatest_code).astype(np.int64)
    return QuantizedArray(codes, step, quantizer)


def _rounded(t: Floats, rounding: Rounding, rng: np.random.Generator | None) -> Floats:
    """Integers next to t.  Adding 1/2 would round; taking the whole part away is exact."""
    whole = np.trunc(t)
    rest = t - whole
    match rounding:
        case "half-even":
            return np.rint(t)
        case "half-up":
            return whole + (rest >= 0.5) - (rest < -0.5)
        case "half-away":
            return whole + np.sign(t) * (np.abs(rest) >= 0.5)
        case "toward-zero":
            return whole
        case "stochastic":
            if rng is None:
                raise InputError("stochastic rounding needs a random generator, got none")
            return whole + np.sign(t) * (rng.random(t.shape) < np.abs(rest))


def _step(largest: float, reach: float) -> float:
    """largest / reach rounded once; the next float above where that underflows too far."""
    step = largest / reach
    if largest > 0 and step < SMALLEST_NORMAL:
        needed = Fraction(largest) * (1 - Fraction(UNIT_ROUNDOFF))
        if Fraction(step) * Fraction(reach) < needed:
            return float(np.nextafter(step, np.inf))
    return step


def _checked_bits(bits: object) -> int:
    try:
        whole = operator.index(bits)  # type: ignore[arg-type]
    except TypeError:
        raise InputError(f"bits must be a whole number, got {bits!r}") from None
    if isinstance(bits, bool) or not LEAST_BITS <= whole <= MOST_BITS:
        raise InputError(f"bits must be between {LEAST_BITS} and {MOST_BITS}, got {bits!r}")
    return whole
