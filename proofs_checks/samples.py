"""Random operators and perturbations that several claims draw from."""

import numpy as np

from mondeq_ref.arrays import Matrix
from mondeq_ref.operator import Factors, Operator


def generic(rng: np.random.Generator, n: int, d: int = 3) -> Operator:
    """A Winston-Kolter operator with standard normal factors and a margin near 0.1 to 1."""
    scale = 1 / np.sqrt(n)
    factors = Factors(
        rng.normal(size=(max(1, n // 4), n)) * scale,
        rng.normal(size=(n, n)) * scale,
        float(rng.uniform(0.1, 1.0)),
    )
    return Operator.from_factors(factors, rng.normal(size=(n, d)), rng.normal(size=n))


def nudge(rng: np.random.Generator, n: int, size: float) -> Matrix:
    """A random matrix of spectral norm near `size`."""
    direction = rng.normal(size=(n, n))
    return direction * (size / np.linalg.norm(direction, 2))
