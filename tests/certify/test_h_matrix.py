"""H-matrices: rung 5 without a search, and displacements bounded in the maximum norm."""

import numpy as np
import pytest

from mondeq_ref.certify.h_matrix import comparison, h_matrix
from mondeq_ref.rigor.diagonal import weights_hold
from mondeq_ref.rigor.dyadic import exact
from tests.support.lcp_twin import fractions, least_index

TURNED = [[1.0, -3.0], [3.0, 1.0]]  # a margin of 1, and |M| is too large off the diagonal
CHAIN = [[1.0, 0.0], [-3.0, 1.0]]  # a margin of -1/2, and triangular


def dominant(rng: np.random.Generator, n: int) -> np.ndarray:
    """An H-matrix: a nonsingular M-matrix with signs changed off the diagonal, rescaled."""
    B = rng.random((n, n)) * (rng.random((n, n)) < 0.7)
    np.fill_diagonal(B, 0.0)
    radius = max(float(np.abs(np.linalg.eigvals(B)).max()), 0.1)
    M = 1.05 * radius * np.eye(n) - B * rng.choice([-1.0, 1.0], size=(n, n))
    return M * np.exp(rng.normal(size=n))


@pytest.mark.parametrize("seed", range(30))
def test_an_h_matrix_has_weights_without_a_search(seed):
    rng = np.random.default_rng(seed)
    M = exact(dominant(rng, int(rng.integers(1, 9))))
    found = h_matrix(M)
    assert found is not None
    assert weights_hold(M, found.weights)
    assert comparison(M) @ found.eta == found.delta


@pytest.mark.parametrize(("M", "holds"), [(TURNED, False), (CHAIN, True), ([[0.0]], False)])
def test_a_margin_and_an_h_matrix_are_different_things(M, holds):
    assert (h_matrix(exact(np.array(M))) is not None) == holds


def test_on_the_threshold_there_is_none():
    """<M> = [[1, -1], [-1, 1]] is singular; one ulp more on the diagonal is not."""
    M = np.array([[1.0, -1.0], [1.0, 1.0]])
    assert h_matrix(exact(M)) is None
    assert h_matrix(exact(M + 2.0**-20 * np.eye(2))) is not None


@pytest.mark.parametrize("seed", range(20))
def test_no_equilibrium_moves_further_than_the_bound(seed):
    rng = np.random.default_rng([seed, 1])
    n = int(rng.integers(1, 6))
    M = dominant(rng, n)
    found = h_matrix(exact(M))
    assert found is not None
    c, moved = rng.normal(size=n), rng.normal(size=n)
    ends = (least_index(fractions(M), row) for row in fractions(np.array([c, moved])))
    distance = np.array([abs(float(p - q)) for p, q in zip(*ends, strict=True)])
    assert (distance <= found.reach(np.abs(c - moved)[None])[0] * (1 + 1e-9)).all()


def test_bound_is_attained_by_an_evenly_pushed_m_matrix():
    """M = [[2, -1], [-1, 2]], eta = delta = (1, 1): c from (1, 1) to (2, 2) moves z by (1, 1)."""
    found = h_matrix(exact(np.array([[2.0, -1.0], [-1.0, 2.0]])))
    assert found is not None
    assert found.reach(np.ones((1, 2)))[0] == pytest.approx([1.0, 1.0])
