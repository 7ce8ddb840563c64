"""Operators from all over the float range are certified or left undecided; nothing overflows, and
the two guarantees do not contradict each other."""

from collections.abc import Iterable

import numpy as np
import pytest

from mondeq_ref.arrays import InputError, Matrix
from mondeq_ref.certify.ladder import Step, climb
from mondeq_ref.certify.pair import Pair
from mondeq_ref.quantize import Quantizer, quantize
from mondeq_ref.rigor.verdict import Guarantee, Outcome
from mondeq_ref.study.bit_table import Row
from tests.support.layers import bare

BITS = (2, 3, 4, 8, 16)
SPECIAL = (0.0, -0.0, 1.0, -1.0, 0.5, 5e-324, -5e-324, 2.0**-1022, 1e155, -1e155, 2.0**1023)


def drawn(rng: np.random.Generator, n: int) -> Matrix:
    """Magnitudes from one or from all scales; some zeros, some special numbers, some triangles."""
    reach = rng.choice([1, 30, 300, 1060])
    center = 0 if reach == 1060 else rng.integers(-1000 + reach, 1000 - reach + 1)
    exponents = np.clip(rng.integers(center - reach, center + reach + 1, (n, n)), -1074, 1022)
    W = np.ldexp(rng.uniform(-1, 1, (n, n)), exponents)
    W[rng.random((n, n)) < rng.choice([0.0, 0.3, 0.7])] = 0.0
    chosen = rng.random((n, n)) < rng.choice([0.0, 0.2])
    W[chosen] = rng.choice(SPECIAL, chosen.sum())
    if rng.random() < 0.3:
        W = np.tril(W, -int(rng.integers(0, 2)))
    if rng.random() < 0.3:
        W = W / 2 - W.T / 2 if rng.random() < 0.5 else W / 2 + W.T / 2
    return W


def one(
    W: Matrix, bits: int, seed: int, guarantees: Iterable[Guarantee] = Guarantee
) -> tuple[Step, ...]:
    """What `certify` computes of one bit-width, by these guarantees."""
    operator = bare(W)
    try:
        quantized = quantize(operator, Quantizer(bits), "W", np.random.default_rng(seed))
    except InputError:
        return ()
    known: dict[int, Outcome] = {}
    steps: tuple[Step, ...] = ()
    for guarantee in guarantees:
        pair = Pair(operator, quantized.operator, guarantee)
        steps = climb(pair, np.random.default_rng(seed))
        row = Row(quantized, pair, steps, None)
        _ = row.rates, row.condition, row.predicted_perturbation, row.sides.ratio
        for step in steps:
            if step.outcome is not Outcome.UNDECIDED:
                said = known.setdefault(step.rung, step.outcome)
                assert said is step.outcome, f"rung {step.rung}: {said.name}, {step.outcome.name}"
    return steps


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
