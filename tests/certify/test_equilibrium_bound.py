"""No equilibrium is longer than the bound that the proof of existence gives."""

from itertools import chain, combinations

import numpy as np
import pytest

from mondeq_ref.certify.equilibrium_bound import equilibrium_bounds, least_eigenvalue_below
from mondeq_ref.certify.semimonotone import strictly_semimonotone
from mondeq_ref.rigor.dyadic import exact
from mondeq_ref.rigor.semimonotone import Copositive


def equilibria(M: np.ndarray, c: np.ndarray) -> list[np.ndarray]:
    """All of them, by active sets, in floats."""
    n, found = len(M), []
    for a in map(list, chain.from_iterable(combinations(range(n), k) for k in range(n + 1))):
        z = np.zeros(n)
        if a:
            z[a] = np.linalg.solve(M[np.ix_(a, a)], c[a])
        if (z >= -1e-12).all() and (M @ z - c >= -1e-12).all():
            found.append(z)
    return found


@pytest.mark.parametrize("seed", range(30))
def test_no_equilibrium_is_longer_than_the_bound(seed):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 6))
    lift, skew = np.abs(rng.normal(size=(n, n))), rng.normal(size=(n, n))
    M = np.eye(n) * 0.7 + lift + skew - skew.T
    if n > 3:
        M[:2, 2:] = 0  # two blocks, the second fed by the first
    C = rng.normal(size=(8, n))
    bounds = equilibrium_bounds(exact(M), strictly_semimonotone(exact(M)), C)
    assert bounds is not None
    for c, bound in zip(C, bounds, strict=True):
        found = equilibria(M, c)
        assert found
        assert max(np.linalg.norm(z) for z in found) <= bound * (1 + 1e-9)


def test_the_bound_is_attained_by_a_multiple_of_the_identity():
    """M = 2 I: z = c/2, and D = I, N = 0, l = 2 give ||c||/2."""
    M = exact(2 * np.eye(3))
    level = least_eigenvalue_below(Copositive((1, 1, 1), exact(np.zeros((3, 3)))), M)
    assert 2 * (1 - 2**-11) < level <= 2


def test_without_a_proof_or_weights_there_is_no_bound():
    refuted = exact(-np.eye(2))
    assert equilibrium_bounds(refuted, strictly_semimonotone(refuted), np.ones((1, 2))) is None
    M = exact(np.array([[1.0, 2.0], [2.0, 1.0]]))
    assert least_eigenvalue_below(Copositive((1, 1), exact(np.zeros((2, 2)))), M) == 0
