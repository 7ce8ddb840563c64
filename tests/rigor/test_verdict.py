"""Three answers, and where each begins: ends that touch, gaps below any float, facts."""

from fractions import Fraction

import pytest
from flint import arb, ctx

from mondeq_ref.rigor.enclosure import Enclosure
from mondeq_ref.rigor.verdict import (
    ONE,
    Guarantee,
    Outcome,
    Verdict,
    at_most,
    exactly,
    exactly_squared,
    fact,
    less,
    precisely,
    precisely_squared,
)

TINY = Fraction(1, 2**300)  # far below what floats around 1 can tell apart
TWO = Fraction(2)


@pytest.mark.parametrize(
    ("lhs", "rhs", "not_above", "below"),
    [
        ((0.0, 1.0), (2.0, 3.0), "PROVED", "PROVED"),
        ((0.0, 1.0), (1.0, 2.0), "PROVED", "UNDECIDED"),  # both may be 1
        ((0.0, 2.0), (1.0, 3.0), "UNDECIDED", "UNDECIDED"),
        ((1.0, 3.0), (0.0, 2.0), "UNDECIDED", "UNDECIDED"),
        ((1.0, 2.0), (0.0, 1.0), "UNDECIDED", "REFUTED"),
        ((2.0, 3.0), (0.0, 1.0), "REFUTED", "REFUTED"),
        ((1.0, 1.0), (1.0, 1.0), "PROVED", "REFUTED"),
    ],
)
def test_bars_that_touch_decide_what_equality_decides(lhs, rhs, not_above, below) -> None:
    lhs, rhs = Enclosure(*lhs), Enclosure(*rhs)
    assert at_most(lhs, rhs).name == not_above
    assert less(lhs, rhs).name == below
    assert Verdict(lhs, rhs, Guarantee.RIGOROUS_FLOAT).outcome.name == not_above


def ball(x: Fraction) -> arb:
    with ctx.workprec(700):
        return arb(x.numerator) / x.denominator


def compared_precisely(lhs: Fraction, rhs: Fraction) -> Verdict:
    with ctx.workprec(700):
        return precisely(ball(lhs), ball(rhs))


def compared_precisely_squared(lhs: Fraction, rhs: Fraction) -> Verdict:
    with ctx.workprec(700):
        return precisely_squared(ball(lhs), ball(rhs))


@pytest.mark.parametrize("squared", [False, True])
@pytest.mark.parametrize("rational", [False, True])
def test_a_gap_below_any_float_is_seen_from_both_sides(rational, squared) -> None:
    compare = {
        (True, False): exactly,
        (True, True): exactly_squared,
        (False, False): compared_precisely,
        (False, True): compared_precisely_squared,
    }[rational, squared]
    below, above = compare(TWO, TWO + TINY), compare(TWO + TINY, TWO)
    assert below.outcome is Outcome.PROVED
    assert above.outcome is Outcome.REFUTED
    for verdict in (below, above):
        assert verdict.guarantee is Guarantee.EXACT
        assert not verdict.equal
        assert verdict.solver == 0.0
        for side in (verdict.lhs, verdict.rhs):
            power = 2 if squared else 1
            assert Fraction(side.lo) ** power <= TWO + TINY
            assert Fraction(side.hi) ** power >= TWO
            assert side.width < 1e-15
    assert at_most(above.lhs, above.rhs) is Outcome.UNDECIDED


@pytest.mark.parametrize("compare", [exactly, exactly_squared])
def test_equal_rationals_are_equal_and_their_ratio_is_one(compare) -> None:
    verdict = compare(Fraction(1, 3), Fraction(1, 3))
    assert verdict.equal
    assert verdict.outcome is Outcome.PROVED
    assert verdict.ratio == ONE == Enclosure(1.0, 1.0)


def test_overlapping_bars_without_a_gap_are_undecided() -> None:
    verdict = Verdict(Enclosure(0.5, 1.0), Enclosure(0.5, 1.0), Guarantee.RIGOROUS_FLOAT)
    assert verdict.outcome is Outcome.UNDECIDED
    assert not verdict.equal
    assert verdict.ratio == Enclosure(0.5, 2.0)


def test_ratio_needs_a_positive_bound() -> None:
    assert exactly(Fraction(1, 4), TWO).ratio == Enclosure(0.125, 0.125)
    assert exactly(Fraction(1), Fraction(0)).ratio is None
    assert exactly(Fraction(0), Fraction(0)).ratio is None
    assert exactly(Fraction(-3), Fraction(-2)).ratio is None
    touching = Verdict(Enclosure(1.0, 1.0), Enclosure(0.0, 1.0), Guarantee.RIGOROUS_FLOAT)
    assert touching.ratio is None
    small = Verdict(Enclosure(1.0, 1.0), Enclosure(0.25, 0.5), Guarantee.RIGOROUS_FLOAT)
    assert small.ratio == Enclosure(2.0, 4.0)


def test_a_fact_is_true_or_false_and_known_exactly() -> None:
    assert fact(True).outcome is Outcome.PROVED
    assert fact(False).outcome is Outcome.REFUTED
    assert fact(True).guarantee is fact(False).guarantee is Guarantee.EXACT
    assert (fact(True).lhs, fact(True).rhs) == (Enclosure(0.0, 0.0), Enclosure(0.0, 0.0))
    assert (fact(False).lhs, fact(False).rhs) == (ONE, Enclosure(0.0, 0.0))
