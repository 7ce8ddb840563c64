"""Quantizers: the range of codes, the rounding of quotients, and the entries that share a step.

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
codes by a few ulps at most, and clipping does not increase the bound (1).  |t - w/s| <= u Q
(half an ulp of a number below 2Q, or an underflow where k = 0), |k - t| <= 1/2, and fl(s k) errs
by u s Q at most: s k is a multiple of the smallest float, so that product cannot underflow.

Beside these: the step times a `factor` (below 1 a few entries are clipped and all others get
finer), the least power of two at which nothing is clipped, the shared power of two of the
micro-scaling formats (`steps`), one step for each group of 32, 64 or 128 entries of a row, an
affine range with a zero point (`arrays`), the levels of E2M1 (`rounding`), the mean of |w| as the
step, the two levels -1 and 1 of one bit (for which the mean is the step whose squared error is
least), and fl(w fl(1/s)) in place of fl(w / s).  A `chosen` step or rounding was found by a search
and is stored with the codes.

An array of zeros has step 0 and codes 0.  Where s itself underflows, so that it would miss the
quotient by more than a relative u, the next float above is taken: (1) holds at every scale.

Where s is a normal float, the published code is idempotent to the last bit: fl(s k) / s is k but
for a few u, the largest code is q, and fl(fl(s q) / q) = s.  Proof of the last: scale s into
[1, 2) with q = 2^j - 1.  If s q < 2^j, rounding s q errs by 2^(j-54) at most, which q divides to
less than half an ulp of s.  Else it errs by at most 2^(j-53) - 2^-52 < q 2^-53, unless s q is a tie
of floats; but some float, max|w|, lies within q 2^-53 of s q, nearer than a tie allows.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf, isfinite
from typing import Any, Literal, get_args

from mondeq_ref.arrays import InputError
from mondeq_ref.quantize.checked import LEAST_BITS, checked_bits, checked_factor
from mondeq_ref.quantize.steps import (
    StepRule,
    largest_step,
    mean_step,
    power_of_two_above,
    shared_scale,
)
from mondeq_ref.rigor.fast import Floats
from mondeq_ref.rigor.machine import UNIT_ROUNDOFF

Range = Literal["narrow", "full", "unclipped"]
Rounding = Literal["half-even", "half-up", "half-away", "toward-zero", "stochastic", "chosen"]
Per = Literal["tensor", "row", "group"]
Levels = Literal["integers", "e2m1", "signs"]
Name = Literal["paper-code", "paper-readme", "mxint4", "mxfp4", "signs", "custom"]

GROUPS = (32, 64, 128)
E2M1_GREATEST = 12  # 6, the largest level, in units of a half
ALWAYS = ("name", "bits", "range", "round", "per", "what")


@dataclass(frozen=True)
class Quantizer:
    """A uniform quantizer, or one with the levels of E2M1; by default the published code's.

    Parameters
    ----------
    bits : int
        From 2 to 32; 1 with the levels "signs".
    range, rounding, per
        The range of codes, the rounding of quotients, and the entries that share a step.
    group : int, optional
        With ``per="group"``, the number of neighbors in a row that share a step: 32, 64 or 128.
    step_rule : str
        "largest" (as published), "power-of-two", "mean" (of the absolute entries), "mx-floor" (the
        scale rule of the OCP formats) or "chosen" (by a search; then the codes come with their
        step).
    factor : float
        The factor of the step by the largest entry or by the mean; below 1 a few entries are
        clipped.
    zero_point : bool
        Affine: 2^bits codes between the least and the greatest entry, 0 being one of the levels.
    reciprocal : bool
        Multiply by the rounded reciprocal of the step where the published code divides.
    levels : str
        "integers"; "e2m1": 0, 1/2, 1, 3/2, 2, 3, 4, 6 and their negatives; or "signs": -1 and 1,
        and 1 for 0.
    """

    bits: int
    range: Range = "narrow"
    rounding: Rounding = "half-even"
    per: Per = "tensor"
    group: int | None = None
    step_rule: StepRule = "largest"
    factor: float = 1.0
    zero_point: bool = False
    reciprocal: bool = False
    levels: Levels = "integers"

    def __post_init__(self) -> None:
        object.__setattr__(self, "bits", checked_bits(self.bits, self.levels))
        for name, options in CHOICES.items():
            if getattr(self, name) not in options:
                listed = ", ".join(options)
                raise InputError(f"{name} must be one of {listed}, got {getattr(self, name)!r}")
        for name in ("zero_point", "reciprocal"):
            if not isinstance(getattr(self, name), bool):
                raise InputError(f"{name} must be true or false, got {getattr(self, name)!r}")
        if self.per == "group" and self.group is None:
            raise InputError("a step per group needs the size of the group: 32, 64 or 128")
        if self.group is not None and self.per != "group":
            raise InputError(f"a group of {self.group!r} needs per group, got per {self.per}")
        if self.group is not None and (type(self.group) is not int or self.group not in GROUPS):
            raise InputError(f"group must be 32, 64 or 128, got {self.group!r}")
        object.__setattr__(self, "factor", checked_factor(self.factor, self.step_rule))
        _check_together(self)

    @staticmethod
    def named(name: str, bits: int) -> "Quantizer":
        """The quantizer of the published code or of its README, a micro-scaling format (32
        neighbors share a power of two, and a number has 4 bits), or signs times their mean."""
        if name == "paper-code":
            return Quantizer(bits)
        if name == "paper-readme":
            return Quantizer(bits, range="unclipped")
        if name == "mxint4":
            return Quantizer(bits, per="group", group=32, step_rule="mx-floor")
        if name == "mxfp4":
            return Quantizer(bits, per="group", group=32, step_rule="mx-floor", levels="e2m1")
        if name == "signs":
            return Quantizer(bits, step_rule="mean", levels="signs")
        raise InputError(f"the name of a quantizer must be one of {', '.join(NAMED)}, got {name!r}")

    @property
    def name(self) -> Name:
        for name in NAMED:
            wanted = ONLY_BITS.get(name, self.bits)
            if (
                self.bits == wanted
                and (name == "signs" or self.bits > 1)
                and self == Quantizer.named(name, self.bits)
            ):
                return name
        return "custom"

    @property
    def least_code(self) -> int:
        """The least code; with a zero point, the least difference of a code and the zero point."""
        return -self.greatest_code - (self.range == "full")

    @property
    def greatest_code(self) -> int:
        if self.zero_point:
            return 2**self.bits - 1
        if self.levels == "e2m1":
            return E2M1_GREATEST
        if self.levels == "signs":
            return 1
        return 2 ** (self.bits - 1) - (self.range != "unclipped")

    @property
    def odd_rounding(self) -> bool:
        """Whether -t is always rounded to minus the rounded t."""
        odd = self.rounding in ("half-even", "half-away", "toward-zero")
        return odd and self.levels != "signs"

    @property
    def is_definite(self) -> bool:
        """Whether the array alone determines its codes, without a choice or a random number."""
        return self.rounding not in ("stochastic", "chosen") and self.step_rule != "chosen"

    @property
    def error_in_steps(self) -> float:
        """(1) divided by s; a multiple of 2u below 2, so a float exactly.  Infinite where entries
        may be clipped or their rounding is chosen."""
        clips = self.factor < 1 or self.step_rule in ("mean", "mx-floor", "chosen")
        if clips or self.rounding == "chosen" or self.levels == "signs":
            return inf
        nearest = self.rounding not in ("toward-zero", "stochastic")
        ulps = 8 if self.zero_point or self.reciprocal else 2
        return (0.5 if nearest else 1.0) + ulps * -self.least_code * UNIT_ROUNDOFF

    def spec(self, what: str, offset: float | None = None) -> dict[str, object]:
        """The description of this quantizer in files and reports; `unclipped` has range None, and
        fields that differ from the published code have further keys."""
        said: dict[str, object] = {
            "name": self.name,
            "bits": self.bits,
            "range": None if self.range == "unclipped" else self.range,
            "round": self.rounding,
            "per": self.per,
            "what": what,
        }
        usual = Quantizer(LEAST_BITS)
        for key, name in EXTRA.items():
            if getattr(self, name) != getattr(usual, name):
                said[key] = getattr(self, name)
        return said if offset is None else said | {"offset": offset}

    @staticmethod
    def from_spec(spec: object) -> "Quantizer":
        """The quantizer that `spec` describes: the inverse of the method `spec`."""
        if not isinstance(spec, Mapping):
            raise InputError(f"a quantizer is described by an object, got {spec!r}")
        held: Mapping[Any, Any] = spec
        missing = [key for key in ALWAYS if key not in held]
        unknown = [key for key in held if key not in (*ALWAYS, *EXTRA, "offset")]
        if missing or unknown:
            fault = f"lacks {missing[0]}" if missing else f"has the unknown key {unknown[0]!r}"
            raise InputError(f"the description of a quantizer {fault}: {dict(held)!r}")
        extra = {name: held[key] for key, name in EXTRA.items() if key in held}
        limits = "unclipped" if held["range"] is None else held["range"]
        made = Quantizer(held["bits"], limits, held["round"], held["per"], **extra)
        if made.spec(held["what"], held.get("offset")) != dict(held):
            raise InputError(
                f"the name does not fit the description of the quantizer: {dict(held)!r}"
            )
        return made

    def step(self, w: Floats) -> float:
        """The step that these entries share."""
        if self.step_rule == "mx-floor":
            return shared_scale(w, self.bits if self.levels == "integers" else None)
        if self.step_rule == "mean":
            return self._scaled(mean_step(w))
        if self.step_rule == "chosen":
            raise InputError("a chosen step comes with its codes and cannot be computed")
        greatest, least = self.greatest_code, -self.least_code
        half_out = 0.5 if self.range == "unclipped" else 0.0
        step = largest_step(w, greatest - half_out, least - half_out, spread=self.zero_point)
        scaled = self._scaled(step)
        return power_of_two_above(scaled) if self.step_rule == "power-of-two" else scaled

    def _scaled(self, step: float) -> float:
        scaled = step * self.factor
        if not isfinite(scaled):
            raise InputError("the step overflows: it is multiplied by too large a factor")
        return scaled


NAMED: tuple[Name, ...] = ("paper-code", "paper-readme", "mxint4", "mxfp4", "signs")
ONLY_BITS = {"mxint4": 4, "mxfp4": 4, "signs": 1}  # of the names that have one bit-width
CHOICES = {
    "range": get_args(Range),
    "rounding": get_args(Rounding),
    "per": get_args(Per),
    "step_rule": get_args(StepRule),
    "levels": get_args(Levels),
}
# Keys of a spec for fields that differ from the published code, and these fields.
EXTRA = {
    "group": "group",
    "step": "step_rule",
    "factor": "factor",
    "zero_point": "zero_point",
    "reciprocal": "reciprocal",
    "levels": "levels",
}


def _check_together(quantizer: Quantizer) -> None:
    if quantizer.zero_point and quantizer.range != "narrow":
        raise InputError("a zero point has a range of its own: leave range at narrow")
    if quantizer.zero_point and quantizer.step_rule != "largest":
        raise InputError("a zero point needs the step by the largest entry")
    if quantizer.levels == "e2m1" and (
        quantizer.bits != 4 or quantizer.range != "narrow" or quantizer.zero_point
    ):
        raise InputError("the levels of E2M1 are 4 bits, narrow, without a zero point")
    if quantizer.levels == "e2m1" and quantizer.rounding not in ("half-even", "chosen"):
        raise InputError(f"the levels of E2M1 are rounded half-even, got {quantizer.rounding}")
    if quantizer.levels == "signs" and (
        quantizer.range != "narrow" or quantizer.zero_point or quantizer.step_rule == "mx-floor"
    ):
        raise InputError("signs are narrow, without a zero point and without a micro-scaling step")
    if quantizer.levels == "signs" and quantizer.rounding not in ("half-even", "chosen"):
        raise InputError(
            f"signs are not rounded: leave round at half-even, got {quantizer.rounding}"
        )
    if quantizer.step_rule == "mx-floor" and quantizer.range != "narrow":
        raise InputError("the shared scale of a micro-scaling format needs the narrow range")
