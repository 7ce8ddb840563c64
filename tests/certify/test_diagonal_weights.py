import numpy as np
import pytest

from mondeq_ref.certify import diagonal
from mondeq_ref.certify.diagonal import dependency_order, diagonal_weights
from mondeq_ref.rigor.diagonal import (
    refutes_weights,
    weighted_margin_below,
    weighted_norm_above,
    weights_hold,
)
from mondeq_ref.rigor.dyadic import exact
from mondeq_ref.rigor.pmatrix import first_nonpositive_minor
from mondeq_ref.rigor.verdict import Outcome

# A P-matrix without diagonal weights: X = (3/2) I - (1/2) 11' refutes them.
CYCLE = exact(np.array([[1.0, 0.0, 3.0], [3.0, 1.0, 0.0], [0.0, 3.0, 1.0]]))
DIFFERENCES = exact(np.array([[1.0, 0.0, 1.0], [-1.0, 1.0, 0.0], [0.0, -1.0, -1.0]]))  # YY' = 2X


def test_p_matrix_of_the_cycle_has_no_weights():
    assert first_nonpositive_minor(CYCLE) is None
    assert refutes_weights(CYCLE, DIFFERENCES)
    answer = diagonal_weights(CYCLE)
    assert answer.outcome is Outcome.REFUTED
    assert answer.refutation is not None
    assert refutes_weights(CYCLE, answer.refutation)


def test_refutation_must_be_nonzero_and_signed():
    assert not refutes_weights(CYCLE, DIFFERENCES * 0.0)
    assert not refutes_weights(CYCLE, exact(np.eye(3)))
    assert not refutes_weights(CYCLE, exact(np.eye(4)))


def test_weights_exist_where_the_symmetric_part_is_indefinite():
    M = exact(np.array([[1.0, 8.0], [0.125, 2.0]]))
    assert not weights_hold(M, (1, 1))
    answer = diagonal_weights(M)
    assert answer.weights is not None
    assert weights_hold(M, answer.weights)
    assert not weights_hold(M, (0, 1))
    assert not weights_hold(M, (1, -64))
    assert not weights_hold(M, (1, 64, 1))


def test_dependency_order_puts_blocks_after_their_references():
    pattern = np.eye(4)
    pattern[0, 1] = pattern[1, 0] = pattern[1, 3] = pattern[3, 2] = 1
    assert dependency_order(exact(pattern)) == [[2], [3], [0, 1]]


def test_reducible_operators_combine_weights_of_their_blocks():
    rng = np.random.default_rng(0)
    M = np.eye(30)
    for start in range(0, 30, 6):
        block = slice(start, start + 6)
        M[block, block] += rng.normal(size=(6, 6)) * 0.2
        M[block, :start] = rng.normal(size=(6, start)) * 50
    shuffled = rng.permutation(30)
    exact_M = exact(M[np.ix_(shuffled, shuffled)])
    answer = diagonal_weights(exact_M)
    assert answer.weights is not None
    assert max(answer.weights) > 2**20 * min(answer.weights)
    assert weights_hold(exact_M, answer.weights)


def test_one_refuted_block_refutes_the_whole():
    M = np.eye(6)
    M[3:, 3:] = CYCLE.rounded()
    M[0, 4] = M[1, 5] = 2.0
    answer = diagonal_weights(exact(M))
    assert answer.refutation is not None
    assert answer.refutation.shape[0] == 6
    assert refutes_weights(exact(M), answer.refutation)


@pytest.mark.parametrize("value", [0.0, -1.0])
def test_diagonal_entry_that_is_not_positive_refutes(value):
    M = np.eye(3) + 0.1
    M[1, 1] = value
    answer = diagonal_weights(exact(M))
    assert answer.outcome is Outcome.REFUTED
    assert refutes_weights(exact(M), answer.refutation)


def test_boundary_between_weights_and_none_is_refuted_on_it():
    assert diagonal_weights(exact(np.array([[1.0, 1.0], [1.0, 1.0]]))).outcome is Outcome.REFUTED
    skew = exact(np.array([[0.0, 1.0], [-1.0, 0.0]]))
    assert diagonal_weights(skew).outcome is Outcome.REFUTED
    laplacian = exact(20 * np.eye(20) - np.ones((20, 20)))
    assert diagonal_weights(laplacian).outcome is Outcome.REFUTED


@pytest.mark.parametrize("seed", [(8, 1), (8, 39), (8, 53)])
def test_entries_of_very_uneven_size_do_not_hide_a_refutation(seed):
    rng, powers = np.random.default_rng(seed), seed[0]
    n = int(rng.integers(4, 8))
    A = rng.normal(size=(n, n)) * 10.0 ** rng.uniform(-powers, powers, size=(n, n))
    np.fill_diagonal(A, np.abs(np.diag(A)) * 10.0 ** rng.uniform(0, powers, size=n))
    assert diagonal_weights(exact(A)).outcome is Outcome.REFUTED


def test_row_and_column_scales_do_not_change_the_answer():
    rng = np.random.default_rng(1)
    left, right = (np.diag(np.ldexp(1.0, rng.integers(-200, 200, 8))) for _ in range(2))
    A = exact(np.eye(8) + rng.normal(size=(8, 8)) * 0.2)
    assert diagonal_weights(A).outcome is Outcome.PROVED
    assert diagonal_weights(exact(left) @ A @ exact(right)).outcome is Outcome.PROVED


def test_a_game_that_was_not_solved_proves_nothing(monkeypatch):
    def unsolved(game):
        rows, n = game._rows.shape
        return -1.0, np.ones(n) / n, np.eye(rows)[0]  # not strategies of this level

    monkeypatch.setattr(diagonal.MatrixGame, "solved", unsolved)
    assert diagonal_weights(CYCLE, rounds=3).outcome is Outcome.UNDECIDED


def test_weights_that_do_not_hold_are_not_handed_out(monkeypatch):
    M = exact(np.array([[1.0, 8.0], [0.125, 2.0]]))
    monkeypatch.setattr(diagonal, "_decide_block", lambda block, rounds: (np.ones(2), None))
    assert not weights_hold(M, (1, 1))
    assert diagonal_weights(M).outcome is Outcome.UNDECIDED


def test_a_refutation_that_does_not_hold_is_not_handed_out(monkeypatch):
    wrong = exact(np.eye(3))
    assert not refutes_weights(CYCLE, wrong)
    monkeypatch.setattr(diagonal, "_factor", lambda vectors, multipliers, column: wrong)
    assert diagonal_weights(CYCLE, rounds=3).outcome is Outcome.UNDECIDED


def test_weighted_constants_of_equal_weights_are_the_plain_ones():
    M = np.eye(5) + np.random.default_rng(2).normal(size=(5, 5)) * 0.1
    margin = np.linalg.eigvalsh((M + M.T) / 2)[0]
    assert margin * (1 - 1e-9) <= weighted_margin_below(exact(M), [3] * 5) <= margin
    norm = np.linalg.norm(M, 2)
    assert norm <= weighted_norm_above(exact(M), [3] * 5) <= norm * (1 + 1e-9)
