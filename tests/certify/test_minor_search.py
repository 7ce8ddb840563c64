import numpy as np
import pytest

from mondeq_ref.certify.pmatrix import pivot_transform, reversed_vector, search_nonpositive_minor
from mondeq_ref.rigor.dyadic import exact, identity
from mondeq_ref.rigor.equilibria import is_equilibrium
from mondeq_ref.rigor.pmatrix import (
    TwoEquilibria,
    principal_minor,
    reverses_signs,
    sign_reversal,
    two_equilibria,
)

ROUNDING = 1e-13  # of a few 6 x 6 products, relative to the condition numbers in them


def planted(n, seed, determinant_sign):
    """Identity but for one 3 x 3 block of a cycle too strong, or exactly singular."""
    rng = np.random.default_rng(seed)
    M = np.eye(n) + rng.normal(size=(n, n)) * 0.02
    a = np.sort(rng.choice(n, 3, replace=False))
    coupling = -1.5 if determinant_sign < 0 else -1.0
    M[np.ix_(a, a)] = np.eye(3) + coupling * np.roll(np.eye(3), 1, axis=1)
    return exact(M), tuple(a.tolist())


@pytest.mark.parametrize("sign", [-1, 0])
@pytest.mark.parametrize("seed", range(5))
def test_planted_minor_is_found_and_makes_two_equilibria(sign, seed):
    M, a = planted(30, seed, sign)
    assert (principal_minor(M, a) > 0, principal_minor(M, a) < 0) == (False, sign < 0)
    found = search_nonpositive_minor(M, np.random.default_rng(0))
    if sign < 0:
        assert found is not None
    for subset in {a, found} - {None}:
        for x in (reversed_vector(M, subset), sign_reversal(M, subset)):
            assert x is not None
            assert reverses_signs(M, x)
            two = two_equilibria(M, x)
            assert two.holds_for(M)
            assert is_equilibrium(M, two.c, two.first)


def test_search_finds_nothing_in_p_matrices():
    M = np.eye(20) + np.random.default_rng(1).normal(size=(20, 20)) * 0.1
    assert search_nonpositive_minor(exact(M), np.random.default_rng(0)) is None


def test_equal_or_wrong_pairs_do_not_pass_for_two_equilibria():
    M, a = planted(6, 0, -1)
    x = reversed_vector(M, a)
    assert x is not None
    two = two_equilibria(M, x)
    assert not TwoEquilibria(two.c, two.first, two.first).holds_for(M)
    moved = two.c + exact(np.full(6, 2.0**-60))
    assert not TwoEquilibria(moved, two.first, two.second).holds_for(M)
    with pytest.raises(ValueError, match="reverses"):
        two_equilibria(M, exact(np.ones(6)))


def test_positive_minor_yields_no_reversal():
    assert reversed_vector(identity(3), (0, 1, 2)) is None
    assert sign_reversal(identity(3), (0, 2)) is None


def test_pivot_transform_exchanges_states_and_slacks():
    rng = np.random.default_rng(2)
    F = rng.normal(size=(6, 6))
    a = rng.random(6) < 0.5
    z = rng.normal(size=6)
    w = F @ z
    kappa = np.linalg.cond(F[np.ix_(a, a)]) * np.linalg.cond(F)
    swapped_in, swapped_out = np.where(a, w, z), np.where(a, z, w)
    assert np.allclose(
        pivot_transform(F, a) @ swapped_in, swapped_out, rtol=0, atol=kappa * ROUNDING
    )
    assert np.isnan(pivot_transform(np.zeros((2, 2)), np.array([True, False]))).all()
