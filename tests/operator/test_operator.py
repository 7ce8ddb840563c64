"""An operator is its arrays read exactly, and what is said of its spectrum is true of them."""

import copy
import pickle
from dataclasses import FrozenInstanceError
from fractions import Fraction

import numpy as np
import pytest
from numpy.random import default_rng

from mondeq_ref.arrays import InputError
from mondeq_ref.instances.families import rank_deficient
from mondeq_ref.operator import Factors, Head, Operator
from mondeq_ref.rigor.balls import eigenvalue_range
from mondeq_ref.rigor.definite import is_positive_definite, is_positive_semidefinite
from mondeq_ref.rigor.dyadic import exact, identity
from tests.support.lcp_twin import meant_M


def factors(seed: int, n: int = 4, rank: int = 2) -> Factors:
    rng = default_rng(seed)
    return Factors(rng.normal(size=(rank, n)), rng.normal(size=(n, n)), 0.3)


def test_W_is_the_exact_product_of_the_factors_rounded_once() -> None:
    for seed in range(5):
        f = factors(seed)
        A, S = ([[Fraction(float(x)) for x in row] for row in array] for array in (f.A, f.S))
        W = f.operator(np.eye(4), np.zeros(4)).W
        for i in range(4):
            for j in range(4):
                entry = S[i][j] - S[j][i] - sum(row[i] * row[j] for row in A)
                entry += (1 - Fraction(f.m)) * (i == j)
                assert W[i, j] == entry.numerator / entry.denominator


def test_margin_of_exact_product_is_m_and_of_array_is_near() -> None:
    """rank A < n: sym(M) = m I + A'A is singular at m exactly."""
    f = factors(0)
    meant = f.product
    M = identity(4) - meant
    twice = M + M.T - identity(4) * (2 * f.m)
    assert is_positive_semidefinite(twice)
    assert not is_positive_definite(twice)
    operator = Operator(meant.rounded(), np.eye(4), np.zeros(4), exact_weights=meant)
    assert operator.margin.lo <= f.m <= operator.margin.hi
    assert operator.exact_W == meant
    assert meant_M(operator) == M


def test_margin_near_zero_is_proved_from_exact_residuals() -> None:
    """A = (1, ..., 1), so 1 + m and skew dyadic entries are floats, and the margin is m."""
    n, m = 12, 2.0**-45
    S = np.triu(default_rng(1).integers(-8, 9, (n, n)) / 4, 1)
    f = Factors(np.ones((1, n)), S, m)
    operator = f.operator(np.eye(n), np.zeros(n))
    assert operator.exact_W == f.product
    assert not eigenvalue_range(operator.M.symmetric_part)[0].lo > 0
    assert 0 < operator.margin.lo <= m <= operator.margin.hi


def test_the_radius_of_a_meant_matrix_covers_its_rounding() -> None:
    for seed in range(5):
        for scale in (1.0, 2.0**-1040):
            meant = factors(seed).product * scale
            operator = Operator(meant.rounded(), np.eye(4), np.zeros(4), exact_weights=meant)
            E = meant - exact(operator.W)
            square = identity(4) * operator.weights.radius * operator.weights.radius
            assert is_positive_semidefinite(square - E.T @ E)
            assert exact(np.zeros((4, 4))) != E


def test_a_meant_matrix_must_round_to_the_array() -> None:
    meant = factors(0).product
    W = meant.rounded()
    with pytest.raises(InputError, match="W must be exact_weights, rounded"):
        Operator(np.nextafter(W, np.inf), np.eye(4), np.zeros(4), exact_weights=meant)


def test_operator_with_another_W_has_no_exact_weights() -> None:
    f = factors(0)
    operator = Operator(f.product.rounded(), np.eye(4), np.zeros(4), f, exact_weights=f.product)
    other = operator.with_weights(np.zeros((4, 4)))
    assert other.factors is None
    assert other.exact_weights is None
    assert other.margin.lo <= 1 <= other.margin.hi
    assert other.digest != operator.digest


def test_arrays_inside_cannot_be_changed_from_outside() -> None:
    W = np.zeros((2, 2))
    operator = Operator(W, np.eye(2), np.zeros(2))
    W[0, 0] = 5.0
    assert operator.W[0, 0] == 0
    with pytest.raises(ValueError, match="read-only"):
        operator.W[0, 0] = 1.0
    with pytest.raises(FrozenInstanceError):
        operator.W = W  # type: ignore[misc]


@pytest.mark.parametrize(
    ("arrays", "reason"),
    [
        ((np.zeros((2, 3)), np.eye(2), np.zeros(2)), r"W must have shape \(2, 2\), got \(2, 3\)"),
        ((np.eye(2), np.eye(3), np.zeros(2)), r"U must have shape \(2, \*\), got \(3, 3\)"),
        ((np.eye(2), np.eye(2), np.zeros((2, 1))), r"b must have shape \(2,\), got \(2, 1\)"),
        ((np.eye(2) * np.nan, np.eye(2), np.zeros(2)), "W must be finite"),
        ((np.eye(2), np.eye(2), [0.0, np.inf]), "b must be finite"),
        ((np.eye(2) * 1j, np.eye(2), np.zeros(2)), "real numbers"),
        ((np.zeros((0, 0)), np.zeros((0, 1)), np.zeros(0)), "at least one unit"),
        ((np.eye(1), np.eye(1), 0.0), r"b must have shape \(1,\), got \(\)"),
    ],
)
def test_what_is_no_operator_is_refused_in_one_sentence(arrays: tuple, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        Operator(*arrays)


def test_factors_whose_product_leaves_the_floats_are_refused() -> None:
    huge = Factors(np.full((1, 1), 1e200), np.zeros((1, 1)), 1.0)
    with pytest.raises(InputError, match="W must be finite"):
        huge.operator(np.eye(1), np.zeros(1))


def test_a_head_must_fit() -> None:
    head = Head(np.ones((10, 3)), np.zeros(10))
    assert head.logits(np.ones((2, 3))).tolist() == [[3.0] * 10] * 2
    with pytest.raises(InputError, match=r"head V must have shape \(\*, 2\)"):
        Operator(np.eye(2), np.eye(2), np.zeros(2), head=head)
    with pytest.raises(InputError, match=r"head d must have shape \(10,\)"):
        Head(np.ones((10, 3)), np.zeros(9))


def test_kappa_is_L_over_m_and_unknown_without_margin() -> None:
    """M = [[m, -s], [s, m]] has L^2 = m^2 + s^2."""
    M = np.array([[3.0, -4.0], [4.0, 3.0]])
    operator = Operator(np.eye(2) - M, np.eye(2), np.zeros(2))
    assert operator.margin.lo <= 3 <= operator.margin.hi
    assert operator.lipschitz.lo <= 5 <= operator.lipschitz.hi
    assert operator.kappa.lo * 3 <= 5 <= operator.kappa.hi * 3 * (1 + 2.0**-52)
    assert Operator(np.eye(2), np.eye(2), np.zeros(2)).kappa.hi == np.inf
    assert Operator(2 * np.eye(2), np.eye(2), np.zeros(2)).kappa.lo == -np.inf


def test_the_digest_depends_on_every_array_and_on_nothing_else() -> None:
    operator = rank_deficient(default_rng(0))
    again = Operator(operator.W.copy(), operator.U.copy(), operator.b.copy())
    assert again.arrays_digest == operator.arrays_digest
    for name in ("W", "U", "b"):
        arrays = {key: getattr(operator, key).copy() for key in ("W", "U", "b")}
        arrays[name].flat[0] += 1.0
        assert Operator(**arrays).arrays_digest != operator.arrays_digest


def sent(x: Operator) -> Operator:
    return pickle.loads(pickle.dumps(x))


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, sent])
def test_arrays_of_a_copy_cannot_be_written_to_either(again) -> None:
    factors = Factors(np.eye(2), np.ones((2, 2)), 0.5)
    operator = factors.operator(np.eye(2), np.zeros(2), head=Head(np.eye(2), np.zeros(2)))
    assert operator.exact_margin.lo > 0
    copied = again(operator)
    assert copied.exact_M == operator.exact_M
    assert copied.factors.product == operator.factors.product
    held = (copied.W, copied.U, copied.b, copied.head.V, copied.factors.A, copied.factors.S)
    assert not any(array.flags.writeable for array in held)
