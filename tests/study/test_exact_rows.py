"""Rows become exact where their support is proved, and every field is that of the new point."""

from dataclasses import replace

import numpy as np

from mondeq_ref.certify.prove import prove
from mondeq_ref.inputs import given
from mondeq_ref.instances.families import generic, injections, negative_margin
from mondeq_ref.operator import Operator
from mondeq_ref.rigor.verdict import Guarantee
from mondeq_ref.solve import ActiveSet, solve
from mondeq_ref.solve.methods import ForwardBackward
from mondeq_ref.solve.solution import Status
from mondeq_ref.study.proved_rows import with_exact_rows
from tests.support.solutions import check_fields

RNG = np.random.default_rng
# M = [[-1, 2], [1/4, -1]] has no margin; c = (1, -1) has the equilibria (0, 1) and (2, 3/2).
INDEFINITE = Operator([[2.0, -2.0], [-0.25, 2.0]], np.zeros((2, 0)), np.zeros(2))


def test_rows_become_exact_where_their_support_is_proved():
    operator = negative_margin(RNG(1))
    c = given(injections(RNG(2), operator, 100), operator.n)
    before = solve(operator, c, ActiveSet())
    after = with_exact_rows(operator, c, before)
    assert Status.EXACT not in before.status
    proved = prove(operator, c, before.z, Guarantee.EXACT).proved
    assert after.counts["EXACT"] == proved.sum() > 40
    assert np.isinf(after.radius).all()
    check_fields(operator, c, after)
    monotone = generic(RNG(1))
    c = given(np.ones((1, monotone.n)), monotone.n)
    solution = solve(monotone, c)
    assert with_exact_rows(monotone, c, solution) is solution


def test_an_exact_row_is_the_equilibrium_and_its_fields():
    c = given([[1.0, -1.0]] * 2, 2)
    near = replace(solve(INDEFINITE, c), z=np.array([[2.001, 1.499], [0.0, 0.999]]))
    found = with_exact_rows(INDEFINITE, c, near)
    assert found.status == [Status.EXACT] * 2
    assert found.z.tolist() == [[2.0, 1.5], [0.0, 1.0]]
    assert (found.residual < 1e-12).all()


def test_a_row_whose_support_proves_nothing_stays():
    c = given([[1.0, 1.0]], 2)  # no equilibrium: w <= 1 where z = 0 needs -1 >= 0
    solution = solve(INDEFINITE, c, ActiveSet())
    found = with_exact_rows(INDEFINITE, c, solution)
    assert found.status == solution.status
    assert np.array_equal(found.z, solution.z)
    assert np.array_equal(found.residual, solution.residual)


def test_a_far_point_leaves_nothing_to_the_exact_one():
    """M = [[e, 4], [0, e]] and c = (2^40, -1): z = (2^40/e, 0), and three steps go nowhere."""
    e = 2.0**-30
    W = np.array([[1 - e, -4.0], [0.0, 1 - e]])
    operator, c = Operator(W, np.zeros((2, 0)), np.zeros(2)), given([[2.0**40, -1.0]], 2)
    cut = solve(operator, c, ForwardBackward(0.5), max_steps=3)
    assert cut.status == [Status.MAX_STEPS]
    found = with_exact_rows(operator, c, cut)
    assert found.status == [Status.EXACT]
    assert found.z.tolist() == [[2.0**70, 0.0]]
    assert cut.residual[0] >= 2.0**39
    assert found.residual[0] < 1
    check_fields(operator, c, found)
