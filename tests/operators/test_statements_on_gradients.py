"""The statements on the backward pass: exact on a few units, and kept where nothing moves."""

import numpy as np
import pytest
from flint import fmpq

from mondeq_ref.instances.families import generic
from mondeq_ref.operator import Operator
from proofs_checks.operators.statements_on_gradients import (
    across_a_kink,
    directly_solved,
    exact_gradient,
    gradient_scales,
    iterated_adjoint,
    two_adjoints,
)
from proofs_checks.operators.subject import StatementSubject
from tests.operators.test_particular_operators import NO_MARGIN


def subject(n: int, rows: int) -> StatementSubject:
    rng = np.random.default_rng(3)
    return StatementSubject(generic(rng, n), rng.normal(size=(rows, n)), {})


def test_iterated_adjoint_is_the_gradient_without_a_factor():
    assert exact_gradient() == iterated_adjoint() == [fmpq(3, 5), fmpq(1, 5), 0]


def test_direct_solve_needs_the_factor():
    assert directly_solved() == [4 * entry for entry in exact_gradient()]


def test_two_adjoints_contradict_each_other_here_too():
    found = two_adjoints(subject(6, 5))
    here = found.numbers["the operator at hand"]
    assert found.verdict == "not_supported"
    assert here["direct_times_alpha_off_by"] < 1e-12
    assert here["iterated_times_alpha_off_by"] == pytest.approx(1 - here["alpha"])


@pytest.mark.parametrize("e", [fmpq(1, 3), fmpq(1, 2**60)])
def test_gradient_jumps_across_a_kink_however_small_dW(e):
    squared, change = across_a_kink(e)
    assert squared == 1 + e**2
    assert change == 2 * e


def test_error_of_gradient_is_bounded_on_common_sets():
    found = gradient_scales(subject(6, 20))
    rows = [row for name, row in found.numbers.items() if "at hand" in name]
    assert found.verdict == "not_supported"
    assert any(row["common_active_set"] for row in rows)
    assert all(0 <= row["largest_share_of_the_bound"] <= 1 + 1e-6 for row in rows)


@pytest.mark.parametrize("statement", [two_adjoints, gradient_scales])
def test_witness_decides_where_there_is_no_margin(statement):
    found = statement(NO_MARGIN)
    assert found.verdict == "not_supported"
    assert not any("at hand" in name for name in found.numbers)


def test_inactive_units_say_nothing_of_the_operator():
    still = StatementSubject(
        Operator(np.array([[0.5]]), np.ones((1, 1)), np.zeros(1)), np.array([[-1.0]]), {}
    )
    assert "On the operator at hand" not in two_adjoints(still).why
