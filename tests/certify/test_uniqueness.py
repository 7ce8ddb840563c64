"""R, the least singular value of all principal blocks: enclosed for few units, and searched for."""

from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from flint import fmpz_mat

from mondeq_ref.certify.uniqueness import uniqueness_radius
from mondeq_ref.instances.families import cycling, generic, negative_margin, skew_dominant
from mondeq_ref.rigor.dyadic import Dyadic
from tests.support.layers import bare, of_M

RNG = np.random.default_rng


def least_of_all(operator, most=None):
    """The definition, in floats; over the sets of at most so many units."""
    n, M = operator.n, np.eye(operator.n) - operator.W
    sets = (a for k in range(1, (most or n) + 1) for a in combinations(range(n), k))
    return min(np.linalg.svd(M[np.ix_(a, a)], compute_uv=False)[-1] for a in sets)


@pytest.mark.parametrize("seed", range(4))
def test_few_units_have_their_radius_to_twelve_digits(seed):
    operator = generic(RNG(seed), n=5)
    radius, expected = uniqueness_radius(operator, RNG(0)), least_of_all(operator)
    assert radius.lo * (1 - 1e-12) <= expected <= radius.hi * (1 + 1e-12)
    assert radius.width <= 1e-12 * expected


def test_a_p_matrix_without_a_margin_has_a_radius():
    operator = cycling(RNG(0))
    assert operator.margin.hi < 0
    radius = uniqueness_radius(operator, RNG(0))
    assert radius is not None
    assert 0 < radius.lo <= least_of_all(operator) * (1 + 1e-12)


def test_unchecked_inverse_bounds_nothing_from_below():
    """M = [[1, 1], [1, 1 + 2^-52]]: R^2 is about 2^-106, and below the square of its upper end."""
    operator = of_M([[1.0, 1.0], [1.0, 1.0 + 2.0**-52]])
    radius = uniqueness_radius(operator, RNG(0))
    t, d = 2 + Fraction(2) ** -52, Fraction(2) ** -52
    # sigma^2 = (trace - root)/2 of M'M, and d/t < sigma_min = det/sigma_max < d.
    assert Fraction(radius.lo) < d
    assert Fraction(radius.hi) > d / t


def test_matrix_singular_after_rounding_has_radius_from_zero():
    """Meant is 11' + 2^-80 e_2 e_2', a P-matrix whose R is about 2^-81."""
    table = [[0, -(2**80)], [-(2**80), -1]]
    meant = Dyadic(fmpz_mat(table), -80)
    operator = bare(meant.rounded(), exact_weights=meant)
    assert operator.M.center.tolist() == [[1.0, 1.0], [1.0, 1.0]]
    radius = uniqueness_radius(operator, RNG(0))
    assert radius.lo == 0
    assert 2.0**-82 < radius.hi <= 1 + 1e-12


@pytest.mark.parametrize("family", [generic, skew_dominant])
@pytest.mark.parametrize("seed", range(3))
def test_many_units_lie_between_margin_and_worst_pair(family, seed):
    operator = family(RNG(seed), 11)
    radius, expected = uniqueness_radius(operator, RNG(0)), least_of_all(operator)
    assert operator.margin.lo == radius.lo
    pairs = least_of_all(operator, 2)
    assert expected * (1 - 1e-12) <= radius.hi <= pairs * (1 + 1e-12)


def test_a_matrix_whose_squares_overflow_is_still_enclosed():
    """Multiples of the identity, and couplings whose norms are beyond the floats."""
    radius = uniqueness_radius(of_M(np.eye(3) * 1e200), RNG(0))
    assert radius.lo <= 1e200 <= radius.hi
    skew = np.array([[1.0, 1e308, 1e308], [-1e308, 1.0, 1e308], [-1e308, -1e308, 1.0]])
    radius = uniqueness_radius(of_M(skew), RNG(0))
    assert radius is not None
    assert radius.lo <= 1 <= radius.hi


def test_without_uniqueness_there_is_no_radius():
    assert uniqueness_radius(negative_margin(RNG(1), n=30), RNG(0)) is None
    assert uniqueness_radius(of_M(-np.eye(2)), RNG(0)) is None
