"""What a run keeps account of: order, schedule, step size, spectra, and the images it left out."""

from dataclasses import replace

import numpy as np
import pytest

from mondeq_ref.arrays import InputError
from mondeq_ref.files.npz import npz_metadata, read_npz, write_npz
from mondeq_ref.files.run_files import RunFiles
from mondeq_ref.quantize import Quantizer
from mondeq_ref.train import loop, published_protocol
from mondeq_ref.train.checkpoint import load
from mondeq_ref.train.loop import spectrum, train
from mondeq_ref.train.parameters import initial
from mondeq_ref.train.recipe import Quantization, Recipe
from mondeq_ref.train.weights import UsedWeights, penalize_margin, weights
from tests.support.small import images

TINY = Recipe(hidden=6, epochs=2, batch=32, seed=3, learning_rate=3e-2)
QUANTIZED = replace(TINY, quantization=Quantization(Quantizer(4), "W"))


def test_the_learning_rate_falls_at_every_date_of_its_schedule():
    rates = [Recipe(decay_at=(2, 4)).learning_rate_at(epoch) for epoch in range(5)]
    assert rates == pytest.approx([1e-3, 1e-3, 1e-4, 1e-4, 1e-5])


def test_epoch_sees_every_image_once_in_its_own_order(tmp_path, monkeypatch):
    seen, collect = [], loop.collect
    monkeypatch.setattr(
        loop, "collect", lambda p, u, d, rows, *a: seen.extend(rows) or collect(p, u, d, rows, *a)
    )
    data = images()
    train(TINY, data, tmp_path / "a.npz")
    first, second = np.split(np.array(seen), 2)
    in_order = list(range(len(data.X)))
    assert sorted(first) == sorted(second) == in_order
    assert not np.array_equal(first, second)
    assert first.tolist() != in_order


def test_resumed_published_run_keeps_its_step_until_due(tmp_path, monkeypatch):
    monkeypatch.setattr(published_protocol, "QAT_STEP_EVERY", 5)
    recipe = replace(QUANTIZED, epochs=3, protocol="paper")
    train(recipe, images(), tmp_path / "whole.npz")

    def stop(record):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(recipe, images(), tmp_path / "cut.npz", report=stop)
    train(recipe, images(), tmp_path / "cut.npz", resume=True)
    whole, cut = (load(RunFiles(tmp_path / f"{name}.npz").current) for name in ("whole", "cut"))
    assert whole.state["alpha"] != published_protocol.QAT_FIRST_STEP
    assert cut.digest == whole.digest


def test_validation_is_on_the_images_that_were_kept_out(tmp_path):
    """Their labels are wrong, so that whoever learned from the others gets them wrong."""
    data = images(300)
    labels = data.labels.copy()
    labels[-60:] = (labels[-60:] + 1) % 3
    recipe = replace(TINY, epochs=4, validation=60)
    run = train(recipe, loop.Images(data.X, labels, data.digests), tmp_path / "a.npz")
    assert run.history[-1]["accuracy"] > 0.9
    assert run.history[-1]["validation_accuracy"] < 0.2


def test_the_log_holds_the_perturbation_against_the_margin(tmp_path):
    run = train(QUANTIZED, images(), tmp_path / "a.npz")
    used = weights(run.parameters, QUANTIZED.quantization, np.random.default_rng(0))
    assert used.dW is not None
    record = run.history[-1]
    assert record["margin"] == spectrum(used.W + used.dW)[0] > 0
    assert record["quantized_margin"] == spectrum(used.W)[0] != record["margin"]
    expected = np.linalg.norm(used.dW, 2) / record["margin"]
    assert record["ratio"] == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("clip", [0.0, 1.5])
def test_outliers_are_clipped_after_every_step_or_never(clip, tmp_path, monkeypatch):
    clipped = []
    monkeypatch.setattr(loop, "clip_outliers", lambda p, q, reach: clipped.append(reach))
    run = train(replace(QUANTIZED, clip=clip), images(), tmp_path / "a.npz")
    assert clipped == ([clip] * run.adam.steps if clip else [])


@pytest.mark.parametrize("name", ["parameters", "first", "second"])
def test_a_checkpoint_of_which_any_array_was_changed_is_refused(name, tmp_path):
    train(replace(TINY, epochs=1), images(), tmp_path / "a.npz")
    current = RunFiles(tmp_path / "a.npz").current
    arrays, metadata = read_npz(current), npz_metadata(current)
    arrays[name][-1] += 1
    write_npz(current, arrays, metadata)
    with pytest.raises(InputError, match="SHA-256 is wrong"):
        load(current)


@pytest.mark.parametrize(("norm", "penalized"), [(0.15, False), (0.3, True)])
def test_penalty_begins_where_the_perturbation_exceeds_margin(norm, penalized):
    """m = 1/5: 3/10 is above it, and its square is not."""
    parameters = initial(TINY, 5, 3, np.random.default_rng(0))
    views, eye = parameters.views(), np.eye(6)
    used = UsedWeights(eye, views["U"], views["b"], views["A"], dW=norm * eye)
    assert penalize_margin(parameters, used, 1.0, np.zeros_like(parameters.buffer)) == penalized
