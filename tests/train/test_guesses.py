"""What predicts active sets: it stays close to what it should be, and decides nothing."""

import numpy as np
import pytest

from mondeq_ref.instances.families import injections, rank_deficient
from mondeq_ref.operator import Head
from mondeq_ref.train import passes
from mondeq_ref.train.passes import Resolvent, exact_passes

FLOAT32 = 1e-5  # what rounding leaves of an inverse with a condition below ten


def missing(M: np.ndarray, V: np.ndarray) -> float:
    eye = np.eye(len(M))
    return float(np.linalg.norm(eye - (eye + passes.SWEEP_STEP * M) @ V))


def test_resolvent_follows_small_steps_without_another_inverse(monkeypatch):
    rng = np.random.default_rng(0)
    M = np.eye(12) - rank_deficient(rng, 12).W
    resolvent = Resolvent()
    assert missing(M, resolvent.of(M)) < FLOAT32
    monkeypatch.setattr(passes, "_inverse", None)
    for _ in range(50):
        M = M + 1e-3 * rng.normal(size=M.shape)
        assert missing(M, resolvent.of(M)) < passes.NEAR**2


@pytest.mark.kernel
def test_no_guess_changes_a_bit_of_what_comes_out():
    rng = np.random.default_rng(2)
    operator = rank_deficient(rng, 12)
    head, labels = Head(rng.normal(size=(4, 12)), rng.normal(size=4)), rng.integers(0, 4, 30)
    M, C = np.eye(12) - operator.W, injections(rng, operator, 30)
    good = exact_passes(M, C, head, labels)
    for V in (np.zeros((12, 12)), rng.normal(size=(12, 12)), np.full((12, 12), np.nan)):
        misled = exact_passes(M, C, head, labels, V.astype(np.float32))
        for name in ("Z", "Lam", "G", "loss", "found"):
            assert getattr(misled, name).tobytes() == getattr(good, name).tobytes()


def test_signs_of_the_injection_are_the_first_guess():
    C = np.array([[1.0, -1.0]])
    assert passes._predicted(-np.eye(2) / passes.SWEEP_STEP, C).tolist() == [[True, False]]
