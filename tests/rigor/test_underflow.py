"""What underflows is counted: sums of many products that all vanish."""

from fractions import Fraction

import numpy as np

from mondeq_ref.rigor.fast import above, norms_above, product_error

TINY = 2.0**-538  # its square is a quarter of the smallest float, and rounds to zero
MANY = 100
SUM = MANY * Fraction(TINY) ** 2  # 25 times the smallest float


def test_a_sum_of_vanished_products_is_bounded() -> None:
    assert TINY * TINY == 0
    assert Fraction(float(above(0.0, MANY))) >= SUM


def test_the_norm_of_a_row_whose_squares_vanish_is_bounded() -> None:
    assert Fraction(float(norms_above(np.full((1, MANY), TINY))[0])) ** 2 >= SUM


def test_the_error_of_a_product_that_vanishes_is_bounded() -> None:
    row = np.full((1, MANY), TINY)
    assert (row @ row.T == 0).all()
    assert Fraction(product_error(row, row.T)) >= SUM
