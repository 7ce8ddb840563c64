import numpy as np
import pytest
import scipy.linalg.lapack
from flint import fmpz_mat

from mondeq_ref.rigor import definite
from mondeq_ref.rigor.definite import nonpositive_vector, quadratic_form
from mondeq_ref.rigor.dyadic import Dyadic, exact, identity
from mondeq_ref.rigor.integers import nonpositive_step
from mondeq_ref.rigor.proposals import cholesky_pivots
from tests.support import truth as twin

FACTORS = {
    "none": lambda F: None,
    "zero": np.zeros_like,
    "the identity": lambda F: np.eye(len(F)),
    "too large": lambda F: 2 * np.eye(len(F)),
    "of another matrix": lambda F: np.linalg.cholesky(F + 2 * np.eye(len(F))).T,
}


@pytest.mark.parametrize("factor", FACTORS.values(), ids=FACTORS)
@pytest.mark.parametrize("vectors", [None, "wrong"])
def test_decisions_do_not_trust_the_floats(monkeypatch, factor, vectors):
    rng = np.random.default_rng(2)
    monkeypatch.setattr(definite, "cholesky", factor)
    pairs = None if vectors is None else lambda F: (np.ones(len(F)), np.eye(len(F)))
    monkeypatch.setattr(definite, "eigenpairs", pairs or (lambda F: None))
    for shift in (0.0, 1.0, -1.0, -(2.0**-60)):
        B = rng.integers(-3, 4, (6, 5)).astype(float)  # singular without the shift
        S = exact(B @ B.T) + identity(6) * shift
        negative, zero, _ = twin.inertia(S.fractions())
        x = nonpositive_vector(S)
        assert (x is None) == (negative == zero == 0)
        assert x is None or quadratic_form(S, x) <= 0


@pytest.mark.parametrize("rank", [0, 1, 7, 12])
def test_pivots_are_those_of_lapack(rank: int) -> None:
    """Up to the rank: what is left is then rounding, and far below `least`."""
    B = np.random.default_rng(rank).normal(size=(12, rank))
    F, least = B @ B.T, 1e-9
    before = F.copy()
    _, order, count, _ = scipy.linalg.lapack.dpstrf(F, tol=least)
    assert cholesky_pivots(F, least) == (order[:count] - 1).tolist()
    assert count == rank
    assert np.array_equal(F, before)


def test_step_exists_iff_a_leading_minor_is_not_positive():
    rng = np.random.default_rng(3)
    seen = set()
    for _ in range(300):
        K = rng.integers(-2, 4, (4, 4))
        table = Dyadic(fmpz_mat(K.tolist()), 0).fractions()
        minors = [
            twin.determinant(twin.principal_block(table, tuple(range(k)))) for k in range(1, 5)
        ]
        x = nonpositive_step(fmpz_mat(K.tolist()))
        assert (x is None) == all(minor > 0 for minor in minors)
        seen.add(x is None)
        if x is not None:
            entries = [int(entry) for entry in x.entries()]
            last = max(i for i in range(4) if entries[i])
            image = K.astype(object) @ entries
            assert not any(image[:last])
            assert entries[last] * image[last] <= 0
    assert seen == {True, False}
