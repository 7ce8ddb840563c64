"""Which rows have an equilibrium, and what proves it: a margin, floats or rationals."""

from fractions import Fraction

import numpy as np
import pytest
from flint import fmpz_mat

from mondeq_ref.certify.distance import distance
from mondeq_ref.certify.prove import _reach, by_floats, prove
from mondeq_ref.inputs import Injections, given, inject
from mondeq_ref.instances.families import FAMILIES, generic, injections, negative_margin
from mondeq_ref.operator import Operator
from mondeq_ref.rigor.dyadic import Dyadic
from mondeq_ref.rigor.verdict import Guarantee
from mondeq_ref.solve import ActiveSet, solve
from tests.support.layers import bare, of_M

RNG = np.random.default_rng
PARTS = ("z", "radius", "proved", "exact", "active")
# M = 1 1' has the margin zero, exactly; no float knows its sign.
ZERO = of_M(np.ones((4, 4)))


def meaning(table, exponent):
    """The operator whose exact W is table * 2^exponent."""
    meant = Dyadic(fmpz_mat(table), exponent)
    return bare(meant.rounded(), exact_weights=meant)


def solved(operator, rows):
    """Injections, and the points that a solver proposes for them."""
    c = given(injections(RNG(3), operator, rows), operator.n)
    return c, solve(operator, c, ActiveSet(), tol=1e-12).z


def exactly(operator, c, Z):
    return prove(operator, c, Z, Guarantee.EXACT)


@pytest.mark.parametrize("family", FAMILIES)
def test_floats_prove_nothing_that_rationals_do_not(family):
    operator = FAMILIES[family](RNG(2))
    c, Z = solved(operator, 40)
    floats, exact = by_floats(operator, c, Z), exactly(operator, c, Z)
    assert not (floats.proved & ~exact.proved).any()
    apart = np.linalg.norm(floats.z - exact.z, axis=1)
    reach = floats.radius + exact.radius
    assert (apart[floats.proved] <= reach[floats.proved] * (1 + 1e-12)).all()
    assert floats.guarantee is Guarantee.RIGOROUS_FLOAT or not floats.proved.any()
    assert exact.guarantee is Guarantee.EXACT


def test_a_margin_proves_every_row():
    operator = generic(RNG(1))
    assert 0 < operator.margin.lo < 1
    c, Z = solved(operator, 20)
    found = prove(operator, c, Z)
    assert found.proved.dtype == np.bool_
    assert found.proved.all()
    assert not found.exact.any()
    assert np.array_equal(found.radius, distance(operator, c, Z).radius)
    assert np.array_equal(found.active, Z > 0)
    assert ((Z > 0) & (Z < 1)).any()


@pytest.mark.parametrize("guarantee", Guarantee)
def test_a_margin_that_may_be_zero_proves_nothing(guarantee):
    assert ZERO.margin.lo <= 0 < ZERO.margin.hi
    found = prove(ZERO, given(np.ones((3, 4)), 4), np.ones((3, 4)) / 4, guarantee)
    assert not found.proved.any()
    assert np.isinf(found.radius).all()


def test_rationals_decide_what_floats_leave_open():
    """M = diag(1, -1) has no margin; c = (1, 0) leaves z_2 = w_2 = 0, a kink."""
    operator = of_M(np.diag([1.0, -1.0]))
    c, z = given([[1.0, 0.0], [1.0, -1.0], [1.0, 1.0]], 2), np.array([[1.0, 0.0]] * 3)
    assert by_floats(operator, c, z).proved.tolist() == [False, True, False]
    found = prove(operator, c, z)
    assert found.proved.tolist() == [True, True, False]
    assert found.exact.tolist() == [True, False, False]
    assert found.guarantee is Guarantee.RIGOROUS_FLOAT
    assert np.isfinite(found.radius).tolist() == [True, True, False]


def test_injections_are_exact_however_they_were_rounded():
    """M = -1 and c = x + b: a row that rounds to -1 but is larger has no equilibrium at 0 for
    b = 1 + 2^-53, in which x = -1 leaves c = 2^-53 > 0."""
    operator = Operator([[2.0]], [[1.0 + 2.0**-52]], [-1.0])
    c = inject(operator, np.array([[1.0], [1.0 - 2.0**-52]]))
    found = exactly(operator, c, np.zeros((2, 1)))
    assert c.exact.fractions() == [[Fraction(1, 2**52)], [-Fraction(1, 2**104)]]
    assert found.proved.tolist() == [False, True]
    lost = Injections(c.c, c.error)
    assert lost.exact is None
    assert not exactly(operator, lost, np.zeros((2, 1))).proved.any()
    assert np.array_equal(c.rows(np.array([1])).exact.rounded(), [[-(2.0**-104)]])


def test_a_singular_block_is_left_open():
    c = z = np.array([[1.0, 1.0]])
    assert not prove(of_M([[1.0, 1.0], [1.0, 1.0]]), given(c, 2), z / 2).proved.any()


def test_an_exact_equilibrium_is_rounded_once():
    operator = generic(RNG(2))
    found = exactly(operator, *solved(operator, 20))
    assert found.proved.all()
    sizes = np.linalg.norm(found.z, axis=1)
    assert (2.0**-54 * sizes <= found.radius).all()
    assert (found.radius <= 2.0**-52 * sizes + 1e-150).all()


def test_without_a_margin_rows_are_proved_one_by_one():
    operator = negative_margin(RNG(1))
    c, Z = solved(operator, 100)
    assert np.isinf(distance(operator, c, Z).radius).all()
    found = by_floats(operator, c, Z)
    assert 30 < found.proved.sum() < 100
    assert found.proved.sum() <= exactly(operator, c, Z).proved.sum()
    assert np.array_equal(np.isfinite(found.radius), found.proved)
    assert np.array_equal(found.active, Z > 0)
    which = np.array([7, 3, 29])
    some = found.rows(which)
    assert len(some) == 3
    for part in PARTS:
        assert np.array_equal(getattr(some, part), getattr(found, part)[which])


def test_what_rounding_hides_lengthens_the_reach():
    """M = -2^-51 (3/4 + 2^-12) is rounded to -2^-51, and a residual of 1 is |1/M| away."""
    operator = meaning([[2**63 + 2**12 - 2**10 + 1]], -63)
    assert operator.W.tolist() == [[1 + 2.0**-51]]
    far = 2**51 / (Fraction(3, 4) + Fraction(1, 2**12))
    assert far <= Fraction(_reach(operator, np.array([True]), 1.0)) < far * Fraction(11, 10)


def test_a_block_that_rounding_may_make_singular_is_open():
    """Another unit blurs the matrix by 3/2 of the active block, which is -2^-52."""
    operator = meaning([[2**54 + 4, 0], [0, -(2**54)]], -54)
    assert operator.M.center[0, 0] == -(2.0**-52)
    assert 1 < operator.M.radius * 2.0**52 < 2
    found = by_floats(operator, given([[-(2.0**-52), -1.0]], 2), np.array([[1.0, 0.0]]))
    assert not found.proved.any()
    assert np.isinf(found.radius).all()


LOST = {
    # det = 2^-52: the float inverse is exact, but the bound of its product with M says >= 1.
    "inverse": ([[1.0, 1.0], [1.0, 1.0 + 2.0**-52]], [2.0, 2.0 + 2.0**-52], [1.0, 1.0]),
    # The active block and its inverse are fine; the other unit's slack is 1e310 - 1e310.
    "slack": (
        [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [1e305, -1e305, 1.0]],
        [1e5, 1e5, 0.0],
        [1e5, 1e5, 0.0],
    ),
    "row sums": ([[1e308, 1e308], [-1e308, 1e308]], [2.0, 0.0], [1e-308, 1e-308]),
}


@pytest.mark.parametrize(("M", "c", "z"), LOST.values(), ids=LOST.keys())
def test_what_floats_cannot_follow_they_do_not_prove(M, c, z):
    found = by_floats(of_M(M), given([c], len(c)), np.array([z]))
    assert not found.proved.any()
    assert np.isinf(found.radius).all()


@pytest.mark.parametrize("power", [1, 4, 10, 20, 30, 40, 45])
def test_radii_hold_the_solution_near_a_singular_block(power):
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
