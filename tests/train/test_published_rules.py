"""The published step rules, stopping rule and quantizer, on numbers that can be checked by hand."""

import numpy as np
import pytest

from mondeq_ref.operator import Head
from mondeq_ref.study import published_runs
from mondeq_ref.study.published_runs import figure_1, figure_2, quantized_in_float32
from mondeq_ref.train import published_protocol
from mondeq_ref.train.published_protocol import Budget, PublishedEngine, qat_step, tuned_step
from tests.support.layers import fed

HALF = np.array([[0.5]])
CAREFUL = 1e-6  # of float32 results


@pytest.mark.parametrize("size", [1.0, 1024.0])
def test_run_stops_on_its_relative_step_at_any_scale(size) -> None:
    """M = 1/2, alpha = 1: z_k = 2 c (1 - 2^-k), and step k + 1 is 1/(2^(k + 1) - 2) of z_k."""
    C = np.array([[size]], dtype=np.float32)
    Z, taken = published_protocol.forward_backward(
        HALF.astype(np.float32), C, 1.0, Budget(99, 0.05)
    )
    run = published_runs.forward_backward(HALF, C, 1.0, 99, 0.05)
    assert taken == run.iterations == 5  # 1/14 is above 0.05, 1/30 is below
    assert Z[0, 0] == run.z[0, 0] == 2 * size * (1 - 2.0**-5)
    assert run.relative_steps[1:] == pytest.approx([1 / 2, 1 / 6, 1 / 14, 1 / 30], rel=CAREFUL)


def test_quantized_step_is_four_fifths_m_over_L_squared() -> None:
    M = np.array([[1.0, -3.0], [3.0, 1.0]]) / 4
    assert qat_step(np.eye(2) - M, 0.05) == pytest.approx(0.8 * (1 / 4) / (10 / 16), rel=1e-12)


def test_halving_goes_on_while_every_step_runs_out_of_budget() -> None:
    """M = 8: alpha = 1, 1/2 and 1/4 circle or grow, 1/8 is there after one step and says so in
    the next."""
    W = np.array([[-7.0]], dtype=np.float32)
    assert tuned_step(W, np.ones((1, 1), dtype=np.float32), Budget(20, 1e-5)) == 1 / 8


def test_the_published_loss_is_the_cross_entropy() -> None:
    engine = PublishedEngine.fresh(quantized=True, batches_per_epoch=10)
    head = Head(np.zeros((4, 1)), np.zeros(4))
    passes = engine(HALF, np.ones((2, 1)), head, np.array([0, 3]))
    assert passes.loss == pytest.approx([np.log(4)] * 2)
    assert passes.G[1] == pytest.approx([1 / 4, 1 / 4, 1 / 4, -3 / 4])


def test_float32_quantizer_divides_by_its_greatest_code() -> None:
    W = np.array([[-7.0, 3.0], [0.5, 2.5]])
    assert quantized_in_float32(W, 4).tolist() == [[-7, 3], [0, 2]]


def test_figure_1_uses_the_old_margin_and_the_step_of_the_new():
    """At 2 bits diag(-1, 3/8) becomes diag(-1, 0): M = diag(2, 5/8) turns into diag(2, 1)."""
    point = figure_1(fed([[-1.0, 0.0], [0.0, 0.375]]), np.ones((1, 2)), 2)
    assert point.ratio == pytest.approx((3 / 8) / (5 / 8), rel=1e-12)
    assert (point.margin, point.lipschitz) == pytest.approx((1, 2), rel=1e-12)
    assert point.alpha == pytest.approx(1 / 4, rel=1e-12)
    assert point.run.converged


def test_figure_2_reads_the_equilibrium_off_its_state() -> None:
    """W = 0: the inactive unit of the state stands at alpha |c|."""
    run = figure_2(fed(np.zeros((2, 2))), np.array([[1.0, -1.0]]), "peaceman-rachford")
    assert run.converged
    assert run.z.tolist() == [[1, 0]]
