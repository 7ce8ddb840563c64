"""A row of the table says no more than the weakest of what it rests on."""

import numpy as np
import pytest

from mondeq_ref.certificates.rungs import NOTHING, RUNGS
from mondeq_ref.certify.ladder import Step
from mondeq_ref.certify.pair import Pair
from mondeq_ref.instances.families import generic
from mondeq_ref.quantize import Quantizer, quantize
from mondeq_ref.rigor.verdict import Guarantee, Outcome
from mondeq_ref.study.bit_table import Row
from mondeq_ref.study.effects import Effects

EXACT, FLOAT = Guarantee.EXACT, Guarantee.RIGOROUS_FLOAT
REFUTED = tuple(Step(rung, Outcome.REFUTED, EXACT) for rung in range(1, 7))


def row(steps=REFUTED, located=None, guarantee=EXACT) -> Row:
    before = generic(np.random.default_rng(0), n=3)
    quantized = quantize(before, Quantizer(4))
    found = None
    if located is not None:
        array = np.array(located)
        found = Effects(array, {}, np.zeros((len(array), 3), bool), None, None, None, None)
    return Row(quantized, Pair(before, quantized.operator, guarantee), steps, found)


@pytest.mark.parametrize(
    ("located", "rung", "proved"),
    [(None, None, None), ([True, True], 8, 2), ([True, False], None, 1), ([False, False], None, 0)],
)
def test_the_eighth_rung_is_about_every_input(located, rung, proved) -> None:
    found = row(located=located)
    assert found.rung == rung
    assert found.promise == (NOTHING if rung is None else RUNGS[rung].promise)
    assert found.equilibria_proved == proved


def test_promised_equilibria_exist_for_every_input() -> None:
    steps = (*REFUTED[:3], Step(4, Outcome.PROVED, EXACT))
    assert row(steps, [True, False]).equilibria_proved == 2
    assert row(steps, [True, False]).rung == 4
