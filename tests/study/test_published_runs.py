"""The published protocol gives the published points; its stopping rule bounds no error."""

import json
from pathlib import Path

import numpy as np
import pytest

from mondeq_ref.datasets.load import load
from mondeq_ref.datasets.normalization import normalize
from mondeq_ref.files.load import load_operator
from mondeq_ref.operator import Operator
from mondeq_ref.study.published_runs import (
    FIGURE_1_INPUTS,
    figure_1,
    forward_backward,
    stored_fraction,
    stored_run,
)

PUBLISHED = json.loads((Path(__file__).parents[2] / "data" / "published.json").read_text())
LAST_PRINTED_DIGIT = 1e-6  # of the published margins


@pytest.mark.parametrize("point", PUBLISHED["figure_1"]["recomputed"], ids=lambda p: p["bits"])
def test_figure_1_is_as_published_on_the_published_weights(point, companion_path, mnist_dir):
    operator = load_operator(str(companion_path))
    X = normalize(load(mnist_dir, "test", FIGURE_1_INPUTS).images)
    C = X @ operator.U.astype(np.float32).T + operator.b.astype(np.float32)
    found = figure_1(operator, C, point["bits"])
    assert found.run.converged == point["converged"]
    assert abs(found.run.iterations - point["iterations"]) <= 0.01 * point["iterations"]
    assert f"{found.alpha:.4g}" == f"{point['alpha']:.4g}"
    assert abs(found.margin - point["margin"]) <= LAST_PRINTED_DIGIT
    if point["bits"] <= 16:
        assert f"{found.ratio:.3g}" == f"{point['ratio']:.3g}"


def test_converged_run_can_be_far_from_the_equilibrium():
    # n = 1, W = 0, c = 1, z* = 1: a step of 1e-3 moves by less than 1e-3 of z long before.
    operator = Operator(np.zeros((1, 1)), np.zeros((1, 1)), np.ones(1))
    run = forward_backward(operator.W, np.ones((1, 1)), 1e-3, 10_000, 1e-2)
    assert run.converged
    assert run.z[0, 0] < 0.1


def test_stored_fraction_counts_what_is_within_the_bound():
    """W = 0: z = ReLU(c), alpha = 1 gets there at once, alpha = 2 never does."""
    before = stored_run(np.zeros((1, 1)), np.full((300, 1), 1.0), 1.0)
    after = stored_run(np.zeros((1, 1)), np.full((300, 1), 2.0), 1.0)
    assert (before.batches, before.converged) == (2, 2)
    assert stored_fraction(before, after, 0.5).satisfied == 1  # 1 <= 1.01 * 1
    assert stored_fraction(before, after, 0.49).satisfied == 0
    assert stored_fraction(before, after, 0.5).largest_displacement == 1
    cycling = stored_run(np.zeros((1, 1)), np.full((3, 1), 1.0), 2.0)
    assert (cycling.batches, cycling.converged) == (1, 0)
