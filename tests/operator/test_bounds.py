"""Bounds that no instance attains, or that stand on both sides of a comparison: what fixes them.

A weaker right-hand side is true as well, and a factor on both sides cancels: no claim can notice
either.  These identities do.
"""

from fractions import Fraction

import pytest

from mondeq_ref import bounds

MARGINS = [Fraction(1, 7), Fraction(1, 2), Fraction(1)]


@pytest.mark.parametrize("m", MARGINS)
def test_at_half_its_longest_step_tseng_gains_one_over_kappa_plus_four_thirds(m) -> None:
    L = Fraction(3, 2)
    rate = bounds.forward_backward_forward_rate_squared(m, L * L, 1 / (2 * L))
    assert rate == 1 - 1 / (L / m + Fraction(4, 3))


@pytest.mark.parametrize("m", MARGINS)
def test_at_its_best_step_forward_backward_gains_one_over_kappa_squared(m) -> None:
    L = Fraction(3, 2)
    rate = bounds.forward_backward_rate_squared(m, L, m / (L * L))
    assert rate == 1 - (m / L) * (m / L)


@pytest.mark.parametrize("W", [Fraction(-2), Fraction(1, 3), Fraction(3, 4)])
def test_the_relative_condition_number_is_the_logarithmic_derivative_for_one_unit(W) -> None:
    """z = c/(1 - W), so (dz/z)/(dW/W) is W/(1 - W) and, for W + t, a multiple 1/(1 - t/(1 - W))."""
    c, t = Fraction(5), Fraction(1, 1000)
    before, after = c / (1 - W), c / (1 - W - t)
    ratio = ((after - before) / before) / (t / W)
    assert bounds.relative_condition(1 / (1 - W), W) == ratio * (1 - t / (1 - W))


def test_the_sharper_distance_of_a_residual_gains_less_than_a_factor_two() -> None:
    """m = 1/2 and beta = ||I + M|| = 3/2 give q^2 = 1/4; the gain is that of q against beta."""
    beta, q, m = Fraction(3, 2), Fraction(1, 2), Fraction(1, 2)
    published = bounds.distance_of_residual(beta, m)
    sharper = bounds.sharper_distance_of_residual(beta, q, m)
    assert sharper < published < 2 * sharper
    assert sharper / published == (1 + q / beta) / 2
