"""Rung 7: an equilibrium for every input, proved and refuted, held against enumeration."""

import numpy as np
import pytest

from mondeq_ref.certify.ladder import climb, first_that_holds
from mondeq_ref.certify.pair import Pair
from mondeq_ref.certify.semimonotone import Existence, strictly_semimonotone
from mondeq_ref.certify.semimonotone_search import on_simplex
from mondeq_ref.rigor.dyadic import Dyadic, exact
from mondeq_ref.rigor.semimonotone import Copositive, first_failing_vector, refutes_semimonotone
from mondeq_ref.rigor.verdict import Outcome
from tests.support import truth
from tests.support.layers import bare, of_M

SEVERAL = np.array([[1.0, 2.0], [2.0, 1.0]])  # equilibria (1/3, 1/3), (1, 0), (0, 1) for c = (1, 1)


def some_small(rng: np.random.Generator) -> np.ndarray:
    """Small integers: singular blocks and zeros occur, and the diagonal is often positive."""
    n = int(rng.integers(1, 6))
    M = rng.integers(-2, 3, size=(n, n)).astype(float)
    M[np.diag_indices(n)] = rng.choice([0.0, 1.0, 1.0, 2.0, 3.0], size=n)
    return M


@pytest.mark.parametrize("count", [200, pytest.param(20_000, marks=pytest.mark.deep)])
def test_enumeration_and_search_agree_with_the_definition(count):
    for seed in range(count):
        M = exact(some_small(np.random.default_rng(seed)))
        x, found = first_failing_vector(M), strictly_semimonotone(M)
        holds = truth.is_strictly_semimonotone(M.fractions())
        assert found.outcome is (Outcome.PROVED if holds else Outcome.REFUTED), seed
        assert (x is None) == holds
        assert x is None or refutes_semimonotone(M, x)
        check_evidence(M, found)


def check_evidence(M: Dyadic, found: Existence) -> None:
    if found.x is not None:
        assert refutes_semimonotone(M, found.x)
    for one in found.blocks:
        block = M.block(one.units, one.units)
        if one.weights is None:
            assert first_failing_vector(block) is None
        else:
            assert one.weights.holds_for(block)


def pair(M: np.ndarray) -> Pair:
    return Pair(bare(np.zeros_like(M)), of_M(M))


def test_existence_may_hold_without_uniqueness():
    steps = climb(pair(SEVERAL), np.random.default_rng(0))
    assert [step.outcome for step in steps] == [Outcome.REFUTED] * 6 + [Outcome.PROVED]
    assert first_that_holds(steps) == 7


def test_a_reversed_vector_of_one_sign_refutes_both():
    """M = [[1, -2], [-2, 1]]: x = (1, 1) has Mx = -x."""
    steps = climb(pair(np.array([[1.0, -2.0], [-2.0, 1.0]])), np.random.default_rng(0))
    assert steps[-1].rung == 7
    assert steps[-1].outcome is Outcome.REFUTED
    assert isinstance(steps[-1].evidence, Existence)


def test_strictly_semimonotone_on_the_threshold_is_refuted():
    """det [[1, -1], [-1, 1]] = 0 and x = (1, 1) is in the kernel; one ulp more is proved."""
    on = np.array([[1.0, -1.0], [-1.0, 1.0]])
    assert strictly_semimonotone(exact(on)).outcome is Outcome.REFUTED
    on[0, 0] = np.nextafter(1.0, 2.0)
    assert strictly_semimonotone(exact(on)).outcome is Outcome.PROVED


@pytest.mark.filterwarnings("error")
def test_blocks_that_only_a_formula_of_floats_inverts_are_decided():
    """The floats of a determinant's formula are below zero, and LAPACK meets a zero pivot."""
    for seed in range(400):
        rng = np.random.default_rng(seed)
        factor, size = rng.choice([0.1, 0.3, 3.0, 5.0, 7.0]), 10.0 ** rng.integers(1, 7)
        x, *last = size * rng.normal(size=3)
        M = exact(np.array([[1, 1 / factor, x], [factor, 1, factor * x], [*last, 1]]))
        holds = truth.is_strictly_semimonotone(M.fractions())
        found = strictly_semimonotone(M)
        assert found.outcome is (Outcome.PROVED if holds else Outcome.REFUTED), seed
        check_evidence(M, found)


@pytest.mark.parametrize("power", [-300, -60, -1, 0, 1, 60, 300])
def test_scale_of_the_matrix_does_not_matter(power):
    rng = np.random.default_rng(5)
    n = 20
    skew = rng.normal(size=(n, n))
    M = np.ldexp(np.eye(n) + np.abs(rng.normal(size=(n, n))) + skew - skew.T, power)
    found = strictly_semimonotone(exact(M))
    assert found.outcome is Outcome.PROVED
    check_evidence(exact(M), found)


def test_a_large_copositive_operator_is_proved_by_weights():
    """sym M = I + N - (a shift of the margin) with N >= 0: no margin, and yet D = I does."""
    rng = np.random.default_rng(8)
    n = 20
    N = np.abs(rng.normal(size=(n, n)))
    skew = rng.normal(size=(n, n))
    M = 0.5 * np.eye(n) + (N + N.T) / 2 + skew - skew.T
    np.fill_diagonal(M, 0.5)
    assert np.linalg.eigvalsh(M + M.T)[0] < 0
    found = strictly_semimonotone(exact(M))
    assert found.outcome is Outcome.PROVED
    assert all(one.weights is not None for one in found.blocks)
    check_evidence(exact(M), found)


@pytest.mark.parametrize(
    ("D", "N"),
    [
        ((1, 1), [[0.0, 0.0], [0.0, 0.0]]),  # sym M itself is indefinite
        ((1, 0), [[0.0, 2.0], [2.0, 0.0]]),
        ((-1, 1), [[0.0, 2.0], [2.0, 0.0]]),
        ((1, 1), [[0.0, 2.0], [2.0, -1.0]]),
        ((1, 1), [[1.0, 2.0], [2.0, 0.0]]),  # exactly singular
        ((1,), [[0.0]]),
    ],
)
def test_weights_that_do_not_prove_are_refused(D, N):
    assert Copositive((1, 1), exact(np.array([[0.0, 2.0], [2.0, 0.0]]))).holds_for(exact(SEVERAL))
    assert not Copositive(D, exact(np.array(N))).holds_for(exact(SEVERAL))


@pytest.mark.parametrize("x", [[[0.0], [0.0]], [[1.0], [-1.0]], [[1.0], [1.0]]])
def test_vectors_that_do_not_refute_are_refused(x):
    assert not refutes_semimonotone(exact(SEVERAL), exact(np.array(x)))


def test_on_simplex_is_the_nearest_point():
    v = np.array([2.0, -1.0, 0.5])
    found = on_simplex(v, 0.1)
    assert found.min() >= 0.1
    assert found.sum() == pytest.approx(3)
    others = np.random.default_rng(0).dirichlet(np.ones(3), size=500) * 2.7 + 0.1
    assert (np.linalg.norm(others - v, axis=1) >= np.linalg.norm(found - v) - 1e-9).all()
