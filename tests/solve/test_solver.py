"""A Solver returns what `solve` returns, however few the inputs."""

import pickle
from dataclasses import FrozenInstanceError, fields

import numpy as np
import pytest

import mondeq_ref as mq
from mondeq_ref.certify.distance import distance
from mondeq_ref.inputs import USUAL_FROM, inject
from mondeq_ref.instances.families import generic, negative_margin
from mondeq_ref.kernels.vectors import INTERPRETED
from mondeq_ref.kernels.whole import most_common, solve_rows
from mondeq_ref.operator import Operator
from mondeq_ref.solve.ready import MOST_ROWS, ready
from mondeq_ref.solve.solution import Solution
from tests.support.solutions import check_fields

RNG = np.random.default_rng


def fed(n: int, d: int) -> Operator:
    rng, base = RNG(n), generic(RNG(n), n)
    return Operator(base.W, rng.normal(size=(n, d)), rng.normal(size=n))


def rows(count: int, d: int) -> np.ndarray:
    """Rows of which four numbers in five are one number."""
    rng = RNG(count)
    return np.where(rng.random((count, d)) < 0.8, -0.25, rng.normal(size=(count, d)))


def same(a: Solution, b: Solution) -> bool:
    names = [field.name for field in fields(a) if field.name != "inputs"]
    return all(np.array_equal(getattr(a, name), getattr(b, name)) for name in names)


@pytest.mark.kernel
@pytest.mark.parametrize("n", [5, 23])
def test_rows_with_a_background_have_the_bits_of_solve(n):
    """From 64 rows on `solve` takes the same kernels one by one, with bounds made in NumPy."""
    operator, X = fed(n, 130), rows(70, 130)
    assert same(mq.Solver(operator)(X), mq.solve(operator, X))


@pytest.mark.kernel
@pytest.mark.parametrize("count", [1, 2, 13])
@pytest.mark.parametrize("background", [True, False])
def test_every_field_is_that_of_the_point(count, background):
    operator = fed(7, 40)
    X = rows(count, 40) if background else RNG(0).normal(size=(count, 40))
    found, other = mq.Solver(operator)(X), mq.solve(operator, X)
    check_fields(operator, inject(operator, X), found)
    assert found.succeeded
    apart = np.linalg.norm(found.z - other.z, axis=1)
    assert (apart <= found.radius + other.radius).all()


@pytest.mark.kernel
def test_an_exact_matrix_that_is_not_the_array_is_in_the_radius():
    base = fed(6, 40)
    factors = mq.Factors(RNG(1).normal(size=(6, 6)), RNG(2).normal(size=(6, 6)), 0.3)
    meant = factors.product
    operator = Operator(meant.rounded(), base.U, base.b, factors, exact_weights=meant)
    X = rows(70, 40)
    found, injections = mq.Solver(operator)(X), inject(operator, X)
    check_fields(operator, injections, found)
    true = distance(operator, injections, found.z).residual
    part = operator.weights.radius * np.linalg.norm(found.z, axis=1)
    assert (part > found.residual / 100).any()
    assert found.residual == pytest.approx(true, rel=1e-9, abs=0)


def test_a_small_residual_is_not_a_small_distance():
    """With this margin the distance may be a million times the residual."""
    operator = Operator((1 - 2.0**-20) * np.eye(2), np.ones((2, 3)), np.zeros(2))
    X, tol = np.array([[0.1, 0.2, 0.3], [0.5, 0.6, 0.7]]), 1e-6
    X.setflags(write=False)
    within, _, _, residual, radius = solve_rows(ready(operator), X, USUAL_FROM, tol)
    assert (residual < tol).all()
    assert (radius > tol).all()
    assert not within
    for wanted, most in ((True, radius.max()), (False, np.nextafter(radius.max(), 0))):
        assert solve_rows(ready(operator), X, USUAL_FROM, float(most))[0] == wanted
    found = mq.Solver(operator, tol=tol)(X)
    assert same(found, mq.solve(operator, X, tol=tol))
    assert (found.radius <= tol).all()


def test_a_solver_is_a_value():
    solver = mq.Solver(fed(5, 12), tol=1e-9)
    assert repr(solver) == "Solver(Operator(n=5, d=12), tol=1e-09)"
    for name in ("operator", "tol"):
        with pytest.raises(FrozenInstanceError):
            setattr(solver, name, getattr(solver, name))
    again = pickle.loads(pickle.dumps(solver))
    assert same(again(rows(3, 12)), solver(rows(3, 12)))
    if not INTERPRETED:
        assert len(solve_rows.signatures) == 1
    for count in (3, MOST_ROWS + 1):
        found = solver(rows(count, 12))
        assert found.inputs is None
        with pytest.raises(mq.InputError, match="keeps the inputs"):
            mq.gradients(solver.operator, found, found.z)


def test_what_is_not_certified_at_once_goes_to_solve():
    """A tolerance below rounding, no margin, many rows, injections, large layers, and no rows."""
    operator, X = fed(5, 12), rows(4, 12)
    assert same(mq.Solver(operator, tol=1e-17)(X), mq.solve(operator, X, tol=1e-17))
    base = negative_margin(RNG(3))
    without = Operator(base.W, np.ones((base.n, 12)), np.ones(base.n))
    assert same(mq.Solver(without)(X), mq.solve(without, X))
    for inputs in (rows(MOST_ROWS + 1, 12), mq.injections(np.ones((2, 5))), np.zeros((0, 12))):
        assert same(mq.Solver(operator)(inputs), mq.solve(operator, inputs))
    large = Operator(np.zeros((300, 300)), np.ones((300, 2)), np.zeros(300))
    assert same(mq.Solver(large)(np.ones((1, 2))), mq.solve(large, np.ones((1, 2))))
    blind = Operator(operator.W, np.zeros((5, 0)), operator.b)
    assert same(mq.Solver(blind)(np.zeros((2, 0))), mq.solve(blind, np.zeros((2, 0))))


def test_overflow_and_bad_arguments_are_those_of_solve():
    operator = fed(5, 12)
    solver = mq.Solver(operator)
    X = rows(2, 12)
    X[1, 3] = np.nan
    with pytest.raises(mq.InputError, match="inputs must be finite"):
        solver(X)
    with pytest.raises(mq.InputError, match="overflows"):
        solver(np.full((1, 12), 1.7e308))
    for wrong in ([1.0, 2.0], [["a"]], np.zeros((1, 3)), iter([X])):
        with pytest.raises(mq.InputError, match="inputs must"):
            solver(wrong)
    with pytest.raises(mq.InputError, match="tol must be"):
        mq.Solver(operator, tol=0)
    with pytest.raises(mq.InputError, match="operator must be"):
        mq.Solver("weights.pt")


@pytest.mark.kernel
def test_the_number_that_most_of_a_row_are():
    for row, most in (([1, 2, 1, 1], 1), ([1, 2, 2, 1], 0), ([3], 3), ([5, 4, 4, 4, 5, 4], 4)):
        assert most_common(np.array(row, dtype=float), USUAL_FROM) == most
