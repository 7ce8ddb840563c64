"""One step of each method is its exact rational definition, up to proved rounding."""

from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest
import scipy.linalg
from flint import fmpq
from numpy.random import Generator, default_rng

from mondeq_ref.arrays import InputError
from mondeq_ref.inputs import given
from mondeq_ref.instances import families
from mondeq_ref.operator import Operator
from mondeq_ref.rigor.fast import gamma
from mondeq_ref.rigor.machine import SMALLEST
from mondeq_ref.solve import solve
from mondeq_ref.solve.methods import (
    DouglasRachford,
    ForwardBackward,
    ForwardBackwardForward,
    PeacemanRachford,
    Splitting,
)
from proofs_checks.quantities import steps
from proofs_checks.quantities.rational_points import Cleared, cleared, cleared_monotone, column
from tests.support.lcp_twin import fractions, least_index, meant_M

SPLITTINGS = (ForwardBackward, ForwardBackwardForward, PeacemanRachford, DouglasRachford)
SMALL = ("generic", "skew_dominant", "rank_deficient", "short", "block_diagonal", "scalar")
SHARES = (0.5, 1.0, 0.1, 3.0)  # of 1/L


def resolved(M: Cleared, s: Cleared, c: Cleared, alpha: fmpq) -> steps.State:
    mirror = steps.mirror_of(M, alpha)
    assert mirror is not None
    return steps.state(steps.reflection(mirror, c, alpha), s)


# The maps that the claims speak of, in rationals: they share nothing with the solvers.
DEFINITIONS: dict[type, Callable[[Cleared, Cleared, Cleared, fmpq], Cleared]] = {
    ForwardBackward: lambda M, z, c, a: steps.forward_backward(M, c, z, a),
    ForwardBackwardForward: lambda M, z, c, a: steps.forward_backward_forward(M, c, z, a),
    PeacemanRachford: lambda M, s, c, a: resolved(M, s, c, a).peaceman_rachford,
    DouglasRachford: lambda M, s, c, a: resolved(M, s, c, a).douglas_rachford,
}


def forward_backward_error(operator: Operator, z: np.ndarray, c: np.ndarray, alpha: float):
    """n + 2 roundings inside F, then a product and a sum: gamma_{n+4} of all magnitudes."""
    n = operator.n
    size = np.abs(z) + alpha * (np.abs(operator.W) @ np.abs(z) + np.abs(z) + np.abs(c))
    return gamma(n + 4) * size + (n + 4) * SMALLEST


def forward_backward_forward_error(operator: Operator, z: np.ndarray, c: np.ndarray, alpha: float):
    """The error of y, passed on by I - alpha M, and that of the second step from y."""
    n = operator.n
    M = np.eye(n) + np.abs(operator.W)
    first = forward_backward_error(operator, z, c, alpha)
    y = np.maximum(z - alpha * (z - operator.W @ z - c), 0) + first
    passed_on = first + alpha * (M @ first)
    sizes = y + alpha * (M @ y + M @ np.abs(z) + 2 * np.abs(c))
    return passed_on + gamma(2 * n + 8) * sizes + (n + 4) * SMALLEST


def reflection_error(operator: Operator, s: np.ndarray, c: np.ndarray, alpha: float):
    """Columns x of the computed inverse X solve (B + D) x = e with |D| <= gamma_{3n} |L||U|
    (Higham, theorem 9.4), so |X - B^-1| <= gamma_{3n} |B^-1| |L||U| |X|; forming B costs
    gamma_3 |B^-1| (I + alpha (I + |W|)) |X| more; then 2n products and a few sums."""
    n = operator.n
    B = np.eye(n) + alpha * (np.eye(n) - operator.W)
    P, L, U = scipy.linalg.lu(B)
    X = np.abs(np.linalg.inv(B))
    near = 2 * X  # |B^-1| <= 2 |X| where the bound below is any good
    formed = gamma(3) * (near @ (np.eye(n) + alpha * (np.eye(n) + np.abs(operator.W))) @ X)
    inverted = gamma(3 * n) * (near @ P @ np.abs(L) @ np.abs(U) @ X) + formed
    size = (2 * X + np.eye(n)) @ np.abs(s) + 2 * alpha * (X @ np.abs(c))
    inherited = 2 * (inverted @ np.abs(s)) + 2 * alpha * (inverted @ np.abs(c))
    return inherited + gamma(2 * n + 8) * (size + np.abs(s)) + (2 * n + 4) * SMALLEST


ERRORS = {
    ForwardBackward: forward_backward_error,
    ForwardBackwardForward: forward_backward_forward_error,
    PeacemanRachford: reflection_error,
    DouglasRachford: reflection_error,
}


@pytest.mark.parametrize("method", SPLITTINGS)
@pytest.mark.parametrize("family", SMALL)
def test_one_step_is_its_exact_definition_up_to_proved_rounding(
    method: type[Splitting], family: str
) -> None:
    for seed, share in enumerate(SHARES):
        rng = default_rng(seed)
        operator = families.FAMILIES[family](rng)
        alpha = float(share / operator.lipschitz.hi)
        states, C = np.abs(rng.normal(size=(2, operator.n))), rng.normal(size=(2, operator.n))
        iteration = method(alpha).iteration(operator, np.float64)  # type: ignore[call-arg]
        computed = iteration.step(states, C)
        M, a = cleared_monotone(operator), fmpq(*alpha.as_integer_ratio())
        for row, s, c in zip(computed, states, C, strict=True):
            true = DEFINITIONS[method](M, cleared(column(s)), cleared(column(c)), a).value
            errors = ERRORS[method](operator, s, c, alpha)
            for x, y, error in zip(column(row).entries(), true.entries(), errors, strict=True):
                assert abs(x - y) <= fmpq(*float(error).as_integer_ratio())


@pytest.mark.parametrize("method", SPLITTINGS)
def test_a_step_in_float32_is_the_same_map_at_that_precision(method: type[Splitting]) -> None:
    """gamma grows by 2^29, nothing else changes."""
    rng = default_rng(0)
    operator = families.generic(rng, 6)
    alpha = 0.5 / operator.lipschitz.hi
    s, c = (rng.normal(size=(3, 6)).astype(np.float32) for _ in range(2))
    single = method(alpha).iteration(operator, np.float32)  # type: ignore[call-arg]
    double = method(alpha).iteration(operator, np.float64)  # type: ignore[call-arg]
    computed, expected = single.step(s, c), double.step(s.astype(float), c.astype(float))
    assert computed.dtype == np.float32
    assert single.read(s, c).dtype == np.float32
    for row in range(3):
        errors = ERRORS[method](operator, s[row].astype(float), c[row].astype(float), alpha)
        # Twice: the other side of the comparison is rounded too, and so is alpha.
        assert (np.abs(computed[row] - expected[row]) <= 2 * 2.0**29 * errors).all()


@pytest.mark.parametrize("family", SMALL)
def test_exact_methods_keep_and_read_off_the_equilibrium(family: str) -> None:
    """In rationals: z* is fixed by FB and FBF for any alpha; s* = z* + alpha F(z*) by PR and DR,
    where z* = ReLU(R_F(s*)) is read off, and s* itself is another point."""
    rng = default_rng(1)
    operator = families.FAMILIES[family](rng)
    M, c = cleared_monotone(operator), rng.normal(size=operator.n) - 0.5
    z = cleared(column(least_index(meant_M(operator).fractions(), fractions(c[None])[0])))
    c = cleared(column(c))
    for a in (fmpq(1, 3), fmpq(7, 2)):
        state = z + (M * z - c) * a
        for method in SPLITTINGS:
            fixed = z if method in (ForwardBackward, ForwardBackwardForward) else state
            assert DEFINITIONS[method](M, fixed, c, a) == fixed
        assert resolved(M, state, c, a).read == z
        assert state != z or M * z == c


@pytest.mark.parametrize("method", [PeacemanRachford, DouglasRachford])
def test_returned_point_is_the_equilibrium_not_the_state(method: type[Splitting]) -> None:
    """Unit 2 is inactive with a slack of 1: the state converges to (1, alpha), the answer is
    (1, 0)."""
    operator = Operator(np.zeros((2, 2)), np.eye(2), np.zeros(2))
    c = given([[1.0, -1.0]], 2)
    chosen = method(0.5)  # type: ignore[call-arg]
    solution = solve(operator, c, chosen)
    assert np.abs(solution.z[0] - [1, 0]).max() <= solution.radius[0] <= 1e-10
    state = np.zeros((1, 2))
    iteration = chosen.iteration(operator, np.float64)
    for _ in range(200):
        state = iteration.step(state, c.c)
    assert abs(state[0, 1] - 0.5) < 1e-10
    assert iteration.read(state, c.c)[0, 1] == 0


def rotation(rng: Generator) -> Operator:
    """M = [[m, -s], [s, m]], where the constants of the theorems are attained."""
    m, s = rng.integers(1, 8, 2)
    M = np.array([[m, -s], [s, m]]) / 4
    return Operator(np.eye(2) - M, np.eye(2), np.zeros(2))


def test_the_admissible_steps_are_those_of_the_theorems() -> None:
    for seed in range(5):
        operator = rotation(default_rng(seed))
        m = Fraction(float(operator.W[0, 0] - 1)) * -1
        s = Fraction(float(operator.W[0, 1]))
        end = ForwardBackward().admissible(operator)
        exact_end = 2 * m / (m * m + s * s)
        assert Fraction(end.lo) <= exact_end <= Fraction(end.hi)
        tseng = ForwardBackwardForward().admissible(operator)
        assert Fraction(tseng.lo) ** 2 <= 1 / (m * m + s * s) <= Fraction(tseng.hi) ** 2
        for method in (PeacemanRachford(), DouglasRachford()):
            assert method.admissible(operator).lo == np.inf


@pytest.mark.parametrize("alpha", [0.0, -1.0, np.nan, np.inf])
@pytest.mark.parametrize("method", SPLITTINGS)
def test_a_step_size_is_a_finite_number_above_zero(method: type, alpha: float) -> None:
    with pytest.raises(InputError, match="alpha must be a finite number > 0"):
        method(alpha)
