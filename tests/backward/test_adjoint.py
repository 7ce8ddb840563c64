"""Adjoints and gradients against complex steps, central differences and exact rationals."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from mondeq_ref.arrays import InputError
from mondeq_ref.backward.adjoint import Adjoint, adjoint, exact_adjoint, exact_row
from mondeq_ref.backward.gradients import Gradients, gradients
from mondeq_ref.certify.adjoint_distance import adjoint_distance
from mondeq_ref.inputs import given, inject
from mondeq_ref.instances.families import FAMILIES, MAY_LACK_MARGIN, generic, injections
from mondeq_ref.operator import Factors, Operator
from mondeq_ref.solve import solve
from mondeq_ref.solve.active_set import ActiveSet
from mondeq_ref.solve.methods import DouglasRachford, ForwardBackward, PeacemanRachford
from mondeq_ref.solve.solution import Status
from tests.support.lcp_twin import solved

SHARPNESS = 1e-12  # promised, times the condition number of M_aa, relative to the factors' sizes
OFFSET = 1e-4  # m = softplus(t) + OFFSET
IMAGINARY = 1e-30  # a complex step this small has no truncation error
PARAMETERS = ("W", "U", "b", "x", "A", "S", "m", "t")


def complex_equilibrium(W, c, active):
    """M_aa^-1 c_a, which is analytic in W and c while a stays as it is."""
    units = np.flatnonzero(active)
    z = np.zeros(len(c), dtype=complex)
    M = np.eye(len(c)) - W
    z[units] = np.linalg.solve(M[np.ix_(units, units)], c[units])
    return z


def loss_along(operator, x, active, g, t, name, direction):
    """The derivative of g.z along a change of one parameter, by a complex step."""
    step = 1j * IMAGINARY * direction
    W, U, b, x = operator.W, operator.U, operator.b, x
    if name in ("A", "S", "m", "t"):
        A, S = operator.factors.A, operator.factors.S
        change = {"A": 0, "S": 0, "m": 0, "t": 0, name: step}
        # d softplus(t): e^t/(1 + e^t) from its definition, not from the code under test
        m = operator.factors.m + change["m"]
        if name == "t":
            m = np.log(1 + np.exp(t + step)) + OFFSET
        A, S = A + change["A"], S + change["S"]
        W = (1 - m) * np.eye(len(b)) - A.T @ A + S - S.T
    changed = {"W": W, "U": U, "b": b, "x": x}
    if name in changed:
        changed[name] = changed[name] + step
    c = changed["U"] @ changed["x"] + changed["b"]
    return float((g @ complex_equilibrium(changed["W"], c, active)).imag / IMAGINARY)


def drawn_case(name, seed):
    """An operator with an equilibrium of known support: c = M z - w with z, w >= 0, zw = 0."""
    rng = np.random.default_rng(seed)
    operator = FAMILIES[name](rng)
    n = operator.n
    active = rng.random(n) < 0.6
    active[rng.integers(n)] = True
    size = rng.uniform(0.5, 2.0, n)
    x = rng.normal(size=operator.d)
    M = np.eye(n) - operator.W
    b = M @ (active * size) - (~active * size) - operator.U @ x
    t = None
    if operator.factors is not None and operator.factors.m > OFFSET:
        t = float(np.log(np.expm1(operator.factors.m - OFFSET)))
    return replace(operator, b=b), x, active, rng.normal(size=n), t, rng


def discrepancy(case, found: Gradients) -> dict[str, float]:
    """|<gradient, direction> - complex step|, over SHARPNESS cond(M_aa) (1 is the promise)."""
    operator, x, active, g, t, rng = case
    units = np.flatnonzero(active)
    M_aa = (np.eye(operator.n) - operator.W)[np.ix_(units, units)]
    allowed = SHARPNESS * np.linalg.cond(M_aa)
    worst = {}
    for name in PARAMETERS:
        gradient = getattr(found, name)
        if gradient is None:
            continue
        gradient = np.asarray(gradient)
        gradient = gradient[0] if name == "x" else gradient
        for _ in range(3):
            direction = rng.normal(size=gradient.shape)
            measured = loss_along(operator, x, active, g, t, name, direction)
            scale = np.linalg.norm(gradient) * np.linalg.norm(direction) + allowed
            error = abs(float((gradient * direction).sum()) - measured)
            worst[name] = max(worst.get(name, 0.0), error / scale / allowed)
    return worst


def found_gradients(case) -> Gradients:
    operator, x, active, g, t, _ = case
    Lam = exact_adjoint(operator, active[None], g[None])
    z = complex_equilibrium(operator.W, operator.U @ x + operator.b, active).real
    return gradients(operator, z[None], Lam, x[None], t)


@pytest.mark.parametrize("name", FAMILIES)
def test_gradients_equal_a_complex_step_on_every_family(name):
    checked = set()
    for seed in range(4):
        case = drawn_case(name, seed)
        operator, _, active, *_ = case
        units = np.flatnonzero(active)
        if np.linalg.cond((np.eye(operator.n) - operator.W)[np.ix_(units, units)]) > 1e10:
            continue  # singular, as threshold_at is meant to be: there is no derivative
        worst = discrepancy(case, found_gradients(case))
        assert max(worst.values()) <= 1, worst
        checked |= set(worst)
    if name != "threshold_at":
        assert checked >= {"W", "U", "b", "x"}


def equilibrium_and_adjoint(operator, C, G, forward, backward=None, tol=1e-11) -> Adjoint:
    solution = solve(operator, given(C, operator.n), forward, tol=tol)
    assert solution.succeeded
    return adjoint(operator, given(C, operator.n), solution.z, G, backward, tol=tol)


@pytest.mark.parametrize("name", sorted(set(FAMILIES) - MAY_LACK_MARGIN - {"threshold_below"}))
def test_central_differences_agree_away_from_kinks(name):
    """Every parameter of every family with a margin, the factors where there are some."""
    rng = np.random.default_rng(3)
    operator = FAMILIES[name](rng)
    X, g = rng.normal(size=(6, operator.d)), rng.normal(size=operator.n)
    factors = operator.factors

    def loss(U, b, X, W=None, A=None, S=None, m=None):
        dense = factors is None or W is not None
        moved = Operator(W, U, b) if dense else Factors(A, S, m).operator(U, b)
        return float((solve(moved, inject(moved, X), ActiveSet(), tol=1e-12).z @ g).sum())

    solution = solve(operator, inject(operator, X), ActiveSet(), tol=1e-12)
    back = adjoint(operator, inject(operator, X), solution.z, np.tile(g, (6, 1)))
    kept = back.kink_free & (_distance_to_kink(operator, X, solution.z) > 1e-4)
    X, Z, Lam = X[kept], solution.z[kept], back.Lam[kept]
    assert kept.any()
    found = gradients(operator, Z, Lam, X)
    at = {"U": operator.U, "b": operator.b, "X": X}
    if factors is None:
        at |= {"W": operator.W}
    else:
        at |= {"A": factors.A, "S": factors.S, "m": factors.m}
    for parameter in at:
        gradient = found.x if parameter == "X" else getattr(found, parameter)
        direction = rng.normal(size=np.shape(gradient))
        direction /= 1 + np.linalg.norm(direction)
        size = 1 + float(np.abs(at[parameter]).max())
        h = 1e-6 * min(1.0, operator.margin.lo)  # no unit of `kept` changes its sign
        ahead, behind = (
            loss(**{**at, parameter: at[parameter] + s * h * direction}) for s in (1, -1)
        )
        slope = (ahead - behind) / (2 * h)
        expected = float((np.asarray(gradient) * direction).sum())
        # Cancellation about 1e-12 |l| / h, truncation about h^2.
        scale = size + abs(ahead) + float(np.abs(np.asarray(gradient)).max())
        assert abs(slope - expected) <= 1e-5 * scale, parameter


def _distance_to_kink(operator, X, Z):
    """The smallest |z_i - F_i(z)| of each row: how far a unit is from changing its sign."""
    F = Z - Z @ operator.W.T - inject(operator, X).c
    return np.abs(Z - F).min(axis=1)


@pytest.mark.parametrize("alpha", [0.02, 0.3, 1.0, 7.0])
def test_gradient_does_not_depend_on_the_forward_step(alpha):
    rng = np.random.default_rng(5)
    operator = generic(rng)
    C, G = injections(rng, operator, 5), rng.normal(size=(5, operator.n))
    exact = equilibrium_and_adjoint(operator, C, G, ActiveSet())
    other = equilibrium_and_adjoint(operator, C, G, PeacemanRachford(alpha), DouglasRachford(alpha))
    apart = np.linalg.norm(exact.Lam - other.Lam, axis=1)
    assert (apart <= exact.radius + other.radius).all()


@pytest.mark.parametrize("method", [ForwardBackward(), PeacemanRachford(), DouglasRachford()])
@pytest.mark.parametrize("name", ["generic", "rank_deficient", "many_active", "few_active"])
def test_splitting_adjoints_agree_with_exact_ones(name, method):
    rng = np.random.default_rng(11)
    operator = FAMILIES[name](rng)
    C, G = injections(rng, operator, 4), rng.normal(size=(4, operator.n))
    exact = equilibrium_and_adjoint(operator, C, G, ActiveSet(), tol=1e-10)
    other = equilibrium_and_adjoint(operator, C, G, ActiveSet(), method, tol=1e-10)
    assert set(other.status) == set(exact.status) == {Status.CERTIFIED}
    assert (other.radius <= 1e-10).all()
    assert (np.linalg.norm(exact.Lam - other.Lam, axis=1) <= exact.radius + other.radius).all()


def rational_adjoint(operator, active, g):
    """M_aa' lambda_a = g_a over the rationals."""
    units, M = np.flatnonzero(active), operator.exact_M.fractions()
    lam = [Fraction(0)] * operator.n
    block = [[M[j][i] for j in units] for i in units]
    for unit, value in zip(units, solved(block, [Fraction(g[i]) for i in units]), strict=True):
        lam[unit] = value
    return lam


@pytest.mark.parametrize("scale", [0.0, 1e-13, 1e-6, 1.0])
def test_the_radius_bounds_the_distance_to_the_rational_adjoint(scale):
    rng = np.random.default_rng(17)
    for name in ("generic", "rank_deficient", "skew_dominant", "badly_scaled"):
        operator = FAMILIES[name](rng)
        C = injections(rng, operator, 1)
        z = solve(operator, given(C, operator.n), ActiveSet(), tol=1e-6).z
        g = rng.normal(size=operator.n)
        back = adjoint(operator, given(C, operator.n), z, g[None])
        moved = back.Lam[0] + scale * back.active[0] * rng.normal(size=operator.n)
        bound = adjoint_distance(operator, back.active, g[None], moved[None])
        exact = rational_adjoint(operator, back.active[0], g)
        squared = sum((Fraction(a) - b) ** 2 for a, b in zip(moved, exact, strict=True))
        assert squared <= Fraction(bound.radius[0]) ** 2


def test_radius_is_attained_where_margin_is_the_operator():
    operator = Operator(0.5 * np.eye(2), np.eye(2), np.ones(2))
    active, g = np.ones((1, 2), dtype=bool), np.array([[1.0, 1.0]])
    bound = adjoint_distance(operator, active, g, np.zeros((1, 2)))
    assert bound.radius[0] == pytest.approx(2 * np.sqrt(2), rel=1e-12)


def test_adjoint_entries_outside_the_active_set_are_refused():
    operator = Operator(0.5 * np.eye(2), np.eye(2), np.ones(2))
    with pytest.raises(InputError, match="zero outside"):
        adjoint_distance(operator, np.array([[True, False]]), np.ones((1, 2)), np.ones((1, 2)))


def test_a_kink_is_reported_and_counts_as_inactive():
    operator = Operator(np.zeros((2, 2)), np.eye(2), np.zeros(2))
    C = np.array([[1.0, 0.0], [1.0, -1.0], [2.0, 3.0]])
    z = solve(operator, given(C, 2), ActiveSet()).z
    back = adjoint(operator, given(C, 2), z, np.ones((3, 2)))
    assert back.undecided.tolist() == [[False, True], [False, False], [False, False]]
    assert back.kink_free.tolist() == [False, True, True]
    assert back.Lam.tolist() == [[1.0, 0.0], [1.0, 0.0], [1.0, 1.0]]


@pytest.mark.kernel
def test_the_compiled_adjoint_is_its_twin():
    rng = np.random.default_rng(7)
    operator = generic(rng)
    M = np.eye(operator.n) - operator.W
    active, G = rng.random((600, operator.n)) < 0.5, rng.normal(size=(600, operator.n))
    compiled = exact_adjoint(operator, active, G)
    twin = np.array([exact_row(M, a, g) for a, g in zip(active, G, strict=True)])
    assert np.abs(compiled - twin).max() <= 1e-12 * np.abs(twin).max()
