"""What an Enclosure says of a number is true of the exact number, and tight where it can be."""

import operator
from contextlib import suppress
from fractions import Fraction
from math import inf, isfinite, ldexp, nan, nextafter

import numpy as np
import pytest
from flint import arb, fmpq
from hypothesis import assume, given
from hypothesis import strategies as st

from mondeq_ref.rigor import directed
from mondeq_ref.rigor.enclosure import (
    WHOLE_LINE,
    Enclosure,
    UndecidedError,
    from_ball,
    from_rational,
)

FINITE = st.floats(allow_nan=False, allow_infinity=False)


@st.composite
def enclosures(draw: st.DrawFn) -> tuple[Enclosure, Fraction]:
    """An interval of floats and a rational inside, its ends included."""
    lo, hi = sorted((draw(FINITE), draw(FINITE)))
    share = draw(st.sampled_from([Fraction(0), Fraction(1), Fraction(1, 3), Fraction(1, 10**9)]))
    return Enclosure(lo, hi), Fraction(lo) + share * (Fraction(hi) - Fraction(lo))


def contains(enclosure: Enclosure, x: Fraction) -> bool:
    above = enclosure.lo == -inf or Fraction(enclosure.lo) <= x
    return above and (enclosure.hi == inf or x <= Fraction(enclosure.hi))


@given(enclosures(), enclosures())
def test_arithmetic_contains_the_exact_result(
    a: tuple[Enclosure, Fraction], b: tuple[Enclosure, Fraction]
) -> None:
    (A, x), (B, y) = a, b
    assert contains(A + B, x + y)
    assert contains(A - B, x - y)
    assert contains(A * B, x * y)
    assert contains(-A, -x)
    if y:
        assert contains(A / B, x / y)


@given(enclosures(), FINITE, st.integers(-(10**40), 10**40), st.fractions())
def test_numbers_on_either_side_are_taken_exactly(
    a: tuple[Enclosure, Fraction], f: float, i: int, q: Fraction
) -> None:
    A, x = a
    for number in (f, i, q):
        exact = Fraction(number)
        assert contains(number + A, exact + x)
        assert contains(A + number, exact + x)
        assert contains(number - A, exact - x)
        assert contains(number * A, exact * x)
        if x and not A.lo <= 0 <= A.hi:
            assert contains(number / A, exact / x)


@given(enclosures())
def test_the_root_of_a_nonnegative_number_is_enclosed(a: tuple[Enclosure, Fraction]) -> None:
    A, x = a
    assume(x >= 0)
    root = A.sqrt()
    assert root.lo == -inf or root.lo <= 0 or Fraction(root.lo) ** 2 <= x
    assert root.hi == inf or x <= Fraction(root.hi) ** 2


@given(st.integers(-(2**52), 2**52), st.integers(-(2**52), 2**52))
def test_operations_whose_results_are_floats_are_exact(p: int, q: int) -> None:
    total = Enclosure.of(p) + Enclosure.of(q)
    assert total.lo == total.hi == p + q
    assert (Enclosure.of(float(p)) * 0.5).width == 0
    assert Enclosure.of(float(p * p % 2**26) ** 2).sqrt() == Enclosure.of(p * p % 2**26)


NEAR_ONE = st.floats(0.5, 2.0)


@given(NEAR_ONE, NEAR_ONE, st.integers(-450, 450), st.integers(-450, 450))
def test_ends_are_neighbors_and_equal_only_at_a_float(x: float, y: float, j: int, k: int) -> None:
    x, y = ldexp(x, j), -ldexp(y, k)
    p, q = Fraction(x), Fraction(y)
    results = [
        (directed.product(x, y), p * q),
        (directed.quotient(x, y), p / q),
        (directed.total(x, y), p + q),
        (directed.total(x, -x * (1 + 2**-52)), p - Fraction(x * (1 + 2**-52))),
    ]
    for (lo, hi), exact in results:
        assert Fraction(lo) <= exact <= Fraction(hi) <= Fraction(nextafter(lo, inf))
        assert (lo == hi) == (Fraction(lo) == exact)
    lo, hi = directed.root(x)
    assert Fraction(lo) ** 2 <= p <= Fraction(hi) ** 2
    assert hi <= nextafter(lo, inf)


@given(st.fractions())
def test_a_rational_lies_between_neighboring_floats(q: Fraction) -> None:
    enclosure = from_rational(fmpq(q.numerator, q.denominator))
    assert contains(enclosure, q)
    assert enclosure.hi <= nextafter(enclosure.lo, inf)
    assert (enclosure.lo == enclosure.hi) == (Fraction(q.numerator / q.denominator) == q)


def test_numbers_beyond_floats_have_one_infinite_end() -> None:
    largest = float(np.finfo(np.float64).max)
    assert from_ball(arb("1e400")) == Enclosure(largest, inf)
    assert from_ball(arb("-1e400")) == Enclosure(-inf, -largest)
    assert from_ball(arb(2) ** -5000) == Enclosure(0.0, 5e-324)
    assert from_ball(arb("nan")) == WHOLE_LINE
    assert from_ball(arb("inf")) == WHOLE_LINE
    assert (Enclosure.of(largest) + largest).hi == inf
    assert contains(Enclosure.of(largest) * 2, 2 * Fraction(largest))


def test_what_is_undefined_or_unbounded_is_the_whole_line() -> None:
    assert Enclosure(1.0, 2.0) / Enclosure(-1.0, 1.0) == WHOLE_LINE
    assert Enclosure(1.0, 2.0) / Enclosure(0.0, 1.0) == WHOLE_LINE
    assert Enclosure(1.0, 2.0) / -0.0 == WHOLE_LINE
    assert Enclosure(1.0, inf) + 1.0 == WHOLE_LINE
    assert Enclosure(0.0, 0.0) * WHOLE_LINE == WHOLE_LINE
    assert Enclosure(-2.0, -1.0).sqrt() == WHOLE_LINE
    assert WHOLE_LINE.width == inf


@pytest.mark.parametrize(("lo", "hi"), [(1.0, 0.0), (nan, 1.0), (0.0, nan), (inf, -inf)])
def test_an_empty_or_undefined_enclosure_cannot_be_made(lo: float, hi: float) -> None:
    with pytest.raises(ValueError, match="lo <= hi"):
        Enclosure(lo, hi)


@given(enclosures())
def test_the_middle_lies_inside(a: tuple[Enclosure, Fraction]) -> None:
    A, _ = a
    assert A.lo <= A.mid <= A.hi
    assert isfinite(A.mid)
    assert WHOLE_LINE.mid == 0


@given(enclosures(), st.floats(0, 1e300))
def test_widening_reaches_everything_within_the_radius(
    a: tuple[Enclosure, Fraction], radius: float
) -> None:
    A, x = a
    assert contains(A.widened(radius), x + Fraction(radius))
    assert contains(A.widened(radius), x - Fraction(radius))
    assert A.widened(inf) == WHOLE_LINE


@given(enclosures(), enclosures())
def test_a_comparison_is_true_of_the_numbers_or_raises(
    a: tuple[Enclosure, Fraction], b: tuple[Enclosure, Fraction]
) -> None:
    (A, x), (B, y) = a, b
    for compare in (operator.lt, operator.le, operator.gt, operator.ge):
        for left, right, sides in ((A, B, (x, y)), (A, y, (x, y)), (x, B, (x, y))):
            with suppress(UndecidedError):
                assert compare(left, right) is compare(*sides)


def test_what_can_be_decided_is_decided() -> None:
    fifth = Enclosure(0.125, 0.25)
    assert all((fifth > 0, fifth >= 0.125, fifth <= Fraction(1, 4), fifth < 1, fifth < Fraction(1)))
    assert not any((fifth < 0.125, fifth > 0.25, fifth >= 1, fifth <= 0))
    for undecided in (0.125, 0.2, fifth):
        with pytest.raises(UndecidedError, match="error bars overlap"):
            _ = fifth > undecided
    with pytest.raises(UndecidedError):
        _ = Enclosure(0.0, inf) > 0


def test_a_format_shows_the_middle_and_none_both_ends() -> None:
    fifth = Enclosure(0.125, 0.25)
    assert float(fifth) == 0.1875
    assert f"{fifth:.3f}|{fifth:>8.2e}" == "0.188|1.88e-01"
    assert f"{fifth}" == str(fifth) == "Enclosure(lo=0.125, hi=0.25)"
