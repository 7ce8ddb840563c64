"""Proofs that forward-backward from zero does not converge, against runs and closed forms."""

from fractions import Fraction

import numpy as np
import pytest
from flint import fmpq

from mondeq_ref.certify.divergence import NeverSettles, Walk, divergences, proofs_and_limits
from mondeq_ref.certify.growing_cone import growing_cone
from mondeq_ref.inputs import given
from mondeq_ref.rigor.dyadic import exact
from tests.support.layers import of_M

CASES = [
    # M, c, alpha, way, period or the active units
    ([[1.0]], [1.0], 2.0, NeverSettles.CYCLES, 2),  # 0, 2, 0, 2, ...
    ([[1.0, -1.0], [1.0, 1.0]], [0.0, 2.0], 1.0, NeverSettles.CYCLES, 4),  # around (1, 1)
    ([[-1.0]], [1.0], 0.1, NeverSettles.GROWS, (0,)),
    (
        [[-1.0, 2.0], [0.25, -1.0]],
        [1.0, -1.0],
        0.1,
        NeverSettles.GROWS,
        (0,),
    ),  # (0, 1) is an equilibrium
    (
        [[1.0, 0.0], [-1.0, -1.0]],
        [1.0, 1.0],
        0.1,
        NeverSettles.GROWS,
        (0, 1),
    ),  # unit 0 settles at 1
    (
        [[-1.0, 0.0], [0.0, 1.0]],
        [1.0, -1.0],
        0.1,
        NeverSettles.GROWS,
        (0,),
    ),  # unit 1 stays at 0, unfed
    ([[-1.0, 0.0], [3.0, 1.0]], [1.0, 1.0], 0.1, NeverSettles.GROWS, (0,)),  # unit 1 is shut
]
CONVERGENT = [
    ([[1.0]], [1.0], 1.5),
    ([[-1.0]], [-1.0], 0.1),
    ([[0.0]], [0.0], 0.1),
    ([[1.0, 0.0], [-1.0, -1.0]], [1.0, -2.0], 0.1),  # on the edge: unit 1 never starts
]


@pytest.mark.parametrize(("M", "c", "alpha", "way", "what"), CASES)
def test_closed_forms_of_divergence(M, c, alpha, way, what):
    (found,) = divergences(of_M(M), given([c]), alpha)
    assert found is not None
    assert found.way is way
    assert (found.period if way is NeverSettles.CYCLES else found.active) == what


@pytest.mark.parametrize(("M", "c", "alpha"), CONVERGENT)
def test_convergent_runs_are_never_called_divergent(M, c, alpha):
    assert divergences(of_M(M), given([c]), alpha) == [None]


@pytest.mark.parametrize(("M", "c", "alpha"), CONVERGENT)
def test_the_limit_of_a_convergent_run_is_an_equilibrium(M, c, alpha):
    _, limits = proofs_and_limits(of_M(M), given([c]), alpha)
    assert limits is not None
    moved = np.maximum(limits[0] - alpha * (np.array(M) @ limits[0] - c), 0.0)
    assert np.abs(moved - limits[0]).max() <= 1e-8 * (1 + np.abs(limits).max())


@pytest.mark.parametrize(("M", "c", "alpha", "way", "what"), CASES)
def test_a_divergent_run_has_no_limit(M, c, alpha, way, what):
    _, limits = proofs_and_limits(of_M(M), given([c]), alpha)
    assert limits is not None
    assert np.isnan(limits).all()


def test_proofs_agree_with_long_runs():
    rng, proved = np.random.default_rng(0), 0
    for _ in range(60):
        n = int(rng.integers(2, 5))
        operator, C = of_M(rng.integers(-4, 5, (n, n)) / 2.0), rng.integers(-3, 4, (5, n)) / 1.0
        for c, found in zip(C, divergences(operator, given(C), 0.25, 400), strict=True):
            states = [np.zeros(n)]
            for _ in range(600):
                states.append(np.maximum(states[-1] - 0.25 * operator.F(states[-1][None], c)[0], 0))
            if found is None:
                continue
            proved += 1
            assert np.abs(states[-1] - states[-2]).max() > 0
            if found.way is NeverSettles.GROWS:
                after = np.array(states[found.step :])
                assert (np.flatnonzero(after[0]) == found.active).all()
                assert ((after > 0) == (after[0] > 0)).all()
                assert after[-1].max() > 10 * after[0].max()
    assert proved > 50


def test_only_rows_that_do_not_return_are_spared_exact_iterates():
    rng, returning, spared = np.random.default_rng(0), 0, 0
    for scale in np.repeat([1.0, 2.0**-1070, 2.0**400], 40):
        n = int(rng.integers(1, 4))
        walk = Walk(exact(rng.integers(-2, 3, (n, n)) / 1.0), 1.0)
        C = rng.integers(-2, 3, (6, n)) * scale
        returns = np.array([walk.cycle(exact(c)) is not None for c in C])
        maybe = walk.may_return(C)
        assert maybe[returns].all()
        returning, spared = returning + returns.sum(), spared + (~maybe).sum()
    assert returning > 50
    assert spared > 50


def test_cone_refuses_what_is_not_in_it():
    M, c = exact(np.array([[-1.0, 0.5], [0.5, 2.0]])), exact(np.array([1.0, 1.0]))
    cone = growing_cone(M, Walk(M, 0.1).B, [0, 1])
    assert cone is None  # the second state of the growing vector is negative: unit 1 shuts
    M = exact(np.array([[-1.0, -0.5], [-0.5, 2.0]]))
    cone = growing_cone(M, Walk(M, 0.1).B, [0, 1])
    assert cone is not None
    inside, outside = exact(np.array([60.0, 10.0])), exact(np.array([10.0, 60.0]))
    assert cone.keeps(inside, c, fmpq(0))
    assert not cone.keeps(inside, c, fmpq(60))
    assert not cone.keeps(outside, c, fmpq(0))
    for m, alpha in ((1.0, 0.1), (2.0, 1.5)):  # nothing grows; it flips, and is cut off
        M = exact(np.array([[m]]))
        assert growing_cone(M, Walk(M, alpha).B, [0]) is None


def test_grid_iterates_are_within_their_error():
    M = np.array([[1.3, 0.7, 0.1], [-2.1, 0.3, 0.9], [0.1, -0.7, -0.2]])
    walk, c = Walk(exact(M), 0.1), exact(np.array([0.3, -0.1, 0.7]))
    ((row, found),) = walk.on_grid([c], {0: 40})
    y = z = np.full((3, 1), Fraction(0))
    B, drift = np.array(walk.B.fractions()), np.array((c * 0.1).fractions())
    for _ in range(40):
        y = B @ z + drift
        z = np.maximum(y, Fraction(0))
    far = ((y - np.array(found.y.fractions())) ** 2).sum()
    assert row == 0
    assert 0 < fmpq(far.numerator, far.denominator) <= found.error**2
    assert found.error < fmpq(1, 10**20)
