"""The numbers that rungs 1 to 4 compare: both precisions hold the exact ones, at every scale."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from flint import fmpz_mat

from mondeq_ref.certify.ladder import Structure
from mondeq_ref.certify.pair import Pair
from mondeq_ref.instances.families import generic
from mondeq_ref.quantize import Quantizer, quantize
from mondeq_ref.rigor.dyadic import Dyadic
from mondeq_ref.rigor.enclosure import WHOLE_LINE, Enclosure
from mondeq_ref.rigor.verdict import Guarantee
from tests.support.layers import bare

RNG = np.random.default_rng


def frobenius(before, after):
    return Pair(before, after, Guarantee.RIGOROUS_FLOAT).sides.frobenius


@pytest.mark.parametrize("power", [-1074, -1060, -1022, -600, -1, 0, 1, 600, 1018, 1021])
def test_the_frobenius_norm_is_enclosed_tightly_at_every_scale(power):
    """||(3, 4; 0, 0)||_F = 5 and the norm of four ones is 2, times a power of two."""
    zero = bare(np.zeros((2, 2)))
    for table, exact in (([[3.0, 4.0], [0.0, 0.0]], 5), (np.ones((2, 2)), 2)):
        found = frobenius(zero, bare(np.ldexp(np.array(table), power)))
        size = exact * Fraction(2) ** power
        assert Fraction(found.lo) <= size <= Fraction(found.hi)
        slack = max(size * Fraction(1, 10**12), 64 * Fraction(2) ** -1074)
        assert Fraction(found.hi) - Fraction(found.lo) <= slack


def test_rounding_of_a_meant_matrix_enters_the_frobenius_norm():
    """W~ is the array W, and meant is 2^-55 more in every entry of the diagonal."""
    meant = Dyadic(fmpz_mat([[2**54 + 1, 0], [0, 2**54 + 1]]), -55)
    before, after = bare(np.eye(2) / 2), bare(meant.rounded(), exact_weights=meant)
    assert np.array_equal(before.W, after.W)
    found = frobenius(before, after)
    assert Fraction(max(found.lo, 0.0)) ** 2 <= Fraction(2, 4**55) <= Fraction(found.hi) ** 2
    assert found.hi < 2.0**-51


def test_ratios_are_quotients_where_there_is_a_margin():
    """m = 1/2, dW = diag(1/8, -1/4): in norm 1/4, and to the bad side 1/4 too."""
    before = bare(np.diag([0.5, 0.25]))
    for change, norm, one_sided in (
        (np.diag([0.125, -0.25]), 0.5, 0.25),
        (np.diag([0.125, 0.25]), 0.5, 0.5),
        (np.diag([-0.125, -0.25]), 0.5, -0.25),
    ):
        sides = Pair(before, bare(before.W + change)).sides
        for ratio, exact in ((sides.ratio, norm), (sides.one_sided_ratio, one_sided)):
            assert exact - 1e-14 <= ratio.lo <= exact <= ratio.hi <= exact + 1e-14


@pytest.mark.parametrize("diagonal", [2.0, 1.0])
def test_no_ratio_is_said_of_a_margin_that_is_not_positive(diagonal):
    sides = Pair(bare(np.eye(2) * diagonal), bare(np.eye(2))).sides
    assert sides.ratio == sides.one_sided_ratio == WHOLE_LINE


@pytest.mark.parametrize("guarantee", Guarantee)
def test_structure_lifts_the_margin_after_and_nothing_else(guarantee):
    before = generic(RNG(1))
    made = quantize(before, Quantizer(3), "factors")
    structure = Structure(made.promised_margin, made.arrays["A"], made.arrays["K"])
    plain = Pair(before, made.operator, guarantee).sides
    lifted = Pair(before, made.operator, guarantee, structure).sides
    assert lifted.margin_after.lo == max(structure.m, plain.margin_after.lo)
    assert lifted.margin_after.hi >= lifted.margin_after.lo
    assert lifted.norm == plain.norm
    weaker = replace(structure, m=plain.margin_after.lo / 2)
    assert Pair(before, made.operator, guarantee, weaker).sides.margin_after == plain.margin_after
    beyond = replace(structure, m=2 * plain.margin_after.hi)
    claimed = Pair(before, made.operator, guarantee, beyond).sides.margin_after
    assert claimed == Enclosure(beyond.m, beyond.m)


@pytest.mark.parametrize("guarantee", Guarantee)
def test_every_side_is_the_number_it_is_named_after(guarantee):
    """W~ - W = [[0, 1/2], [0, 0]]: Frobenius and norm 1/2, and half of it in the symmetric part."""
    before = bare(np.diag([0.5, 0.25]))
    after = bare(before.W + np.array([[0.0, 0.5], [0.0, 0.0]]))
    sides = Pair(before, after, guarantee).sides
    margin_after = 1 - (0.375 + np.sqrt(0.125**2 + 0.25**2))
    expected = {
        "frobenius": 0.5,
        "norm": 0.5,
        "one_sided": 0.25,
        "margin": 0.5,
        "margin_after": margin_after,
    }
    for name, number in expected.items():
        side = getattr(sides, name)
        assert side.lo - 1e-14 <= number <= side.hi + 1e-14, name
        assert side.width < 1e-12
