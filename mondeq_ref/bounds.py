"""The right-hand side of every claim, each formula written once.

Only + - * / are used, and rates are squared, so that the same line serves floats (figures),
enclosures (checks) and rationals (witnesses).
"""

from typing import Any


def displacement(dW: Any, m: Any, size: Any) -> Any:
    """Theorem 3: ||z~ - z*|| <= dW/m * size, with dW = ||W - W~||_2 and size = ||z~||."""
    return dW * size / m


def displacement_from_original(dW: Any, m: Any, size: Any) -> Any:
    """When dW < m: ||z~ - z*|| <= dW/(m - dW) * size, with size = ||z*||."""
    return dW * size / (m - dW)


def forward_backward_rate_squared(m: Any, L: Any, alpha: Any) -> Any:
    """||Phi_a z - Phi_a w||^2 <= rate ||z - w||^2 for one forward-backward step."""
    return 1 - 2 * alpha * m + alpha * alpha * L * L


def peaceman_rachford_rate_squared(m: Any, L: Any, alpha: Any) -> Any:
    """Sharp over all operators with margin m and Lipschitz constant L."""
    return 1 - 4 * alpha * m / (1 + 2 * alpha * m + alpha * alpha * L * L)


def published_peaceman_rachford_rate_squared(m: Any, L: Any, alpha: Any) -> Any:
    """As published: true, and never better than the sharp one."""
    return 1 - 4 * alpha * m / ((1 + alpha * L) * (1 + alpha * L))


def residual_of_distance(W: Any) -> Any:
    """||z - ReLU(z - F(z))|| <= (1 + ||W||) ||z - z*||: any W, any equilibrium."""
    return 1 + W


def residual_of_distance_from_margin(beta: Any, q: Any) -> Any:
    """The same with beta = ||I + M||, q^2 = beta^2 - 4 m."""
    return (beta + q) / 2


def distance_of_residual(beta: Any, m: Any) -> Any:
    """||z - z*|| <= (beta/m) ||z - ReLU(z - F(z))||, m > 0."""
    return beta / m


def sharper_distance_of_residual(beta: Any, q: Any, m: Any) -> Any:
    """The same with q^2 = beta^2 - 4 m: always smaller."""
    return (beta + q) / (2 * m)


def distance_of_step(contraction: Any, alpha: Any, m: Any) -> Any:
    """||y - z*|| <= ||I - alpha M||/(alpha m) ||z - y|| for y = ReLU(z - alpha F(z))."""
    return contraction / (alpha * m)


def expected_perturbation_squared(n: Any, s: Any) -> Any:
    """(2 sqrt(n) s / sqrt(12))^2: ||dW||^2 of n x n independent errors uniform on [-s/2, s/2]."""
    return n * s * s / 3


def margin_after(m: Any, d: Any) -> Any:
    """The margin that is certainly left after a perturbation of norm d."""
    return m - d
