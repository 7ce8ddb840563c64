"""What the bound of an adjoint covers: the matrix that is meant, and nothing of a lost row."""

from fractions import Fraction

import numpy as np
import pytest

from mondeq_ref.backward.adjoint import adjoint
from mondeq_ref.certify.adjoint_distance import adjoint_distance
from mondeq_ref.inputs import given
from mondeq_ref.operator import Operator
from mondeq_ref.rigor.dyadic import exact
from mondeq_ref.solve.methods import ForwardBackward
from mondeq_ref.solve.solution import Status


@pytest.mark.parametrize("compensate", [False, True])
def test_bound_covers_what_was_rounded_from_the_meant_matrix(compensate) -> None:
    """W = 1/2 + 2^-55, whose float is 1/2: lambda is 1/(1/2 - 2^-55), and 2 solves the float."""
    half = np.array([[0.5]])
    operator = Operator(
        half, np.eye(1), np.zeros(1), exact_weights=exact(half) + exact(half) * 2.0**-54
    )
    lam, one = np.array([[2.0]]), np.ones((1, 1))
    bound = adjoint_distance(operator, one > 0, one, lam, compensate=compensate)
    true = 1 / (Fraction(1, 2) - Fraction(1, 2**55))
    assert 0 < true - 2 <= Fraction(float(bound.radius[0]))


def test_lost_row_has_no_radius_despite_a_margin() -> None:
    """W = 0 and alpha = 100: every step multiplies the distance to g by 99."""
    operator, one = Operator(np.zeros((1, 1)), np.eye(1), np.zeros(1)), np.ones((1, 1))
    back = adjoint(operator, given(one, 1), one, one, ForwardBackward(100.0))
    assert back.status == [Status.NONFINITE]
    assert back.radius[0] == back.residual[0] == np.inf
    assert back.Lam[0, 0] == 0
