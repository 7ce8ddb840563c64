import numpy as np
import pytest

from mondeq_ref.rigor import spectrum
from mondeq_ref.rigor.dyadic import exact, identity
from mondeq_ref.rigor.spectrum import (
    eigenvalue_enclosures,
    frobenius_norm,
    frobenius_norm_squared,
    greatest_eigenvalue,
    least_eigenvalue,
    spectral_norm,
    symmetric_part,
)


def relative_width(value):
    return (value.hi - value.lo) / max(abs(value.lo), abs(value.hi))


def gaussian(n, seed=0):
    return np.random.default_rng(seed).normal(size=(n, n))


def test_widths_at_n_100_stay_below_1e_13():
    A = exact(gaussian(100))
    S = symmetric_part(A)
    for value in (least_eigenvalue(S), greatest_eigenvalue(S), spectral_norm(A)):
        assert relative_width(value) <= 1e-13
    assert relative_width(frobenius_norm(A)) <= 3e-16


def test_75_fold_eigenvalue_is_enclosed_tightly():
    A = exact(np.random.default_rng(1).normal(size=(25, 100)))
    m = 0.2269
    values = eigenvalue_enclosures(A.T @ A + identity(100) * m)
    assert all(value.lo <= m <= value.hi for value in values[:75])
    assert max(value.hi - value.lo for value in values) <= 1e-11 * values[-1].hi
    assert values[75].lo > m


def test_diagonal_matrices_have_exact_eigenvalues():
    values = eigenvalue_enclosures(exact(np.diag([0.3, -5e-324, 1e300])))
    assert [(value.lo, value.hi) for value in values] == [
        (-5e-324, -5e-324),
        (0.3, 0.3),
        (1e300, 1e300),
    ]


def test_rank_one_norm_that_is_a_float_is_found_exactly():
    A = exact(np.outer([3.0, 4.0], [5.0, 12.0]))
    assert spectral_norm(A).lo == spectral_norm(A).hi == 65.0
    assert frobenius_norm_squared(A) == 65**2


def test_numbers_beyond_the_floats_get_an_infinite_end():
    huge = exact(np.full((4, 4), 1.7e308))
    assert spectral_norm(huge).hi == np.inf
    assert greatest_eigenvalue(huge).hi == np.inf
    assert greatest_eigenvalue(huge).lo > 1.7e308


def test_matrix_that_is_not_symmetric_is_refused():
    with pytest.raises(ValueError, match="exactly symmetric"):
        least_eigenvalue(exact(np.array([[0.0, 1.0], [np.nextafter(1.0, 2.0), 0.0]])))


PROPOSALS = {
    "none": lambda F: None,
    "zeros": lambda F: (np.zeros(len(F)), np.zeros_like(F)),
    "the identity": lambda F: (np.diagonal(F).copy(), np.eye(len(F))),
    "unsorted": lambda F: (np.linalg.eigh(F)[0][::-1], np.linalg.eigh(F)[1]),
    "dependent columns": lambda F: (np.zeros(len(F)), np.ones_like(F)),
    "too short": lambda F: (np.linalg.eigh(F)[0], 0.5 * np.linalg.eigh(F)[1]),
    "too long": lambda F: (np.linalg.eigh(F)[0], 1.3 * np.linalg.eigh(F)[1]),
}


@pytest.mark.parametrize("name", PROPOSALS)
def test_eigenvalue_enclosures_do_not_trust_the_eigenvectors(monkeypatch, name):
    S = symmetric_part(exact(gaussian(9)))
    truth = eigenvalue_enclosures(S)
    monkeypatch.setattr(spectrum, "eigenpairs", PROPOSALS[name])
    for tight, wide in zip(truth, eigenvalue_enclosures(S), strict=True):
        assert wide.lo <= tight.hi
        assert tight.lo <= wide.hi


@pytest.mark.parametrize("name", sorted(set(PROPOSALS) - {"unsorted"}))
def test_norm_enclosures_do_not_trust_the_singular_vectors(monkeypatch, name):
    A = exact(gaussian(9))
    truth = spectral_norm(A)
    monkeypatch.setattr(spectrum, "right_singular_pairs", PROPOSALS[name])
    wide = spectral_norm(A)
    assert wide.lo <= truth.hi
    assert truth.lo <= wide.hi
