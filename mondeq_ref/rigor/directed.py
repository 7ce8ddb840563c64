"""The two floats next to a sum, a product, a quotient or a root: equal where it is a float itself.

What rounding takes from a sum or a product of floats is again a float, which a few operations
yield exactly (Knuth's and Dekker's; Muller et al., Handbook of Floating-Point Arithmetic, section
4.3); its sign says on which side of the rounded result the exact one lies.  The rest of a
quotient or a root follows from a product: q y is within a few last places of x, so that their
difference is exact.  Outside `LEAST` and `MOST`, where a product could overflow or lose bits to
underflow, Arb finds floats around the result, at eight times the cost; a sum loses nothing to
underflow, and may be as large as `MOST_ADDED`.  All arguments are finite.
"""

from collections.abc import Callable
from math import inf, nextafter, sqrt

from flint import arb, fmpq

from mondeq_ref.rigor.process import precision

PRECISION = 128
LEAST, MOST = 2.0**-400, 2.0**400
MOST_ADDED = 2.0**1021  # no step of a sum overflows
_SPLITTER = 2.0**27 + 1

Ends = tuple[float, float]


def total(x: float, y: float) -> Ends:
    """Floats around x + y."""
    if not (abs(x) <= MOST_ADDED and abs(y) <= MOST_ADDED):
        return _by_arb(lambda a, b: a + b, x, y)
    near = x + y
    of_y = near - x
    return _around(near, (x - (near - of_y)) + (y - of_y))


def product(x: float, y: float) -> Ends:
    """Floats around x y."""
    if x == 0 or y == 0:
        return 0.0, 0.0
    if not (LEAST <= abs(x) <= MOST and LEAST <= abs(y) <= MOST):
        return _by_arb(lambda a, b: a * b, x, y)
    return _around(*_with_rest(x, y))


def quotient(x: float, y: float) -> Ends:
    """Floats around x/y, y not 0."""
    if x == 0:
        return 0.0, 0.0
    if not (LEAST <= abs(x) <= MOST and LEAST <= abs(y) <= MOST):
        return _by_arb(lambda a, b: a / b, x, y)
    near = x / y
    back, rest = _with_rest(near, y)
    left = (x - back) - rest
    return _around(near, left if y > 0 else -left)


def root(x: float) -> Ends:
    """Floats around the root of x >= 0."""
    if x == 0:
        return 0.0, 0.0
    if not LEAST <= x <= MOST:
        return _by_arb(lambda a, _: a.sqrt(), x, 0.0)
    near = sqrt(x)
    back, rest = _with_rest(near, near)
    return _around(near, (x - back) - rest)


def fraction(p: int, q: int) -> Ends:
    """Floats around p/q, q > 0: Python divides integers with one correct rounding."""
    try:
        near = p / q
    except OverflowError:
        with precision(PRECISION):
            return of_ball(arb(fmpq(p, q)))
    a, b = near.as_integer_ratio()
    left, right = p * b, a * q
    return _around(near, (left > right) - (left < right))


def of_ball(ball: arb) -> Ends:
    """Floats around an Arb ball; infinite where it is not finite."""
    if not ball.is_finite():
        return -inf, inf
    return _round_down(ball.lower()), -_round_down(-ball.upper()) + 0.0  # no negative zero


def _around(near: float, rest: float) -> Ends:
    """`rest` has the sign of the exact number minus `near`."""
    near += 0.0  # no negative zero
    if rest > 0:
        return near, nextafter(near, inf)
    return (nextafter(near, -inf), near) if rest < 0 else (near, near)


def _with_rest(x: float, y: float) -> Ends:
    """The rounded product, and what is missing to x y."""
    p = x * y
    a = _SPLITTER * x
    a -= a - x  # the upper half of x; b that of y
    b = _SPLITTER * y
    b -= b - y
    c, d = x - a, y - b
    return p, ((a * b - p) + a * d + c * b) + c * d


def _by_arb(op: Callable[[arb, arb], arb], x: float, y: float) -> Ends:
    with precision(PRECISION):
        return of_ball(op(arb(x), arb(y)))


def _round_down(x: arb) -> float:
    """The largest float that is certainly at most x."""
    near = float(x)
    while near > -inf and not arb(near) <= x:
        near = nextafter(near, -inf)
    return near
