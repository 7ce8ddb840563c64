"""Quantizers stored as numbers of an instance, and evaluated in rationals by their definition."""

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from math import ceil, floor
from typing import Any, get_args

from mondeq_ref.quantize.quantizer import Quantizer, Range, Rounding
from mondeq_ref.rigor.dyadic import exact
from proofs_checks.instance import Instance

RANGES, ROUNDINGS = get_args(Range), get_args(Rounding)
NUMBERS = ("bits", "range", "rounding", "per row")
HALF = Fraction(1, 2)

Row = list[Fraction]


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
    step: Fraction
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
    rows = exact(instance.arrays["w"]).fractions()
    kind = quantizer(instance)
    shared = rows if kind.per == "row" else [[x for row in rows for x in row]]
    return [group(w, kind, instance.numbers.get("step")) for w in shared]


def group(w: Row, kind: Quantizer, step: Fraction | None = None) -> Group:
    """The entries w with their step and codes, by the definition of the quantizer."""
    s = exact_step(w, kind) if step is None else step
    if s == 0:
        return Group(w, s, [0] * len(w))
    codes = [nearest(x / s, kind.rounding) for x in w]
    return Group(w, s, [min(max(k, kind.least_code), kind.greatest_code) for k in codes])


def exact_step(w: Row, kind: Quantizer) -> Fraction:
    greatest, least = max(w), min(w)
    if kind.range == "full":
        return max(greatest / kind.greatest_code, least / kind.least_code, Fraction(0))
    reach = kind.greatest_code - (HALF if kind.range == "unclipped" else 0)
    return max(greatest, -least) / reach


def nearest(t: Fraction, rounding: Rounding) -> int:
    """t rounded to an integer."""
    if rounding == "half-even":
        return round(t)
    if rounding == "half-up":
        return floor(t + HALF)
    if rounding == "half-away":
        return floor(t + HALF) if t >= 0 else ceil(t - HALF)
    return int(t)
