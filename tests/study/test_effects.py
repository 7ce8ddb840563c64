"""What quantization does to given inputs, on layers whose equilibria are known by hand."""

from dataclasses import replace

import numpy as np
import pytest

from mondeq_ref.certify.pair import Pair
from mondeq_ref.files.load import Inputs
from mondeq_ref.operator import Head, Operator
from mondeq_ref.study.effects import accuracy_before, effects, workload

HAIR = 1e-9  # far above the certified radii, far below every number here


def inputs(kind, rows, labels=None) -> Inputs:
    array = np.array(rows, dtype=float)
    return Inputs(kind, array, None if labels is None else np.array(labels), "", "by hand")


def single(W, U=1.0, b=0.0) -> Operator:
    """One unit, class 0 where z > 3/2."""
    head = Head(np.array([[1.0], [0.0]]), np.array([0.0, 1.5]))
    return Operator(np.array([[W]]), np.array([[U]]), np.array([b]), head=head)


def test_displacement_comes_from_the_stiffer_perturbed_unit() -> None:
    """M = diag(1/2, 2), M~ = diag(1/2, 5/2), c = (1, 5): from (2, 5/2) to (2, 2)."""
    head = Head(np.array([[0.0, 1.0], [0.0, 0.0]]), np.array([0.0, 1.0]))
    before = Operator(np.diag([0.5, -1.0]), np.eye(2), np.zeros(2), head=head)
    pair = Pair(before, before.with_weights(np.diag([0.5, -1.5])))
    given = inputs("c", [[1, 5], [1, -1]], labels=[0, 1])
    found = effects(workload(before, given, exact=True), pair)
    assert found.worst is not None
    assert found.worst.actual == pytest.approx(0.5, abs=HAIR)
    assert found.worst.sharper == pytest.approx(2, abs=HAIR)
    assert found.worst.paper == pytest.approx(np.sqrt(8), abs=HAIR)
    # The gap 1 at z~ = 2 is within the Euclidean bound 2, and beyond the other, 1/2.
    assert (found.decisions_certified, found.decisions_unchanged) == (2, 2)
    assert found.accuracy == 1


def test_decisions_are_certified_by_what_may_happen() -> None:
    """M = [[1/2, 2], [-2, 1/2]], M~ = M + diag(1, 0), z~ = (1, 1): z moves by 0.49 and may by 2."""
    M = np.array([[0.5, 2.0], [-2.0, 0.5]])
    head = Head(np.array([[0.0, 1.0], [0.0, 0.0]]), np.zeros(2))  # the gap is 1 at z~
    before = Operator(np.eye(2) - M, np.eye(2), np.zeros(2), head=head)
    pair = Pair(before, before.with_weights(before.W - np.diag([1.0, 0.0])))
    found = effects(workload(before, inputs("c", [[3.5, -1.5]]), exact=True), pair)
    assert found.worst is not None
    assert found.worst.actual == pytest.approx(1 / np.sqrt(4.25), abs=HAIR)
    assert found.worst.sharper == pytest.approx(2, abs=HAIR)
    assert (found.decisions_certified, found.decisions_unchanged) == (0, 1)


def test_changed_class_is_neither_certified_nor_unchanged() -> None:
    before = single(0.5)
    pair = Pair(before, before.with_weights(np.array([[-1.0]])))
    given = inputs("c", [[0.25], [1.0], [4.0]], labels=[1, 0, 0])
    work = workload(before, given, exact=True)
    found = effects(work, pair)
    assert accuracy_before(work) == 1
    assert found.accuracy == 2 / 3
    assert found.decisions_unchanged == 2


def test_inputs_are_injected_by_the_operator_they_are_fed_to() -> None:
    """From z = 2 for c = 1 to z~ = 4 for c~ = 3, and dW z~ + c - c~ = 1 - 2."""
    before, after = single(0.5), single(0.25, U=2.0, b=1.0)
    found = effects(workload(before, inputs("x", [[1.0]]), exact=True), Pair(before, after))
    assert found.worst is not None
    assert found.worst.actual == pytest.approx(2, abs=HAIR)
    assert found.worst.sharper == pytest.approx(2, abs=HAIR)


@pytest.mark.parametrize("exact", [True, False])
def test_input_without_equilibrium_is_wrong_whatever_its_label(exact: bool) -> None:
    """M = -1: z = 0 and z = 1 for c = -1, and nothing for c = 1."""
    operator = single(2.0)
    given = inputs("c", [[1.0], [-1.0]])
    z = workload(operator, given, exact=exact).blocks[0].before.z
    assert operator.head is not None
    given = replace(given, labels=operator.head.logits(z).argmax(axis=1))
    work = workload(operator, given, exact=exact)
    found = effects(work, Pair(operator, operator))
    assert found.located.tolist() == [False, True]
    assert accuracy_before(work) == found.accuracy == 1 / 2
    assert found.decisions_unchanged == 1
    assert found.decisions_certified is found.worst is None


def test_exact_injections_see_a_changed_bias() -> None:
    """M = -1 and x = 0: b = -1 has equilibria, and b = 1 has none."""
    before, after = single(2.0, b=-1.0), single(2.0, b=1.0)
    work = workload(before, inputs("x", [[0.0]]), exact=True)
    assert work.blocks[0].before.proved.all()
    assert not effects(work, Pair(before, after)).located.any()
