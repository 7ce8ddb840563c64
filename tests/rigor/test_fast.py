"""Every bound of the float layer bounds the exact number, for ordinary and for nasty floats."""

import ctypes
import platform
from fractions import Fraction
from math import inf, nan

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from mondeq_ref.rigor import machine
from mondeq_ref.rigor.dyadic import Dyadic, exact
from mondeq_ref.rigor.fast import (
    above,
    below,
    down,
    gamma,
    length_above,
    length_below,
    norm_above,
    norms_above,
    norms_below,
    product_error,
    product_error_of_sizes,
    row_sums_above,
    up,
)
from mondeq_ref.rigor.thresholds import spectral_norm_less

LARGEST = float(np.finfo(np.float64).max)
SMALLEST = 5e-324

# Ordinary sizes, sizes whose squares underflow or overflow, subnormal numbers, signed zeros.
NASTY = st.one_of(
    st.floats(-10, 10),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([0.0, -0.0, SMALLEST, -SMALLEST, 2.0**-1022, 1e-160, 1e160, LARGEST, 1 / 3]),
)


def matrices(max_side: int = 5, elements: st.SearchStrategy[float] = NASTY):
    shapes = st.tuples(st.integers(1, max_side), st.integers(1, max_side))
    return shapes.flatmap(lambda shape: hnp.arrays(np.float64, shape, elements=elements))


def exactly(x: float) -> Fraction:
    return Fraction(float(x))


@given(NASTY)
def test_up_and_down_step_outward_by_one_float(x: float) -> None:
    with np.errstate(over="ignore"):
        for one in (x, np.array(x)):  # a float and an array go separate ways
            assert down(one) < x < up(one)
            assert down(up(one)) <= x <= up(down(one))


def test_up_and_down_turn_what_is_unknown_into_infinity() -> None:
    assert up(nan) == inf
    assert down(nan) == -inf
    assert up(inf) == inf
    assert down(-inf) == -inf
    # An upper bound that overflowed downward, and a lower one that overflowed upward.
    assert up(-inf) == -LARGEST
    assert down(inf) == LARGEST
    assert up(-0.0) == SMALLEST
    assert down(0.0) == -SMALLEST


@pytest.mark.parametrize("n", [1, 2, 3, 100, 1000, 10**6])
def test_gamma_is_above_the_exact_gamma_by_at_most_two_ulps(n: int) -> None:
    u = Fraction(2) ** -53
    true = n * u / (1 - n * u)
    assert true <= exactly(gamma(n)) <= true * (1 + 4 * u)


@given(matrices())
@example(np.full((1, 100), 2.0**-538))  # every square underflows to 0, their sum is 25 eta
def test_row_norms_are_enclosed(V: np.ndarray) -> None:
    with np.errstate(over="ignore"):
        hi, lo = norms_above(V), norms_below(V)
    for row, upper, lower in zip(V, hi, lo, strict=True):
        square = sum((exactly(x) ** 2 for x in row), Fraction(0))
        assert lower >= 0
        assert exactly(lower) ** 2 <= square
        assert upper == inf or square <= exactly(upper) ** 2


@given(matrices())
def test_lengths_of_all_entries_are_enclosed(A: np.ndarray) -> None:
    with np.errstate(over="ignore"):
        upper, lower = length_above(A), length_below(A)
    square = sum((exactly(x) ** 2 for x in A.flat), Fraction(0))
    assert lower >= 0
    assert exactly(lower) ** 2 <= square
    assert upper == inf or square <= exactly(upper) ** 2


@given(matrices())
def test_row_sums_are_bounded(A: np.ndarray) -> None:
    with np.errstate(over="ignore"):
        sums = row_sums_above(A)
    for row, bound in zip(A, sums, strict=True):
        assert bound == inf or sum(abs(exactly(x)) for x in row) <= exactly(bound)


@given(st.lists(st.tuples(NASTY, NASTY), min_size=1, max_size=6))
@example([(2.0**-538, 2.0**-538)] * 100)  # every product underflows to 0, their sum is 25 eta
def test_sums_of_nonnegative_products_are_enclosed(pairs: list[tuple[float, float]]) -> None:
    true = sum((abs(exactly(x) * exactly(y)) for x, y in pairs), Fraction(0))
    with np.errstate(over="ignore"):
        computed = float(sum(abs(np.float64(x) * np.float64(y)) for x, y in pairs))
        hi, lo = above(computed, len(pairs)), below(computed, len(pairs))
    assert hi == inf or true <= exactly(hi)
    assert computed == inf or exactly(lo) <= true


@given(matrices())
def test_norm_above_is_at_least_the_spectral_norm(A: np.ndarray) -> None:
    with np.errstate(over="ignore"):
        bound = norm_above(A)
    assert bound == inf or not _exceeds(exact(A), bound)


@given(st.data())
def test_both_bounds_of_the_error_of_a_product_are_bounds(data: st.DataObject) -> None:
    rows, inner, columns = (data.draw(st.integers(1, 4)) for _ in range(3))
    A = data.draw(hnp.arrays(np.float64, (rows, inner), elements=NASTY))
    B = data.draw(hnp.arrays(np.float64, (inner, columns), elements=NASTY))
    with np.errstate(all="ignore"):
        computed, sizes = A @ B, (norm_above(A), length_above(B))
        bounds = product_error(A, B), product_error_of_sizes((rows, inner, columns), *sizes)
    assume(np.isfinite(computed).all())  # else the product itself shows the overflow
    for bound in bounds:
        if bound < inf:
            assert not _exceeds(exact(computed) - exact(A) @ exact(B), bound)


def test_error_of_a_product_that_vanishes_is_bounded() -> None:
    row = np.full((1, 100), 2.0**-538)
    assert (row @ row.T == 0).all()
    sizes = norm_above(row), length_above(row)
    for bound in (product_error(row, row.T), product_error_of_sizes((1, 100, 1), *sizes)):
        assert not _exceeds(exact(row) @ exact(row).T, bound)


def _exceeds(E: Dyadic, bound: float) -> bool:
    """||E||_2 > bound, exactly: not (||E|| < b) for b a hair above the bound."""
    return not spectral_norm_less(E, Fraction(bound) * (1 + Fraction(1, 2**200)))


@pytest.mark.parametrize("bad", [nan, inf, -inf])
def test_what_is_not_finite_becomes_an_infinite_bound(bad: float) -> None:
    A = np.array([[1.0, bad], [0.0, 1.0]])
    with np.errstate(invalid="ignore"):
        assert norms_above(A)[0] == inf
        assert norms_below(A)[0] == 0
        assert row_sums_above(A)[0] == inf
        assert norm_above(A) == inf
        assert length_above(A) == inf
        assert length_below(A) == 0
        assert product_error(A, np.zeros((2, 2))) == inf
        assert product_error_of_sizes((2, 2, 2), norm_above(A), 1.0) == inf
        assert above(bad if bad > 0 else nan, 3) == inf


def test_empty_matrices_have_norm_zero_and_no_rows() -> None:
    assert norm_above(np.zeros((0, 3))) == 0
    assert norm_above(np.zeros((3, 0))) == 0
    assert norms_above(np.zeros((0, 3))).shape == (0,)
    assert row_sums_above(np.zeros((0, 3))).shape == (0,)
    # A row of nothing has norm 0; the bound pays for underflow all the same.
    assert 0 <= norms_above(np.zeros((1, 0)))[0] < 1e-150


def test_this_process_does_its_arithmetic_as_the_proofs_assume() -> None:
    assert machine.rounds_to_nearest()
    assert machine.keeps_subnormals()


X86_LINUX = platform.machine() == "x86_64" and platform.system() == "Linux"


@pytest.mark.skipif(not X86_LINUX, reason="sets the x86 control register by glibc's layout of it")
@pytest.mark.parametrize("mode", [0x400, 0x800, 0xC00])
def test_every_other_rounding_mode_is_noticed(mode: int) -> None:
    libm = ctypes.CDLL("libm.so.6")
    try:
        assert libm.fesetround(mode) == 0
        noticed = not machine.rounds_to_nearest()
    finally:
        libm.fesetround(0)
    assert noticed


FLUSH_TO_ZERO, DENORMALS_ARE_ZERO = 1 << 15, 1 << 6  # bits of MXCSR


@pytest.mark.skipif(not X86_LINUX, reason="sets the x86 control register by glibc's layout of it")
@pytest.mark.parametrize(
    "bits", [FLUSH_TO_ZERO, DENORMALS_ARE_ZERO, FLUSH_TO_ZERO | DENORMALS_ARE_ZERO]
)
def test_every_kind_of_flushing_to_zero_is_noticed(bits: int) -> None:
    libm = ctypes.CDLL("libm.so.6")
    kept, changed = (ctypes.c_uint32 * 8)(), (ctypes.c_uint32 * 8)()
    libm.fegetenv(kept)
    libm.fegetenv(changed)
    changed[7] |= bits  # fenv_t: 28 bytes of x87 state, then MXCSR
    try:
        libm.fesetenv(changed)
        noticed = not machine.keeps_subnormals()
    finally:
        libm.fesetenv(kept)
    assert noticed


def test_arithmetic_that_is_not_covered_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "keeps_subnormals", lambda: False)
    with pytest.raises(machine.MachineError, match="flushed to zero"):
        machine.require_ieee()
    monkeypatch.setattr(machine, "rounds_to_nearest", lambda: False)
    with pytest.raises(machine.MachineError, match="rounded to nearest"):
        machine.require_ieee()
