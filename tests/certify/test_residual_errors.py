"""Every entry of F with its error holds the exact one, by both ways and in both loops."""

from fractions import Fraction

import numpy as np
import pytest

from mondeq_ref.certify.residual import compensated, plain
from tests.support.lcp_twin import fractions
from tests.support.truth import times

RNG = np.random.default_rng
WAYS = (plain, compensated)


def exact_F(W, z, c):
    (x, offset), table = fractions(np.array([z, c])), fractions(W)
    return [p - q - t for p, q, t in zip(x, times(table, x), offset, strict=True)]


def off_by(found, W, Z, C):
    """|value - F| and the error that is claimed, entry by entry."""
    for value, error, z, c in zip(found.value, found.error, Z, C, strict=True):
        for v, e, true in zip(value, error, exact_F(W, z, c), strict=True):
            yield abs(Fraction(float(v)) - true), Fraction(float(e))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("n", [1, 2, 3, 8])
def test_no_entry_errs_by_more_than_it_says(way, n):
    """Magnitudes spread over forty powers of two, and c is what makes F cancel."""
    rng = RNG(n)
    for _ in range(40):
        W = np.ldexp(rng.normal(size=(n, n)), rng.integers(-20, 20, (n, n)))
        Z = np.abs(np.ldexp(rng.normal(size=(2, n)), rng.integers(-20, 20, (2, n))))
        C = (Z - Z @ W.T) * (1 + rng.normal(size=(2, n)) * 2.0 ** -int(rng.integers(30, 54)))
        assert all(off <= said for off, said in off_by(way(W, Z, C), W, Z, C))


@pytest.mark.parametrize("way", WAYS)
def test_products_that_all_underflow_are_counted(way):
    """z_0 = c_0 = 0, and forty products just below half the smallest float: F_0 is not 0."""
    n = 41
    W, Z, C = np.zeros((n, n)), np.full((1, n), 1.999 * 2.0**-536), np.zeros((1, n))
    W[0, 1:], Z[0, 0] = 2.0**-540, 0.0
    found = way(W, Z, C)
    assert found.value[0, 0] == 0
    off, said = next(off_by(found, W, Z, C))
    assert 19 * Fraction(2) ** -1074 < off <= said


def test_an_overflow_is_an_infinite_error_in_its_entry_alone():
    W = np.array([[0.0, 1e308], [0.0, 0.0]])
    Z, C = np.array([[1.0, 1e10]]), np.zeros((1, 2))
    with np.errstate(over="ignore", invalid="ignore"):
        for way in WAYS:
            found = way(W, Z, C)
            assert found.error[0, 0] == np.inf
            assert found.error[0, 1] < 1.0
