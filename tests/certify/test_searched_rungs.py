"""Rungs 5 and 6 beyond the units whose minors are all looked at: what the searches are asked."""

import numpy as np
import pytest

from mondeq_ref.certify import ladder
from mondeq_ref.certify.diagonal import UNDECIDED
from mondeq_ref.certify.ladder import (
    Blocks,
    DualFactor,
    Reversal,
    Weights,
    by_weights_or_minors,
    climb,
)
from mondeq_ref.certify.pair import Pair
from mondeq_ref.operator import Operator
from mondeq_ref.rigor.diagonal import refutes_weights, weights_hold
from mondeq_ref.rigor.pmatrix import principal_minor, reverses_signs
from mondeq_ref.rigor.verdict import Guarantee, Outcome

RNG = np.random.default_rng
N = 15  # more than are enumerated


def pair_of(M):
    n = len(M)
    zero = Operator(np.zeros((n, n)), np.zeros((n, 0)), np.zeros(n))
    return Pair(zero, Operator(np.eye(n) - M, np.zeros((n, 0)), np.zeros(n)))


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


def test_sixth_rung_is_open_without_weights_or_a_minor():
    fifth, sixth = searched(without_weights())
    assert fifth.outcome is Outcome.REFUTED
    assert isinstance(fifth.evidence, DualFactor)
    assert refutes_weights(pair_of(without_weights()).M_after, fifth.evidence.Y)
    assert sixth.outcome is Outcome.UNDECIDED
    assert sixth.evidence is None


def test_small_blocks_are_enumerated_up_to_the_limit(monkeypatch):
    monkeypatch.setattr(ladder, "ENUMERATED", N)
    sixth = searched(without_weights())[1]
    assert sixth.outcome is Outcome.PROVED
    assert isinstance(sixth.evidence, Blocks)
    monkeypatch.setattr(ladder, "ENUMERATED", N - 1)
    assert searched(without_weights())[1].outcome is Outcome.UNDECIDED


def test_few_units_are_enumerated_and_not_searched(monkeypatch):
    """A search without time finds no cycle of four; that all minors were looked at proves none."""
    monkeypatch.setattr(ladder, "QUICK", (0, 1))
    fifth, sixth = by_weights_or_minors(pair_of(cycle_of(4, 1.2)[:4, :4]), RNG(0))
    assert fifth.outcome is sixth.outcome is Outcome.REFUTED
    assert sixth.evidence.minor == (0, 1, 2, 3)


def proposal(units):
    a = np.zeros(N, dtype=np.bool_)
    a[list(units)] = True
    return a


def test_proposed_sets_are_where_the_search_starts(monkeypatch):
    """One pivot from the empty set finds no cycle of six; one from five of its units does."""
    for effort in ("QUICK", "THOROUGH"):
        monkeypatch.setattr(ladder, effort, (0, 1))
    monkeypatch.setattr(ladder, "ROUNDS", 1)
    M = cycle_of(6, 1.3)
    assert searched(M)[1].outcome is Outcome.UNDECIDED
    assert searched(M, [proposal(range(5))])[1].outcome is Outcome.REFUTED
    steps = climb(pair_of(M), RNG(0), [proposal(range(5))])
    assert steps[5].outcome is Outcome.REFUTED
    assert climb(pair_of(M), RNG(0))[5].outcome is Outcome.UNDECIDED


@pytest.mark.parametrize("quick", [True, False])
def test_the_second_search_is_the_thorough_one(monkeypatch, quick):
    """Where weights are refuted, the cycle that a first look misses is still looked for."""
    asked = []
    search = ladder.search_nonpositive_minor

    def watched(M, rng, *, proposals, starts, pivots):
        asked.append((starts, pivots))
        return search(M, rng, proposals=proposals, starts=starts, pivots=pivots)

    monkeypatch.setattr(ladder, "search_nonpositive_minor", watched)
    monkeypatch.setattr(ladder, "ROUNDS", 1)
    monkeypatch.setattr(ladder, "QUICK", (2, 60) if quick else (0, 1))
    assert searched(cycle_of(6, 1.3))[1].outcome is Outcome.REFUTED
    assert asked == ([(2, 60)] if quick else [(0, 1), ladder.THOROUGH])


def test_large_operators_are_searched_as_far_as_time_allows(monkeypatch):
    """From EXACT_BELOW units on: fewer rounds of cutting planes, and one random start."""
    asked = []

    def search(M, rng, *, proposals, starts, pivots):
        asked.append((starts, pivots))

    def weights(M, rounds):
        asked.append(rounds)
        return UNDECIDED

    monkeypatch.setattr(ladder, "search_nonpositive_minor", search)
    monkeypatch.setattr(ladder, "diagonal_weights", weights)
    monkeypatch.setattr(ladder, "h_matrix", lambda M: None)
    for limit, expected in (
        (N, [ladder.QUICK, ladder.ROUNDS_LARGE, ladder.LARGE]),
        (N + 1, [ladder.QUICK, ladder.ROUNDS, ladder.THOROUGH]),
    ):
        monkeypatch.setattr(ladder, "EXACT_BELOW", limit)
        fifth, sixth = searched(dense())
        assert fifth.outcome is sixth.outcome is Outcome.UNDECIDED
        assert fifth.evidence is sixth.evidence is None
        assert asked == expected
        asked.clear()
