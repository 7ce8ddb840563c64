"""Whatever floats propose, what integers and error bounds conclude from it is true."""

import numpy as np
import pytest

from mondeq_ref.rigor import balls, diagonal
from mondeq_ref.rigor.balls import MatrixBall
from mondeq_ref.rigor.diagonal import weighted_margin_below, weighted_norm_above
from mondeq_ref.rigor.dyadic import exact

FULL = np.array([[1.0, 0.5], [0.25, 1.0]])
SHARES = (0.5, 0.9, 1.3)  # of unit length, which proposed vectors have


@pytest.mark.parametrize("share", SHARES)
def test_eigenvalues_are_enclosed_from_wrong_vectors(monkeypatch, share):
    """For the eigenvalues 1 and 2, a quarter of 1.1 and 2.1: LAPACK sees S / 4."""
    proposed = np.array([1.1, 2.1]) / 4, share * np.eye(2)
    monkeypatch.setattr(np.linalg, "eigh", lambda C: proposed)
    S = np.diag([1.0, 2.0])
    for found, true in zip(balls.eigenvalue_range(MatrixBall(S)), (1, 2), strict=True):
        assert found.lo <= true <= found.hi


@pytest.mark.parametrize("share", SHARES)
def test_norms_are_enclosed_by_vectors_of_any_length(monkeypatch, share):
    true = np.linalg.norm(FULL, 2)
    V = share * np.linalg.svd(FULL)[2].T
    monkeypatch.setattr(np.linalg, "svd", lambda C, **_: (None, None, V.T))
    found = balls.spectral_norm(MatrixBall(FULL))
    assert found.lo <= true * (1 + 1e-12)
    assert true * (1 - 1e-12) <= found.hi


def test_product_rounding_enters_every_radius(monkeypatch):
    """One unit of error in each product that LAPACK's vectors are multiplied by."""
    monkeypatch.setattr(balls, "product_error_of_sizes", lambda shape, a, b: 1.0)
    monkeypatch.setattr(balls, "_orthogonality_defect", lambda Q, q: 0.0)
    least, greatest = balls.eigenvalue_range(MatrixBall(np.eye(2)))
    assert least.lo <= 1 - 1
    assert greatest.hi >= 1 + 1
    norm = balls.spectral_norm(MatrixBall(np.eye(2)))
    assert norm.lo <= 1 - 1
    assert norm.hi >= 2**0.5 + 1  # of the Gram matrix, and of the image


@pytest.mark.parametrize("size", [0.25, 1.0, 4.0])
@pytest.mark.parametrize("share", [0.5, 1.0, 1.5, 2.0])
def test_weighted_constants_are_true_whatever_floats_propose(monkeypatch, share, size):
    """With equal weights they are the margin and the norm of M = size FULL."""
    M = exact(size * FULL)
    monkeypatch.setattr(diagonal, "_weighted", lambda M, D: share * size * FULL)
    margin = size * np.linalg.eigvalsh((FULL + FULL.T) / 2)[0]
    assert weighted_margin_below(M, [1, 1]) <= margin * (1 + 1e-12)
    assert weighted_norm_above(M, [1, 1]) >= size * np.linalg.norm(FULL, 2) * (1 - 1e-12)
