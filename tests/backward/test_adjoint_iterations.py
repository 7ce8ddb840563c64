"""The loop of the splitting adjoints: what a step is, when rows leave, what the answer says."""

import numpy as np
import pytest

from mondeq_ref.arrays import InputError
from mondeq_ref.backward.adjoint import CHECK_EVERY, adjoint, adjoint_iteration, exact_adjoint
from mondeq_ref.inputs import given
from mondeq_ref.instances.families import generic
from mondeq_ref.operator import Operator
from mondeq_ref.solve.methods import (
    DouglasRachford,
    ForwardBackward,
    ForwardBackwardForward,
    PeacemanRachford,
)
from mondeq_ref.solve.solution import Status

RNG = np.random.default_rng


def still(n):
    """W = 0: every unit for itself, and lambda = g on the active ones."""
    return Operator(np.zeros((n, n)), np.eye(n), np.zeros(n))


def halving(G, **options):
    """Forward-backward with alpha = 1/2 on W = 0: each step halves the distance to g."""
    G = np.array(G, dtype=float)
    ones = np.ones_like(G)
    n = G.shape[1]
    return adjoint(still(n), given(ones, n), ones, G, ForwardBackward(0.5), **options)


def test_douglas_rachford_step_averages_identity_and_pr():
    operator = generic(RNG(2))
    D, g = RNG(3).random((2, operator.n)) < 0.6, RNG(4).normal(size=(2, operator.n))
    s = RNG(5).normal(size=(2, operator.n))
    averaged, plain = (
        adjoint_iteration(method(0.5), operator) for method in (DouglasRachford, PeacemanRachford)
    )
    assert np.array_equal(averaged.step(s, g, D), (s + plain.step(s, g, D)) / 2)
    assert np.array_equal(averaged.read(s, g, D), plain.read(s, g, D))


@pytest.mark.parametrize("method", [ForwardBackward, PeacemanRachford, DouglasRachford])
def test_the_exact_adjoint_is_read_from_the_fixed_point(method):
    """s = lambda + alpha (M'lambda - g) is where the resolvent methods stand still."""
    operator = generic(RNG(2))
    D, g = RNG(3).random((1, operator.n)) < 0.6, RNG(4).normal(size=(1, operator.n))
    lam = exact_adjoint(operator, D, g)
    iteration = adjoint_iteration(method(0.25), operator)
    s = lam
    if method is not ForwardBackward:
        s = lam + 0.25 * (lam - lam @ operator.W - g)
    assert np.allclose(iteration.step(s, g, D), s, rtol=0, atol=1e-13)
    assert np.allclose(iteration.read(s, g, D), lam, rtol=0, atol=1e-13)


@pytest.mark.parametrize("budget", [0, 1, 5, CHECK_EVERY, CHECK_EVERY + 3])
def test_the_answer_of_a_spent_budget_is_the_last_iterate(budget):
    back = halving([[1.0, -3.0]], max_steps=budget)
    assert back.status == [Status.MAX_STEPS]
    assert back.steps.tolist() == [budget]
    assert back.steps.dtype == np.int64
    assert back.Lam.tolist() == [[1 - 0.5**budget, -3 * (1 - 0.5**budget)]]


def test_row_leaves_at_the_first_look_that_certifies_it():
    """After k steps row i is g_i 2^-k away: below 2^-20 for k = 0, 20 and 40, and a little."""
    back = halving([[2.0**-30], [1.0], [2.0**20]], tol=1.01 * 2.0**-20)
    looks = [CHECK_EVERY * -(-k // CHECK_EVERY) for k in (0, 20, 40)]
    assert back.steps.tolist() == looks
    assert back.status == [Status.CERTIFIED] * 3
    assert (back.radius <= 1.01 * 2.0**-20).all()
    assert back.Lam[0, 0] == 0


def test_row_standing_still_above_tolerance_has_stalled_alone():
    """With tolerance 0 nothing is certified; 0 is reached at once, 1 after 54 halvings."""
    back = halving([[0.0], [1.0]], tol=0.0, max_steps=1000)
    assert back.status == [Status.STALLED] * 2
    assert back.steps[0] == CHECK_EVERY
    assert 53 <= back.steps[1] < 1000


def test_a_method_needs_its_step_size_and_its_adjoint():
    operator = still(2)
    with pytest.raises(ValueError, match=r"call resolved\(operator\) first"):
        adjoint_iteration(ForwardBackward(), operator)
    with pytest.raises(InputError, match="not solved by forward-backward-forward"):
        adjoint_iteration(ForwardBackwardForward(0.5), operator)


# ---- the exact adjoint of a batch -----------------------------------------------------------


@pytest.mark.kernel
def test_pivoting_rows_are_solved_beside_the_others(monkeypatch):
    """M = [[0, -1], [-1, 0]] on the first two units: no pivot without an exchange."""
    W = np.eye(3)
    W[0, 1] = W[1, 0] = 1.0
    W[2, 2] = 0.5
    operator = Operator(W, np.eye(3), np.zeros(3))
    active = np.array([[1, 1, 0], [0, 0, 1], [1, 0, 0]], dtype=np.bool_)
    G = np.array([[2.0, 3.0, 9.0], [9.0, 9.0, 1.0], [1.0, 9.0, 9.0]])
    monkeypatch.setattr("mondeq_ref.backward.adjoint.COMPILED_FROM", 3)
    with np.errstate(divide="ignore", invalid="ignore"):  # where kernels are not compiled
        Lam = exact_adjoint(operator, active, G)
    assert Lam[:2].tolist() == [[-3.0, -2.0, 0.0], [0.0, 0.0, 2.0]]
    assert np.isnan(Lam[2]).any()
    monkeypatch.setattr("mondeq_ref.backward.adjoint.COMPILED_FROM", 4)
    assert np.array_equal(exact_adjoint(operator, active, G), Lam, equal_nan=True)
