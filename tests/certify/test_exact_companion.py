"""The ladder's facts about the published checkpoint, exactly."""

import numpy as np
import pytest

from mondeq_ref.certify.diagonal import diagonal_weights
from mondeq_ref.certify.pmatrix import reversed_vector, search_nonpositive_minor
from mondeq_ref.files.load import load_operator
from mondeq_ref.rigor.definite import nonpositive_vector
from mondeq_ref.rigor.diagonal import refutes_weights, weighted_margin_below, weights_hold
from mondeq_ref.rigor.dyadic import exact, identity
from mondeq_ref.rigor.pmatrix import two_equilibria
from mondeq_ref.rigor.spectrum import (
    greatest_eigenvalue,
    least_eigenvalue,
    spectral_norm,
    symmetric_part,
)
from mondeq_ref.rigor.verdict import Outcome

# bits, ||dW||/m, lambda_max(sym dW)/m, margin: quick prototypes, to the digits they gave
FACTS = [
    (8, 0.153, 0.105, 0.2074),
    (6, 0.606, 0.432, 0.1376),
    (5, 1.254, 0.880, 0.0454),
    (4, 2.661, 1.787, -0.1423),
    (3, 5.359, 3.388, -0.4681),
    (2, 7.534, 5.940, -0.1557),
]
THREE_DIGITS, FOUR_DIGITS = 5.1e-4, 5.1e-5  # half a unit in the last digit given, and a hair
NARROW = 1e-13  # an exact enclosure is rounded to floats once at either end


def published(W, bits):
    """The companion code's quantizer: range from the largest entry, ties to even."""
    q = 2 ** (bits - 1) - 1
    step = np.abs(W).max() / q
    return step * np.clip(np.rint(W / step), -q, q)


@pytest.fixture(scope="module")
def W(companion_path):
    return load_operator(str(companion_path)).W


@pytest.fixture(scope="module")
def margin(W):
    return least_eigenvalue(symmetric_part(identity(100) - exact(W)))


@pytest.mark.parametrize(("bits", "norm", "one_sided", "quantized_margin"), FACTS)
def test_spectra_match_the_table(W, margin, bits, norm, one_sided, quantized_margin):
    quantized = exact(published(W, bits))
    gain = quantized - exact(W)
    S = symmetric_part(identity(100) - quantized)
    assert (spectral_norm(gain) / margin).mid == pytest.approx(norm, abs=THREE_DIGITS)
    ratio = greatest_eigenvalue(symmetric_part(gain)) / margin
    assert ratio.mid == pytest.approx(one_sided, abs=THREE_DIGITS)
    value = least_eigenvalue(S)
    assert value.mid == pytest.approx(quantized_margin, abs=FOUR_DIGITS)
    assert value.hi - value.lo <= NARROW
    assert (nonpositive_vector(S) is None) == (value.lo > 0)


def test_two_bits_have_diagonal_weights(W):
    M = identity(100) - exact(published(W, 2))
    answer = diagonal_weights(M)
    assert answer.weights is not None
    assert weights_hold(M, answer.weights)
    assert weighted_margin_below(M, answer.weights) > 0.1


@pytest.mark.parametrize("bits", [3, 4])
def test_three_and_four_bits_lack_weights_and_uniqueness(W, bits):
    M = identity(100) - exact(published(W, bits))
    answer = diagonal_weights(M)
    assert answer.outcome is Outcome.REFUTED
    assert answer.refutation is not None
    assert refutes_weights(M, answer.refutation)
    subset = search_nonpositive_minor(M, np.random.default_rng(0))
    assert subset is not None
    x = reversed_vector(M, subset)
    assert x is not None
    assert two_equilibria(M, x).holds_for(M)
