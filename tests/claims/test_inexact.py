"""The claim `inexact` holds on drawn instances, and its check can fail."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from flint import fmpq

from mondeq_ref.rigor.verdict import Outcome
from proofs_checks.audit.witnesses import decided
from proofs_checks.claims import inexact as claim
from proofs_checks.claims.inexact import THEOREM, measured, named
from proofs_checks.quantities import rounded_bounds
from proofs_checks.quantities.comparison import against
from proofs_checks.quantities.constants import constants
from proofs_checks.quantities.kinds import RATIONAL
from proofs_checks.quantities.rational_points import cleared, column
from proofs_checks.quantities.rounded_runs import NEAREST, TOWARD_ZERO, rounded, runs


@pytest.mark.parametrize("rounding", [NEAREST, TOWARD_ZERO])
def test_rounding_is_what_its_definition_says(rounding: int) -> None:
    grid = Fraction(3, 7)
    values = [Fraction(k, 14) for k in range(60)]
    found = rounded(cleared(column(values)), fmpq(3, 7), rounding)
    definition = round if rounding == NEAREST else int
    assert list(found) == [definition(value / grid) for value in values]


def test_a_negative_grid_has_the_points_of_the_positive_one() -> None:
    (up,), (down,) = (runs(named(1.0, 1.0, 2.5, grid=Fraction(d))) for d in (1, -1))
    assert up is not None
    assert down is not None
    assert [p.value for p in up.points] == [p.value for p in down.points]
    assert up.points[-1].value[0, 0] == 2


def test_shrinking_grid_converges_where_a_fixed_one_stays_away() -> None:
    """From 2 with d = 1: the fixed grid keeps it at 2; halved grids let it go."""
    fixed = named(1.0, 1.0, 2.0)
    shrinking = named(1.0, 1.0, 2.0, shrink=Fraction(1, 2))
    shrinking = replace(shrinking, numbers={**shrinking.numbers, "steps": Fraction(40)})
    (stays,), (goes,) = runs(fixed), runs(shrinking)
    assert stays is not None
    assert goes is not None
    assert stays.limit == 1
    assert goes.limit is None
    assert goes.error(goes.steps) < Fraction(1, 2**70)


def test_sum_of_a_shrinking_grid_is_its_closed_form() -> None:
    built = named(1.0, 1.0, 8.0, shrink=Fraction(1, 3))
    r, g = Fraction(1, 2), Fraction(1, 3)
    for k in range(1, 6):
        power, spread = rounded_bounds.power_and_spread(built, RATIONAL, k)
        assert (power, spread) == (r**k, (r**k - g**k) / (r - g))
    same = named(1.0, 1.0, 8.0, shrink=Fraction(1, 2))
    for k in range(1, 6):
        assert rounded_bounds.power_and_spread(same, RATIONAL, k)[1] == k * r ** (k - 1)
    assert constants(built, RATIONAL).forward_backward == r * r


def test_toward_zero_needs_twice_the_bound() -> None:
    """c = 15/8 and d = 1: toward zero 1 is kept, 7/8 away from z*; the nearest would be 2."""
    built = named(1.0, 1.875, 1.0)
    built = replace(built, numbers={**built.numbers, "rounding": Fraction(TOWARD_ZERO)})
    (found,) = runs(built)
    assert found is not None
    assert found.limit == Fraction(7, 8) ** 2
    assert decided(THEOREM.forms[0], built).outcome is Outcome.PROVED


def test_equality_between_irrational_lengths_is_decided() -> None:
    """From 0 with z* = (1/2, 1/4), Phi(0) = z*/2 is rounded back: sqrt(5)/4 on both sides."""
    built = replace(named(1.0, 0.5, 0.0, n=2), c=np.array([[0.5, 0.25]]))
    one_step = THEOREM.forms[3]
    assert decided(one_step, built).equal
    longer = against(
        "",
        "",
        measured(lambda run: run.error(run.steps) * Fraction(10**30 + 1, 10**30)),
        claim.step_bound,
        in_fractions=claim.step_in_fractions,
    )
    assert decided(longer, built).outcome is Outcome.REFUTED


def test_a_difference_that_rounds_to_nothing_ends_the_iteration() -> None:
    """M = 1, z* = 1, alpha = 1/2: at 2 the difference -1/2 is a tie and becomes 0."""
    for start in (2.0, 3.0, 4.0):
        (found,) = claim.of_differences(named(1.0, 1.0, start))
        assert found is not None
        assert found.end == 1
