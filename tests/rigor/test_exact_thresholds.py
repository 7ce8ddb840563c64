from fractions import Fraction

import numpy as np

from mondeq_ref.rigor.dyadic import exact, identity
from mondeq_ref.rigor.enclosure import Enclosure
from mondeq_ref.rigor.rational import fmpq_of, root_above, root_enclosure
from mondeq_ref.rigor.thresholds import (
    norm_less_than_least_eigenvalue,
    spectral_norm_less,
)


def test_numbers_that_agree_to_20_digits_are_still_told_apart():
    tiny = 2.0**-70
    S = exact(np.array([[2.0, 1.0], [1.0, 2.0]]))  # least eigenvalue 1
    below = identity(2) - exact(np.full((2, 2), tiny))
    above = identity(2) + exact(np.full((2, 2), tiny))
    assert norm_less_than_least_eigenvalue(identity(2) * (1 - 2.0**-53), S)
    assert not norm_less_than_least_eigenvalue(above, S)
    assert not norm_less_than_least_eigenvalue(below, S)  # its norm is 1
    assert norm_less_than_least_eigenvalue(below - identity(2) * tiny, S)


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
