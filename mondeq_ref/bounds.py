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
