"""How many levels a quantizer has, and what a step for each row costs the margin."""

import numpy as np
import pytest

from mondeq_ref.operator import Factors
from mondeq_ref.quantize import Quantizer, quantize, quantize_array


@pytest.mark.parametrize("bits", [2, 3, 8])
def test_every_level_is_reached_by_some_array(bits: int) -> None:
    for name in ("narrow", "full", "unclipped"):
        quantizer = Quantizer(bits, range=name)
        codes = np.arange(quantizer.least_code, quantizer.greatest_code + 1)
        # Half a step inside the ends, unclipped would sit on ties: its ends are half a step out.
        ends = codes.clip(codes[0] + 0.5, codes[-1] - 0.5) if name == "unclipped" else codes
        assert set(quantize_array(ends.astype(float), quantizer).codes.tolist()) == set(codes)


def test_skew_codes_promise_nothing_when_steps_are_per_row() -> None:
    """Row steps 1, 1 and 3/5 turn K = S - S' into skew codes, but K~_13 = 1 and K~_31 = -3/5."""
    S = np.array([[0.0, 1.0, 0.6], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]])
    before = Factors(np.zeros((1, 3)), S, 0.125).operator(np.eye(3), np.zeros(3))
    made = quantize(before, Quantizer(2, per="row"), "factors")
    codes = made.arrays["K"].codes
    assert np.array_equal(codes, -codes.T)
    assert made.promised_margin is None
    assert made.operator.margin.hi < 0.125
