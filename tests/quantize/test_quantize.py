"""Codes, steps and arrays against twins in exact rationals; the matrix meant against its word."""

import re
from dataclasses import replace
from fractions import Fraction
from itertools import product
from math import ceil, floor, isfinite, trunc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from mondeq_ref.arrays import InputError
from mondeq_ref.files.load import load_operator
from mondeq_ref.instances.families import FAMILIES, generic, rank_deficient
from mondeq_ref.operator import Factors, Head, Operator
from mondeq_ref.quantize import Quantized, Quantizer, quantize, quantize_array
from mondeq_ref.quantize.codes import written_operator
from mondeq_ref.rigor.dyadic import exact, identity

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


def rounded(t: Fraction, rounding: str) -> int:
    """The definition of each rounding."""
    if rounding == "half-even":
        return round(t)
    if rounding == "half-up":
        return floor(t + Fraction(1, 2))
    if rounding == "half-away":
        return floor(t + Fraction(1, 2)) if t >= 0 else ceil(t - Fraction(1, 2))
    return trunc(t)


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
    for row, out, s in zip(w, made.array, steps_of(made), strict=True):
        for x, y in zip(row, out, strict=True):
            assert abs(Fraction(float(y)) - Fraction(float(x))) <= (steps + 2 * Q * U) * s
    assert Fraction(quantizer.error_in_steps) == steps + 2 * Q * U


@given(matrices(ANY_SIZE | MODERATE), quantizers())
def test_codes_and_array_are_the_twins_that_the_definition_gives(w, quantizer) -> None:
    made = quantize_array(w, quantizer)
    q = 2 ** (quantizer.bits - 1) - 1
    least, greatest = {
        "narrow": (-q, q),
        "full": (-q - 1, q),
        "unclipped": (-q - 1, q + 1),
    }[quantizer.range]
    for row, codes, out, s in zip(w, made.codes, made.array, steps_of(made), strict=True):
        for x, k, y in zip(row, codes, out, strict=True):
            t = Fraction(float(x) / float(s)) if s else Fraction(0)
            assert least <= k <= greatest
            assert k == min(max(rounded(t, quantizer.rounding), least), greatest)
            assert y == float(s) * int(k)


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


@given(matrices(ANY_SIZE | MODERATE), BITS)
def test_the_step_is_the_published_quotient_rounded_once(w, bits: int) -> None:
    largest = Fraction(float(np.abs(w).max()))
    code, readme = (quantize_array(w, Quantizer.named(name, bits)).step for name in NAMES)
    if largest / (2**bits - 1) >= Fraction(2) ** -1022:
        assert code == float(largest / (2 ** (bits - 1) - 1))
        assert readme == float(2 * largest / (2**bits - 1))


NAMES = ("paper-code", "paper-readme")


@given(matrices(ANY_SIZE | MODERATE | TINY), quantizers())
def test_quantizers_are_odd_where_range_and_rounding_are(w, quantizer) -> None:
    quantizer = replace(quantizer, range="narrow" if quantizer.range == "full" else quantizer.range)
    made, mirrored = quantize_array(w, quantizer), quantize_array(-w, quantizer)
    if quantizer.odd_rounding:
        assert np.array_equal(made.codes, -mirrored.codes)
        assert np.array_equal(made.array, -mirrored.array)


def test_half_up_is_not_odd_and_neither_is_the_full_range() -> None:
    w = np.array([[1.0, 2.0, -1.0]])
    half_up = Quantizer(3, rounding="half-up")  # s = 2/3: 1/s = 1.5 is a tie
    assert quantize_array(w, half_up).codes.tolist() == [[2, 3, -1]]
    full = Quantizer(2, range="full")
    assert quantize_array(w, full).codes.tolist() == [[0, 1, 0]]
    assert quantize_array(-w, full).codes.tolist() == [[-1, -2, 1]]


@given(matrices(ANY_SIZE | MODERATE | TINY), BITS)
def test_the_published_code_is_idempotent_in_every_bit(w, bits: int) -> None:
    once = quantize_array(w, Quantizer(bits))
    if 0 < float(once.step) < 2.0**-1022:
        return  # a step that underflowed has too few bits to be found again
    twice = quantize_array(once.array, Quantizer(bits))
    assert once.array.tobytes() == twice.array.tobytes()
    assert once.step == twice.step
    assert np.array_equal(once.codes, twice.codes)


def test_a_step_that_underflowed_need_not_be_idempotent() -> None:
    # Step 11 eta, code 29788, and 11 * 29788 < 10 q: next time the step is 10 eta.
    once = quantize_array(np.array([(10 * 32767 + 1) * 2.0**-1074]), Quantizer(16))
    assert once.step == 11 * 2.0**-1074
    assert quantize_array(once.array, Quantizer(16)).step == 10 * 2.0**-1074


@pytest.mark.parametrize("bits", [2, 4, 8, 16])
def test_the_readme_quantizer_uses_one_level_too_many_and_is_not_idempotent(bits: int) -> None:
    w = np.linspace(-1.0, 1.0, 2**bits + 1)[None]
    once = quantize_array(w, Quantizer.named("paper-readme", bits))
    assert once.codes.max() == 2 ** (bits - 1)
    assert once.codes.min() == -(2 ** (bits - 1))
    twice = quantize_array(once.array, Quantizer.named("paper-readme", bits))
    assert not np.array_equal(once.array, twice.array)


@given(SEEDS, BITS, st.sampled_from(["narrow", "full", "unclipped"]))
def test_a_step_is_never_so_small_that_an_entry_is_clipped(seed: int, bits: int, range_) -> None:
    w = np.random.default_rng(seed).normal(size=(3, 5))
    made = quantize_array(w, Quantizer(bits, range=range_))
    unclipped = np.rint(w / made.step)
    assert np.array_equal(made.codes, unclipped)
    if range_ == "full":
        assert made.step <= quantize_array(w, Quantizer(bits)).step


def test_ties_go_where_each_rounding_sends_them() -> None:
    w = np.array([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 127.0])  # s = 1 at 8 bits
    expected = {
        "half-even": [-2, -2, 0, 0, 2, 2, 127],
        "half-up": [-2, -1, 0, 1, 2, 3, 127],
        "half-away": [-3, -2, -1, 1, 2, 3, 127],
        "toward-zero": [-2, -1, 0, 0, 1, 2, 127],
    }
    for rounding, codes in expected.items():
        assert quantize_array(w, Quantizer(8, rounding=rounding)).codes.tolist() == codes


def test_just_below_a_half_is_never_rounded_up() -> None:
    """0.49999999999999994 + 0.5 is 1.0 in floats, so adding a half would be wrong."""
    below = np.nextafter(0.5, 0)
    for rounding in DETERMINISTIC:
        made = quantize_array(np.array([below, -below, 127.0]), Quantizer(8, rounding=rounding))
        assert made.codes.tolist() == [0, 0, 127]


@pytest.mark.parametrize("per", ["tensor", "row"])
@pytest.mark.parametrize("range_", ["narrow", "full", "unclipped"])
def test_zeros_have_step_zero_and_stay_zeros(per, range_) -> None:
    made = quantize_array(np.zeros((2, 3)), Quantizer(4, range=range_, per=per))
    assert not np.any(made.step)
    assert not made.codes.any()
    assert not made.array.any()
    assert made.error_above == 0


def test_a_row_of_zeros_does_not_touch_its_neighbors() -> None:
    w = np.array([[0.0, 0.0], [1.0, -3.0]])
    made = quantize_array(w, Quantizer(3, per="row"))
    assert np.asarray(made.step).tolist() == [0.0, 1.0]
    assert np.array_equal(made.array, w)


def test_rows_have_their_own_steps_and_a_vector_is_one_row() -> None:
    w = np.array([[1.0, 0.3], [100.0, -30.0]])
    made = quantize_array(w, Quantizer(4, per="row"))
    for row, codes in zip(w, made.codes, strict=True):
        assert np.array_equal(codes, quantize_array(row, Quantizer(4)).codes)
    vector = quantize_array(w[1], Quantizer(4, per="row"))
    assert vector.step == quantize_array(w[1], Quantizer(4)).step


@given(matrices(TINY), quantizers())
def test_a_nonzero_array_never_has_step_zero(w, quantizer) -> None:
    made = quantize_array(w, replace(quantizer, per="tensor"))
    assert (float(made.step) > 0) == bool(np.any(w))


def test_a_quotient_that_underflows_takes_the_next_float() -> None:
    eta = 2.0**-1074
    assert quantize_array(np.array([eta, -eta]), Quantizer(8)).array.tolist() == [eta, -eta]
    w = np.array([1.4 * 127, 60.0]).round() * eta  # 178/127 would be rounded to 1
    made = quantize_array(w, Quantizer(8))
    assert made.step == 2 * eta
    assert made.codes.tolist() == [89, 30]


@pytest.mark.parametrize("steps", [1, 3, 1000])
def test_a_quotient_below_the_normal_floats_that_is_exact_is_the_step(steps) -> None:
    eta = 2.0**-1074
    made = quantize_array(np.array([127 * steps * eta, -steps * eta]), Quantizer(8))
    assert made.step == steps * eta
    assert made.codes.tolist() == [127, -1]


@given(matrices(ANY_SIZE | MODERATE | TINY), quantizers())
def test_the_a_priori_bound_covers_the_error(w, quantizer) -> None:
    made = quantize_array(w, quantizer)
    errors = [
        Fraction(float(x)) - Fraction(float(y))
        for x, y in zip(w.ravel(), made.array.ravel(), strict=True)
    ]
    assert isfinite(made.error_above)
    assert sum(e * e for e in errors) <= Fraction(made.error_above) ** 2


def test_the_a_priori_bound_is_half_a_step_times_the_root_of_the_number_of_entries() -> None:
    w = np.random.default_rng(0).normal(size=(40, 40))
    made = quantize_array(w, Quantizer(8))
    assert made.error_above == pytest.approx(40 * float(made.step) / 2, rel=1e-12)


@given(matrices(MODERATE), st.sampled_from(["tensor", "row"]))
def test_the_exact_matrix_is_step_times_code(w, per) -> None:
    made = quantize_array(w, Quantizer(5, per=per))
    expected = [
        [s * int(k) for k in row] for s, row in zip(steps_of(made), made.codes, strict=True)
    ]
    assert made.exact.fractions() == expected


def test_stochastic_rounding_is_reproducible_unbiased_and_takes_an_rng() -> None:
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
    s = Fraction(float(made.step))
    for x, y in zip(w.ravel(), made.array.ravel(), strict=True):
        assert (
            abs(Fraction(float(y)) - Fraction(float(x)))
            <= (1 + 2 * largest_code(quantizer) * U) * s
        )


@pytest.mark.parametrize("bits", [1, 0, -3, 33, 8.0, "8", None, True, np.float64(4)])
def test_bits_are_a_whole_number_from_2_to_32(bits) -> None:
    with pytest.raises(InputError, match="bits must be"):
        Quantizer(bits)


def test_a_numpy_integer_is_a_number_of_bits() -> None:
    assert Quantizer(np.int32(4)) == Quantizer(4)
    assert type(Quantizer(np.int32(4)).bits) is int


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


def test_arrays_of_more_than_two_dimensions_are_refused() -> None:
    with pytest.raises(InputError, match=r"w must have shape"):
        quantize_array(np.zeros((2, 2, 2)), Quantizer(4))


@pytest.mark.parametrize("per", ["tensor", "row"])
def test_what_was_quantized_cannot_be_written_to(per) -> None:
    made = quantize_array(np.ones((2, 2)), Quantizer(4, per=per))
    kept = [made.array, made.codes, *([made.step] if per == "row" else [])]
    assert not any(part.flags.writeable for part in kept)


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


# ---- bounds known before the array is -------------------------------------------------------


@pytest.mark.parametrize("rounding", [*DETERMINISTIC, "stochastic"])
def test_an_entry_errs_by_half_a_step_to_nearest_and_by_a_whole_one_otherwise(rounding) -> None:
    nearest = rounding not in ("toward-zero", "stochastic")
    expected = (Fraction(1, 2) if nearest else 1) + 2 * 127 * U
    assert Fraction(Quantizer(8, rounding=rounding).error_in_steps) == expected


@given(matrices(MODERATE), BITS, SEEDS)
def test_the_a_priori_bound_covers_stochastic_rounding_too(w, bits: int, seed: int) -> None:
    quantizer = Quantizer(bits, rounding="stochastic")
    made = quantize_array(w, quantizer, np.random.default_rng(seed))
    errors = [
        Fraction(float(x)) - Fraction(float(y))
        for x, y in zip(w.ravel(), made.array.ravel(), strict=True)
    ]
    assert sum(e * e for e in errors) <= Fraction(made.error_above) ** 2


def test_steps_per_row_are_added_up_as_squares() -> None:
    w = np.array([[3.0, 1.0, 2.0], [0.03, 0.0, 0.01], [0.0, 0.0, 0.0]])
    made = quantize_array(w, Quantizer(3, per="row"))
    half = np.array([1.0, 0.01, 0.0]) / 2
    assert made.error_above == pytest.approx(np.sqrt(3 * (half**2).sum()), rel=1e-12)


def test_an_array_without_entries_has_no_error() -> None:
    for shape in ((0, 3), (3, 0), (0,)):
        for per, range_ in product(("tensor", "row"), ("narrow", "full", "unclipped")):
            made = quantize_array(np.zeros(shape), Quantizer(4, range=range_, per=per))
            assert made.array.shape == shape
            assert made.error_above == 0


def test_no_step_is_taken_for_none() -> None:
    """Steps just below 2, whose half with its roundings is 1 or next to it."""
    step = 2.0
    for _ in range(20):
        made = quantize_array(np.array([step]), Quantizer(2))
        assert made.step == step
        assert made.error_above >= step / 2
        step = float(np.nextafter(step, 0))


# ---- operators -----------------------------------------------------------------------------


def excess_of_margin(quantized: Quantized, m: float):
    """2 (sym(I - W~) - m I), exactly."""
    eye = identity(quantized.operator.n)
    M = eye - quantized.operator.exact_W
    return M + M.T - eye * (2 * m)


@given(SEEDS, BITS, st.sampled_from(["narrow", "full", "unclipped"]), st.integers(0, 2))
def test_quantized_factors_keep_the_margin_exactly(seed: int, bits: int, range_, mode) -> None:
    operator = rank_deficient(np.random.default_rng(seed))
    rounding = ("half-even", "half-away", "toward-zero")[mode]
    quantized = quantize(operator, Quantizer(bits, range=range_, rounding=rounding), "factors")
    assert operator.factors is not None
    m = operator.factors.m
    assert quantized.promised_margin == m
    assert "Its margin is at least m, because K~ is exactly skew." in quantized.statement
    A = quantized.arrays["A"].exact
    assert excess_of_margin(quantized, m) == A.T @ A * 2.0
    assert quantized.operator.margin.hi >= m
    assert quantized.operator.margin.lo <= m  # A~ has fewer rows than columns: it is m


@given(SEEDS, BITS)
def test_the_matrix_meant_is_the_product_of_the_codes(seed: int, bits: int) -> None:
    operator = generic(np.random.default_rng(seed), 4)
    quantized = quantize(operator, Quantizer(bits), "factors")
    A, K = (quantized.arrays[name] for name in "AK")
    a, k, m = Fraction(float(A.step)), Fraction(float(K.step)), Fraction(operator.factors.m)
    for i, row in enumerate(quantized.operator.exact_W.fractions()):
        for j, entry in enumerate(row):
            gram = sum(int(A.codes[r, i]) * int(A.codes[r, j]) for r in range(4))
            assert entry == (1 - m) * (i == j) - a * a * gram + k * int(K.codes[i, j])
    assert np.array_equal(quantized.operator.W, quantized.operator.exact_W.rounded())


def test_steps_per_row_lose_the_margin() -> None:
    S = np.zeros((3, 3))
    S[0, 1:] = 8.0, 3.0  # with row 0's step 8 the 3 vanishes, with row 2's step 3 it stays
    S[1, 2] = 1.0
    factors = Factors(np.zeros((1, 3)), S, 0.1)
    operator = factors.operator(np.eye(3), np.zeros(3))
    tensor, row = (
        quantize(operator, Quantizer(2, per=per), "factors") for per in ("tensor", "row")
    )
    assert tensor.operator.margin.hi >= 0.1
    assert tensor.promised_margin == 0.1
    assert row.promised_margin is None
    assert row.operator.margin.hi < 0


def test_half_up_promises_nothing_and_ties_break_the_skewness() -> None:
    S = np.zeros((3, 3))
    S[0, 1:] = 2.0, 1.0  # s = 2/3 at 3 bits, so that 1 sits on a tie
    operator = Factors(np.zeros((1, 3)), S, 0.1).operator(np.eye(3), np.zeros(3))
    half_up = quantize(operator, Quantizer(3, rounding="half-up"), "factors")
    assert half_up.promised_margin is None
    assert "No margin is promised" in half_up.statement
    assert not np.array_equal(half_up.arrays["K"].codes, -half_up.arrays["K"].codes.T)
    assert half_up.operator.margin.hi < 0


def test_stochastic_factors_promise_nothing() -> None:
    quantizer = Quantizer(4, rounding="stochastic")
    operator = generic(np.random.default_rng(0))
    first, again = (
        quantize(operator, quantizer, "factorsUb", np.random.default_rng(3)) for _ in range(2)
    )
    assert first.promised_margin is None
    assert first.operator.digest == again.operator.digest


@pytest.mark.parametrize("what", ["W", "WUb", "factors", "factorsUb"])
def test_only_what_is_named_is_quantized_and_the_head_is_kept(what) -> None:
    head = Head(np.ones((2, 8)), np.zeros(2))
    operator = replace(generic(np.random.default_rng(1)), head=head)
    quantized = quantize(operator, Quantizer(5), what)
    named = {"W": ["W"], "WUb": ["W", "U", "b"], "factors": ["A", "K"]}
    assert list(quantized.arrays) == named.get(what, ["A", "K", "U", "b"])
    assert quantized.operator.head is head
    assert quantized.operator.factors is None
    assert quantized.original is operator
    assert quantized.spec["what"] == what
    for name, error in (("U", quantized.dU), ("b", quantized.db)):
        before, after = getattr(operator, name), getattr(quantized.operator, name)
        assert np.array_equal(before, after) == (name not in quantized.arrays)
        assert error.center.any() == (name in quantized.arrays)
        assert np.abs(error.center.ravel() - (before - after).ravel()).max() <= error.radius
    if "W" in quantized.arrays:
        assert quantized.operator.exact_weights is None
        assert np.array_equal(quantized.operator.W, quantized.arrays["W"].array)
        assert "fl(s k)" in quantized.statement
    else:
        assert quantized.operator.exact_weights is not None
        assert "exact matrix" in quantized.statement


FROM_FACTORS = [name for name in FAMILIES if FAMILIES[name](np.random.default_rng(0)).factors]


@pytest.mark.parametrize(
    ("name", "what"),
    [(name, "W") for name in FAMILIES] + [(name, "factors") for name in FROM_FACTORS],
)
def test_the_perturbation_is_the_norm_of_the_exact_difference(name: str, what) -> None:
    operator = FAMILIES[name](np.random.default_rng(4))
    quantized = quantize(operator, Quantizer(4), what)
    difference = operator.exact_W - quantized.operator.exact_W
    # The ball holds the exact difference: what rounding left is within the radius.
    rest = (difference - exact(quantized.dW.center)).fractions()
    # LAPACK's norm errs by a modest multiple of n u: 1e-12 is far above it.
    assert np.linalg.norm(np.array(rest, dtype=float), 2) <= quantized.dW.radius * (1 + 1e-12)
    float_norm = np.linalg.norm(difference.rounded(), 2)
    assert quantized.perturbation.lo <= float_norm * (1 + 1e-12)
    assert quantized.perturbation.hi >= float_norm * (1 - 1e-12)
    assert quantized.perturbation.width <= 1e-12 * float_norm
    if what == "W":
        assert quantized.perturbation.lo <= quantized.a_priori["W"]
        assert list(quantized.a_priori) == ["W"]


def test_the_ratio_is_the_whole_line_without_a_margin() -> None:
    without = quantize(FAMILIES["cycling"](np.random.default_rng(0)), Quantizer(4))
    assert without.ratio.lo == -np.inf
    with_margin = quantize(generic(np.random.default_rng(0)), Quantizer(8))
    assert 0 < with_margin.ratio.lo <= with_margin.ratio.hi < np.inf


def test_a_dense_operator_has_no_factors_to_quantize() -> None:
    with pytest.raises(InputError, match="no factors"):
        quantize(FAMILIES["cycling"](np.random.default_rng(0)), Quantizer(4), "factors")
    names = "W, WUb, K, KUb, factors, factorsUb"
    with pytest.raises(InputError, match=f"what must be one of {names}, got 'A'"):
        quantize(generic(np.random.default_rng(0)), Quantizer(4), "A")


def test_a_skew_part_that_overflows_is_refused_by_name() -> None:
    S = np.array([[0.0, 1e308], [-1e308, 0.0]])
    factors = Factors(np.zeros((1, 2)), S, 0.5)
    operator = replace(generic(np.random.default_rng(0), 2), factors=factors)
    with pytest.raises(InputError, match=r"^S - S' must be finite"):
        quantize(operator, Quantizer(4), "factors")


def test_a_product_of_factors_that_overflows_is_refused_by_name() -> None:
    factors = Factors(np.array([[1e200, 0.0]]), np.zeros((2, 2)), 0.5)
    operator = replace(generic(np.random.default_rng(0), 2), factors=factors)
    with pytest.raises(InputError, match="product of the quantized factors overflows"):
        quantize(operator, Quantizer(4), "factors")


def test_what_was_quantized_in_its_factors_can_be_quantized_as_a_matrix() -> None:
    once = quantize(generic(np.random.default_rng(0)), Quantizer(4), "factors").operator
    assert once.exact_weights is not None
    twice = quantize(once, Quantizer(4))
    assert twice.operator.exact_weights is None
    assert np.array_equal(twice.operator.W, quantize_array(once.W, Quantizer(4)).array)


@pytest.mark.parametrize(("per", "whose"), [("tensor", "the step s"), ("row", "its row's step s")])
def test_the_statement_says_whose_step_it_is(per, whose) -> None:
    statement = quantize(generic(np.random.default_rng(0)), Quantizer(4, per=per)).statement
    assert f"each code k times {whose}, rounded once" in statement


def test_an_operator_of_zeros_quantizes_to_itself() -> None:
    operator = Operator(np.zeros((2, 2)), np.zeros((2, 3)), np.zeros(2))
    quantized = quantize(operator, Quantizer(2), "WUb")
    assert quantized.operator.digest == operator.digest
    assert not quantized.dW.center.any()
    assert quantized.dW.radius == 0


# ---- what a file holds --------------------------------------------------------------------


@pytest.mark.parametrize("what", ["W", "WUb", "factors", "factorsUb"])
@pytest.mark.parametrize("with_head", [False, True])
def test_what_is_stored_gives_back_the_matrix_that_is_meant(what, with_head) -> None:
    head = Head(np.arange(16.0).reshape(2, 8), np.ones(2)) if with_head else None
    original = replace(generic(np.random.default_rng(1)), head=head)
    quantized = quantize(original, Quantizer(5), what)
    stored = written_operator(quantized)
    named = {"W": "W", "WUb": "WUb", "factors": "AK", "factorsUb": "AKUb"}[what]
    expected = {"W", "U", "b"} | {f"{part}.{name}" for name in named for part in ("codes", "step")}
    expected |= {"V", "d"} if with_head else set()
    expected |= {"m"} if "A" in named else set()
    assert set(stored) == expected
    for name in "WUb":
        assert np.array_equal(stored[name], getattr(quantized.operator, name))
    for name in named:
        assert stored[f"codes.{name}"].dtype == np.int8
        made = stored[f"codes.{name}"] * stored[f"step.{name}"]
        assert np.array_equal(made, quantized.arrays[name].array)
    if with_head:
        assert np.array_equal(stored["V"], head.V)
        assert np.array_equal(stored["d"], head.d)
    if "A" in named:
        assert stored["m"] == original.factors.m


@pytest.mark.parametrize("range_", ["narrow", "full", "unclipped"])
@pytest.mark.parametrize("bits", [2, 7, 8, 9, 16, 17, 32])
def test_codes_are_stored_in_the_smallest_type_that_holds_them_all(bits: int, range_) -> None:
    quantizer = Quantizer(bits, range=range_)
    made = quantize_array(np.array([-1.0, 0.25, 1.0]), quantizer)
    assert np.array_equal(made.compact_codes, made.codes)
    holds = [np.int8, np.int16, np.int32, np.int64]
    smallest = next(
        kind
        for kind in holds
        if np.iinfo(kind).min <= quantizer.least_code
        and quantizer.greatest_code <= np.iinfo(kind).max
    )
    assert made.compact_codes.dtype == smallest


def test_the_ratio_is_the_perturbation_over_the_margin() -> None:
    """Two bits keep 1/2 and take 1/8 away: dW = diag(0, 1/8), and m = 1/2."""
    operator = Operator(np.diag([0.5, 0.125]), np.eye(2), np.zeros(2))
    quantized = quantize(operator, Quantizer(2))
    assert quantized.dW.center.tolist() == [[0.0, 0.0], [0.0, 0.125]]
    assert 0.25 * (1 - 1e-12) <= quantized.ratio.lo <= 0.25 <= quantized.ratio.hi <= 0.25 + 1e-12


@pytest.fixture(scope="module")
def companion(companion_path) -> Operator:
    return load_operator(str(companion_path))


@pytest.mark.parametrize(
    ("bits", "ratio", "margin"),
    [
        (8, 0.153, 0.2074),
        (6, 0.606, 0.1376),
        (5, 1.254, 0.0454),
        (4, 2.661, -0.1423),
        (3, 5.359, -0.4681),
        (2, 7.534, -0.1557),
    ],
)
def test_the_companion_operator_has_the_measured_ratios(companion, bits, ratio, margin) -> None:
    quantized = quantize(companion, Quantizer(bits))
    assert round(quantized.ratio.mid, 3) == ratio
    assert round(quantized.operator.margin.mid, 4) == margin


def test_the_companion_operator_keeps_its_margin_in_factors_at_two_bits(companion) -> None:
    quantized = quantize(companion, Quantizer(2), "factors")
    m = quantized.promised_margin
    assert m == companion.factors.m
    assert excess_of_margin(quantized, m) == (
        quantized.arrays["A"].exact.T @ quantized.arrays["A"].exact * 2.0
    )
