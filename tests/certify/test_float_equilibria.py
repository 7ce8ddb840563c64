"""What floats prove of an equilibrium: the radius is that of the block, and doubt is not proof."""

from fractions import Fraction

import numpy as np
import pytest
from flint import fmpz_mat

from mondeq_ref.certify.equilibria import _reach, by_floats, by_margin
from mondeq_ref.inputs import given
from mondeq_ref.instances.families import generic, injections, negative_margin
from mondeq_ref.operator import Operator
from mondeq_ref.rigor.dyadic import Dyadic, exact
from mondeq_ref.solve import ActiveSet, solve

RNG = np.random.default_rng


def of_M(M):
    n = len(M)
    return Operator(np.eye(n) - np.array(M), np.zeros((n, 0)), np.zeros(n))


def meaning(table, exponent):
    """The operator whose exact W is table * 2^exponent."""
    n = len(table)
    meant = Dyadic(fmpz_mat(table), exponent)
    return Operator(meant.rounded(), np.zeros((n, 0)), np.zeros(n), exact_weights=meant)


def test_a_margin_proves_every_row_and_its_support_is_that_of_the_point():
    operator = generic(RNG(1))
    assert 0 < operator.margin.lo < 1
    C = injections(RNG(2), operator, 20)
    Z = solve(operator, given(C, operator.n), ActiveSet(), tol=1e-12).z
    found = by_margin(operator, given(C, operator.n), Z)
    assert found.proved.dtype == np.bool_
    assert found.proved.all()
    assert np.array_equal(found.active, Z > 0)
    assert ((Z > 0) & (Z < 1)).any()


def test_rows_are_taken_from_every_part():
    operator = negative_margin(RNG(1))
    C = injections(RNG(2), operator, 30)
    Z = solve(operator, given(C, operator.n), ActiveSet(), tol=1e-12).z
    found = by_floats(operator, given(C, operator.n), Z)
    which = np.array([7, 3, 29])
    some = found.rows(which)
    assert len(some) == 3
    for part in ("z", "radius", "proved", "active"):
        assert np.array_equal(getattr(some, part), getattr(found, part)[which])


def test_a_radius_is_finite_exactly_where_the_row_is_proved():
    operator = negative_margin(RNG(1))
    C = injections(RNG(2), operator, 100)
    Z = solve(operator, given(C, operator.n), ActiveSet(), tol=1e-12).z
    found = by_floats(operator, given(C, operator.n), Z)
    assert 0 < found.proved.sum() < 100
    assert np.array_equal(np.isfinite(found.radius), found.proved)
    assert np.array_equal(found.active, Z > 0)
    assert ((Z > 0) & (Z < 1)).any()


def test_no_active_unit_leaves_nothing_to_be_away_from():
    found = by_floats(of_M(-np.eye(2)), given(-np.ones((1, 2)), 2), np.zeros((1, 2)))
    assert found.proved.all()
    assert found.radius.tolist() == [0.0]


def test_the_radius_is_that_of_the_active_block_and_not_of_the_matrix():
    """M = [[e, 1], [-1, e]] is far from singular, its first entry e is not: z_1 = c_1/e."""
    e, slip = 2.0**-20, 2.0**-30
    c, z = np.array([[e + slip, -2.0]]), np.array([[1.0, 0.0]])
    found = by_floats(of_M([[e, 1.0], [-1.0, e]]), given(c, 2), z)
    assert found.proved.all()
    assert Fraction(slip) / Fraction(e) <= Fraction(float(found.radius[0])) < 2 * slip / e


def test_what_the_rounding_of_a_meant_matrix_hides_lengthens_the_reach():
    """M = -2^-51 (3/4 + 2^-12) is rounded to -2^-51, and a residual of 1 is |1/M| away."""
    operator = meaning([[2**63 + 2**12 - 2**10 + 1]], -63)
    assert operator.W.tolist() == [[1 + 2.0**-51]]
    far = 2**51 / (Fraction(3, 4) + Fraction(1, 2**12))
    assert far <= Fraction(_reach(operator, np.array([True]), 1.0)) < far * Fraction(11, 10)


def test_a_block_that_its_rounding_may_make_singular_is_left_open():
    """Another unit blurs the matrix by 3/2 of the active block, which is -2^-52."""
    operator = meaning([[2**54 + 4, 0], [0, -(2**54)]], -54)
    assert operator.M.center[0, 0] == -(2.0**-52)
    assert 1 < operator.M.radius * 2.0**52 < 2
    z = np.array([[1.0, 0.0]])
    found = by_floats(operator, given([[-(2.0**-52), -1.0]], 2), z)
    assert not found.proved.any()
    assert np.isinf(found.radius).all()


def test_a_block_whose_inverse_floats_cannot_check_is_left_open():
    """det = 2^-52: the float inverse is exact, but the bound of its product with M says >= 1."""
    M = np.array([[1.0, 1.0], [1.0, 1.0 + 2.0**-52]])
    z = np.array([[1.0, 1.0]])
    found = by_floats(of_M(M), given(z @ M.T, 2), z)
    assert not found.proved.any()


def test_a_product_that_rounds_by_more_than_one_checks_no_inverse():
    """A zero diagonal blurs nothing, and this is a skew matrix of three units but for 2^-50."""
    M = np.array([[0.0, 1.0 + 2.0**-50, -1.0], [-1.0, 0.0, 1.0], [1.0, -1.0, 0.0]])
    operator, all_three = of_M(M), np.ones(3, dtype=np.bool_)
    X = np.linalg.inv(operator.M.center)
    assert 2.0**45 < np.abs(X).max() < 2.0**55
    assert np.abs(X).max() * operator.M.radius < 1e-200
    assert np.isinf(_reach(operator, all_three, 0.0))


@pytest.mark.parametrize("power", [1, 4, 10, 20, 30, 40, 45])
def test_radii_hold_the_rational_solution_however_close_to_singular(power):
    """M = 11' + 2^-p I with every unit active: z + d (z moved by a few ulps) against M^-1 c."""
    n, t = 3, Fraction(1, 2**power)
    operator = of_M(np.ones((n, n)) + float(t) * np.eye(n))
    z = np.array([[1.0, 2.0, 3.0]])
    c = z @ np.array(operator.M.center).T
    rational = [Fraction(x) for x in c[0].tolist()]
    mean = sum(rational) / (n + t)  # M^-1 c = (c - 1 mean)/t with mean = 1'c/(n + t)
    true = [(x - mean) / t for x in rational]
    moved = z + np.array([[2.0**-40, 0.0, 0.0]])
    found = by_floats(operator, given(c, n), moved)
    square = sum((Fraction(x) - y) ** 2 for x, y in zip(moved[0].tolist(), true, strict=True))
    assert power > 30 or found.proved.all()
    assert not found.proved[0] or square <= Fraction(float(found.radius[0])) ** 2
    assert exact(moved).fractions() == [[Fraction(x) for x in moved[0].tolist()]]


def test_an_overflow_proves_nothing():
    """The active block and its inverse are fine; the other unit's slack is 1e310 - 1e310."""
    operator = of_M([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [1e305, -1e305, 1.0]])
    z = np.array([[1e5, 1e5, 0.0]])
    found = by_floats(operator, given(z, 3), z)
    assert not found.proved.any()
    assert np.isinf(found.radius).all()


def test_a_block_whose_row_sums_overflow_proves_nothing():
    operator = of_M([[1e308, 1e308], [-1e308, 1e308]])
    z = np.array([[1e-308, 1e-308]])
    assert not by_floats(operator, given([[2.0, 0.0]], 2), z).proved.any()


def test_a_reach_that_overflows_is_infinite():
    tiny = Operator(np.array([[1.0 - 2.0**-53]]), np.zeros((1, 0)), np.zeros(1))
    assert np.isinf(_reach(tiny, np.array([True]), 1e300))
