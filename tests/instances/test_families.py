"""Each family is what its name says, and what it knows in advance is true."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mondeq_ref.arrays import InputError
from mondeq_ref.instances.closed_forms import block_diagonal, kinks, rotation_blocks, threshold
from mondeq_ref.instances.families import (
    FAMILIES,
    MAY_LACK_MARGIN,
    cycling,
    dead_units,
    negative_margin,
    rank_deficient,
    triangular,
)
from mondeq_ref.rigor.balls import spectral_norm
from mondeq_ref.rigor.dyadic import exact, identity
from tests.support import truth

SEEDS = st.integers(0, 2**32 - 1)


@pytest.mark.parametrize("name", FAMILIES)
def test_every_family_is_reproduced_by_its_seed(name: str) -> None:
    first, again = (FAMILIES[name](np.random.default_rng(7)) for _ in range(2))
    assert first.digest == again.digest


@pytest.mark.parametrize("name", sorted(set(FAMILIES) - MAY_LACK_MARGIN - {"threshold_below"}))
def test_families_outside_the_list_have_a_proved_margin(name: str) -> None:
    for seed in range(20):
        assert FAMILIES[name](np.random.default_rng(seed)).margin.lo > 0


@pytest.mark.parametrize("family", [negative_margin, triangular, cycling])
def test_families_without_a_margin_certainly_have_none(family) -> None:
    for seed in range(20):
        assert family(np.random.default_rng(seed)).margin.hi < 0


@given(SEEDS)
def test_rank_deficient_factors_give_singular_sym_minus_m(seed: int) -> None:
    operator = rank_deficient(np.random.default_rng(seed))
    factors = operator.factors
    assert factors is not None
    M = identity(operator.n) - factors.product
    gram = M + M.T - identity(operator.n) * (2 * factors.m)
    assert gram.integers.rank() == factors.A.shape[0] < operator.n


@given(SEEDS)
def test_the_dead_units_are_found_and_are_the_last(seed: int) -> None:
    assert dead_units(np.random.default_rng(seed), 8, 3).dead_units == (5, 6, 7)


@given(SEEDS, st.sampled_from([block_diagonal, rotation_blocks]), st.booleans())
def test_the_closed_form_is_the_only_equilibrium_by_enumeration(seed: int, family, ties) -> None:
    rng = np.random.default_rng(seed)
    blocks = family(rng)
    operator = blocks.operator
    c = kinks(rng, operator, 1).c[0] if ties else rng.normal(size=operator.n)
    z = blocks.equilibrium(c)
    M = (identity(operator.n) - exact(operator.W)).fractions()
    for begin, end in zip(blocks.starts, blocks.starts[1:], strict=False):
        block = [row[begin:end] for row in M[begin:end]]
        outside = [row[:begin] + row[end:] for row in M[begin:end]]
        assert not any(any(row) for row in outside)
        found = truth.equilibria(block, [Fraction(float(x)) for x in c[begin:end]])
        assert found == [list(z[begin:end])]


@given(SEEDS)
def test_rotation_blocks_have_the_constants_of_their_formula(seed) -> None:
    operator = rotation_blocks(np.random.default_rng(seed)).operator
    M = np.eye(operator.n) - operator.W
    m, s = M[0, 0], np.abs(M[1::2, ::2]).max()
    assert operator.margin.lo <= m <= operator.margin.hi
    square = operator.lipschitz * operator.lipschitz
    assert square.lo <= m * m + s * s <= square.hi


@pytest.mark.parametrize("along", ["axis", "pair"])
@given(seed=SEEDS, n=st.integers(2, 5))
def test_threshold_pairs_are_exact_in_the_last_bit(along, seed: int, n: int) -> None:
    for ratio, sign in (("below", -1), ("at", 0), ("above", 1)):
        pair = threshold(np.random.default_rng(seed), ratio, n, along=along)
        m, t = Fraction(pair.m), Fraction(pair.norm)
        # One ulp above 1 is 2^-52; below 1 floats are twice as dense, and 2^-52 is two of them.
        assert t - m == sign * Fraction(2) ** -52
        assert pair.m >= 1
        W, perturbed = pair.operator.exact_W.fractions(), pair.perturbed.exact_W.fractions()
        touched = [i for i in range(n) if W[i] != perturbed[i]]
        assert len(touched) == (1 if along == "axis" else 2)
        for i in range(n):
            assert 1 - W[i][i] >= m
            for j in range(n):
                # dW = -t v v' with v = 1/sqrt(k) on k touched units, so its norm is t.
                inside = i in touched and j in touched
                assert perturbed[i][j] - W[i][j] == (t / len(touched) if inside else 0)
                assert i == j or W[i][j] == 0
        assert all(1 - W[i][i] == m for i in touched)
        assert pair.perturbed.margin.lo <= float(m - t) <= pair.perturbed.margin.hi
        norm = spectral_norm(pair.operator.weights - pair.perturbed.weights)
        assert norm.lo <= pair.norm <= norm.hi


def test_a_pair_of_coordinates_needs_two() -> None:
    with pytest.raises(InputError, match="n >= 2"):
        threshold(np.random.default_rng(0), n=1, along="pair")
    assert threshold(np.random.default_rng(0), "above", n=1).perturbed.n == 1


def test_the_cycling_matrix_has_its_equilibrium_and_cycles() -> None:
    operator = cycling(np.random.default_rng(0))
    M = np.eye(3) - operator.W
    assert np.array_equal(M @ [1.0, 2.0, 1.5], operator.b)
    z = np.zeros(3)
    for _ in range(4000):
        z = np.maximum(z - 0.05 * (M @ z - operator.b), 0.0)
    assert np.linalg.norm(z - [1.0, 2.0, 1.5]) > 0.1
    assert np.linalg.norm(z) < 100


def test_all_principal_minors_of_a_triangular_member_are_one() -> None:
    operator = triangular(np.random.default_rng(3))
    M = np.eye(operator.n) - operator.W
    assert (np.diag(M) == 1).all()
    assert (np.tril(M, -1) == 0).all()
    assert (np.abs(M[np.triu_indices(operator.n, 1)]) >= 3).all()


@pytest.mark.parametrize("name", FAMILIES)
def test_kinks_are_complementary_and_say_whether_they_are_exact(name: str) -> None:
    rng = np.random.default_rng(11)
    operator = FAMILIES[name](rng)
    drawn = kinks(rng, operator, 10)
    assert (drawn.z * drawn.w == 0).all()
    assert ((drawn.z == 0) & (drawn.w == 0)).any(axis=1).all()
    M = operator.exact_M.fractions()
    for z, w, c, claimed in zip(drawn.z, drawn.w, drawn.c, drawn.exact, strict=True):
        meant = [
            sum(m * Fraction(float(x)) for m, x in zip(row, z, strict=True)) - Fraction(float(v))
            for row, v in zip(M, w, strict=True)
        ]
        assert claimed == ([Fraction(float(x)) for x in c] == meant)
    if name in ("short", "block_diagonal", "rotation_blocks", "cycling", "triangular"):
        assert drawn.exact.all()
