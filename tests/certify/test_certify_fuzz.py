"""Operators from all over the float range are certified or left undecided; nothing overflows."""

import numpy as np
import pytest

from mondeq_ref.rigor.verdict import Outcome
from tests.stress.stress_certify import BITS, drawn, one

HUGE = [[0.0, 0.0], [-1e155, 0.0]]
COUPLED = [[0.0, -1e200], [-1e200, 0.0]]  # squared it overflows
CHAIN = np.diag([-1e300, 1e250, -1e308], -1)


@pytest.mark.parametrize(("W", "bits"), [(HUGE, 4), (HUGE, 16), (CHAIN, 2), (-CHAIN.T, 8)])
def test_triangles_with_huge_couplings_are_proved(W, bits):
    assert one(np.array(W), bits, 0)[-1].outcome is Outcome.PROVED


@pytest.mark.parametrize("count", [64, pytest.param(2000, marks=pytest.mark.deep)])
def test_any_finite_operator_is_certified_or_undecided(count):
    rng = np.random.default_rng(0)
    for index in range(count):
        one(drawn(rng, int(rng.integers(1, 4))), int(rng.choice(BITS)), index)


def test_couplings_that_overflow_when_squared_are_refuted():
    assert one(np.array(COUPLED), 4, 0)[-1].outcome is Outcome.PROVED
    assert one(-np.array(COUPLED), 4, 0)[-1].outcome is Outcome.REFUTED
