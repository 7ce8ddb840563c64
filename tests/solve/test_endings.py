"""How a row ends where the obvious test would mislead: slow, infinite, or at the best step."""

import numpy as np
import pytest

from mondeq_ref.inputs import given
from mondeq_ref.operator import Operator
from mondeq_ref.solve import solve
from mondeq_ref.solve.methods import ForwardBackward, ForwardBackwardForward, PeacemanRachford
from mondeq_ref.solve.solution import Status


def diagonal(*m: float) -> Operator:
    n = len(m)
    return Operator(np.diag(1 - np.array(m)), np.eye(n), np.zeros(n))


def test_steps_below_an_ulp_are_no_stall_above_rounding() -> None:
    """z_1 = 1e9 has settled, and the 1.5e-7 a step of z_2 are no more than two ulps of it; but
    3e-6, the residual of the second unit, is more than rounding makes of that of the first."""
    c = given([[5e8, 3e-6]], 2)
    solution = solve(diagonal(0.5, 1e-3), c, ForwardBackward(0.05), tol=1e-9, max_steps=2500)
    assert solution.status == [Status.MAX_STEPS]
    assert solution.z[0, 0] == pytest.approx(1e9, rel=1e-14)


def test_infinite_state_is_nonfinite_though_zero_is_read_off() -> None:
    """M = -2, alpha = 1, c = 1: s <- |-3 s - 2|, whose read-out ReLU(-3 s - 2) is 0."""
    solution = solve(diagonal(-2.0), given([[1.0]], 1), PeacemanRachford(1.0), max_steps=1000)
    assert solution.status == [Status.NONFINITE]
    assert solution.residual[0] == np.inf


def test_lost_row_has_no_radius_despite_a_margin() -> None:
    """A step 200 times too long: Tseng's state grows without bound."""
    solution = solve(diagonal(0.5), given([[1.0]], 1), ForwardBackwardForward(100.0))
    assert solution.status == [Status.NONFINITE]
    assert solution.radius[0] == solution.residual[0] == np.inf
    assert solution.z[0, 0] == 0


def test_a_row_that_is_done_vouches_for_no_other() -> None:
    c = given([[-1.0]] * 99 + [[1.0]], 1)
    solution = solve(diagonal(0.5), c, ForwardBackward(1e-3), tol=1e-2, max_steps=10)
    assert solution.counts == {"CERTIFIED": 99, "MAX_STEPS": 1}
    assert solution.steps.tolist() == [0] * 99 + [10]


def test_default_forward_backward_step_is_mid_interval() -> None:
    """M = [[1, -3], [3, 1]]/4, all units active: at the end of the interval it circles for ever,
    in the middle each step gains 1/10."""
    operator = Operator(np.eye(2) - np.array([[1.0, -3.0], [3.0, 1.0]]) / 4, np.eye(2), np.zeros(2))
    m, L_squared = 1 / 4, 10 / 16
    alpha = ForwardBackward().resolved(operator).alpha
    assert alpha == pytest.approx(m / L_squared, rel=1e-12)
    solution = solve(operator, given([[-2.0, 4.0]], 2), ForwardBackward(), tol=1e-8)
    assert solution.status == [Status.CERTIFIED]
