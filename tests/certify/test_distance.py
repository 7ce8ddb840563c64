"""A certified distance contains the exact one; what cannot be shown is not said."""

from fractions import Fraction

import numpy as np
import pytest
from flint import fmpz_mat
from numpy.random import default_rng

from mondeq_ref.arrays import InputError
from mondeq_ref.certify.distance import Distance, certified_signs, distance
from mondeq_ref.certify.residual import Residual
from mondeq_ref.inputs import Injections, given
from mondeq_ref.instances.families import FAMILIES, MAY_LACK_MARGIN, generic
from mondeq_ref.kernels import COMPILED_FROM
from mondeq_ref.operator import Operator
from mondeq_ref.rigor.dyadic import Dyadic
from mondeq_ref.rigor.fast import gamma
from mondeq_ref.rigor.machine import UNIT_ROUNDOFF
from tests.support.lcp_twin import least_index, meant_M, squared_distance


def skew_pair(s: float) -> Operator:
    """Margin 1, and a last unit in whose row 1e10 s overflows with both signs."""
    M = np.array([[1.0, 0.0, s], [0.0, 1.0, -1.5 * s], [-s, 1.5 * s, 1.0]])
    return Operator(np.eye(3) - M, np.eye(3), np.zeros(3))


@pytest.mark.parametrize("order", [(0, 1, 2), (1, 0, 2), (2, 0, 1), (2, 1, 0)])
@pytest.mark.parametrize(("compensate", "rows"), [(False, 1), (True, 1), (False, COMPILED_FROM)])
def test_overflow_off_the_support_is_no_positive_slack(
    order: tuple[int, ...], compensate: bool, rows: int
) -> None:
    """The exact F of that unit is 2e310 or -2e310; its float is either infinity, or a NaN."""
    operator = permuted(skew_pair(1e300), order)
    assert operator.margin.lo > 0.9
    z = np.tile(np.array([[1e10, 2e10, 0.0]])[:, order], (rows, 1))
    for sign in (1, -1):
        flipped = Operator(operator.W if sign > 0 else operator.W.T, operator.U, operator.b)
        found = distance(flipped, given(z, 3), z, compensate=compensate)
        assert (found.radius == np.inf).all()
        active, inactive = certified_signs(flipped, z, found)
        assert not active.any()
        assert not inactive.any()


def test_points_may_lie_in_memory_column_by_column() -> None:
    operator = generic(default_rng(0), 9)
    z = default_rng(1).uniform(size=(COMPILED_FROM, 9)) * default_rng(2).integers(0, 2, 9)
    columns, rows = (distance(operator, given(z, 9), f(z)) for f in (np.asfortranarray, np.array))
    assert np.array_equal(columns.residual, rows.residual)


def permuted(operator: Operator, order: tuple[int, ...]) -> Operator:
    return Operator(operator.W[np.ix_(order, order)], operator.U, operator.b)


@pytest.mark.parametrize("family", sorted(MAY_LACK_MARGIN))
def test_no_proved_margin_gives_a_residual_and_no_distance(family: str) -> None:
    operator = FAMILIES[family](default_rng(0))
    z = np.ones((2, operator.n))
    found = distance(operator, given(z, operator.n), z)
    assert np.isinf(found.radius).all()
    assert np.isfinite(found.residual).all()
    assert found.worst == np.inf
    active, inactive = certified_signs(operator, z, found)
    assert not active.any()
    assert not inactive.any()


@pytest.mark.parametrize("bump", [2.0**-52, 0.0, -(2.0**-52)])
def test_a_margin_that_may_be_zero_is_no_margin(bump: float) -> None:
    """M = 1 1' + bump I: the margin is bump, exactly, and no float eigenvalue can tell."""
    operator = Operator(np.eye(4) - np.ones((4, 4)) - bump * np.eye(4), np.eye(4), np.zeros(4))
    assert operator.margin.lo <= bump <= operator.margin.hi
    z = np.zeros((1, 4))
    radius = distance(operator, given(z, 4), z).radius[0]
    assert np.isfinite(radius) == (operator.margin.lo > 0)


def test_radius_is_residual_over_margin_up_to_rounding() -> None:
    """At n = 1 with m = 1/2, c = 1 and z = 3: F(z) = 1/2, and z is 1 away from z* = 2."""
    operator = Operator([[0.5]], [[1.0]], [0.0])
    found = distance(operator, given([[1.0]], 1), [[3.0]])
    # gamma_3 of the magnitudes 3 + 3/2 + 1 inside F, then about twenty steps outward.
    slack = gamma(3) * 5.5 + 40 * UNIT_ROUNDOFF
    assert 0.5 <= found.residual[0] <= 0.5 + slack
    assert 1.0 <= found.radius[0] <= 1.0 + 4 * slack


def test_twice_the_precision_shows_what_rounding_hides() -> None:
    rng = default_rng(3)
    operator = generic(rng, 8)
    c = rng.normal(size=(1, 8)) + 5
    table = meant_M(operator).fractions()
    true = least_index(table, [*map(Fraction, c[0].tolist())])
    z = np.array([[float(x) for x in true]])
    plain = distance(operator, given(c, 8), z)
    sharp = distance(operator, given(c, 8), z, compensate=True)
    assert squared_distance(z[0], true) <= Fraction(float(sharp.radius[0])) ** 2
    assert sharp.radius[0] < plain.radius[0]
    assert (sharp.F.error <= plain.F.error).all()


def test_the_error_of_an_injection_enters_the_radius() -> None:
    operator = Operator(np.zeros((2, 2)), np.eye(2), np.zeros(2))
    z = np.array([[1.0, 0.0]])
    blurred = Injections(np.array([[1.0, -1.0]]), np.array([0.25]))
    exact = distance(operator, given(blurred.c, 2), z)
    found = distance(operator, blurred, z)
    assert exact.radius[0] < 1e-14
    assert 0.25 <= found.radius[0] < 0.2500001
    assert found.floor[0] >= 0.25


def test_the_rounding_of_a_meant_matrix_enters_the_radius() -> None:
    """z = 2 solves (1 - W) z = 1 for the array W = 1/2; meant is 1/2 + 2^-55."""
    half, meant = Operator([[0.5]], [[1.0]], [0.0]), Dyadic(fmpz_mat(1, 1, [2**54 + 1]), -55)
    assert meant.fractions() == [[Fraction(1, 2) + Fraction(1, 2**55)]]
    operator = Operator([[0.5]], [[1.0]], [0.0], exact_weights=meant)
    c, z = given([[1.0]], 1), np.array([[2.0]])
    true = [1 / (Fraction(1, 2) - Fraction(1, 2**55))]
    assert distance(half, c, z, compensate=True).radius[0] < 1e-30
    radius = distance(operator, c, z, compensate=True).radius[0]
    assert squared_distance(z[0], true) <= Fraction(float(radius)) ** 2
    assert radius < 1e-15


def test_injections_of_another_width_are_refused() -> None:
    operator = Operator(np.zeros((2, 2)), np.eye(2), np.zeros(2))
    with pytest.raises(InputError, match=r"c must have shape \(1, 2\), got \(1, 1\)"):
        distance(operator, given([[1.0]], 1), np.ones((1, 2)))


@pytest.mark.parametrize(
    ("z", "reason"),
    [
        ([[1.0, -1e-300]], "nonnegative"),
        ([[1.0, np.nan]], "z must be finite"),
        ([[1.0, np.inf]], "z must be finite"),
        ([[1.0]], r"z must have shape \(1, 2\)"),
        ([[1.0, 1.0], [1.0, 1.0]], r"z must have shape \(1, 2\)"),
    ],
)
def test_a_point_outside_the_orthant_is_refused(z: list[list[float]], reason: str) -> None:
    operator = Operator(np.zeros((2, 2)), np.eye(2), np.zeros(2))
    with pytest.raises(InputError, match=reason):
        distance(operator, given(np.ones((1, 2)), 2), np.array(z))


def test_unit_one_ulp_off_its_bound_is_judged_as_active() -> None:
    """For z_i = 5e-324 the normal cone absorbs nothing: all of F_i = 1 counts."""
    operator = Operator(np.zeros((1, 1)), np.eye(1), np.zeros(1))
    c = given([[-1.0]], 1)
    assert distance(operator, c, [[5e-324]]).radius[0] >= 1
    assert distance(operator, c, [[0.0]]).radius[0] < 1e-15


def test_unit_at_zero_counts_as_far_as_its_slack_is_negative() -> None:
    """M = I, z = 0: F = -c, so 3 that pulls up counts in full and 4 that pushes down not at all."""
    operator = Operator(np.zeros((2, 2)), np.eye(2), np.zeros(2))
    found = distance(operator, given([[3.0, -4.0], [-3.0, -4.0]], 2), np.zeros((2, 2)))
    assert 3 <= found.residual[0] < 3 + 1e-14
    assert found.residual[1] < 1e-150


def test_a_sign_is_certain_only_beyond_what_is_known_of_it() -> None:
    """z_1 = radius may be 0 at the equilibrium; F_2 = 5/2 may be 3/2, and needs more than 2."""
    operator = Operator(np.zeros((2, 2)), np.eye(2), np.zeros(2))
    one = np.ones(1)
    F = Residual(np.array([[0.0, 2.5]]), np.array([[1.0, 1.0]]))
    active, inactive = certified_signs(
        operator, np.array([[1.0, 0.0]]), Distance(one, one, one, lambda: F)
    )
    assert not active.any()
    assert not inactive.any()
    clear = Residual(np.array([[0.0, 3.5]]), np.array([[1.0, 1.0]]))
    _, inactive = certified_signs(
        operator, np.zeros((1, 2)), Distance(one, one, one, lambda: clear)
    )
    assert inactive.tolist() == [[False, True]]
