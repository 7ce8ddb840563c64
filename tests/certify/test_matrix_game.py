"""Matrix games against linear programming, and against what the strategies themselves show."""

import numpy as np
import pytest
from scipy.optimize import linprog

from mondeq_ref.certify.matrix_game import MatrixGame

LOST = 1e-11  # of the largest entry, by the roundings of some hundred pivots
HIGHS = 1e-6  # ten times the tolerance of HiGHS


def game(A, added=(), bounded=True):
    """The game of A, whose rows are added in these pieces."""
    made = MatrixGame(A.shape[1], np.abs(A).max() if bounded else None)
    for rows in np.split(A, added):
        made.add(rows)
        made.solved()
    return made.solved()


def value(A):
    """max t: A d >= t, d >= 0, sum d = 1, by HiGHS."""
    rows, n = A.shape
    bounds = [(0, None)] * n + [(None, None)]
    above, sums = np.hstack([-A, np.ones((rows, 1))]), np.append(np.ones(n), 0.0)[None]
    return -linprog(np.append(np.zeros(n), -1.0), above, np.zeros(rows), sums, [1.0], bounds).fun


def test_rock_paper_scissors_is_played_evenly():
    level, d, y = game(np.array([[0.0, 1.0, -1.0], [-1.0, 0.0, 1.0], [1.0, -1.0, 0.0]]))
    assert level == pytest.approx(0.0, abs=LOST)
    assert d == pytest.approx(np.ones(3) / 3)
    assert y == pytest.approx(np.ones(3) / 3)


@pytest.mark.parametrize("shape", [(1, 1), (1, 7), (9, 1), (4, 4), (30, 8), (8, 30), (60, 50)])
@pytest.mark.parametrize("kind", ["normal", "few values", "negative", "low rank", "tiny"])
def test_strategies_are_best_for_both_players(shape, kind):
    rng = np.random.default_rng([*shape, len(kind)])
    for _ in range(5):
        A = {
            "normal": rng.normal(size=shape),
            "few values": rng.integers(-1, 2, shape).astype(float),
            "negative": -1 - rng.random(shape),
            "low rank": rng.normal(size=(shape[0], 1)) @ rng.normal(size=(1, shape[1])),
            "tiny": rng.normal(size=shape) * 1e-150,
        }[kind]
        A[0, 0] += 2.0 if not A.any() else 0.0
        size = np.abs(A).max()
        level, d, y = game(A)
        assert d.min() >= 0
        assert y.min() >= 0
        assert d.sum() == pytest.approx(1)
        assert y.sum() == pytest.approx(1)
        assert level == (y @ A).max()
        # min A d <= value <= max y'A for any strategies: where they meet, both are best
        assert level - (A @ d).min() <= LOST * size
        assert level / size == pytest.approx(value(A / size), abs=HIGHS)


def test_rows_added_after_a_solve_are_as_good_as_rows_from_the_beginning():
    rng = np.random.default_rng(5)
    for _ in range(10):
        A = rng.normal(size=(40, 12))
        level, d, y = game(A, added=(1, 2, 10, 25))
        assert level == pytest.approx(game(A)[0], abs=LOST)
        assert level - (A @ d).min() <= LOST * np.abs(A).max()
        assert len(y) == 40


def test_repeated_rows_and_columns_change_nothing():
    A = np.random.default_rng(6).normal(size=(6, 5))
    level = game(A)[0]
    assert game(np.vstack([A, A, A[:2]]))[0] == pytest.approx(level, abs=LOST)
    assert game(np.hstack([A, A]))[0] == pytest.approx(level, abs=LOST)
    assert game(np.repeat(A, 20, axis=0))[0] == pytest.approx(level, abs=LOST)


def test_without_a_bound_short_rows_count_beside_long_ones():
    """One player wins by the first row only, which is 1e-18 of the second."""
    A = np.array([[1e-18, -1e-18], [-1.0, 2.0]])
    level, d, _ = game(A, bounded=False)
    assert (A @ d).min() > 0
    assert 0 < level <= 1e-17
    assert game(-A[:, :1] * np.ones((1, 2)), bounded=False)[0] == pytest.approx(-1e-18)


def test_pivots_end_where_every_step_is_degenerate():
    """A Laplacian's cuts by 0 and 1: the value is 0, and many vertices are best."""
    n = 12
    sets = (np.arange(1, 2**n)[:, None] >> np.arange(n)) & 1
    A = sets * (sets @ (n * np.eye(n) - np.ones((n, n))).T)
    level, d, _ = game(A)
    assert level == pytest.approx(0.0, abs=LOST * A.max())
    assert (A @ d).min() == pytest.approx(0.0, abs=LOST * A.max())
