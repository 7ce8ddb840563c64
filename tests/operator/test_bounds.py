"""Bounds that no instance attains, or that stand on both sides of a comparison: what fixes them.

A weaker right-hand side is true as well, and a factor on both sides cancels: no claim can notice
either.  These identities do.
"""

from fractions import Fraction

import pytest

from mondeq_ref import bounds

MARGINS = [Fraction(1, 7), Fraction(1, 2), Fraction(1)]


@pytest.mark.parametrize("m", MARGINS)
def test_tseng_at_half_step_gains_one_over_kappa_plus_4_3(m) -> None:
    L = Fraction(3, 2)
    rate = bounds.forward_backward_forward_rate_squared(m, L * L, 1 / (2 * L))
    assert rate == 1 - 1 / (L / m + Fraction(4, 3))


@pytest.mark.parametrize("m", MARGINS)
def test_forward_backward_at_best_step_gains_1_over_kappa2(m) -> None:
    L = Fraction(3, 2)
    rate = bounds.forward_backward_rate_squared(m, L, m / (L * L))
    assert rate == 1 - (m / L) * (m / L)


@pytest.mark.parametrize("W", [Fraction(-2), Fraction(1, 3), Fraction(3, 4)])
def test_condition_number_is_log_derivative_for_one_unit(W) -> None:
    """z = c/(1 - W), so (dz/z)/(dW/W) is W/(1 - W) and, for W + t, a multiple 1/(1 - t/(1 - W))."""
    c, t = Fraction(5), Fraction(1, 1000)
    before, after = c / (1 - W), c / (1 - W - t)
    ratio = ((after - before) / before) / (t / W)
    assert bounds.relative_condition(1 / (1 - W), W) == ratio * (1 - t / (1 - W))


def test_sharper_residual_distance_gains_less_than_two() -> None:
    """m = 1/2 and beta = ||I + M|| = 3/2 give q^2 = 1/4; the gain is that of q against beta."""
    beta, q, m = Fraction(3, 2), Fraction(1, 2), Fraction(1, 2)
    published = bounds.distance_of_residual(beta, m)
    sharper = bounds.sharper_distance_of_residual(beta, q, m)
    assert sharper < published < 2 * sharper
    assert sharper / published == (1 + q / beta) / 2
