"""Rungs 5 and 6 beyond the units whose minors are all looked at: what the searches are asked."""

import numpy as np

from mondeq_ref.certify import ladder
from mondeq_ref.certify.ladder import Blocks, DualFactor, Reversal, Weights, by_weights_or_minors
from mondeq_ref.certify.pair import Pair
from mondeq_ref.rigor.diagonal import refutes_weights, weights_hold
from mondeq_ref.rigor.pmatrix import principal_minor, reverses_signs
from mondeq_ref.rigor.verdict import Guarantee, Outcome
from tests.support.layers import bare, of_M

RNG = np.random.default_rng
N = 15  # more than are enumerated


def pair_of(M):
    return Pair(bare(np.zeros_like(M)), of_M(M))


def dense(size=0.01):
    return np.eye(N) + RNG(0).uniform(0.5, 1.0, size=(N, N)) * size


def cycle_of(size, strength):
    """Strongly connected; the minor of a cycle of `size` units is 1 - strength^size."""
    M = dense(1e-6)
    sign = 1 if size % 2 == 0 else -1
    block = np.roll(np.eye(size), 1, axis=1)
    M[:size, :size] += sign * strength * block
    return M


def searched(M, proposals=()):
    fifth, sixth = by_weights_or_minors(pair_of(M), RNG(0), proposals)
    assert (fifth.rung, sixth.rung) == (5, 6)
    assert fifth.guarantee is sixth.guarantee is Guarantee.EXACT
    return fifth, sixth


def test_weights_prove_both_rungs():
    M = np.array(dense())
    M[0] *= 64.0
    M[:, 0] /= 64.0
    M[0, 1] = 20.0
    fifth, sixth = searched(M)
    assert fifth.outcome is sixth.outcome is Outcome.PROVED
    for step in (fifth, sixth):
        assert isinstance(step.evidence, Weights)
        assert weights_hold(pair_of(M).M_after, step.evidence.D)


def test_a_minor_that_is_found_refutes_both_rungs():
    M = cycle_of(3, 1.5)
    fifth, sixth = searched(M)
    assert fifth.outcome is sixth.outcome is Outcome.REFUTED
    assert isinstance(fifth.evidence, DualFactor)
    assert isinstance(sixth.evidence, Reversal)
    M_after = pair_of(M).M_after
    assert refutes_weights(M_after, fifth.evidence.Y)
    assert reverses_signs(M_after, sixth.evidence.x)
    assert principal_minor(M_after, sixth.evidence.minor) <= 0


def without_weights():
    """A P-matrix of five cycles, in each of which a unit suppresses the next one threefold."""
    M = dense(1e-6)
    for k in range(0, N, 3):
        M[k : k + 3, k : k + 3] += 3.0 * np.roll(np.eye(3), 1, axis=1)
    return M


def test_small_blocks_are_enumerated_up_to_the_limit(monkeypatch):
    monkeypatch.setattr(ladder, "ENUMERATED", N)
    sixth = searched(without_weights())[1]
    assert sixth.outcome is Outcome.PROVED
    assert isinstance(sixth.evidence, Blocks)
    monkeypatch.setattr(ladder, "ENUMERATED", N - 1)
    assert searched(without_weights())[1].outcome is Outcome.UNDECIDED
