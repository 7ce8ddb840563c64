"""A sample on which Newton's iteration cycles is not lost: it is tried alone, and by pivoting."""

import numpy as np
import pytest

from mondeq_ref.operator import Head
from mondeq_ref.train import passes


def complementary(M, c, z) -> bool:
    w = M @ z - c
    rounding = 1e-12  # of sums of at most five numbers below a hundred
    return bool((z >= 0).all() and (w >= -rounding).all() and abs(z @ w) < rounding)


@pytest.mark.parametrize("steps", [0, 1, passes.NEWTON_STEPS])
def test_every_row_is_found_however_soon_newton_gives_up(steps, monkeypatch):
    """A P-matrix, so that every row has one equilibrium; from many starts Newton cycles."""
    monkeypatch.setattr(passes, "NEWTON_STEPS", steps)
    M = np.array([[1.0, 0.0, 3.0], [3.0, 1.0, 0.0], [0.0, 3.0, 1.0]])
    C = M @ np.array([1.0, 2.0, 1.5]) + 0.1 * np.random.default_rng(0).normal(size=(20, 3))
    head, labels = Head(np.eye(3), np.zeros(3)), np.zeros(20, dtype=np.int64)
    found = passes.exact_passes(M, C, head, labels)
    assert found.found.all()
    assert all(complementary(M, c, z) for c, z in zip(C, found.Z, strict=True))


def test_where_newton_cycles_pivoting_ends_in_the_equilibrium():
    M = np.array([[1.0, 0, 5, 0], [0, 1, 4, 0], [1, 1, 1, 1], [1, -1, 1, 1]])
    c, head = np.array([2.0, 0, 1, 5]), Head(np.eye(4), np.zeros(4))
    assert not passes.newton_row(M, c, c > 0, passes.NEWTON_STEPS)[2]
    found = passes.exact_row(M, c, head, 0)
    assert found is not None
    z, lam, _, _ = found
    assert z.tolist() == [2, 0, 0, 3]
    assert complementary(M, c, z)
    assert not lam[z == 0].any()
