"""Codes, steps and arrays of the published quantizers against twins in exact rationals."""

import re
from fractions import Fraction
from math import floor

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from mondeq_ref.arrays import InputError
from mondeq_ref.quantize import Quantizer, quantize_array
from tests.support import truth
from tests.support.lcp_twin import fractions as truth_of

U = Fraction(1, 2**53)
DETERMINISTIC = ("half-even", "half-up", "half-away", "toward-zero")
SEEDS = st.integers(0, 2**32 - 1)
BITS = st.integers(2, 32)
MODERATE = st.floats(-1e6, 1e6) | st.integers(-64, 64).map(lambda k: k / 8)
ANY_SIZE = st.floats(-1e300, 1e300) | st.floats(-1e-300, 1e-300) | st.just(0.0)
TINY = st.integers(-(2**60), 2**60).map(lambda k: float(k % 2**54) * 2.0**-1074) | st.floats(
    -1e-305, 1e-305
)


def matrices(entries: st.SearchStrategy[float]) -> st.SearchStrategy[np.ndarray]:
    shapes = st.tuples(st.integers(1, 4), st.integers(1, 4))
    return arrays(np.float64, shapes, elements=entries)


def quantizers() -> st.SearchStrategy[Quantizer]:
    return st.builds(
        Quantizer,
        BITS,
        range=st.sampled_from(["narrow", "full", "unclipped"]),
        rounding=st.sampled_from(DETERMINISTIC),
        per=st.sampled_from(["tensor", "row"]),
    )


def steps_of(made) -> list[Fraction]:
    rows = len(made.codes)
    steps = np.broadcast_to(made.step, rows) if np.ndim(made.step) < 2 else made.step
    return [Fraction(float(s)) for s in steps]


def largest_code(quantizer: Quantizer) -> int:
    half = 2 ** (quantizer.bits - 1)
    return half - 1 if quantizer.range == "narrow" else half


@given(matrices(ANY_SIZE | MODERATE | TINY), quantizers())
def test_the_error_is_at_most_half_a_step_and_two_roundings(w, quantizer) -> None:
    made = quantize_array(w, quantizer)
    Q = largest_code(quantizer)
    steps = Fraction(1) if quantizer.rounding == "toward-zero" else Fraction(1, 2)
    square = Fraction(0)
    for row, out, s in zip(w, made.array, steps_of(made), strict=True):
        for x, y in zip(row, out, strict=True):
            error = Fraction(float(y)) - Fraction(float(x))
            assert abs(error) <= (steps + 2 * Q * U) * s
            square += error * error
    assert square <= Fraction(made.error_above) ** 2  # known beforehand, and finite
    assert Fraction(quantizer.error_in_steps) == steps + 2 * Q * U


TIES = np.array([[-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 127.0]])  # s = 1 at 8 bits
BELOW = np.nextafter(0.5, 0)  # plus 0.5 it is 1.0 in floats, so adding a half would be wrong


@given(matrices(ANY_SIZE | MODERATE | TINY), quantizers())
@example(TIES, Quantizer(8))
@example(TIES, Quantizer(8, rounding="half-up"))
@example(TIES, Quantizer(8, rounding="half-away"))
@example(TIES, Quantizer(8, rounding="toward-zero"))
@example(np.array([[BELOW, -BELOW, 127.0]]), Quantizer(8, rounding="half-up"))
@example(np.array([[BELOW, -BELOW, 127.0]]), Quantizer(8, rounding="half-away"))
def test_array_and_exact_matrix_are_those_of_the_definition(w, quantizer) -> None:
    made = quantize_array(w, quantizer)
    table, spec = truth_of(w), quantizer.spec("W")
    assert truth_of(made.array) == truth.quantized(table, spec)
    assert made.exact.fractions() == truth.quantized(table, spec, floats=False)
    q = 2 ** (quantizer.bits - 1) - 1
    assert made.codes.min() >= (-q if quantizer.range == "narrow" else -q - 1)
    assert made.codes.max() <= (q + 1 if quantizer.range == "unclipped" else q)


@given(matrices(MODERATE), BITS)
def test_exact_quotients_give_other_codes_only_next_to_a_tie(w, bits: int) -> None:
    made = quantize_array(w, Quantizer(bits))
    s = Fraction(float(made.step))
    for x, k in zip(w.ravel(), made.codes.ravel(), strict=True):
        if s == 0:
            continue
        t = Fraction(float(x)) / s
        if k != round(t):
            assert abs(abs(t - floor(t)) - Fraction(1, 2)) <= U * largest_code(Quantizer(bits))


@given(SEEDS, BITS, st.sampled_from(["narrow", "full", "unclipped"]))
def test_a_step_is_never_so_small_that_an_entry_is_clipped(seed: int, bits: int, range_) -> None:
    w = np.random.default_rng(seed).normal(size=(3, 5))
    made = quantize_array(w, Quantizer(bits, range=range_))
    unclipped = np.rint(w / made.step)
    assert np.array_equal(made.codes, unclipped)
    if range_ == "full":
        assert made.step <= quantize_array(w, Quantizer(bits)).step


def test_a_vector_is_one_row() -> None:
    w = np.array([100.0, -30.0])
    assert quantize_array(w, Quantizer(4, per="row")).step == quantize_array(w, Quantizer(4)).step


def test_stochastic_rounding_is_reproducible_and_unbiased() -> None:
    stochastic = Quantizer(4, rounding="stochastic")
    w = np.append(np.full(40_000, 0.3), 7.0)  # s = 1, P(code 1) = 0.3
    first, again, other = (
        quantize_array(w, stochastic, np.random.default_rng(seed)).codes for seed in (1, 1, 2)
    )
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    assert set(first[:-1].tolist()) == {0, 1}
    # Six standard deviations of the mean of 40,000 draws.
    assert abs(first[:-1].mean() - 0.3) < 6 * np.sqrt(0.3 * 0.7 / 40_000)
    assert first[-1] == 7
    with pytest.raises(InputError, match="random generator"):
        quantize_array(w, stochastic)


@given(matrices(ANY_SIZE | MODERATE), BITS, SEEDS)
def test_stochastic_rounding_errs_by_less_than_a_step(w, bits: int, seed: int) -> None:
    quantizer = Quantizer(bits, rounding="stochastic")
    made = quantize_array(w, quantizer, np.random.default_rng(seed))
    allowed = (1 + 2 * largest_code(quantizer) * U) * Fraction(float(made.step))
    errors = [
        Fraction(float(y)) - Fraction(float(x))
        for x, y in zip(w.ravel(), made.array.ravel(), strict=True)
    ]
    assert all(abs(error) <= allowed for error in errors)
    assert sum(e * e for e in errors) <= Fraction(made.error_above) ** 2


@pytest.mark.parametrize("bits", [1, 0, -3, 33, 8.0, "8", None, True, np.float64(4)])
def test_bits_are_a_whole_number_from_2_to_32(bits) -> None:
    with pytest.raises(InputError, match="bits must be"):
        Quantizer(bits)


@pytest.mark.parametrize(
    "options", [{"range": "wide"}, {"rounding": "nearest"}, {"per": "column"}, {"range": []}]
)
def test_unknown_options_are_refused_with_the_list(options) -> None:
    (name, given_as), *_ = options.items()
    listed = {
        "range": "narrow, full, unclipped",
        "rounding": "half-even, half-up, half-away, toward-zero, stochastic, chosen",
        "per": "tensor, row, group",
    }[name]
    message = f"{name} must be one of {listed}, got {given_as!r}"
    with pytest.raises(InputError, match=re.escape(message)):
        Quantizer(4, **options)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_arrays_that_are_not_finite_are_refused_by_name(bad: float) -> None:
    with pytest.raises(InputError, match=r"^w must be finite"):
        quantize_array(np.array([1.0, bad]), Quantizer(4))
    with pytest.raises(InputError, match=r"^U must be finite"):
        quantize_array(np.array([1.0, bad]), Quantizer(4), name="U")


def test_an_array_beyond_the_largest_float_is_refused() -> None:
    largest = np.array([np.finfo(float).max])
    with pytest.raises(InputError, match="overflows"):
        quantize_array(largest, Quantizer.named("paper-readme", 2))
    assert quantize_array(largest, Quantizer(2)).array == largest


def test_the_spec_names_the_published_quantizers() -> None:
    assert Quantizer(4).spec("W") == {
        "name": "paper-code",
        "bits": 4,
        "range": "narrow",
        "round": "half-even",
        "per": "tensor",
        "what": "W",
    }
    assert Quantizer.named("paper-readme", 4).spec("W")["name"] == "paper-readme"
    assert Quantizer.named("paper-readme", 4).spec("W")["range"] is None
    assert Quantizer(4, per="row").spec("factors")["name"] == "custom"
    with pytest.raises(InputError, match="paper-code, paper-readme, mxint4, mxfp4"):
        Quantizer.named("custom", 4)
