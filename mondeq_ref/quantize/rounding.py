"""Quotients to codes: to the nearest integer by one of its rules, to the nearest E2M1 level, or to
their signs."""

from dataclasses import replace

import numpy as np

from mondeq_ref.arrays import InputError
from mondeq_ref.quantize.quantizer import E2M1_GREATEST, Quantizer
from mondeq_ref.rigor.fast import Floats


def rounded(t: Floats, quantizer: Quantizer, rng: np.random.Generator | None) -> Floats:
    """Codes next to t, not yet clipped to the range of integers."""
    if quantizer.levels == "e2m1" and quantizer.rounding == "half-even":
        return _to_e2m1(t)
    if quantizer.levels == "signs" and quantizer.rounding == "half-even":
        return np.where(t < 0, -1.0, 1.0)
    return _to_integers(t, quantizer, rng)


def nearest_codes(w: Floats, step: float, quantizer: Quantizer) -> Floats:
    """The codes nearest to w / step, whatever the rounding of the quantizer."""
    t = np.divide(w, step, out=np.zeros(w.shape), where=step > 0)
    codes = rounded(t, replace(quantizer, rounding="half-even"), None)
    return np.clip(codes, quantizer.least_code, quantizer.greatest_code)


def _to_integers(t: Floats, quantizer: Quantizer, rng: np.random.Generator | None) -> Floats:
    """Integers next to t.  Adding 1/2 would round; taking the whole part away is exact."""
    whole = np.trunc(t)
    rest = t - whole
    match quantizer.rounding:
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
        case "chosen":
            raise InputError("a chosen rounding comes with its codes: nothing else says what it is")


def _to_e2m1(t: Floats) -> Floats:
    """In units of a half the levels are 0 to 4, 6, 8 and 12: spaced by 1, 2 and 4.  A tie goes to
    the level whose last bit is 0, which is the even multiple of the spacing."""
    size = np.abs(t)
    fine, middle, coarse = (width * np.rint(size / width) for width in (1.0, 2.0, 4.0))
    level = np.where(size <= 4, fine, np.where(size <= 8, middle, coarse))
    return np.copysign(np.minimum(level, E2M1_GREATEST), t)
