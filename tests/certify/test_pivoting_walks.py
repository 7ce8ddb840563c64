"""One walk over index sets: where it starts, which way it goes, what it hands over."""

import numpy as np
import pytest

from mondeq_ref.certify.pmatrix import (
    VECTOR_BITS,
    _flipped,
    pivot_transform,
    reversed_vector,
    search_nonpositive_minor,
)
from mondeq_ref.rigor.dyadic import exact, identity
from mondeq_ref.rigor.equilibria import is_equilibrium
from mondeq_ref.rigor.pmatrix import (
    TwoEquilibria,
    principal_minor,
    reverses_signs,
    sign_reversal,
    two_equilibria,
)

RNG = np.random.default_rng
BAD = np.array([[1.0, 2.0], [2.0, 1.0]])  # determinant -3
ROUNDING = 1e-13  # of a few 6 x 6 products, relative to the condition numbers in them


def cycle(size, strength, seed, n=14, noise=0.02):
    """det(I + c P) = 1 - (-c)^k < 0 on k units in a cycle, and on no smaller set of them."""
    rng = RNG(seed)
    a = np.sort(rng.choice(n, size, replace=False))
    M = np.eye(n) + rng.normal(size=(n, n)) * noise
    sign = 1 if size % 2 == 0 else -1
    M[np.ix_(a, a)] = np.eye(size) + sign * strength * np.roll(np.eye(size), 1, axis=1)
    return exact(M), tuple(a.tolist())


def from_one(M, a, pivots=1):
    """What a walk from this set finds; the one from the empty set has no time to."""
    proposal = np.zeros(M.shape[0], dtype=np.bool_)
    proposal[list(a)] = True
    return search_nonpositive_minor(M, RNG(0), proposals=[proposal], starts=0, pivots=pivots)


@pytest.mark.parametrize("size", [3, 4, 5, 6, 8])
@pytest.mark.parametrize("seed", range(4))
def test_a_walk_from_the_empty_set_closes_a_cycle_unit_by_unit(size, seed):
    M, a = cycle(size, 1.3, seed)
    assert principal_minor(M, a) < 0
    found = search_nonpositive_minor(M, RNG(0), starts=0, pivots=50)
    assert found is not None
    assert principal_minor(M, found) <= 0


def test_a_set_is_left_by_the_unit_whose_minor_is_negative():
    """det = 9 on both bad pairs together, and -3 without any one of the four units."""
    M = np.zeros((4, 4))
    M[:2, :2] = M[2:, 2:] = BAD
    found = from_one(exact(M), range(4))
    assert found is not None
    assert len(found) == 3
    assert principal_minor(exact(M), found) == -3


def test_a_set_that_is_singular_is_found_where_the_walk_stands():
    M = np.eye(4)
    M[1:3, 1:3] = 1.0
    assert from_one(exact(M), [1, 2]) == (1, 2)
    assert search_nonpositive_minor(exact(np.ones((2, 2))), RNG(0), starts=0, pivots=2) == (0, 1)


@pytest.mark.parametrize("j", range(6))
def test_one_pivot_is_the_transform_with_one_index_flipped(j):
    F = np.eye(6) + RNG(2).normal(size=(6, 6)) * 0.3
    a = np.array([True, False, True, False, False, True])
    flipped = a.copy()
    flipped[j] = not flipped[j]
    once = _flipped(pivot_transform(F, a), j)
    assert np.allclose(once, pivot_transform(F, flipped), rtol=1e-11, atol=1e-13)


# ---- the vector that comes with a minor ---------------------------------------------------


def longest(x):
    """Bits of the longest entry, of the odd parts that would be written down."""
    return max(abs(int(entry)).bit_length() for entry in x.integers.entries())


@pytest.mark.parametrize("size", [3, 4, 5, 6, 8])
@pytest.mark.parametrize("seed", range(3))
def test_a_negative_minor_comes_with_a_short_vector(size, seed):
    """Of VECTOR_BITS bits, where the exact solution has hundreds."""
    M, a = cycle(size, 1.3, seed)
    M = M + exact(np.diag(RNG(seed).uniform(0, 0.05, M.shape[0])))
    x, exactly = reversed_vector(M, a), sign_reversal(M, a)
    assert reverses_signs(M, x)
    assert longest(x) <= VECTOR_BITS + 1
    assert longest(exactly) > 100


def test_a_minor_that_is_zero_comes_with_the_exact_kernel():
    M, a = exact(np.ones((3, 3))), (0, 2)
    x = reversed_vector(M, a)
    assert reverses_signs(M, x)
    assert (M.block([0, 2], [0, 1, 2]) @ x).integers.is_zero()


def test_eigenvalue_below_the_grid_brings_the_exact_solution():
    """det = 1 - 3 x < 0 for x a little above 1/3: x = (3, -1) rounds to no reversal at all."""
    M = exact(np.array([[1.0, 3.0], [(1 + 2.0**-50) / 3, 1.0]]))
    assert principal_minor(M, (0, 1)) < 0
    x = reversed_vector(M, (0, 1))
    assert x is not None
    assert reverses_signs(M, x)
    assert x.fractions() == sign_reversal(M, (0, 1)).fractions()


# ---- the search as a whole ----------------------------------------------------------------


@pytest.mark.parametrize("sign", [-1, 0])
@pytest.mark.parametrize("seed", range(5))
def test_planted_minor_is_found_and_makes_two_equilibria(sign, seed):
    M, a = cycle(3, 1.5 if sign < 0 else 1.0, seed, n=30)
    assert (principal_minor(M, a) > 0, principal_minor(M, a) < 0) == (False, sign < 0)
    found = search_nonpositive_minor(M, RNG(0))
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
    M = np.eye(20) + RNG(1).normal(size=(20, 20)) * 0.1
    assert search_nonpositive_minor(exact(M), RNG(0)) is None


def test_equal_or_wrong_pairs_do_not_pass_for_two_equilibria():
    M, a = cycle(3, 1.5, 0, n=6)
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
    rng = RNG(2)
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
