"""The radius of an adjoint holds the exact one, and twice the precision is used where it helps."""

from fractions import Fraction

import numpy as np
import pytest
from flint import fmpz_mat

from mondeq_ref.arrays import InputError
from mondeq_ref.backward.adjoint import adjoint, exact_adjoint
from mondeq_ref.certify.adjoint_distance import adjoint_distance
from mondeq_ref.inputs import given
from mondeq_ref.instances.families import generic
from mondeq_ref.operator import Operator
from mondeq_ref.rigor.dyadic import Dyadic
from mondeq_ref.solve.solution import Status

RNG = np.random.default_rng


def exact_residual(operator, active, g, lam):
    """||(M'lambda - g)_a||^2 over the rationals."""
    W, x = operator.exact_W.fractions(), [Fraction(v) for v in lam.tolist()]
    n = len(x)
    rest = [x[i] - sum(W[j][i] * x[j] for j in range(n)) - Fraction(float(g[i])) for i in range(n)]
    return sum(r * r for r, inside in zip(rest, active, strict=True) if inside)


@pytest.mark.parametrize("compensate", [False, True])
@pytest.mark.parametrize("scale", [0.0, 1e-16, 1e-14, 1e-10, 1.0])
def test_no_rounding_puts_a_residual_below_its_exact_value(compensate, scale):
    """r is from nothing to everything next to the magnitudes that cancel in it."""
    rng = RNG(1)
    for _ in range(60):
        n = int(rng.integers(1, 9))
        operator = Operator(rng.normal(size=(n, n)) * 100, np.eye(n), np.zeros(n))
        active = rng.random((1, n)) < 0.7
        lam = rng.normal(size=(1, n)) * active
        g = lam - lam @ operator.W + scale * rng.normal(size=(1, n)) * 100
        found = adjoint_distance(operator, active, g, lam, compensate=compensate)
        square = exact_residual(operator, active[0], g[0], lam[0])
        assert square <= Fraction(float(found.residual[0])) ** 2
        assert found.floor[0] <= found.residual[0] * (1 + 1e-12) or scale > 0


def test_only_active_units_have_a_rounding_that_counts():
    """The inactive unit's row would round by 1e300 u."""
    W = np.array([[0.0, 1e300], [0.0, 0.0]])
    operator = Operator(W, np.eye(2), np.zeros(2))
    active, lam = np.array([[True, False]]), np.array([[1.0, 0.0]])
    found = adjoint_distance(operator, active, np.array([[0.5, 0.0]]), lam)
    assert 0 < found.floor[0] < 1e-14
    assert 0.5 <= found.residual[0] < 0.5 + 1e-14


def test_the_rounding_of_a_meant_matrix_enters_the_radius():
    """lambda = 2 solves (1 - W) lambda = 1 for the array W = 1/2; meant is 1/2 + 2^-55."""
    meant = Dyadic(fmpz_mat(1, 1, [2**54 + 1]), -55)
    operator = Operator([[0.5]], [[1.0]], [0.0], exact_weights=meant)
    active, one = np.ones((1, 1), dtype=np.bool_), np.ones((1, 1))
    found = adjoint_distance(operator, active, one, 2 * one, compensate=True)
    true = 1 / (Fraction(1, 2) - Fraction(1, 2**55))
    assert true - 2 <= Fraction(float(found.radius[0])) < Fraction(1, 10**14)
    assert found.floor[0] >= 2.0**-54


def hidden_by_rounding():
    """An adjoint whose plain radius is mostly rounding, and the two radii that can be shown."""
    operator = generic(RNG(1), n=30)
    active, g = RNG(2).random((1, 30)) < 0.7, RNG(3).normal(size=(1, 30))
    lam = exact_adjoint(operator, active, g)
    plain, sharp = (adjoint_distance(operator, active, g, lam, compensate=c) for c in (False, True))
    assert 4 * sharp.radius[0] < plain.residual[0] < plain.radius[0] / 2
    c = np.where(active, 1.0, -1.0)
    z = active * 1.0
    return operator, given(c, 30), z, g, plain, sharp


def test_twice_the_precision_shows_what_rounding_hides():
    operator, injections, z, g, plain, sharp = hidden_by_rounding()
    for tol in (plain.residual[0] / 2, 0.75 * plain.radius[0]):
        back = adjoint(operator, injections, z, g, tol=tol)
        assert back.status == [Status.CERTIFIED]
        assert back.radius[0] == sharp.radius[0]
        assert back.residual[0] == sharp.residual[0]


def test_what_twice_the_precision_does_not_show_has_stalled():
    operator, injections, z, g, _, sharp = hidden_by_rounding()
    back = adjoint(operator, injections, z, g, tol=float(sharp.radius[0]) / 2)
    assert back.status == [Status.STALLED]
    assert back.radius[0] == sharp.radius[0]


def test_a_singular_row_is_lost_alone():
    """M = diag(0, 1): singular on the first unit, and not on the second alone."""
    operator = Operator(np.diag([1.0, 0.0]), np.eye(2), np.zeros(2))
    z = np.array([[1.0, 0.0], [0.0, 1.0]])
    back = adjoint(operator, given(z, 2), z, np.ones((2, 2)))
    assert back.status == [Status.NONFINITE, Status.RESIDUAL_ONLY]
    assert back.Lam.tolist() == [[0.0, 0.0], [0.0, 1.0]]
    assert back.residual[0] == np.inf
    assert back.residual[1] < 1e-14


def test_gradients_and_adjoints_of_other_shapes_are_refused():
    operator, injections, z, g, *_ = hidden_by_rounding()
    with pytest.raises(InputError, match=r"dl/dz must have shape \(1, 30\)"):
        adjoint(operator, injections, z, g[:, 1:])
    active = z > 0
    with pytest.raises(InputError, match=r"lambda must have shape \(1, 30\)"):
        adjoint_distance(operator, active, g, g[:, 1:])
