"""No offset, step or rounding comes nearer to W than its bound."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mondeq_ref.instances import shipped
from mondeq_ref.quantize import Quantizer
from mondeq_ref.quantize.least_change import least_change
from mondeq_ref.quantize.rounding import nearest_codes

SIGNS = Quantizer.named("signs", 1)


@given(
    st.integers(0, 10**6), st.integers(1, 5), st.sampled_from([SIGNS, *map(Quantizer, (2, 3, 4))])
)
def test_no_rounding_goes_below_the_bound(seed: int, n: int, quantizer: Quantizer) -> None:
    rng = np.random.default_rng(seed)
    W = rng.normal(size=(n, n)) * 10.0 ** rng.integers(-3, 4)
    bound = least_change(W, quantizer)
    largest = np.abs(W).max()
    for step in largest * rng.uniform(0.01, 2.5, size=20):
        t = rng.normal() * largest
        K = W - t * np.eye(n)
        C = nearest_codes(K, step, quantizer)
        assert np.linalg.norm(K - step * C, 2) >= bound


@pytest.mark.parametrize("quantizer", [SIGNS, Quantizer(2), Quantizer(3)])
def test_bound_is_the_longest_row_at_the_best_step(quantizer: Quantizer) -> None:
    """Where levels k s meet every entry the bound is 0; elsewhere a fine grid of steps meets it."""
    assert least_change(np.array([[5.0, 2.0], [-2.0, 1.0]]), quantizer) < 1e-3
    W = np.random.default_rng(3).normal(size=(6, 6))
    steps = np.linspace(1e-3, 2, 4000) * np.abs(W).max()
    found = []
    for step in steps:
        rest = (W - step * nearest_codes(W, step, quantizer)) ** 2
        np.fill_diagonal(rest, 0)
        found.append(np.sqrt(max(rest.sum(axis=0).max(), rest.sum(axis=1).max())))
    assert 0.99 * min(found) <= least_change(W, quantizer) <= min(found)


@pytest.mark.parametrize("name", ["float-42", "float-0", "float-1", "float-2", "float-3"])
def test_three_bits_cannot_meet_the_condition_of_the_paper(name: str) -> None:
    """Of trained operators, by retraining nothing: with one step, and any offset kept exactly."""
    operator = shipped.operator(name)
    assert least_change(operator.W, Quantizer(3)) > operator.margin.hi
    assert least_change(operator.W, Quantizer(4)) < operator.margin.lo


def test_matrix_without_entries_off_the_diagonal_is_met() -> None:
    assert least_change(np.diag([1.0, 2.0]), Quantizer(2)) == 0.0


def test_bound_of_huge_entries_does_not_overflow_into_a_claim() -> None:
    """The square of a distance is beyond the floats; the true least change is about 1e299."""
    W = np.random.default_rng(0).normal(size=(4, 4)) * 1e300
    assert least_change(W, Quantizer(3)) < 1e300
