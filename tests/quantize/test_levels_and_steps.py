"""How many levels a quantizer has, and what a step for each row costs the margin."""

import numpy as np
import pytest

from mondeq_ref.operator import Factors
from mondeq_ref.quantize import Quantizer, quantize, quantize_array
from mondeq_ref.rigor.dyadic import exact


@pytest.mark.parametrize("bits", [2, 3, 8])
def test_narrow_lacks_a_level_and_unclipped_has_one_more(bits: int) -> None:
    levels = {"narrow": 2**bits - 1, "full": 2**bits, "unclipped": 2**bits + 1}
    for name, count in levels.items():
        quantizer = Quantizer(bits, range=name)
        assert quantizer.greatest_code - quantizer.least_code + 1 == count


@pytest.mark.parametrize("bits", [2, 3, 8])
def test_every_level_is_reached_by_some_array(bits: int) -> None:
    for name in ("narrow", "full", "unclipped"):
        quantizer = Quantizer(bits, range=name)
        codes = np.arange(quantizer.least_code, quantizer.greatest_code + 1)
        # Half a step inside the ends, unclipped would sit on ties: its ends are half a step out.
        ends = codes.clip(codes[0] + 0.5, codes[-1] - 0.5) if name == "unclipped" else codes
        assert set(quantize_array(ends.astype(float), quantizer).codes.tolist()) == set(codes)


def test_integers_that_reach_the_least_code_are_their_own_codes() -> None:
    w = np.array([[-7.0, 3.0], [0.0, 2.0]])
    made = quantize_array(w, Quantizer(4))
    assert made.step == 1
    assert np.array_equal(made.codes, w)


def test_code_is_multiplied_by_the_step_of_its_row() -> None:
    w = np.array([[-7.0, 3.0], [0.5, 3.5]])
    made = quantize_array(w, Quantizer(4, per="row"))
    assert np.array_equal(made.codes, [[-7, 3], [1, 7]])
    assert made.exact == exact(w)
    assert np.array_equal(made.array, w)


def test_skew_codes_promise_nothing_when_steps_are_per_row() -> None:
    """Row steps 1, 1 and 3/5 turn K = S - S' into skew codes, but K~_13 = 1 and K~_31 = -3/5."""
    S = np.array([[0.0, 1.0, 0.6], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]])
    before = Factors(np.zeros((1, 3)), S, 0.125).operator(np.eye(3), np.zeros(3))
    made = quantize(before, Quantizer(2, per="row"), "factors")
    codes = made.arrays["K"].codes
    assert np.array_equal(codes, -codes.T)
    assert made.promised_margin is None
    assert made.operator.margin.hi < 0.125
