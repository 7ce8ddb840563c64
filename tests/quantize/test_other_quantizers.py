"""Every kind of quantizer against its definition in rationals: steps, codes, values, errors."""

import json
import re
from fractions import Fraction
from itertools import product
from math import isfinite

import numpy as np
import pytest
from hypothesis import given, reject
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from mondeq_ref.arrays import InputError
from mondeq_ref.instances.families import generic
from mondeq_ref.quantize import Quantizer, quantize, quantize_array, quantized_by_spec
from mondeq_ref.quantize.codes import read_codes, written_codes
from mondeq_ref.whats import WHATS

NUMBERS = (
    st.floats(-1e6, 1e6)
    | st.integers(-64, 64).map(lambda k: k / 8)
    | st.floats(-1e-300, 1e-300)
    | st.floats(-1e300, 1e300)
)
E2M1 = [Fraction(k, 2) for k in (0, 1, 2, 3, 4, 6, 8, 12)]


def matrices(most: int = 80) -> st.SearchStrategy[np.ndarray]:
    shapes = st.tuples(st.integers(1, 3), st.integers(1, most))
    return arrays(np.float64, shapes, elements=NUMBERS, fill=NUMBERS)


def others() -> st.SearchStrategy[Quantizer]:
    """All but those that are chosen or drawn."""
    plain = st.builds(
        lambda bits, group, rule, factor, reciprocal: Quantizer(
            bits,
            per="tensor" if group is None else "group",
            group=group,
            step_rule=rule,
            factor=factor,
            reciprocal=reciprocal,
        ),
        st.integers(2, 12),
        st.sampled_from([None, 32, 64, 128]),
        st.sampled_from(["largest", "power-of-two"]),
        st.sampled_from([1.0, 0.6, 0.4, 1.5]),
        st.booleans(),
    )
    affine = st.builds(
        lambda bits, per, rounding: Quantizer(bits, rounding=rounding, per=per, zero_point=True),
        st.integers(2, 12),
        st.sampled_from(["tensor", "row"]),
        st.sampled_from(["half-even", "half-up", "toward-zero"]),
    )
    scaled = st.sampled_from([Quantizer.named(name, 4) for name in ("mxint4", "mxfp4")])
    return plain | affine | scaled | means()


def means() -> st.SearchStrategy[Quantizer]:
    """Those whose step is a multiple of the mean of |w|, with integers or signs as codes."""
    return st.builds(
        lambda bits, per, factor: Quantizer(
            bits,
            per=per,
            group=32 if per == "group" else None,
            step_rule="mean",
            factor=factor,
            levels="signs" if bits == 1 else "integers",
        ),
        st.integers(1, 4),
        st.sampled_from(["tensor", "row", "group"]),
        st.sampled_from([1.0, 1.5]),
    )


def made(w: np.ndarray, quantizer: Quantizer):
    """What a quantizer makes, where it does not say that the floats do not reach so far."""
    try:
        return quantize_array(w, quantizer)
    except InputError as refused:
        if "overflows" not in str(refused):
            raise
        reject()


def parts(w: np.ndarray, quantizer: Quantizer):
    """Index pairs that share a step."""
    rows, columns = w.shape
    if quantizer.per == "tensor":
        return [[(i, j) for i in range(rows) for j in range(columns)]]
    width = quantizer.group or columns
    return [
        [(i, j) for j in range(start, min(start + width, columns))]
        for i in range(rows)
        for start in range(0, columns, width)
    ]


@given(matrices(), others())
def test_entries_that_share_a_step_are_quantized_alone(w, quantizer) -> None:
    whole = made(w, quantizer)
    for part in parts(w, quantizer):
        i, j = (list(index) for index in zip(*part, strict=True))
        alone = quantize_array(w[i, j], quantizer)
        assert np.array_equal(alone.codes, whole.codes[i, j])
        assert np.array_equal(alone.array, whole.array[i, j])


@given(matrices(), others())
def test_the_value_is_step_times_code_exactly(w, quantizer) -> None:
    whole = made(w, quantizer)
    steps = np.broadcast_to(whole.steps, w.shape)
    for row, codes, s, values in zip(
        whole.exact.fractions(), whole.codes, steps, whole.array, strict=True
    ):
        assert row == [Fraction(float(a)) * int(k) for a, k in zip(s, codes, strict=True)]
        assert values.tolist() == [float(a) * int(k) for a, k in zip(s, codes, strict=True)]


@given(matrices(8), others())
def test_errors_keep_the_bound_known_before(w, quantizer) -> None:
    whole = made(w, quantizer)
    errors = [
        Fraction(float(x)) - Fraction(float(y))
        for x, y in zip(w.ravel(), whole.array.ravel(), strict=True)
    ]
    if isfinite(quantizer.error_in_steps):
        steps = np.broadcast_to(whole.steps, w.shape).ravel()
        allowed = Fraction(quantizer.error_in_steps)
        for error, step in zip(errors, steps, strict=True):
            assert abs(error) <= allowed * Fraction(float(step))
    if isfinite(whole.error_above):
        assert sum(error * error for error in errors) <= Fraction(whole.error_above) ** 2


@given(matrices(40), means())
def test_a_mean_step_is_the_mean_of_the_absolute_entries(w, quantizer) -> None:
    whole = made(w, quantizer)
    q = max(1, 2 ** (quantizer.bits - 1) - 1)
    steps = np.broadcast_to(whole.steps, w.shape)
    for part in parts(w, quantizer):
        total = sum((abs(Fraction(float(w[at]))) for at in part), Fraction(0))
        step = float(total) / len(part) * quantizer.factor
        for at in part:
            assert steps[at] == step
            t = float(w[at]) / step if step else 0.0
            signed = -1 if t < 0 else 1
            wanted = signed if quantizer.bits == 1 else min(max(round(t), -q), q)
            assert whole.codes[at] == wanted


@given(matrices(8))
def test_the_mean_is_the_best_step_of_signs(w) -> None:
    """||w - s sign(w)||^2 is least at the mean of |w|: no step nearby does better."""
    signs = made(w, Quantizer.named("signs", 1))
    if not 1e-100 < float(np.abs(w).max()) < 1e100:
        return
    errors = []
    for factor in (Fraction(99, 100), 1, Fraction(101, 100)):
        step = Fraction(float(signs.step)) * factor
        pairs = zip(w.ravel().tolist(), signs.codes.ravel().tolist(), strict=True)
        errors.append(sum((Fraction(x) - step * k) ** 2 for x, k in pairs))
    assert errors[1] < min(errors[0], errors[2])


@given(matrices(8), st.integers(2, 12), st.sampled_from([1.0, 0.6, 0.35]))
def test_a_factor_shortens_the_step_and_clips(w, bits: int, factor: float) -> None:
    plain, scaled = quantize_array(w, Quantizer(bits)), made(w, Quantizer(bits, factor=factor))
    assert scaled.step == plain.step * factor
    q = 2 ** (bits - 1) - 1
    for x, k in zip(w.ravel(), scaled.codes.ravel(), strict=True):
        t = round(Fraction(float(x) / float(scaled.step))) if scaled.step else 0
        assert k == min(max(t, -q), q)


@given(matrices(8), st.integers(2, 12))
def test_the_power_of_two_is_the_least_that_clips_nothing(w, bits: int) -> None:
    plain = float(quantize_array(w, Quantizer(bits)).step)
    power = made(w, Quantizer(bits, step_rule="power-of-two"))
    if plain == 0:
        return
    step = float(power.step)
    assert np.frexp(step)[0] == 0.5
    assert step / 2 < plain <= step


@given(matrices(8), st.integers(2, 8))
def test_a_zero_point_splits_the_range_into_all_codes(w, bits: int) -> None:
    whole = made(w, Quantizer(bits, zero_point=True))
    if whole.step == 0:
        return
    last = 2**bits - 1
    s, z = Fraction(float(whole.step)), int(whole.zero)
    reach = Fraction(max(w.max(), 0.0)) - Fraction(min(w.min(), 0.0))
    assert s == float(reach / last) or abs(s - reach / last) <= Fraction(1, 2**52) * s + Fraction(
        1, 2**1074
    )
    assert 0 <= z <= last
    for x, k in zip(w.ravel(), whole.codes.ravel(), strict=True):
        t = round(Fraction(float(x) / float(s)))
        assert k == min(max(t, -z), last - z)


@given(matrices(40), st.sampled_from(["mxint4", "mxfp4"]))
def test_micro_scaling_blocks_follow_the_named_rule(w, name: str) -> None:
    quantizer = Quantizer.named(name, 4)
    whole = made(w, quantizer)
    exponent, unit = (2, Fraction(1, 2)) if name == "mxfp4" else (0, Fraction(1, 4))
    for part in parts(w, quantizer):
        largest = max(abs(Fraction(float(w[index]))) for index in part)
        if largest == 0:
            continue
        power = floor_log2(largest) - exponent
        scale = Fraction(2) ** min(max(power, -127), 127)
        for index in part:
            x, value = Fraction(float(w[index])), Fraction(float(whole.array[index]))
            level = nearest_e2m1(x / scale) if name == "mxfp4" else nearest_int4(x / scale, unit)
            assert value == level * scale


def floor_log2(x: Fraction) -> int:
    power = x.numerator.bit_length() - x.denominator.bit_length()
    return power - (Fraction(2) ** power > x)


def nearest_int4(t: Fraction, unit: Fraction) -> Fraction:
    return min(max(round(t / unit), -7), 7) * unit


def nearest_e2m1(t: Fraction) -> Fraction:
    """Ties to the level of even index, which is the one whose last bit is 0."""
    sign, size = (-1 if t < 0 else 1), abs(t)
    index = min(range(8), key=lambda k: (abs(E2M1[k] - size), k % 2))
    return sign * E2M1[index]


@given(matrices(8), st.integers(2, 12))
def test_the_reciprocal_is_rounded_before_it_multiplies(w, bits: int) -> None:
    whole = made(w, Quantizer(bits, reciprocal=True))
    if whole.step == 0:
        return
    inverse = float(1 / Fraction(float(whole.step)))
    q = 2 ** (bits - 1) - 1
    for x, k in zip(w.ravel(), whole.codes.ravel(), strict=True):
        t = Fraction(float(Fraction(float(x)) * Fraction(inverse)))
        assert k == min(max(round(t), -q), q)


@given(others())
def test_diagonal_is_kept_and_only_the_rest_quantized(quantizer) -> None:
    operator = generic(np.random.default_rng(0), 3)
    made = quantize(operator, quantizer, "offdiagonal")
    W, K = (one.fractions() for one in (made.operator.exact_W, made.arrays["K"].exact))
    off = ~np.eye(3, dtype=bool)
    rest = operator.W[off].reshape(3, 2)
    alone = [rest.ravel()] if quantizer.per == "tensor" else rest
    again = [quantize_array(part, quantizer) for part in alone]
    for i, j in product(range(3), repeat=2):
        assert W[i][j] == (Fraction(float(operator.W[i, j])) if i == j else K[i][j])
    codes = made.arrays["K"].codes
    assert np.array_equal(codes[off], np.concatenate([part.codes for part in again]))
    assert not np.diag(codes).any()
    assert np.array_equal(np.ravel(made.step["K"]), np.ravel([part.step for part in again]))
    stored = written_codes(made)
    assert read_codes(stored, operator, made.spec).operator.digest == made.operator.digest
    with pytest.raises(InputError, match="on the diagonal, which is kept"):
        read_codes(stored | {"codes.K": codes + np.eye(3, dtype=int)}, operator, made.spec)


@given(others(), st.sampled_from(WHATS))
def test_a_spec_reads_back_as_its_quantizer(quantizer, what) -> None:
    offset = 0.75 if what in ("K", "KUb") else None
    spec = json.loads(json.dumps(quantizer.spec(what, offset)))
    assert Quantizer.from_spec(spec) == quantizer
    operator = generic(np.random.default_rng(0), 3)
    again = quantized_by_spec(operator, spec)
    assert again.spec == spec
    direct = quantize(operator, quantizer, what, offset=offset)
    assert again.operator.digest == direct.operator.digest


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"bits": "4"}, "bits must be a whole number"),
        ({"name": "paper-readme"}, "the name does not fit the description"),
        ({"levels": "e3m0"}, "levels must be one of integers, e2m1, signs"),
        ({"group": 32}, "a group of 32 needs per group, got per tensor"),
        ({"per": "group", "name": "custom"}, "needs the size of the group: 32, 64 or 128"),
        ({"per": "group", "group": 33, "name": "custom"}, "group must be 32, 64 or 128"),
        ({"factor": 0}, "factor must be a positive number"),
        ({"factor": True}, "factor must be a number"),
        ({"color": 1}, "unknown key 'color'"),
        ({"zero_point": 1}, "zero_point must be true or false"),
        ({"zero_point": True, "range": "full"}, "range of its own"),
        ({"zero_point": True, "step": "power-of-two"}, "needs the step by the largest"),
        ({"levels": "e2m1", "bits": 5}, "the levels of E2M1 are 4 bits"),
        ({"levels": "e2m1", "round": "half-up"}, "rounded half-even, got half-up"),
        ({"step": "mx-floor", "range": None}, "needs the narrow range"),
        ({"step": "mx-floor", "factor": 0.5}, "not a step mx-floor"),
        ({"bits": 1}, "bits must be between 2 and 32, got 1"),
        ({"levels": "signs"}, "the levels 'signs' have 1 bit, got 4"),
        ({"levels": "signs", "bits": 1, "range": "full"}, "signs are narrow"),
        ({"levels": "signs", "bits": 1, "step": "mx-floor"}, "signs are narrow"),
        ({"levels": "signs", "bits": 1, "round": "half-up"}, "signs are not rounded"),
    ],
)
def test_specs_that_describe_nothing_are_refused(changed, message) -> None:
    spec = Quantizer(4).spec("W") | changed
    with pytest.raises(InputError, match=re.escape(message)):
        Quantizer.from_spec(spec)


def test_what_is_chosen_needs_its_codes() -> None:
    for quantizer in (Quantizer(4, rounding="chosen"), Quantizer(4, step_rule="chosen")):
        assert not quantizer.is_definite
        assert quantizer.error_in_steps == np.inf
        with pytest.raises(InputError, match="comes with its codes"):
            quantize_array(np.ones(3), quantizer)


@pytest.mark.parametrize(
    ("w", "quantizer"),
    [
        (np.array([1e308, -1e308]), Quantizer(4, zero_point=True)),
        (np.array([1.7e308]), Quantizer(2, step_rule="power-of-two")),
        (np.array([1.7e308]), Quantizer(2, factor=4.0)),
        (np.array([1.7e308, -1.7e308]), Quantizer(2, step_rule="mean")),
        (np.array([1e-320]), Quantizer(4, reciprocal=True)),
    ],
)
def test_steps_beyond_the_floats_are_refused(w, quantizer) -> None:
    with pytest.raises(InputError, match="overflows"):
        quantize_array(w, quantizer)


def test_skew_factors_need_equal_steps() -> None:
    operator = generic(np.random.default_rng(0))
    grouped = quantize(operator, Quantizer.named("mxint4", 4), "factors")
    assert grouped.promised_margin is None
    assert "need equal steps, and each group has its own" in grouped.statement
    shared = quantize(operator, Quantizer(4, step_rule="power-of-two", factor=0.5), "factors")
    assert shared.promised_margin == operator.factors.m
