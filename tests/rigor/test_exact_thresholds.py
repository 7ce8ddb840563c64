from fractions import Fraction

import numpy as np
import pytest
from flint import fmpz_mat

from mondeq_ref.rigor.dyadic import Dyadic, exact, identity
from mondeq_ref.rigor.enclosure import Enclosure
from mondeq_ref.rigor.rational import fmpq_of, root_above, root_enclosure
from mondeq_ref.rigor.thresholds import (
    frobenius_less_than_least_eigenvalue,
    greatest_less_than_least_eigenvalue,
    least_eigenvalue_exceeds,
    least_eigenvalue_is,
    norm_less_than_least_eigenvalue,
    spectral_norm_is,
    spectral_norm_less,
)

M = 0.2269


def gram_plus(m, n=24, rank=6):
    """Least eigenvalue m exactly, n - rank fold."""
    A = exact(np.random.default_rng(0).normal(size=(rank, n)))
    return A.T @ A + identity(n) * m


def test_multiple_least_eigenvalue_is_located_to_the_ulp():
    S = gram_plus(M)
    assert least_eigenvalue_exceeds(S, np.nextafter(M, 0))
    assert not least_eigenvalue_exceeds(S, M)
    assert least_eigenvalue_is(S, M)
    assert not least_eigenvalue_is(S, np.nextafter(M, 0))
    assert not least_eigenvalue_is(S, np.nextafter(M, 1))
    assert least_eigenvalue_exceeds(S, Fraction(M) - Fraction(1, 10**60))


def test_greater_eigenvalue_is_not_taken_for_the_least():
    assert not least_eigenvalue_is(exact(np.diag([1.0, 2.0])), 2)
    assert not spectral_norm_is(exact(np.diag([1.0, 2.0])), 1)
    assert spectral_norm_is(exact(np.diag([1.0, -2.0])), 2)


@pytest.mark.parametrize(("steps", "expected"), [(-1, True), (0, False)])
def test_norm_equal_to_the_margin_is_not_less_than_it(steps, expected):
    size = M if steps == 0 else float(np.nextafter(M, 0))
    S = gram_plus(M)
    v = np.eye(24)[:, :1] * size  # a rank-one perturbation of this norm
    assert norm_less_than_least_eigenvalue(exact(v @ np.eye(24)[:1]), S) == expected
    assert frobenius_less_than_least_eigenvalue(exact(v), S) == expected
    assert greatest_less_than_least_eigenvalue(exact(np.diag([size, 0.0])), S) == expected
    dense = identity(24) * size - exact(np.ones((24, 24)))
    assert greatest_less_than_least_eigenvalue(dense, S) == expected


def test_irrational_numbers_are_compared():
    root_two = Dyadic(fmpz_mat([[1, 1], [1, -1]]), 0)  # eigenvalues -+ sqrt 2, norm sqrt 2
    three = Dyadic(fmpz_mat([[4, 1], [1, 2]]), 0)  # eigenvalues 3 -+ sqrt 2
    assert norm_less_than_least_eigenvalue(root_two, three)
    for numerator, is_less in ((1393, False), (1394, True)):  # 985 sqrt 2 = 1393.0004...
        shifted = three * 985.0 - identity(2) * float(2955 - 2 * numerator)
        # least eigenvalue 2 numerator - 985 sqrt 2, against the norm 985 sqrt 2
        assert norm_less_than_least_eigenvalue(root_two * 985.0, shifted) == is_less


def test_numbers_that_agree_to_20_digits_are_still_told_apart():
    tiny = 2.0**-70
    S = exact(np.array([[2.0, 1.0], [1.0, 2.0]]))  # least eigenvalue 1
    below = identity(2) - exact(np.full((2, 2), tiny))
    above = identity(2) + exact(np.full((2, 2), tiny))
    assert norm_less_than_least_eigenvalue(identity(2) * (1 - 2.0**-53), S)
    assert not norm_less_than_least_eigenvalue(above, S)
    assert not norm_less_than_least_eigenvalue(below, S)  # its norm is 1
    assert norm_less_than_least_eigenvalue(below - identity(2) * tiny, S)


def test_negative_margin_is_never_above_a_norm():
    S = identity(3) * -1.0
    zero = exact(np.zeros((3, 3)))
    assert not norm_less_than_least_eigenvalue(zero, S)
    assert not frobenius_less_than_least_eigenvalue(zero, S)
    assert not norm_less_than_least_eigenvalue(zero, zero)
    assert greatest_less_than_least_eigenvalue(identity(3) * -2.0, S)


def test_thresholds_beyond_the_floats_are_decided():
    huge = exact(np.full((3, 3), 1.7e308))  # norm 5.1e308
    assert spectral_norm_less(huge, Fraction(17 * 10**307) * 4)
    assert not spectral_norm_less(huge, 1.7e308)
    assert not norm_less_than_least_eigenvalue(huge, huge + identity(3) * 1.0)


def test_norm_of_a_rectangular_matrix_is_compared_exactly():
    A = exact(np.array([[3.0, 4.0, 0.0]]))
    assert spectral_norm_is(A, 5)
    assert not spectral_norm_less(A, 5)
    assert spectral_norm_less(A, np.nextafter(5, 6))
    assert not spectral_norm_is(A, -5)


def test_roots_are_enclosed_and_exact_where_they_are_floats():
    assert root_enclosure(fmpq_of(9), fmpq_of(9)) == Enclosure(3.0, 3.0)
    assert root_enclosure(fmpq_of(0), fmpq_of(2)) == Enclosure(0.0, 2**0.5)
    for square in (Fraction(2), Fraction(1, 3) ** 40, Fraction(7) ** 500, Fraction(5e-324) ** 2):
        above = root_above(fmpq_of(square))
        assert above * above >= fmpq_of(square)
        assert (above * fmpq_of(1 - 2.0**-53)) ** 2 < fmpq_of(square)
