"""Which matrix is meant, what it promises, and what a file holds of it."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mondeq_ref.arrays import InputError
from mondeq_ref.instances.families import FAMILIES, generic, rank_deficient
from mondeq_ref.operator import Factors, Head, Operator
from mondeq_ref.quantize import Quantized, Quantizer, quantize
from mondeq_ref.quantize.codes import read_codes, written_codes, written_operator
from mondeq_ref.rigor.dyadic import exact, identity
from mondeq_ref.whats import WHATS

SEEDS = st.integers(0, 2**32 - 1)
BITS = st.integers(2, 32)


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


def test_half_up_promises_nothing_and_ties_break_the_skewness() -> None:
    S = np.zeros((3, 3))
    S[0, 1:] = 2.0, 1.0  # s = 2/3 at 3 bits, so that 1 sits on a tie
    operator = Factors(np.zeros((1, 3)), S, 0.1).operator(np.eye(3), np.zeros(3))
    half_up = quantize(operator, Quantizer(3, rounding="half-up"), "factors")
    assert half_up.promised_margin is None
    assert "No margin is promised" in half_up.statement
    assert not np.array_equal(half_up.arrays["K"].codes, -half_up.arrays["K"].codes.T)
    assert half_up.operator.margin.hi < 0


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
    names = ", ".join(WHATS)
    with pytest.raises(InputError, match=f"what must be one of {names}, got 'A'"):
        quantize(generic(np.random.default_rng(0)), Quantizer(4), "A")


def test_a_product_of_factors_that_overflows_is_refused_by_name() -> None:
    factors = Factors(np.array([[1e200, 0.0]]), np.zeros((2, 2)), 0.5)
    operator = replace(generic(np.random.default_rng(0), 2), factors=factors)
    with pytest.raises(InputError, match="product of the quantized factors overflows"):
        quantize(operator, Quantizer(4), "factors")


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


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"offset": np.asarray(99.0)}, "the stored offset is 99.0"),
        ({"offset": np.ones(2)}, "offset must be one number"),
        ({"step.K": np.ones(2)}, "step.K does not fit its codes"),
        ({"zero.K": np.asarray(np.nan)}, "the quantizer has no zero.K"),
        ({"codes.W": np.zeros((2, 2), dtype=np.int8)}, "K has no codes.W"),
        ({"codes.K": np.full((2, 2), -(2**63))}, "a code beyond"),
        ({"codes.K": np.full((2, 2), 2**64 - 1, dtype=np.uint64)}, "a code beyond"),
    ],
)
def test_codes_that_contradict_their_quantizer_are_refused(change, said):
    layer = Operator(np.array([[0.5, -1.0], [1.0, 0.25]]), np.zeros((2, 1)), np.zeros(2))
    made = quantize(layer, Quantizer(4), "K")
    assert read_codes(written_codes(made), layer, made.spec).operator.digest == made.operator.digest
    with pytest.raises(InputError, match=said):
        read_codes(written_codes(made) | change, layer, made.spec)


SPECS = [
    *(Quantizer(4, reach) for reach in ("narrow", "full", "unclipped")),
    *(Quantizer(4, rounding=how) for how in ("half-up", "toward-zero", "stochastic")),
    *(Quantizer(4, per="row"), Quantizer(4, per="group", group=32), Quantizer(4, zero_point=True)),
    *(Quantizer(4, factor=f) for f in (0.5, 1.5)),
]


@pytest.mark.parametrize("quantizer", SPECS)
@pytest.mark.parametrize("what", ["W", "KUb"])
def test_stored_codes_of_another_width_are_refused(quantizer, what):
    layer = generic(np.random.default_rng(3))
    made = quantize(layer, quantizer, what, np.random.default_rng(1))
    codes = written_codes(made)
    assert read_codes(codes, layer, made.spec).operator.digest == made.operator.digest
    for bits in (3, 6, 8):
        renamed = replace(quantizer, bits=bits).spec(what, made.offset)
        with pytest.raises(InputError, match=r"fewer than|a code beyond"):
            read_codes(codes, layer, renamed)


@pytest.mark.parametrize(
    ("name", "bits", "code", "said"),
    [("mxfp4", 4, 5, "between two levels of E2M1"), ("signs", 1, 0, "a code beside -1 and 1")],
)
def test_codes_between_levels_are_refused(name, bits: int, code: int, said: str):
    layer = generic(np.random.default_rng(3))
    made = quantize(layer, Quantizer.named(name, bits), "W")
    codes = written_codes(made)
    assert read_codes(codes, layer, made.spec).operator.digest == made.operator.digest
    between = codes["codes.W"].copy()
    between[0, 0] = code
    with pytest.raises(InputError, match=said):
        read_codes(codes | {"codes.W": between}, layer, made.spec)
