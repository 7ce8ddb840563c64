from fractions import Fraction

import numpy as np
from flint import fmpz_mat

from mondeq_ref.rigor.dyadic import Dyadic, exact, identity
from mondeq_ref.rigor.enclosure import Enclosure
from mondeq_ref.rigor.rational import fmpq_of, root_above, root_enclosure
from mondeq_ref.rigor.thresholds import (
    frobenius_less_than_least_eigenvalue,
    greatest_less_than_least_eigenvalue,
    least_eigenvalue_is,
    norm_less_than_least_eigenvalue,
    spectral_norm_is,
    spectral_norm_less,
)


def test_greater_eigenvalue_is_not_taken_for_the_least():
    assert not least_eigenvalue_is(exact(np.diag([1.0, 2.0])), 2)
    assert not spectral_norm_is(exact(np.diag([1.0, 2.0])), 1)
    assert spectral_norm_is(exact(np.diag([1.0, -2.0])), 2)
    assert not spectral_norm_is(exact(np.diag([1.0, -2.0])), -2)


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


def test_roots_are_enclosed_and_exact_where_they_are_floats():
    assert root_enclosure(fmpq_of(9), fmpq_of(9)) == Enclosure(3.0, 3.0)
    assert root_enclosure(fmpq_of(0), fmpq_of(2)) == Enclosure(0.0, 2**0.5)
    for square in (Fraction(2), Fraction(1, 3) ** 40, Fraction(7) ** 500, Fraction(5e-324) ** 2):
        above = root_above(fmpq_of(square))
        assert above * above >= fmpq_of(square)
        assert (above * fmpq_of(1 - 2.0**-53)) ** 2 < fmpq_of(square)
