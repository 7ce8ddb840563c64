"""When the published training looks for another step size, and how small it may become."""

import numpy as np

from mondeq_ref.instances.families import generic, injections
from mondeq_ref.operator import Head
from mondeq_ref.train import published_protocol
from mondeq_ref.train.published_protocol import (
    FLOAT_FIRST_STEP,
    QAT_FIRST_STEP,
    QAT_STEP_EVERY,
    Budget,
    PublishedEngine,
    adjoint_forward_backward,
    qat_step,
    tuned_step,
)


def test_quantized_step_is_sought_at_batches_0_100_of_epochs():
    rng = np.random.default_rng(1)
    operator = generic(rng, 6)
    C, head = injections(rng, operator, 4), Head(rng.normal(size=(2, 6)), np.zeros(2))
    engine = PublishedEngine.fresh(quantized=True, batches_per_epoch=QAT_STEP_EVERY + 50)
    looked = []
    for batch in range(2 * engine.batches_per_epoch):
        engine.alpha = QAT_FIRST_STEP
        engine(operator.W, C, head, np.zeros(4, dtype=np.int64))
        if engine.alpha != QAT_FIRST_STEP:
            assert engine.alpha == qat_step(operator.W, QAT_FIRST_STEP)
            looked.append(batch)
    assert looked == [0, 100, 150, 250]


def test_released_gradients_carry_the_step_but_not_the_heads():
    rng = np.random.default_rng(2)
    operator = generic(rng, 6)
    C, head = injections(rng, operator, 4), Head(rng.normal(size=(2, 6)), np.zeros(2))
    labels = np.zeros(4, dtype=np.int64)
    paper, released = (
        PublishedEngine.fresh(quantized=True, batches_per_epoch=9, factor=factor)
        for factor in (False, True)
    )
    true, scaled = (engine(operator.W, C, head, labels) for engine in (paper, released))
    assert paper.alpha == released.alpha != 1
    assert true.Lam.any()
    np.testing.assert_array_equal(scaled.Lam, released.alpha * true.Lam)
    np.testing.assert_array_equal(scaled.G, true.G)


def test_a_step_is_halved_no_further_than_float32_can_tell(monkeypatch):
    """However much every halving helps."""
    taken = iter(range(10**6, 0, -1))
    monkeypatch.setattr(published_protocol, "_iterations", lambda *_: next(taken))
    eye = np.eye(1, dtype=np.float32)
    alpha = tuned_step(eye, eye, Budget(10, 1e-3))
    assert alpha <= np.finfo(np.float32).eps < 2 * alpha <= FLOAT_FIRST_STEP


def test_the_budget_of_the_backward_pass_is_kept():
    eye = np.eye(2, dtype=np.float32)
    lam, taken = adjoint_forward_backward(eye / 2, eye, eye, 1e-3, Budget(7, 1e-12))
    assert taken == 7
    assert (lam >= 0).all()
    assert 0 < np.abs(lam - 2 * eye).max() < 2  # on the way to (I - W')^-1 g = 2 g
