"""Numbers of the JSON as text that is never sharper than the number.

An enclosure is shown by the digits on which both its ends agree, else as an interval rounded
outward.  Only exactly 1 is shown as 1, because measured/bound = 1 means that a bound is attained:
an enclosure near 1 is shown by its distance from 1, and a rounded float as 1.000.
"""

from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from math import isfinite
from typing import Any, TypeGuard, cast

from mondeq_ref.rigor.enclosure import Enclosure

DIGITS = 4
EXACT = 800  # decimal digits: no float has more than 767
ABSENT = "–"


def is_enclosure(value: Any) -> TypeGuard[list[float | None]]:
    """Two floats in ascending order, or null for an infinite end; two integers are a list."""
    return (
        isinstance(value, list)
        and len(value) == 2
        and all(end is None or isinstance(end, float) for end in value)
        and (None in value or value[0] <= value[1])
    )


def text(value: Any, digits: int = DIGITS) -> str:
    """Any number or array of the JSON, or a dash where there is none."""
    if value is None:
        return ABSENT
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return _single(value, digits)
    if is_enclosure(value):
        return _interval(value, digits)
    return listed(value, digits) if isinstance(value, list) else str(value)


def listed(value: Any, digits: int = DIGITS) -> str:
    """The text of a vector or matrix, in which two numbers are not an enclosure."""
    if not isinstance(value, list):
        return text(value, digits)
    return f"[{', '.join(listed(item, digits) for item in cast('list[Any]', value))}]"


def shown(value: Enclosure, digits: int = 6) -> str:
    """An `Enclosure` as text."""
    return _interval([end if isfinite(end) else None for end in (value.lo, value.hi)], digits)


def percent(fraction: float | None) -> str:
    """A fraction in [0, 1] in percent; 100 % and 0 % are printed only when exact."""
    if fraction is None:
        return ABSENT
    shown = f"{100 * fraction:.2f}"
    if shown == "100.00" and fraction < 1:
        shown = "99.99"
    if shown == "0.00" and fraction > 0:
        shown = "0.01"
    return f"{shown} %"


def at_most(value: float, digits: int = DIGITS) -> str:
    """An upper bound, rounded up."""
    return _outward(repr(value), ROUND_CEILING, digits)


def at_least(value: float, digits: int = DIGITS) -> str:
    """A lower bound, rounded down."""
    return _outward(repr(value), ROUND_FLOOR, digits)


def percent_at_most(share: float) -> str:
    """An upper bound of a share, of whatever size, rounded up."""
    percent = Context(prec=EXACT).multiply(Decimal(100), Decimal(share))
    return f"{_outward(str(percent), ROUND_CEILING, DIGITS)}\N{NO-BREAK SPACE}%"


def _single(value: float, digits: int) -> str:
    shown = f"{value:.{digits}g}"
    return f"{value:.{digits - 1}f}" if float(shown) == 1 and value != 1 else shown


def _interval(ends: list[float | None], digits: int) -> str:
    lo, hi = ends
    if lo is None:
        return "unknown" if hi is None else f"<= {at_most(hi, digits)}"
    if hi is None:
        return f">= {at_least(lo, digits)}"
    first, last = f"{lo:.{digits}g}", f"{hi:.{digits}g}"
    if first != last:
        return f"[{at_least(lo, digits)}, {at_most(hi, digits)}]"
    if float(first) == 1 and not lo == hi == 1:
        return _beside_one(lo, hi)
    return first


def _beside_one(lo: float, hi: float) -> str:
    """An enclosure that rounds to 1, as its distance from 1, rounded outward."""
    above, below = Decimal(hi) - 1, 1 - Decimal(lo)
    if above < 0:
        return f"1 - {_brief(-above, ROUND_FLOOR)}"
    if below < 0:
        return f"1 + {_brief(-below, ROUND_FLOOR)}"
    return f"1 ± {_brief(max(above, below), ROUND_CEILING)}"


def _brief(value: Decimal, rounding: str) -> str:
    return f"{float(Context(prec=2, rounding=rounding).plus(value)):.2g}"


def _outward(end: str, rounding: str, digits: int) -> str:
    return f"{float(Context(prec=digits, rounding=rounding).plus(Decimal(end))):.{digits}g}"
