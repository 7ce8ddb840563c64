"""Where no margin is proved a row is an exact equilibrium or nothing, whatever came near it."""

from dataclasses import replace

import numpy as np

from mondeq_ref.certify.equilibria import by_margin
from mondeq_ref.documents.case import Rows
from mondeq_ref.inputs import given
from mondeq_ref.operator import Operator
from mondeq_ref.solve import ActiveSet, solve
from mondeq_ref.solve.solution import Status
from mondeq_ref.study.exact_rows import with_exact_rows

# M = [[-1, 2], [1/4, -1]] has no margin; c = (1, -1) has the equilibria (0, 1) and (2, 3/2).
INDEFINITE = Operator([[2.0, -2.0], [-0.25, 2.0]], np.zeros((2, 0)), np.zeros(2))
# M = 1 1' has the margin zero, exactly; no float knows its sign.
ZERO = Operator(np.eye(4) - np.ones((4, 4)), np.zeros((4, 0)), np.zeros(4))


def test_a_margin_that_may_be_zero_proves_no_equilibrium():
    assert ZERO.margin.lo <= 0 < ZERO.margin.hi
    found = by_margin(ZERO, given(np.ones((3, 4)), 4), np.ones((3, 4)) / 4)
    assert not found.proved.any()
    assert np.isinf(found.radius).all()


def test_a_row_that_is_called_exact_is_the_equilibrium_and_not_what_the_solver_left():
    rows = Rows("c", np.array([[1.0, -1.0]] * 2))
    solution = solve(INDEFINITE, rows.injections(INDEFINITE), ActiveSet())
    near = replace(solution, z=np.array([[2.001, 1.499], [0.0, 0.999]]))
    found = with_exact_rows(INDEFINITE, rows, near)
    assert found.status == [Status.EXACT] * 2
    assert found.z.tolist() == [[2.0, 1.5], [0.0, 1.0]]


def test_a_row_whose_support_proves_nothing_stays_what_it_was():
    rows = Rows("c", np.array([[1.0, 1.0]]))  # no equilibrium: w <= 1 where z = 0 needs -1 >= 0
    solution = solve(INDEFINITE, rows.injections(INDEFINITE), ActiveSet())
    found = with_exact_rows(INDEFINITE, rows, solution)
    assert found.status == solution.status
    assert np.array_equal(found.z, solution.z)
