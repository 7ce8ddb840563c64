"""Dyadic matrices are the exact matrices, against Python's fractions."""

from fractions import Fraction
from math import inf

import numpy as np
import pytest
from flint import fmpz_mat
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from mondeq_ref.arrays import InputError
from mondeq_ref.rigor.dyadic import Dyadic, exact, of_integers
from tests.support.lcp_twin import fractions

FINITE = st.floats(allow_nan=False, allow_infinity=False)
SIDES = st.integers(0, 4)
MATRICES = st.tuples(SIDES, SIDES).flatmap(lambda s: hnp.arrays(np.float64, s, elements=FINITE))


@given(MATRICES)
def test_an_array_is_read_exactly_and_rounds_back_to_itself(A: np.ndarray) -> None:
    D = exact(A)
    assert D.shape == A.shape
    assert D.fractions() == fractions(A)
    assert np.array_equal(D.rounded(), A)
    assert D.T.fractions() == fractions(A.T)


@given(st.data(), SIDES, SIDES, SIDES)
def test_sums_and_products_are_those_of_fractions(
    data: st.DataObject, p: int, q: int, r: int
) -> None:
    A, B = (data.draw(hnp.arrays(np.float64, (p, q), elements=FINITE)) for _ in range(2))
    C = data.draw(hnp.arrays(np.float64, (q, r), elements=FINITE))
    x = data.draw(FINITE)
    a, b, c = fractions(A), fractions(B), fractions(C)
    pairs = [list(zip(row, other, strict=True)) for row, other in zip(a, b, strict=True)]
    assert (exact(A) + exact(B)).fractions() == [[s + t for s, t in row] for row in pairs]
    assert (exact(A) - exact(B)).fractions() == [[s - t for s, t in row] for row in pairs]
    assert (-exact(A)).fractions() == [[-s for s in row] for row in a]
    assert (exact(A) * x).fractions() == [[s * Fraction(x) for s in row] for row in a]
    assert (exact(A) @ exact(C)).fractions() == [
        [sum((row[k] * c[k][j] for k in range(q)), Fraction(0)) for j in range(r)] for row in a
    ]


@given(hnp.arrays(np.float64, (2, 3), elements=FINITE), st.integers(-1200, 1200))
def test_equality_is_that_of_the_numbers_not_of_their_storage(A: np.ndarray, k: int) -> None:
    D = exact(A)
    shifted = Dyadic(D.integers_at(D.exponent - abs(k)), D.exponent - abs(k))
    assert shifted == D
    assert (exact(A + 1) == D) == np.array_equal(A, A + 1)
    assert exact(A[:1]) != D


@given(st.fractions(max_denominator=2**60), st.integers(-1200, 1200))
def test_rounding_goes_to_the_nearest_float_ties_to_even(q: Fraction, k: int) -> None:
    D = Dyadic(of_integers([[q.numerator]]).integers, k)
    value = q.numerator * Fraction(2) ** k
    try:
        expected = value.numerator / value.denominator
    except OverflowError:
        expected = inf if value > 0 else -inf
    assert D.rounded()[0, 0] == expected


def test_integers_too_long_for_floats_are_not_rounded() -> None:
    assert exact(np.array([[2**53 + 1, -(2**62) + 1]])).fractions() == [[2**53 + 1, -(2**62) + 1]]


def test_ties_and_subnormal_results_round_to_even() -> None:
    half_ulp = [[2**53 + 1, 2**53 + 3, -(2**53) - 1]]
    assert of_integers(half_ulp).rounded().tolist() == [[2.0**53, 2.0**53 + 4, -(2.0**53)]]
    tiny = Dyadic(of_integers([[1, 3, 5]]).integers, -1075)
    assert tiny.rounded().tolist() == [[0.0, 2.0**-1073, 2.0**-1073]]


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_what_is_not_finite_is_not_a_number(bad: float) -> None:
    with pytest.raises(InputError, match="finite"):
        exact(np.array([[bad]]))


def test_integers_times_a_float_are_their_exact_product() -> None:
    assert of_integers([[3, -7]], 0.1).fractions() == [[3 * Fraction(0.1), -7 * Fraction(0.1)]]


def test_a_matrix_at_the_smallest_normal_float_is_rounded_once() -> None:
    """To 53 bits this would round up, to a tie among subnormal floats, and up again."""
    entry = (2**53 - 1) * 2**7 - 1
    table = Dyadic(fmpz_mat(9, 9, [entry] * 81), -1082)
    apart = abs(Fraction(float(table.rounded()[0, 0])) - Fraction(entry, 2**1082))
    assert apart < Fraction(1, 2**1075)
