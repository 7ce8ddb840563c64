"""One unit attains most bounds exactly, so that over the rationals they are identities."""

from fractions import Fraction

import pytest

from mondeq_ref import bounds

WEIGHTS = [Fraction(-3), Fraction(-1, 2), Fraction(1, 3), Fraction(3, 4)]
INPUTS = [Fraction(1, 5), Fraction(7)]


def solved(W, c):
    """z = ReLU(W z + c) with c > 0 and W < 1."""
    return c / (1 - W)


@pytest.mark.parametrize("W", WEIGHTS)
@pytest.mark.parametrize("W_after", WEIGHTS)
@pytest.mark.parametrize("c", INPUTS)
def test_a_displacement_is_its_bound(W, W_after, c) -> None:
    z, z_after, m, dW = solved(W, c), solved(W_after, c), 1 - W, abs(W - W_after)
    assert abs(z_after - z) == bounds.displacement(dW, m, z_after)
    if dW == W_after - W:  # to the bad side: m - dW is the margin that is left
        assert bounds.margin_after(m, dW) == 1 - W_after
        assert abs(z_after - z) == bounds.displacement_from_original(dW, m, z)


@pytest.mark.parametrize("W", WEIGHTS)
def test_a_distance_is_what_its_residual_step_or_input_says(W) -> None:
    """At z above z*, nothing is clipped by a short step: ReLU(z - a F(z)) = z - a F(z)."""
    m, c, alpha = 1 - W, Fraction(7), Fraction(1, 9)
    z, gap = solved(W, c) + 1, Fraction(1)
    F = m * z - c
    y = z - alpha * F
    assert bounds.distance_of_step(abs(1 - alpha * m), alpha, m) * (z - y) == abs(y - (z - gap))
    assert bounds.distance_of_inputs(m, F) == gap
    assert bounds.change_of_gap(Fraction(5), F, m) == 5 * gap
    assert bounds.rounded_limit(1 - alpha * m, alpha * F) == gap


@pytest.mark.parametrize("m", [Fraction(1, 8), Fraction(1, 2), Fraction(1)])
def test_sharper_residual_bounds_are_attained(m) -> None:
    """beta = 1 + m and q = 1 - m: 1/m where F is small, and 1 where z itself is the residual."""
    beta, q = 1 + m, 1 - m
    assert q * q == beta * beta - 4 * m
    assert bounds.sharper_distance_of_residual(beta, q, m) == 1 / m
    assert bounds.residual_of_distance_from_margin(beta, q) == 1
    assert bounds.distance_of_residual(beta, m) == beta / m
    assert bounds.residual_of_distance(abs(1 - m)) == 2 - m


@pytest.mark.parametrize("W", WEIGHTS)
@pytest.mark.parametrize("alpha", [Fraction(1, 9), Fraction(2)])
def test_one_step_of_each_method_contracts_by_its_factor(W, alpha) -> None:
    """R = 2/(1 + a M) - 1 and Phi = 1 - a M; with m = L the rates are these squared."""
    M = 1 - W
    reflected, forward = 2 / (1 + alpha * M) - 1, 1 - alpha * M
    assert bounds.peaceman_rachford_factor(M, alpha) == reflected
    assert bounds.peaceman_rachford_rate_squared(M, M, alpha) == reflected**2
    assert bounds.published_peaceman_rachford_rate_squared(M, M, alpha) == reflected**2
    assert bounds.forward_backward_rate_squared(M, M, alpha) == forward**2
    assert bounds.douglas_rachford_rate(reflected) == 1 / (1 + alpha * M)


def test_rounded_iterates_add_what_every_step_left() -> None:
    """r = 1/2 and an error of eps a step: z_3 - z* = r^3 + eps (1 + 1/2 + 1/4)."""
    r, eps, z = Fraction(1, 2), Fraction(1, 100), Fraction(1)
    for _ in range(3):
        z = r * z + eps
    spread = 1 + r + r * r
    assert bounds.rounded_iterates(r**3, Fraction(1), eps, spread) == z


@pytest.mark.parametrize(
    ("n", "s", "square"), [(3, 2, 4), (12, 1, 4), (100, Fraction(1, 5), 4 / 3)]
)
def test_expected_perturbation_is_of_standard_deviation(n, s, square) -> None:
    """||dW|| is about 2 sqrt(n) sigma, with sigma^2 = s^2/12 for a uniform error."""
    assert bounds.expected_perturbation_squared(n, s) == pytest.approx(square, rel=1e-15)
