"""Where LAPACK gives no answer, or no eigenvectors, enclosures are wider and still true."""

import numpy as np
import pytest

from mondeq_ref.rigor import balls, spectrum
from mondeq_ref.rigor.balls import MatrixBall
from mondeq_ref.rigor.definite import is_positive_definite
from mondeq_ref.rigor.dyadic import exact
from mondeq_ref.rigor.enclosure import WHOLE_LINE
from mondeq_ref.rigor.rational import fmpq_of

S = np.array([[2.0, 1.0], [1.0, 2.0]])  # eigenvalues 1 and 3


def gives_up(*_, **__):
    raise np.linalg.LinAlgError("did not converge")


@pytest.fixture
def without_lapack(monkeypatch):
    for name in ("eigh", "svd"):
        monkeypatch.setattr(np.linalg, name, gives_up)
    monkeypatch.setattr("scipy.linalg.cholesky", gives_up)


@pytest.mark.usefixtures("without_lapack")
def test_spectra_stay_enclosed():
    assert balls.eigenvalue_range(MatrixBall(S)) == (WHOLE_LINE, WHOLE_LINE)
    for norm in (balls.spectral_norm(MatrixBall(S)), spectrum.spectral_norm(exact(S))):
        assert norm.lo <= 3 <= norm.hi < np.inf
    least = spectrum.least_eigenvalue(exact(S))
    assert least.lo <= 1 <= least.hi


@pytest.mark.usefixtures("without_lapack")
@pytest.mark.parametrize(("shift", "definite"), [(0.0, True), (1.0, False), (1 - 2.0**-40, True)])
def test_definiteness_is_decided_all_the_same(shift, definite):
    assert is_positive_definite(exact(S - shift * np.eye(2))) == definite


@pytest.mark.parametrize(
    "proposed",
    [
        (np.array([1.0, 3.0]), np.zeros((2, 2))),
        (np.array([3.0, 1.0]), np.array([[1.0, 1.0], [-1.0, 1.0]]) / np.sqrt(2)),
        (np.array([np.nan, 3.0]), np.eye(2)),
    ],
    ids=["no vectors", "not in order", "no number"],
)
def test_range_needs_ordered_values_of_independent_vectors(proposed, monkeypatch):
    monkeypatch.setattr(np.linalg, "eigh", lambda _: proposed)
    assert balls.eigenvalue_range(MatrixBall(S)) == (WHOLE_LINE, WHOLE_LINE)


def test_singular_vectors_that_are_none_bound_nothing(monkeypatch):
    monkeypatch.setattr(np.linalg, "svd", lambda *_, **__: (None, None, np.zeros((2, 2))))
    found = balls.spectral_norm(MatrixBall(S))
    assert (found.lo, found.hi) == (0.0, np.inf)


def test_nonsymmetric_matrix_is_neither_definite_nor_not():
    with pytest.raises(ValueError, match="exactly symmetric"):
        is_positive_definite(exact(np.array([[1.0, 2.0**-60], [0.0, 1.0]])))


def test_infinity_is_no_exact_number():
    with pytest.raises(ValueError, match="must be finite"):
        fmpq_of(float("inf"))
