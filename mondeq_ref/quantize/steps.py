"""Step sizes: by the largest entry, a power of two, or the shared scale of a format.

    largest        the quotient of the largest entry and the largest code, rounded once
    power-of-two   the least power of two that is not below the step so found
    mean           the mean of |w|: their correctly rounded sum over their number, rounded once
    mx-floor       the OCP micro-scaling rule: X = 2^(floor(log2 max|w|) - e), with 2^e the largest
                   power of two among the levels; X is an E8M0 number, so 2^-127 <= X <= 2^127

A level of a b-bit format of integers is k 2^-(b-2), so that its step is X 2^-(b-2), and e = 0; the
levels of E2M1 are multiples of a half up to 6, so that its step is X/2, and e = 2.
"""

from fractions import Fraction
from math import fsum
from typing import Literal

import numpy as np

from mondeq_ref.arrays import InputError
from mondeq_ref.rigor.fast import Floats
from mondeq_ref.rigor.machine import UNIT_ROUNDOFF

StepRule = Literal["largest", "power-of-two", "mean", "mx-floor", "chosen"]

SMALLEST_NORMAL = 2.0**-1022
LARGEST_E8M0 = 127


def largest_step(w: Floats, greatest: float, least: float, *, spread: bool) -> float:
    """The least step at which no entry is clipped to codes from -least to greatest; with
    `spread`, the distance of the extremes (and 0) over `greatest` intervals."""
    above, below = float(w.max(initial=0.0)), float(-w.min(initial=0.0))
    if spread:
        with np.errstate(over="ignore"):
            reach = above + below
        if not np.isfinite(reach):
            raise InputError("the distance of the least and greatest entries overflows")
        return quotient(reach, greatest)
    if greatest == least:
        return quotient(max(above, below), greatest)
    return max(quotient(above, greatest), quotient(below, least))


def mean_step(w: Floats) -> float:
    """The mean of |w|, whose value no order of summation changes; 0 where there are no entries."""
    try:
        return fsum(np.abs(w).ravel().tolist()) / max(w.size, 1)
    except OverflowError:
        raise InputError("the sum of the absolute entries overflows") from None


def quotient(largest: float, reach: float) -> float:
    """largest / reach rounded once; the next float above where that underflows too far."""
    step = largest / reach
    if largest > 0 and step < SMALLEST_NORMAL:
        needed = Fraction(largest) * (1 - Fraction(UNIT_ROUNDOFF))
        if Fraction(step) * Fraction(reach) < needed:
            return float(np.nextafter(step, np.inf))
    return step


def power_of_two_above(step: float) -> float:
    """The least power of two that is not below `step`; 0 for 0."""
    if step == 0:
        return 0.0
    mantissa, exponent = np.frexp(step)
    if exponent - (mantissa == 0.5) > 1023:
        raise InputError("the least power of two above the step overflows")
    return float(np.ldexp(1.0, exponent - (mantissa == 0.5)))


def shared_scale(w: Floats, bits: int | None) -> float:
    """The step of a block by the rule mx-floor; `bits` of its integers, None for E2M1."""
    largest = float(np.abs(w).max(initial=0.0))
    if largest == 0:
        return 0.0
    greatest_exponent, finest = (2, 1) if bits is None else (0, bits - 2)
    exponent = int(np.frexp(largest)[1]) - 1 - greatest_exponent
    return float(np.ldexp(1.0, np.clip(exponent, -LARGEST_E8M0, LARGEST_E8M0) - finest))
