from fractions import Fraction

import numpy as np
import pytest

from mondeq_ref.rigor.dyadic import exact, identity
from mondeq_ref.rigor.equilibria import (
    ExactEquilibrium,
    ExactOperator,
    Rejected,
    is_equilibrium,
)
from tests.support import truth as twin

TWO = ExactOperator(exact(np.array([[-1.0, 2.0], [0.25, -1.0]])))
C = exact(np.array([1.0, -1.0]))


def test_both_equilibria_without_a_margin_are_proved():
    first, second = TWO.equilibrium(C, [1]), TWO.equilibrium(C, [0, 1])
    assert isinstance(first, ExactEquilibrium)
    assert isinstance(second, ExactEquilibrium)
    assert first.fractions == [0, 1]
    assert second.fractions == [2, Fraction(3, 2)]
    found = twin.equilibria(TWO.M.fractions(), [Fraction(1), Fraction(-1)])
    assert sorted(found) == [first.fractions, second.fractions]


def test_wrong_support_is_rejected_or_corrected():
    assert TWO.equilibrium(C, [0], corrections=0) is Rejected.SIGNS
    M = ExactOperator(exact(np.array([[2.0, -1.0], [-1.0, 2.0]])))
    c = exact(np.array([1.0, 1.0]))
    assert M.equilibrium(c, [], corrections=0) is Rejected.SIGNS
    corrected = M.equilibrium(c, [])
    assert isinstance(corrected, ExactEquilibrium)
    assert corrected.fractions == [1, 1]


def test_singular_block_is_its_own_answer():
    M = ExactOperator(exact(np.ones((2, 2))))
    assert M.equilibrium(exact(np.array([1.0, 1.0])), [0, 1]) is Rejected.SINGULAR


def test_kink_is_reported_even_if_not_proposed_as_active():
    M = ExactOperator(exact(np.array([[1.0, 0.5], [0.25, 1.0]])))
    c = exact(np.array([1.0, 0.25]))
    for active in ([0], [0, 1]):
        answer = M.equilibrium(c, active)
        assert isinstance(answer, ExactEquilibrium)
        assert answer.active == (0,)
        assert answer.kinks == (1,)


def test_negative_determinant_keeps_the_denominator_positive():
    M = ExactOperator(exact(np.array([[-4.0]])))
    answer = M.equilibrium(exact(np.array([-3.0])), [0])
    assert isinstance(answer, ExactEquilibrium)
    assert answer.denominator > 0
    assert answer.fractions == [Fraction(3, 4)]


@pytest.mark.parametrize("scale", [5e-324, 1e-300, 1.0, 1e300])
def test_scale_of_the_injection_is_the_scale_of_the_state(scale):
    M = identity(2) * 0.5
    answer = ExactOperator(M).equilibrium(exact(np.array([scale, -scale])), [0])
    assert isinstance(answer, ExactEquilibrium)
    assert answer.fractions == [2 * Fraction(scale), 0]
    assert answer.z.tolist() == [2 * scale, 0.0]


def test_batch_is_the_same_as_one_by_one():
    rng = np.random.default_rng(0)
    W = rng.normal(size=(20, 20)) * 0.1
    M, rows = identity(20) - exact(W), rng.normal(size=(30, 20))
    Z = np.zeros_like(rows)
    for _ in range(300):
        Z = np.maximum(Z @ W.T + rows, 0)
    operator = ExactOperator(M)
    batch = operator.equilibria(exact(rows), Z > 0)
    for c, a, z, answer in zip(rows, Z > 0, Z, batch, strict=True):
        single = operator.equilibrium(exact(c), np.flatnonzero(a).tolist())
        assert isinstance(answer, ExactEquilibrium)
        assert isinstance(single, ExactEquilibrium)
        assert answer.fractions == single.fractions
        assert np.abs(answer.z - z).max() <= 1e-13


def test_dyadic_columns_are_checked_against_the_definition():
    c, z = C, exact(np.array([2.0, 1.5]))
    assert is_equilibrium(TWO.M, c, z)
    assert not is_equilibrium(TWO.M, c, exact(np.array([2.0, np.nextafter(1.5, 2)])))
    assert not is_equilibrium(TWO.M, c, exact(np.array([-2.0, 1.5])))


def test_wrong_shapes_are_refused():
    with pytest.raises(ValueError, match="square"):
        ExactOperator(exact(np.ones((2, 3))))
    with pytest.raises(ValueError, match=r"shape \(2, 1\)"):
        TWO.equilibrium(exact(np.ones(3)), [0])
    with pytest.raises(ValueError, match="rows of 2"):
        TWO.equilibria(exact(np.ones((4, 2))), np.ones((3, 2), dtype=np.bool_))
