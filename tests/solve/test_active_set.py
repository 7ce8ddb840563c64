"""The active-set method ends, within its budget, and what it proposes is an equilibrium."""

from fractions import Fraction

import numpy as np
import pytest
from numpy.random import default_rng

from mondeq_ref.inputs import given
from mondeq_ref.instances import families
from mondeq_ref.instances.closed_forms import kinks
from mondeq_ref.kernels import COMPILED_FROM
from mondeq_ref.operator import Operator
from mondeq_ref.rigor.dyadic import exact
from mondeq_ref.rigor.equilibria import is_equilibrium
from mondeq_ref.solve import ActiveSet, solve
from mondeq_ref.solve.active_set import newton, newton_row, predicted_signs
from mondeq_ref.solve.lemke import lemke
from mondeq_ref.solve.solution import Status
from tests.support.lcp_twin import fractions, least_index, meant_M, squared_distance


def array_M(operator: Operator) -> np.ndarray:
    return np.eye(operator.n) - operator.W


def support(z: list[Fraction]) -> np.ndarray:
    return np.array([x > 0 for x in z])


P_MATRIX_FAMILIES = ("generic", "skew_dominant", "triangular", "badly_scaled_rows", "cycling")


@pytest.mark.parametrize("family", P_MATRIX_FAMILIES)
def test_lemke_finds_the_exact_support_of_a_p_matrix(family: str) -> None:
    for seed in range(4):
        rng = default_rng(seed)
        operator = families.FAMILIES[family](rng)
        M = meant_M(operator).fractions()
        for c in families.injections(rng, operator, 3):
            z, pivots = lemke(array_M(operator), c, 200)
            assert z is not None
            assert pivots <= 200
            assert np.array_equal(z > 0, support(least_index(M, fractions(c[None])[0])))


@pytest.mark.parametrize("family", P_MATRIX_FAMILIES)
def test_newton_and_fallback_find_the_support_from_any_start(family: str) -> None:
    rng = default_rng(11)
    operator = families.FAMILIES[family](rng)
    M = meant_M(operator).fractions()
    C = families.injections(rng, operator, 4)
    true = [support(least_index(M, row)) for row in fractions(C)]
    for start in (C > 0, C < 0, np.zeros_like(C, dtype=bool), rng.random(C.shape) < 0.5):
        z, _, settled = newton(operator, C, start, 100)
        for k in range(len(C)):
            if settled[k]:
                assert np.array_equal(z[k] > 0, true[k])
    solution = solve(operator, given(C, operator.n), ActiveSet())
    assert np.array_equal(solution.z > 0, true)


def test_newton_that_cycles_is_caught_and_lemke_finishes() -> None:
    """On this P-matrix Newton goes round for ever from some of the starts."""
    operator = families.cycling(default_rng(0))
    M = array_M(operator)
    unsettled = 0
    for start in np.ndindex(2, 2, 2):
        for c in (M @ [1.0, 2.0, 1.5], np.array([1.0, -2.0, 1.0]), np.array([4.0, 4.0, 4.0])):
            _, steps, settled = newton_row(M, c, np.array(start, dtype=bool), 30)
            assert settled or steps <= 8  # of eight active sets one comes again
            unsettled += not settled
    assert unsettled > 0
    c = np.array([M @ [1.0, 2.0, 1.5], [4.0, 4.0, 4.0]])
    solution = solve(operator, given(c, 3), ActiveSet())
    assert solution.counts == {"RESIDUAL_ONLY": 2}
    # LAPACK solves these 3 x 3 systems of small integers to an ulp or two.
    assert np.abs(solution.z - [[1, 2, 1.5], [1, 1, 1]]).max() <= 4 * np.finfo(float).eps


def test_steps_stay_within_the_budget_from_any_start() -> None:
    operator = families.cycling(default_rng(0))
    rng = default_rng(1)
    C = rng.normal(size=(600, 3))  # enough rows for the compiled kernel
    for budget in (0, 1, 2, 5, 40):
        solution = solve(operator, given(C, 3), ActiveSet(), max_steps=budget, workers=1)
        assert solution.steps.max() <= budget
        assert set(solution.status) <= {Status.RESIDUAL_ONLY, Status.MAX_STEPS, Status.STALLED}


def test_lemke_ends_on_a_ray_where_there_is_no_equilibrium() -> None:
    """M = -1, c > 0: z = -c < 0, and z = 0 has w = -c < 0."""
    z, pivots = lemke(np.array([[-1.0]]), np.array([1.0]), 50)
    assert z is None
    assert pivots <= 2
    operator = Operator([[2.0]], [[1.0]], [0.0])
    solution = solve(operator, given([[1.0], [-1.0]], 1), ActiveSet())
    assert solution.status == [Status.GAVE_UP, Status.RESIDUAL_ONLY]


def test_batches_settle_where_elimination_has_to_pivot() -> None:
    """The compiled elimination does not pivot, and Lemke's method is lost with this matrix."""
    rng, n = default_rng(680), 9
    A, diagonal = rng.integers(-3, 4, size=(n, n)), rng.integers(0, 2, size=n)
    operator = Operator(np.eye(n) - (A - A.T) - np.diag(diagonal), np.eye(n), np.zeros(n))
    c = np.tile(rng.integers(-3, 4, size=n).astype(float), (COMPILED_FROM, 1))
    found = solve(operator, given(c, n), ActiveSet(), max_steps=100)
    assert set(found.status) == {Status.RESIDUAL_ONLY}


def test_singular_and_zero_matrices_end_in_a_status() -> None:
    for M in (np.zeros((2, 2)), np.ones((2, 2)), np.array([[0.0, 1.0], [-1.0, 0.0]])):
        operator = Operator(np.eye(2) - M, np.eye(2), np.zeros(2))
        c = given([[1.0, 2.0], [-1.0, -2.0], [1.0, 1.0], [0.0, 0.0], [-1.0, 1.0]], 2)
        solution = solve(operator, c, ActiveSet(), max_steps=100)
        assert set(solution.status) <= {Status.RESIDUAL_ONLY, Status.GAVE_UP, Status.STALLED}
        assert np.isinf(solution.radius).all()
        for z, row, status in zip(solution.z, c.c, solution.status, strict=True):
            if status is Status.RESIDUAL_ONLY and np.array_equal(z, np.rint(z)):
                assert is_equilibrium(exact(M), exact(row), exact(z))


def test_exact_kinks_are_certified_and_their_zeros_are_zeros() -> None:
    """c = M z - w with z_i = w_i = 0 somewhere, all dyadic."""
    for seed in range(10):
        rng = default_rng(seed)
        operator = families.short(rng)
        tied = kinks(rng, operator, 10)
        solution = solve(operator, given(tied.c, operator.n), ActiveSet())
        assert solution.counts == {"CERTIFIED": 10}
        for z, true, radius, is_exact in zip(
            solution.z, tied.z, solution.radius, tied.exact, strict=True
        ):
            if is_exact:
                assert squared_distance(z, fractions(true[None])[0]) <= Fraction(radius) ** 2


def test_first_guess_is_sign_of_c_without_a_finite_lipschitz():
    huge = Operator(np.full((2, 2), -1.7e308), np.eye(2), np.zeros(2))
    assert huge.lipschitz.hi == np.inf
    c = np.array([[1.0, -1.0], [-2.0, 3.0]])
    assert predicted_signs(huge, c, 4).tolist() == (c > 0).tolist()


@pytest.mark.parametrize(
    ("level", "rows", "chosen"),
    [(-1.0, 30, "active-set"), (10.0, 30, "peaceman-rachford"), (10.0, 1, "active-set")],
)
def test_auto_follows_active_units_and_rows(level, rows, chosen):
    """300 units: few of them are active, or all; for one input an inverse takes too long."""
    rng = default_rng(0)
    operator = Operator(rng.normal(size=(300, 300)) * 0.01, np.zeros((300, 1)), np.zeros(300))
    solution = solve(operator, given(rng.normal(size=(rows, 300)) * 0.5 + level, 300))
    assert solution.counts == {"CERTIFIED": rows}
    assert solution.method == chosen
