"""Numbers for people never say more than the JSON does."""

from fractions import Fraction
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mondeq_ref.report.digits import (
    at_least,
    at_most,
    is_enclosure,
    listed,
    percent,
    percent_at_most,
    shown,
    text,
)
from mondeq_ref.rigor.enclosure import Enclosure

FLOATS = st.floats(allow_nan=False, allow_infinity=False)


def ends(lo: float, hi: float) -> list[float | None]:
    return [None if abs(end) == inf else end for end in (lo, hi)]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "–"),
        (True, "yes"),
        (12345, "12,345"),
        (0.42681467, "0.4268"),
        (ends(1.0, 1.0), "1"),
        (ends(0.99999999999917, 1.00000000000021), "1 ± 8.4e-13"),
        (ends(1.0, 1.0 + 2**-52), "1 ± 2.3e-16"),
        (ends(0.99999999, 0.999999991), "1 - 8.9e-09"),
        (ends(1.00000001, 1.00000002), "1 + 9.9e-09"),
        (ends(0.42681, 0.42682), "0.4268"),
        (ends(0.42, 0.43), "[0.42, 0.43]"),
        (ends(0.123456, 0.234561), "[0.1234, 0.2346]"),
        (ends(-inf, 3.12345), "<= 3.124"),
        (ends(-3.12345, inf), ">= -3.124"),
        (ends(-inf, inf), "unknown"),
        (0.99999999, "1.000"),
        (0.0, "0"),
        ([[0.5, -2.0], [0.123456, 1.0]], "[[0.5, -2], [0.1235, 1]]"),
        ([1, None, "two"], "[1, –, two]"),
    ],
)
def test_a_number_is_shown_as(value: object, shown: str) -> None:
    assert text(value) == shown


@given(FLOATS, FLOATS)
def test_an_interval_is_rounded_outward(a: float, b: float) -> None:
    lo, hi = min(a, b), max(a, b)
    shown = text(ends(lo, hi))
    if shown.startswith("["):
        low, high = shown[1:-1].split(", ")
        assert float(low) <= lo
        assert float(high) >= hi


@given(st.floats(0.9, 1.1), st.floats(0, 1e-3))
def test_one_is_said_of_one_alone(middle: float, width: float) -> None:
    lo, hi = middle, middle + width
    if text(ends(lo, hi)) == "1":
        assert lo == hi == 1
    if text(lo) == "1":
        assert lo == 1


@given(st.floats(0, 1))
def test_all_and_nothing_are_said_of_1_and_0_alone(fraction: float) -> None:
    assert (percent(fraction) == "100.00 %") == (fraction == 1)
    assert (percent(fraction) == "0.00 %") == (fraction == 0)


@pytest.mark.parametrize(
    "value", [["a", "b"], ["1.0", "2.0"], [1.0], [2.0, 1.0], [1, 2], "1.0", None]
)
def test_other_lists_are_not_enclosures(value: object) -> None:
    assert not is_enclosure(value)


def test_two_entries_of_a_vector_are_no_interval() -> None:
    assert listed([1.0, 1.0]) == "[1, 1]"
    assert listed([[0.5, 0.500001]]) == "[[0.5, 0.5]]"


def test_enclosure_shows_agreeing_digits_else_rounds_outward():
    assert shown(Enclosure(0.12344, 0.12346), 3) == "0.123"
    assert shown(Enclosure(0.12348, 0.12352), 3) == "[0.123, 0.124]"
    assert shown(Enclosure(-inf, 0.12345), 3) == "<= 0.124"


@given(FLOATS)
def test_bounds_are_rounded_to_their_safe_side(value):
    assert float(at_least(value)) <= value <= float(at_most(value))


@given(st.floats(1e-300, 1e300))
def test_a_share_that_is_a_bound_is_rounded_up(share):
    """By less than one unit of the fourth digit."""
    above = Fraction(percent_at_most(share).removesuffix("\N{NO-BREAK SPACE}%"))
    assert 0 <= above - 100 * Fraction(share) < above / 1000


def test_shares_of_zero_and_beyond_floats_are_shown():
    assert percent_at_most(0.0) == "0\N{NO-BREAK SPACE}%"
    assert percent_at_most(inf) == "inf\N{NO-BREAK SPACE}%"
