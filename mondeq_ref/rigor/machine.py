"""Checks that the float arithmetic of this thread is the one that the error bounds assume.

The bounds of the float layer hold for IEEE-754 binary64, rounding to nearest, with
subnormal numbers.  A shared library can change the rounding mode or switch on flush-to-zero for
a thread, so every certification checks both.
"""

import numpy as np

UNIT_ROUNDOFF = 2.0**-53
SMALLEST = 2.0**-1074  # the smallest positive float; underflow errs by at most this much


class MachineError(RuntimeError):
    """The float arithmetic of this thread is not the one that the proofs assume."""


def rounds_to_nearest() -> bool:
    """Whether the tie 1 + u is rounded to 1 and a number above it to 1 + 2u, for both signs."""
    one = np.ones(8)
    above = one + UNIT_ROUNDOFF * (1 + 2.0**-20)
    tie = one + UNIT_ROUNDOFF
    return bool(
        (tie == 1).all()
        and (above == 1 + 2 * UNIT_ROUNDOFF).all()
        and (-tie == -1).all()
        and (-one - UNIT_ROUNDOFF * (1 + 2.0**-20) == -1 - 2 * UNIT_ROUNDOFF).all()
    )


def keeps_subnormals() -> bool:
    """Whether subnormal results and subnormal operands keep their values."""
    tiny = np.full(8, 2.0**-1022)
    halves = tiny * 0.5
    return bool((halves == 2.0**-1023).all() and (halves + halves == tiny).all())


def require_ieee() -> None:
    """Raise MachineError if the error bounds do not apply to this thread's arithmetic."""
    if not rounds_to_nearest():
        raise MachineError("floats are not rounded to nearest here: nothing can be certified")
    if not keeps_subnormals():
        raise MachineError("subnormal floats are flushed to zero here: nothing can be certified")
