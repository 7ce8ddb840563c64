"""Quantizers stored as numbers of an instance, and evaluated in rationals by their definition."""

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Any, get_args

from flint import fmpq

from mondeq_ref.quantize.quantizer import Quantizer, Range, Rounding
from mondeq_ref.rigor.dyadic import exact
from mondeq_ref.rigor.rational import fmpq_of, times_power
from proofs_checks.instance import Instance

RANGES, ROUNDINGS = get_args(Range), get_args(Rounding)
NUMBERS = ("bits", "range", "rounding", "per row")
HALF, ZERO = fmpq(1, 2), fmpq(0)

Row = list[fmpq]


def numbers_of(kind: Quantizer) -> dict[str, Fraction]:
    """The numbers by which an instance stores a quantizer."""
    return {
        "bits": Fraction(kind.bits),
        "range": Fraction(RANGES.index(kind.range)),
        "rounding": Fraction(ROUNDINGS.index(kind.rounding)),
        "per row": Fraction(kind.per == "row"),
    }


def quantizer(instance: Instance) -> Quantizer:
    """The quantizer that the numbers of an instance describe."""
    number = {name: int(value) for name, value in instance.numbers.items()}
    return Quantizer(
        number["bits"],
        RANGES[number["range"]],
        ROUNDINGS[number["rounding"]],
        "row" if number["per row"] else "tensor",
    )


def described(instance: Instance) -> dict[str, Any]:
    """The quantizer of an instance, as names and values for people to read."""
    kind = quantizer(instance)
    return {
        "bits": kind.bits,
        "rounding": kind.rounding,
        "range": kind.range,
        "per row": kind.per == "row",
    }


@dataclass(frozen=True)
class Group:
    """Entries that share a step, and their codes, computed in rationals."""

    w: Row
    step: fmpq
    codes: list[int]

    @cached_property
    def errors(self) -> Row:
        return [self.step * k - x for k, x in zip(self.codes, self.w, strict=True)]

    @cached_property
    def array(self) -> Row:
        return [self.step * k for k in self.codes]


@lru_cache(maxsize=2)
def groups(instance: Instance) -> list[Group]:
    """One group of all entries, or one group per row."""
    held, kind = exact(instance.arrays["w"]), quantizer(instance)
    rows = held.integers.table() if kind.per == "row" else [held.integers.entries()]
    unit, step = times_power(1, held.exponent), instance.numbers.get("step")
    given = None if step is None else fmpq_of(step)
    return [group([unit * x for x in row], kind, given) for row in rows]


def group(w: Row, kind: Quantizer, step: fmpq | None = None) -> Group:
    """The entries w with their step and codes, by the definition of the quantizer."""
    s = exact_step(w, kind) if step is None else step
    if s == 0:
        return Group(w, s, [0] * len(w))
    codes = [nearest(x / s, kind.rounding) for x in w]
    return Group(w, s, [min(max(k, kind.least_code), kind.greatest_code) for k in codes])


def exact_step(w: Row, kind: Quantizer) -> fmpq:
    greatest, least = max(w), min(w)
    if kind.range == "full":
        return max(greatest / kind.greatest_code, least / kind.least_code, ZERO)
    reach = kind.greatest_code - (HALF if kind.range == "unclipped" else ZERO)
    return max(greatest, -least) / reach


def nearest(t: fmpq, rounding: Rounding) -> int:
    """t rounded to an integer."""
    if rounding == "toward-zero":
        return int(t.floor() if t >= 0 else t.ceil())
    moved = t + HALF
    code, tie = int(moved.floor()), moved.q == 1
    if rounding == "half-up":
        return code
    if rounding == "half-even":
        return code - 1 if tie and code % 2 else code
    if rounding == "half-away":
        return code - 1 if tie and t < 0 else code
    raise ValueError(f"{rounding} is not defined by the number alone")
