"""The statements on rates: the factors are those of the matrices, computed another way."""

import numpy as np
import pytest

from mondeq_ref.rigor.verdict import Outcome
from proofs_checks.operators.statements_on_rates import squared_factors, two_notions
from proofs_checks.operators.subject import StatementSubject
from tests.operators.test_particular_operators import scalar


def test_squared_factors_are_those_of_the_iteration_matrices():
    M, eye = np.array([[5.0, -12.0], [12.0, 5.0]]), np.eye(2)
    R = np.linalg.solve(eye + M / 13, eye - M / 13)
    norms = [np.linalg.norm(T, 2) ** 2 for T in (R, (eye + R) / 2)]
    assert norms == pytest.approx([float(square) for square in squared_factors()])


@pytest.mark.parametrize(
    ("w", "sign", "verdict"),
    [(0.5, Outcome.PROVED, "not_testable"), (0.5, Outcome.REFUTED, "not_testable")],
)
def test_two_notions_agree_where_both_hold_or_both_fail(w, sign, verdict):
    subject = StatementSubject(scalar(w), np.ones((1, 1)), {8: (1, sign)})
    assert two_notions(subject).verdict == verdict
