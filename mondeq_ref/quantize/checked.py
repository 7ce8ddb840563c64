"""Checks of the numbers in the description of a quantizer."""

import operator
from math import isfinite

from mondeq_ref.arrays import InputError
from mondeq_ref.quantize.steps import StepRule
from mondeq_ref.whats import LEAST_BITS, MOST_BITS


def checked_factor(factor: object, rule: StepRule) -> float:
    if not isinstance(factor, int | float) or isinstance(factor, bool):
        raise InputError(f"factor must be a number, got {factor!r}")
    if not (isfinite(factor) and factor > 0):
        raise InputError(f"factor must be a positive number, got {factor!r}")
    if factor != 1 and rule not in ("largest", "power-of-two", "mean"):
        raise InputError(f"factor multiplies the step by the largest entry, not a step {rule}")
    return float(factor)


def checked_bits(bits: object, levels: str) -> int:
    try:
        whole = operator.index(bits)  # type: ignore[arg-type]
    except TypeError:
        raise InputError(f"bits must be a whole number, got {bits!r}") from None
    if levels == "signs":
        if whole != 1:
            raise InputError(f"the levels 'signs' have 1 bit, got {bits!r}")
    elif isinstance(bits, bool) or not LEAST_BITS <= whole <= MOST_BITS:
        raise InputError(f"bits must be between {LEAST_BITS} and {MOST_BITS}, got {bits!r}")
    return whole
