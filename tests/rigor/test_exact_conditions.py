"""Each condition of an exact predicate alone keeps something out."""

from fractions import Fraction

import numpy as np
import pytest

from mondeq_ref.rigor.diagonal import refutes_weights, weights_hold
from mondeq_ref.rigor.dyadic import exact, identity
from mondeq_ref.rigor.equilibria import is_equilibrium
from mondeq_ref.rigor.thresholds import (
    frobenius_less_than_least_eigenvalue,
    norm_less_than_least_eigenvalue,
    spectral_norm_less,
)

ONE = identity(1)


@pytest.mark.parametrize(
    ("c", "z", "why_not"),
    [(1.0, 0.0, "slack -1"), (-1.0, -1.0, "state -1"), (1.0, 2.0, "state 2 beside slack 1")],
)
def test_an_equilibrium_needs_both_signs_and_complementarity(c, z, why_not):
    """M = 1: the slack is z - c.  One of z >= 0, w >= 0 and z w = 0 fails, alone."""
    state, slack = Fraction(z), Fraction(z) - Fraction(c)
    assert [state >= 0, slack >= 0, state * slack == 0].count(False) == 1
    assert not is_equilibrium(ONE, exact(np.array([c])), exact(np.array([z]))), why_not


def test_negative_weights_of_a_negative_operator_are_no_weights():
    """sym(D M) = 1 for D = M = -1."""
    assert weights_hold(ONE, [1])
    assert not weights_hold(-ONE, [-1])
    assert not weights_hold(ONE, [0])


def test_a_refutation_of_weights_is_one_in_every_row():
    """X = (1, 1)(1, 1)': M X has the diagonal (-2, 1), and D = diag(1, 9) is a weight."""
    M = exact(np.array([[1.0, -3.0], [0.0, 1.0]]))
    assert weights_hold(M, [1, 9])
    assert not refutes_weights(M, exact(np.ones((2, 1))))


def test_negative_margin_is_below_any_norm():
    """The least eigenvalue is -2^-80; its square exceeds ||0||^2, and no float tells its sign."""
    S = exact(np.ones((3, 3))) - identity(3) * 2.0**-80
    zero, above = exact(np.zeros((3, 3))), exact(np.ones((3, 3))) + identity(3) * 2.0**-80
    for less in (frobenius_less_than_least_eigenvalue, norm_less_than_least_eigenvalue):
        assert not less(zero, S)
        assert not less(zero, zero)
        assert less(zero, above)


@pytest.mark.parametrize("scale", [0.25, 1.0, 4.0])
def test_an_irrational_norm_is_compared_nearer_than_floats_can(scale):
    """||[[1, 1], [0, 1]]|| is the golden ratio, which Fibonacci's quotients approach in turn."""
    A = exact(scale * np.array([[1.0, 1.0], [0.0, 1.0]]))
    for k in (200, 201):
        quotient = Fraction(fibonacci(k + 1), fibonacci(k))
        above = quotient**2 > quotient + 1
        assert above == (k % 2 == 0)
        assert spectral_norm_less(A, Fraction(scale) * quotient) == above


def fibonacci(k):
    a, b = 0, 1
    for _ in range(k):
        a, b = b, a + b
    return a
