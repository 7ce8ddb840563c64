"""The right-hand sides of the claims, each formula written once.

The formulas use only + - * / and squared rates, so that they apply to floats (figures),
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
    return forward_backward_rate_squared_of(m, L * L, alpha)


def forward_backward_rate_squared_of(m: Any, L_squared: Any, alpha: Any) -> Any:
    """The squared rate of forward-backward from L^2, which may be rational where L is not."""
    return 1 - 2 * alpha * m + alpha * alpha * L_squared


def forward_backward_forward_rate_squared(m: Any, L_squared: Any, alpha: Any) -> Any:
    """||T z - z*||^2 <= rate ||z - z*||^2 for one step of Tseng's method, 0 < alpha < 1/L."""
    return 1 - 1 / (1 / (1 - alpha * alpha * L_squared) + 1 / (2 * alpha * m))


def rounded_iterates(power: Any, start: Any, eps: Any, spread: Any) -> Any:
    """||z_k - z*|| <= r^k ||z_0 - z*|| + eps sum_j r^(k-1-j) g^j when step j rounds by eps g^j.

    `power` is r^k and `spread` the sum; for a fixed grid g = 1.
    """
    return power * start + eps * spread


def rounded_limit(r: Any, eps: Any) -> Any:
    """limsup ||z_k - z*|| <= eps/(1 - r), for a fixed grid."""
    return eps / (1 - r)


def peaceman_rachford_rate_squared(m: Any, L: Any, alpha: Any) -> Any:
    """rho^2, the sharp squared rate over all operators with margin m and Lipschitz constant L."""
    return peaceman_rachford_rate_squared_of(m, L * L, alpha)


def peaceman_rachford_rate_squared_of(m: Any, L_squared: Any, alpha: Any) -> Any:
    """rho^2 from L^2, which may be rational where L is not."""
    return 1 - 4 * alpha * m / (1 + 2 * alpha * m + alpha * alpha * L_squared)


def published_peaceman_rachford_rate_squared(m: Any, L: Any, alpha: Any) -> Any:
    """r^2, the published squared rate; it is never smaller than the sharp rho^2."""
    return 1 - 4 * alpha * m / ((1 + alpha * L) * (1 + alpha * L))


def peaceman_rachford_factor(eigenvalue: Any, alpha: Any) -> Any:
    """The eigenvalue of the reflected resolvent for an eigenvector of M."""
    return (1 - alpha * eigenvalue) / (1 + alpha * eigenvalue)


def douglas_rachford_rate(rho: Any) -> Any:
    """The rate of the average of the identity and a map of Lipschitz constant rho."""
    return (1 + rho) / 2


def residual_of_distance(W: Any) -> Any:
    """||z - ReLU(z - F(z))|| <= (1 + ||W||) ||z - z*||: any W, any equilibrium."""
    return 1 + W


def residual_of_distance_from_margin(beta: Any, q: Any) -> Any:
    """||z - ReLU(z - F(z))|| <= (beta + q)/2 ||z - z*||, beta = ||I + M||, q^2 = beta^2 - 4 m."""
    return (beta + q) / 2


def distance_of_residual(beta: Any, m: Any) -> Any:
    """||z - z*|| <= (beta/m) ||z - ReLU(z - F(z))||, m > 0."""
    return beta / m


def sharper_distance_of_residual(beta: Any, q: Any, m: Any) -> Any:
    """||z - z*|| <= (beta + q)/(2 m) ||z - ReLU(z - F(z))||, q^2 = beta^2 - 4 m; below beta/m."""
    return (beta + q) / (2 * m)


def distance_of_step(contraction: Any, alpha: Any, m: Any) -> Any:
    """||y - z*|| <= ||I - alpha M||/(alpha m) ||z - y|| for y = ReLU(z - alpha F(z))."""
    return contraction / (alpha * m)


def expected_perturbation_squared(n: Any, s: Any) -> Any:
    """(2 sqrt(n) s / sqrt(12))^2: ||dW||^2 of n x n independent errors uniform on [-s/2, s/2]."""
    return n * s * s / 3


def margin_after(m: Any, d: Any) -> Any:
    """A lower bound of the margin after a perturbation of norm d."""
    return m - d


def relative_condition(inverse: Any, W: Any) -> Any:
    """||M_aa^-1|| ||W||, the relative condition number of W -> z*; inverse = 1/m bounds it."""
    return inverse * W


def distance_of_inputs(m: Any, size: Any) -> Any:
    """||z*(c) - z*(c')|| <= size/m with size = ||c - c'||, or ||U|| ||x - x'||."""
    return size / m


def change_of_gap(v: Any, image: Any, m: Any) -> Any:
    """|(V_i - V_j)(z~ - z*)| <= v image/m with v = ||V_i - V_j|| and image = ||dW z~ + dc||."""
    return v * image / m
