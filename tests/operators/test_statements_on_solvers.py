"""The statements on solvers: certified distances, counts and classes, or nothing is said."""

from dataclasses import replace

import numpy as np
import pytest

from mondeq_ref.instances.families import generic
from mondeq_ref.operator import Head, Operator
from mondeq_ref.solve.methods import PeacemanRachford
from proofs_checks.operators import statements_on_solvers as solvers
from proofs_checks.operators.statements_on_gradients import backward_fails
from proofs_checks.operators.statements_on_solvers import (
    correct_inputs,
    counts_unmoved,
    largest_change,
    lossless_8,
    same_point,
    steps_to,
)
from proofs_checks.operators.subject import StatementSubject
from tests.operators.test_particular_operators import NO_MARGIN


def subject(n: int = 6, rows: int = 10) -> StatementSubject:
    rng = np.random.default_rng(5)
    return StatementSubject(generic(rng, n), rng.normal(size=(rows, n)), {})


@pytest.mark.parametrize("statement", [same_point, counts_unmoved, lossless_8])
def test_solvers_are_not_judged_without_a_margin(statement):
    assert statement(NO_MARGIN).verdict == "not_testable"


@pytest.mark.parametrize("statement", [same_point, counts_unmoved])
def test_solvers_that_start_at_the_end_show_nothing(statement):
    still = Operator(np.array([[0.5]]), np.ones((1, 1)), np.zeros(1))
    assert statement(StatementSubject(still, np.array([[-1.0]]), {})).verdict == "not_testable"


def test_three_solvers_end_in_one_certified_point():
    found = same_point(subject())
    assert found.verdict == "supported"
    assert found.numbers["largest_distance"] <= 2 * solvers.CLOSE


def test_steps_of_one_unit_are_those_counted_by_hand():
    """M = 1/2, alpha = 2/3: after k steps 2 - 2^-k is read, which 2^-k <= 1e-6 certifies."""
    half = Operator(np.array([[0.5]]), np.ones((1, 1)), np.zeros(1))
    assert steps_to(half, np.array([[1.0]]), PeacemanRachford(2 / 3)) == 20


def test_too_many_steps_are_no_count(monkeypatch):
    monkeypatch.setattr(solvers, "MOST_STEPS", 1)
    assert counts_unmoved(subject()).verdict == "not_testable"


def test_largest_change_is_a_share_of_the_first_count():
    assert largest_change({"float": 20.0, "8 bits": 19.0, "6 bits": 25.0}) == 0.25


@pytest.mark.parametrize(("barely", "verdict"), [(9.0, "supported"), (-1.0, "not_supported")])
def test_counts_are_held_against_what_is_barely(monkeypatch, barely, verdict):
    monkeypatch.setattr(solvers, "BARELY", barely)
    found = counts_unmoved(subject())
    assert found.verdict == verdict
    assert all(len(row) == 3 for row in found.numbers["median_steps_to_a_certified_1e-6"].values())


def classifier(rows: int = 8) -> StatementSubject:
    """Ten units that keep to themselves, z = 2 c, and the class is the largest."""
    operator = Operator(
        np.eye(10) / 2, np.zeros((10, 784)), np.zeros(10), head=Head(np.eye(10), np.zeros(10))
    )
    labels = np.arange(rows) % 10
    c = np.eye(10)[labels]
    return StatementSubject(operator, c, {}, {8: c, 6: c}, {}, labels)


def test_accuracy_that_is_lost_is_not_supported():
    whole = classifier()
    wrong = replace(whole, c_quantized={8: whole.c, 6: whole.c[:, ::-1]})
    found = lossless_8(wrong)
    assert found.verdict == "not_supported"
    assert found.numbers["6 bits against float"] == {"lost": 8, "gained": 0}
    assert found.why.startswith("6 bits: 8 images lost and 0 gained, more than chance; 8 bits: 0")


@pytest.mark.parametrize(
    "change", [{"labels": None}, {"c_quantized": {}}, {"c": np.zeros((8, 10))}]
)
def test_accuracy_needs_labels_and_certain_classes(change):
    """At c = 0 all logits are the same, so no class is certain."""
    assert lossless_8(replace(classifier(), **change)).verdict == "not_testable"


def test_uncertain_classes_are_no_accuracy():
    whole = classifier(1)
    assert whole.labels is not None
    assert correct_inputs(whole.operator, np.zeros((1, 10)), whole.labels) is None


def test_backward_pass_with_a_margin_is_not_said_to_fail():
    found = backward_fails(subject())
    assert found.verdict == "not_supported"
    assert found.numbers["16 bits"]["converges_for_alpha_below"] > 0
    assert backward_fails(NO_MARGIN).verdict == "not_testable"
