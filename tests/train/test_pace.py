"""The race between exact training and the published recipe: the rivals are it, the laps theirs."""

import numpy as np
import pytest

from mondeq_ref.train.loop import train
from mondeq_ref.train.recipe import Recipe
from tests.benchmarks.plain import PlainRun, adjoint, as_released, injected_once
from tests.support.small import images

FEW = Recipe(hidden=8, epochs=2, batch=4, seed=3)  # 60 batches an epoch: both tunings take place
DRIFT = 1e-3  # of the distance trained: float32 and float64 sums differ, and Adam divides by noise


@pytest.mark.parametrize("evaluation", [as_released, injected_once])
def test_a_rival_trains_as_the_published_protocol_does(evaluation, tmp_path):
    data = images()
    rival = PlainRun.started(FEW, data, evaluation)
    losses = [rival.epoch() for _ in range(FEW.epochs)]
    paper = Recipe(**{**FEW.__dict__, "protocol": "paper"})
    run = train(paper, data, tmp_path / "paper.npz")
    assert losses == pytest.approx([record["loss"] for record in run.history], rel=DRIFT)
    assert rival.alpha == run.alpha
    start = PlainRun.started(FEW, data, evaluation).parameters
    for name, array in run.parameters.views().items():
        apart = np.linalg.norm(rival.parameters[name] - array)
        assert apart <= DRIFT * np.linalg.norm(start[name] - array), name


@pytest.mark.parametrize(("evaluation", "again"), [(as_released, True), (injected_once, False)])
def test_the_injection_is_computed_in_every_iteration_or_once(evaluation, again):
    run = PlainRun.started(FEW, images(), evaluation)
    U, X = run.parameters["U"], run.images.X[:4]
    affine = evaluation(np.zeros((8, 8), np.float32), run.parameters, X)
    before = affine(np.zeros((4, 8), np.float32))
    np.testing.assert_array_equal(before, X @ U.T)
    U += 1
    changed = (affine(np.zeros((4, 8), np.float32)) != before).any()
    assert changed == again


def test_a_rival_computes_in_float32_alone():
    types = set()

    def watched(W, p, X):
        affine = as_released(W, p, X)
        types.update({W.dtype, X.dtype})

        def watching(Z):
            types.update({Z.dtype, affine(Z).dtype})
            return affine(Z)

        return watching

    run = PlainRun.started(FEW, images(), watched)
    run.epoch()
    for arrays in (run.parameters, run.first, run.second):
        types.update(array.dtype for array in arrays.values())
    Z, G = np.ones((2, 8), np.float32), np.ones((2, 8), np.float32)
    types.add(adjoint(np.zeros((8, 8), np.float32), Z > 0, G, 0.5)[0].dtype)
    assert types == {np.dtype(np.float32)}


@pytest.mark.parametrize("kind", ["Layer", "InjectedOnce"])
def test_the_rival_in_torch_trains_as_the_one_in_numpy(kind):
    pytest.importorskip("torch", reason="torch is not installed")
    from tests.benchmarks import pace_torch

    data, plain = images(), PlainRun.started(FEW, images(), as_released)
    run = pace_torch.TorchRun(FEW, data, getattr(pace_torch, kind))
    losses = [run.epoch() for _ in range(FEW.epochs)]
    start = {name: array.copy() for name, array in plain.parameters.items()}
    assert losses == pytest.approx([plain.epoch() for _ in range(FEW.epochs)], rel=DRIFT)
    assert run.layer.alpha == plain.alpha
    for name, array in plain.parameters.items():
        apart = np.linalg.norm(getattr(run.layer, name).detach().numpy() - array)
        assert apart <= DRIFT * np.linalg.norm(start[name] - array), name
