"""Injections carry an error that covers the exact U x + b."""

import pickle
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.random import default_rng

from mondeq_ref import inputs
from mondeq_ref.arrays import InputError
from mondeq_ref.inputs import CHUNK, Injections, given, inject, inject_later
from mondeq_ref.operator import Operator
from tests.support.lcp_twin import exact_injections, fractions

MODERATE = st.one_of(st.floats(-1e3, 1e3), st.sampled_from([0.0, -0.0, 5e-324, 1e-308, 1e140]))


def layer(U: np.ndarray, b: np.ndarray) -> Operator:
    return Operator(np.zeros((len(b), len(b))), U, b)


def error_covers_the_truth(operator: Operator, X: np.ndarray) -> bool:
    injections = inject(operator, X)
    return covers(injections.c, injections.error, operator, X)


def covers(c: np.ndarray, errors: np.ndarray, operator: Operator, X: np.ndarray) -> bool:
    return all(
        error == np.inf
        or sum(((p - q) ** 2 for p, q in zip(row, true, strict=True)), Fraction(0))
        <= Fraction(float(error)) ** 2
        for row, true, error in zip(
            fractions(c), exact_injections(operator, X), errors, strict=True
        )
    )


@drawn(st.data(), st.integers(1, 3), st.integers(0, 4), st.integers(0, 3))
def test_the_exact_injection_lies_within_the_error(
    data: st.DataObject, n: int, d: int, rows: int
) -> None:
    U = data.draw(hnp.arrays(np.float64, (n, d), elements=MODERATE))
    b = data.draw(hnp.arrays(np.float64, n, elements=MODERATE))
    X = data.draw(hnp.arrays(np.float64, (rows, d), elements=MODERATE))
    assert error_covers_the_truth(layer(U, b), X)


@pytest.mark.parametrize("d", [CHUNK - 1, CHUNK, CHUNK + 1, 5 * CHUNK + 3])
def test_sums_over_many_chunks_that_cancel_lie_within_the_error(d: int) -> None:
    for seed in range(3):
        rng = default_rng(seed)
        U = rng.normal(size=(3, d)) * 10.0 ** rng.uniform(-6, 6, (3, d))
        half = d // 2
        U[:, half : 2 * half] = -U[:, :half]
        X = rng.normal(size=(2, d))
        X[:, half : 2 * half] = X[:, :half]
        operator = layer(U, rng.normal(size=3))
        assert error_covers_the_truth(operator, X)
        # gamma_{k+q+1} for chunks of k and q of them, not gamma_d: as sharp as promised.
        size = np.linalg.norm(U) * np.linalg.norm(X, axis=1)
        assert (inject(operator, X).error <= 2 * (CHUNK + d / CHUNK + 3) * 2.0**-53 * size).all()


def test_roundings_that_all_go_one_way_lie_within_the_error() -> None:
    """b = 1, and every chunk adds a bit less than the half ulp that would show."""
    chunks = 50
    root = np.sqrt(0.99 * 2.0**-53 / CHUNK)
    operator = layer(np.full((1, chunks * CHUNK), root), np.ones(1))
    X = np.full((1, chunks * CHUNK), root)
    assert inject(operator, X).c[0, 0] == 1
    assert error_covers_the_truth(operator, X)


def test_products_that_underflow_lie_within_the_error() -> None:
    tiny = np.full((2, 5), 2.0**-600)
    assert error_covers_the_truth(layer(tiny, np.zeros(2)), np.full((1, 5), 2.0**-500))
    # Each product is 3/4 eta and is rounded to eta: 28 eta in all, far above gamma of the sum.
    U = np.full((1, CHUNK), 0.75 * 2.0**-537)
    assert error_covers_the_truth(layer(U, np.zeros(1)), np.full((1, CHUNK), 2.0**-537))


@drawn(st.data(), st.integers(1, 3), st.integers(1, 5), st.integers(1, 3))
def test_differences_from_a_usual_number_lie_within_the_error(
    data: st.DataObject, n: int, d: int, rows: int
) -> None:
    U = data.draw(hnp.arrays(np.float64, (n, d), elements=MODERATE))
    b = data.draw(hnp.arrays(np.float64, n, elements=MODERATE))
    usual = data.draw(MODERATE)
    others = st.one_of(MODERATE, st.just(usual), st.just(np.nextafter(usual, np.inf)))
    X = data.draw(hnp.arrays(np.float64, (rows, d), elements=others))
    operator = layer(U, b)
    c, error = inputs._sparse(operator, X, usual)
    assert covers(c, error, operator, X)


def test_a_background_is_left_out_and_the_error_stays_small() -> None:
    """The sums of U's rows cancel the background, so that a rounding of either would show."""
    rng = default_rng(0)
    U = rng.normal(size=(3, 200)) * 10.0 ** rng.uniform(-6, 6, (3, 200))
    X = np.where(rng.random((130, 200)) < 0.2, rng.normal(size=(130, 200)), -0.4242)
    operator = layer(U, 0.4242 * U.sum(axis=1))
    assert inputs._usual(X) == -0.4242
    found = inject(operator, X)
    assert covers(found.c, found.error, operator, X)
    # gamma_{k+q+6} for k = 32 at a time and at most q = 7 parts, not gamma of the whole chain.
    base = 0.4242 * np.linalg.norm(U.sum(axis=1))
    size = np.linalg.norm(U) * np.linalg.norm(X + 0.4242, axis=1) + 2 * base
    assert (found.error <= 1.01 * 2.0**-53 * (32 + 7 + 6) * size).all()
    c, error = inputs._dense(operator, X)
    assert (np.linalg.norm(found.c - c, axis=1) <= 1.01 * (found.error + error)).all()
    dense = rng.normal(size=(130, 200))
    assert inputs._usual(dense) is None


def test_differences_that_are_lost_one_by_one_lie_within_the_error() -> None:
    """1 and then 111 times half an ulp, each rounded away: an error of 111 half ulps."""
    d = 7 * 112
    U = np.full((1, d), 2.0**-53)
    U[0, 0] = 1.0
    X = np.zeros((64, d))
    X[0] = 1.0
    operator = layer(U, np.zeros(1))
    assert inputs._usual(X) == 0.0
    assert inject(operator, X).c[0, 0] == 1 + 672 * 2.0**-53
    assert error_covers_the_truth(operator, X)


def test_a_difference_that_overflows_is_not_taken() -> None:
    operator = layer(np.full((1, 3), 1e-300), np.zeros(1))
    X = np.full((200, 3), -1.7e308)
    X[5, 1] = 1.7e308
    assert inputs._usual(X) == -1.7e308
    assert inject(operator, X).c[5, 0] == pytest.approx(-1.7e8)
    X[5, 1] = np.nan
    with pytest.raises(InputError, match="x must be finite"):
        inject(operator, X)


def test_given_injections_are_meant_exactly() -> None:
    C = default_rng(0).normal(size=(4, 3))
    injections = given(C, 3)
    assert np.array_equal(injections.c, C)
    assert not injections.error.any()
    assert len(injections) == 4
    picked = injections.rows(np.array([2, 0]))
    assert np.array_equal(picked.c, C[[2, 0]])
    assert len(injections.rows(slice(1, 3))) == 2
    with pytest.raises(ValueError, match="read-only"):
        injections.c[0, 0] = 1.0


@pytest.mark.parametrize("error", [[-1.0], [np.nan], [0.0, 0.0], 0.0])
def test_an_error_is_one_nonnegative_number_a_row(error: object) -> None:
    with pytest.raises(InputError, match="error >= 0"):
        Injections(np.ones((1, 2)), np.array(error))


@pytest.mark.parametrize(
    ("X", "reason"),
    [
        (np.zeros((2, 4)), r"x must have shape \(\*, 3\), got \(2, 4\)"),
        (np.zeros(3), r"x must have shape \(\*, 3\), got \(3,\)"),
        ([[1.0, np.nan, 0.0]], "x must be finite"),
        ([[1.0, np.inf, 0.0]], "x must be finite"),
        ([["a", "b", "c"]], "x must be an array of real numbers"),
        ([[1j, 0, 0]], "x must be an array of real numbers"),
        ([[1.0, 2.0, 3.0], [1.0]], "x must be a rectangular array"),
        (np.ma.masked_greater([[1.0, 2.0, 3.0]], 2), "x must have all its numbers"),
        (np.full((1, 3), 1e300), "overflows"),
    ],
)
def test_what_is_no_input_is_refused_in_one_sentence(X: object, reason: str) -> None:
    operator = layer(np.full((2, 3), 1e200), np.zeros(2))
    with pytest.raises(InputError, match=reason):
        inject(operator, X)  # type: ignore[arg-type]


def test_overflowing_size_makes_the_error_infinite() -> None:
    """The squares in ||x|| overflow although every entry of U x + b is a modest float."""
    operator = layer(np.full((1, 2), 1e-200), np.zeros(1))
    injections = inject(operator, np.array([[1e200, -1e200]]))
    assert np.isfinite(injections.c).all()
    assert injections.error[0] == np.inf


@pytest.mark.parametrize("background", [0.0, 1.0])
def test_blocks_injected_later_have_the_same_floats(background: float) -> None:
    """Also a last block of one row, which is too few to look for a usual number in."""
    rng = default_rng(0)
    operator = layer(rng.normal(size=(7, 200)), rng.normal(size=7))
    X = np.where(rng.random((257, 200)) < background * 0.8, 0.25, rng.normal(size=(257, 200)))
    at_once, later = inject(operator, X), inject_later(operator, X)
    assert (inputs._usual(X) is None) == (background == 0)
    blocks = list(later.blocks(128))
    assert "c" not in vars(later)
    assert [len(block) for block in blocks] == [128, 128, 1]
    for found in (later, later.rows(np.arange(257))):
        assert np.array_equal(found.c, at_once.c)
        assert np.array_equal(found.error, at_once.error)
    assert np.array_equal(np.concatenate([block.c for block in blocks]), at_once.c)
    assert np.array_equal(np.concatenate([block.error for block in blocks]), at_once.error)
    sent = pickle.loads(pickle.dumps(later))
    assert "operator" not in vars(sent)
    assert np.array_equal(sent.c, at_once.c)
    X[:] = np.nan  # they keep their own
    assert np.array_equal(blocks[0].now().c, at_once.c[:128])
