"""What a batch sees while training is what will be shipped and evaluated."""

import numpy as np
import pytest

from mondeq_ref.quantize import Quantizer, quantize, quantize_array
from mondeq_ref.train.differences import Differences
from mondeq_ref.train.recipe import Quantization
from mondeq_ref.train.weights import injected, levels, weights
from mondeq_ref.whats import WHATS
from tests.support.small import drawn_parameters

FLOAT32 = 1e-6  # U and b are float32 while training; margins differ in their last bits


@pytest.mark.parametrize("what", WHATS)
def test_weights_of_a_batch_are_the_quantized_ones(what) -> None:
    parameters, quantizer = drawn_parameters(np.random.default_rng(21)), Quantizer(4)
    used = weights(parameters, Quantization(quantizer, what), np.random.default_rng(0))
    made = quantize(parameters.operator(), quantizer, what)
    np.testing.assert_allclose(used.W, made.operator.W, atol=1e-12)
    np.testing.assert_allclose(used.dW, made.dW.center, atol=1e-12)
    X = np.random.default_rng(1).normal(size=(3, 5)).astype(np.float32)
    expected = X @ made.operator.U.T + made.operator.b
    found = injected(used, Differences.of(X), np.arange(3))
    np.testing.assert_allclose(found, expected, atol=FLOAT32)


@pytest.mark.parametrize("what", [None, "W", "factors"])
def test_gradients_are_taken_at_the_A_in_the_product(what) -> None:
    """sym W = (1 - m) I - A'A, but for what quantizing W itself takes away."""
    parameters = drawn_parameters(np.random.default_rng(21))
    quantization = None if what is None else Quantization(Quantizer(4), what)
    used = weights(parameters, quantization, np.random.default_rng(0))
    W = used.W + used.dW if what == "W" else used.W
    expected = (1 - parameters.margin) * np.eye(8) - used.A.T @ used.A
    np.testing.assert_allclose((W + W.T) / 2, expected, atol=1e-12)


@pytest.mark.kernel
@pytest.mark.parametrize("bits", [2, 4, 8, 32])
def test_levels_are_those_of_the_quantized_array(bits) -> None:
    """To the bit, also on ties, at the ends, of zeros and of the smallest floats."""
    rng, quantizer = np.random.default_rng(bits), Quantizer(bits)
    w = rng.normal(size=(9, 7))
    w[0] = np.abs(w).max() * (np.arange(7) + 0.5) / quantizer.greatest_code / 4
    for array in (w, w.astype(np.float32), np.zeros((2, 3)), 5e-324 * np.arange(4.0)):
        expected = quantize_array(array, quantizer).array
        found = levels(array, Quantization(quantizer), rng)
        np.testing.assert_array_equal(found, expected)
