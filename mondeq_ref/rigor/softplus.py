"""The margin m = softplus(m_raw) + offset, the same float on every machine.

Arb encloses the real number; when both ends of the ball round to one float, so does the number
between them.  By Lindemann and Weierstrass, log(1 + e^x) is never rational for rational x, so
the sum is never a tie between two floats, and some finite precision suffices.
"""

from math import isfinite

from flint import arb

from mondeq_ref.arrays import InputError
from mondeq_ref.rigor.directed import PRECISION
from mondeq_ref.rigor.process import precision


def softplus_margin(m_raw: float, offset: float) -> float:
    """log(1 + e^m_raw) + offset, rounded once to the nearest float."""
    if not (isfinite(m_raw) and isfinite(offset)):
        raise InputError(f"softplus needs finite numbers, got {m_raw} and {offset}")
    bits = PRECISION
    while True:
        with precision(bits):
            # max(x, 0) + log(1 + e^-|x|): the same number, and no exponential overflows
            ball = (-abs(arb(m_raw))).exp().log1p() + max(m_raw, 0.0) + arb(offset)
            low, high = float(ball.lower()), float(ball.upper())
        if low == high:
            return low + 0.0  # turns a -0.0 into 0.0
        bits *= 2
