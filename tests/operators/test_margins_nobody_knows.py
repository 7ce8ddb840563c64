"""A margin that is zero, exactly, and that no float knows the sign of, supports nothing."""

import numpy as np
import pytest

from mondeq_ref.operator import Operator
from proofs_checks.operators.statements_on_accuracy import gradients, rounded_iterates
from proofs_checks.operators.statements_on_convergence import faster
from proofs_checks.operators.subject import StatementSubject

ZERO = Operator(np.eye(4) - np.ones((4, 4)), np.eye(4), np.zeros(4))  # I - W = 1 1'
SUBJECT = StatementSubject(ZERO, np.ones((2, 4)), {})


@pytest.mark.parametrize("statement", [faster, gradients, rounded_iterates])
def test_what_needs_a_margin_is_not_testable(statement) -> None:
    assert ZERO.margin.lo <= 0 < ZERO.margin.hi
    assert statement(SUBJECT).verdict == "not_testable"
