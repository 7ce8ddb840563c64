"""Accuracy at exact equilibria, and which of them are proved."""

from pathlib import Path

import numpy as np
import pytest

from mondeq_ref.arrays import InputError
from mondeq_ref.datasets.load import load
from mondeq_ref.datasets.normalization import normalize
from mondeq_ref.files.load import load_operator
from mondeq_ref.inputs import given, inject
from mondeq_ref.instances.families import cycling, generic
from mondeq_ref.operator import Head, Operator
from mondeq_ref.quantize import Quantizer, quantize
from mondeq_ref.study.accuracy import evaluate


def with_head(operator: Operator, head: Head) -> Operator:
    return Operator(operator.W, operator.U, operator.b, head=head)


def test_the_class_is_that_of_the_equilibrium():
    operator = Operator(np.zeros((2, 2)), np.eye(2), np.zeros(2), head=Head(np.eye(2), np.zeros(2)))
    X = np.array([[1.0, 2.0], [3.0, 0.5], [-1.0, 1.0], [2.0, 1.0]])
    found = evaluate(operator, inject(operator, X), np.array([1, 0, 1, 1]))
    assert (found.correct, found.inputs, found.accuracy) == (3, 4, 0.75)
    assert found.proved == 4
    assert found.max_radius < 1e-10


def test_without_a_margin_equilibria_are_proved_one_by_one():
    rng = np.random.default_rng(0)
    operator = with_head(cycling(rng), Head(np.eye(3), np.zeros(3)))
    C = rng.normal(size=(20, 3))
    found = evaluate(operator, given(C, 3), np.zeros(20, dtype=np.int64))
    assert found.proved == 20  # a P-matrix: all of them exist
    assert found.max_radius == np.inf
    unasked = evaluate(operator, given(C, 3), np.zeros(20, dtype=np.int64), prove=False)
    assert unasked.proved is None


def test_an_input_without_an_equilibrium_is_wrong_and_unproved():
    operator = Operator(
        np.array([[2.0]]), np.eye(1), np.zeros(1), head=Head(np.ones((1, 1)), [0.0])
    )
    found = evaluate(operator, given(np.array([[1.0], [-1.0]]), 1), np.array([0, 0]))
    assert (found.unsolved, found.correct, found.proved) == (1, 1, 1)


def test_operator_without_head_or_labels_is_refused():
    operator = generic(np.random.default_rng(0))
    with pytest.raises(InputError, match="classifier head"):
        evaluate(operator, given(np.zeros((1, 8)), 8), np.array([0]))
    headed = with_head(operator, Head(np.ones((2, 8)), np.zeros(2)))
    with pytest.raises(InputError, match="as many labels"):
        evaluate(headed, given(np.zeros((2, 8)), 8), np.array([0]))


# Percent on the 10,000 test images at exact equilibria, found before by an independent program.
COMPANION = {None: 98.25, 8: 98.27, 6: 98.19, 5: 98.03, 4: 97.71}


@pytest.mark.parametrize(
    "bits", [None, 4, *(pytest.param(bits, marks=pytest.mark.deep) for bits in (8, 6, 5))]
)
def test_the_companion_model_scores_what_it_scored_elsewhere(bits, companion_path, mnist_dir: Path):
    operator = load_operator(str(companion_path))
    if bits is not None:
        operator = quantize(operator, Quantizer(bits), "W").operator
    dataset = load(mnist_dir, "test")
    X = normalize(dataset.images).astype(np.float64)
    found = evaluate(operator, inject(operator, X), dataset.labels, prove=False)
    assert 100 * found.accuracy == pytest.approx(COMPANION[bits], abs=0.011)
    assert found.unsolved == 0
