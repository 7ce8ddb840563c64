"""Checks that the float arithmetic of this thread is the one that the error bounds assume.

The bounds of the float layer hold for IEEE-754 binary64, rounding to nearest, with
subnormal numbers.  A shared library can change the rounding mode or switch on flush-to-zero for
a thread, so every certification checks both.
"""

UNIT_ROUNDOFF = 2.0**-53
SMALLEST = 2.0**-1074  # the smallest positive float; underflow errs by at most this much


class MachineError(RuntimeError):
    """The float arithmetic of this thread is not the one that the proofs assume."""


def rounds_to_nearest(one: float = 1.0, unit: float = UNIT_ROUNDOFF) -> bool:
    """Whether the tie 1 + u is rounded to 1 and a number above it to 1 + 2u, for both signs.

    Python's floats obey the same control register as NumPy's arrays.  They are arguments, so that
    no compiler adds constants beforehand."""
    more = unit * (1 + 2.0**-20)
    return (
        one + unit == 1
        and one + more == 1 + 2 * UNIT_ROUNDOFF
        and -one - unit == -1
        and -one - more == -1 - 2 * UNIT_ROUNDOFF
    )


def keeps_subnormals(tiny: float = 2.0**-1022, half: float = 0.5) -> bool:
    """Whether subnormal results and subnormal operands keep their values."""
    halves = tiny * half
    return halves == 2.0**-1023 and halves + halves == tiny


def require_ieee() -> None:
    """Raise MachineError if the error bounds do not apply to this thread's arithmetic."""
    if not rounds_to_nearest():
        raise MachineError("floats are not rounded to nearest here: nothing can be certified")
    if not keeps_subnormals():
        raise MachineError("subnormal floats are flushed to zero here: nothing can be certified")
