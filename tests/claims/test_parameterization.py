"""The claim `parameterization` holds on drawn instances, and its check can fail."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from flint import fmpq, fmpz_mat

from mondeq_ref.rigor.dyadic import exact
from mondeq_ref.rigor.verdict import Outcome
from proofs_checks.claims.parameterization import of_product, rank_decides
from proofs_checks.quantities.factors import is_product, semidefinite_factor
from proofs_checks.quantities.margins import decided
from proofs_checks.quantities.rational_points import matrix
from tests.support.claims import drawn


@pytest.mark.parametrize("more", [Fraction(1, 2**60), Fraction(1)])
def test_promising_more_than_m_is_refuted_where_rank_is_missing(more: Fraction) -> None:
    instance = drawn("parameterization", "rank_deficient", 5)
    assert decided(*of_product(instance)).equal
    numbers = {**instance.numbers, "m": instance.numbers["m"] + more}
    verdict = decided(*of_product(replace(instance, numbers=numbers)))
    assert verdict.outcome is Outcome.REFUTED


def test_rank_is_distinguished_from_one_less() -> None:
    instance = drawn("parameterization", "generic", 5)
    A = instance.arrays["A"].copy()
    assert rank_decides(instance)[0].outcome is Outcome.PROVED
    A[0] = 0.0
    wrong = replace(instance, arrays={**instance.arrays, "A": A})
    assert rank_decides(wrong)[0].outcome is Outcome.REFUTED


def test_factors_exist_up_to_the_margin_and_not_a_hair_beyond() -> None:
    W = np.eye(2) - np.array([[0.5, -2.0], [2.0, 0.5]])
    assert is_product(matrix(exact(W)), fmpq(1, 2))
    assert not is_product(matrix(exact(W)), fmpq(1, 2) + fmpq(1, 2**300))


def test_indefinite_matrix_has_no_factor_when_its_diagonal_is_0() -> None:
    assert semidefinite_factor(fmpz_mat(2, 2, [0, 1, 1, 0])) is None
    assert semidefinite_factor(fmpz_mat(2, 2, [0, 0, 0, 0])) == []
    assert semidefinite_factor(fmpz_mat(2, 2, [1, 2, 2, 1])) is None
