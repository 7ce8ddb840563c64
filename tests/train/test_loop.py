"""The loop: it learns, resumes to the bit, refuses what is damaged, and stops with a sentence."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mondeq_ref.arrays import InputError
from mondeq_ref.files.run_files import RunFiles
from mondeq_ref.quantize import Quantizer, quantize
from mondeq_ref.train import loop
from mondeq_ref.train.adam import Adam
from mondeq_ref.train.checkpoint import load
from mondeq_ref.train.loop import TrainingStopped, train
from mondeq_ref.train.recipe import Quantization, Recipe
from tests.support.small import images

TINY = Recipe(hidden=6, epochs=4, batch=32, seed=3, decay_at=(3,), learning_rate=3e-2)
STOCHASTIC = Quantization(Quantizer(4, rounding="stochastic"), "factorsUb")
RECIPES = {
    "float": TINY,
    "quantized": Recipe(**{**TINY.__dict__, "quantization": STOCHASTIC}),
    "published": replace(  # a step of 0.8 m/L^2 is too long once L has grown: learn slowly
        TINY, quantization=Quantization(Quantizer(4)), protocol="released", learning_rate=1e-3
    ),
}


def final_state(path: Path) -> tuple[dict[str, bytes], dict]:
    found = load(RunFiles(path).current)
    return {name: array.tobytes() for name, array in found.arrays.items()}, found.state


def test_the_log_has_one_line_an_epoch(tmp_path):
    run = train(TINY, images(), tmp_path / "a.npz")
    lines = [json.loads(line) for line in RunFiles(tmp_path / "a.npz").log.read_text().splitlines()]
    assert [line["epoch"] for line in lines] == [1, 2, 3, 4]
    assert all(line["seconds"] >= 0 for line in lines)
    untimed = [{k: v for k, v in line.items() if k != "seconds"} for line in lines]
    assert untimed == run.history


def test_a_line_lost_or_cut_by_a_kill_is_written_again(tmp_path):
    train(TINY, images(), tmp_path / "a.npz")
    log = RunFiles(tmp_path / "a.npz").log
    lines = log.read_text().splitlines(keepends=True)
    log.write_text("".join([*lines[:1], *lines[2:3], lines[3][:20]]))
    train(TINY, images(), tmp_path / "a.npz", resume=True)
    again = log.read_text().splitlines(keepends=True)
    assert [json.loads(line)["epoch"] for line in again] == [1, 2, 3, 4]
    assert (again[0], again[2]) == (lines[0], lines[2])


def test_frozen_codes_stay_and_the_rest_learns(tmp_path):
    """Training two epochs more, with one bit, changes U but neither A nor S nor the codes."""
    signs = Quantization(Quantizer.named("signs", 1), "K")
    recipe = replace(TINY, quantization=signs, freeze_at=2)
    short = train(replace(recipe, epochs=2), images(), tmp_path / "a.npz").parameters
    long = train(recipe, images(), tmp_path / "b.npz").parameters
    before, after = short.views(), long.views()
    for name in ("A", "S"):
        assert np.array_equal(before[name], after[name])
    assert not np.array_equal(before["U"], after["U"])
    codes = [quantize(each.operator(), signs.quantizer, "K").codes["K"] for each in (short, long)]
    assert np.array_equal(*codes)
    assert set(codes[0].ravel().tolist()) == {-1, 1}


@pytest.mark.parametrize("name", RECIPES)
def test_a_resumed_run_ends_in_the_same_bits(name, tmp_path, monkeypatch):
    recipe, data = RECIPES[name], images()
    train(recipe, data, tmp_path / "whole.npz")

    def stop(record):
        if record["epoch"] == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(recipe, data, tmp_path / "cut.npz", report=stop)
    assert load(RunFiles(tmp_path / "cut.npz").current).epoch == 2
    train(recipe, data, tmp_path / "cut.npz", resume=True)
    assert final_state(tmp_path / "cut.npz") == final_state(tmp_path / "whole.npz")


def test_images_kept_out_are_not_trained_on(tmp_path):
    data = images(300)
    recipe = Recipe(**{**TINY.__dict__, "validation": 60})
    spoiled = data.X.copy()
    spoiled[-60:] = 1e3
    train(recipe, data, tmp_path / "a.npz")
    train(recipe, loop.Images(spoiled, data.labels, data.digests), tmp_path / "b.npz")
    assert final_state(tmp_path / "a.npz")[0] == final_state(tmp_path / "b.npz")[0]
    assert load(RunFiles(tmp_path / "a.npz").current).state["history"][0]["validation_accuracy"] > 0


def test_another_recipe_or_other_images_are_not_resumed(tmp_path):
    train(TINY, images(), tmp_path / "a.npz")
    with pytest.raises(InputError, match="different settings"):
        train(Recipe(**{**TINY.__dict__, "seed": 9}), images(), tmp_path / "a.npz", resume=True)
    with pytest.raises(InputError, match="other images"):
        train(TINY, images(seed=1), tmp_path / "a.npz", resume=True)


@pytest.mark.parametrize("damage", ["truncated", "tampered", "empty"])
def test_damaged_checkpoint_is_refused_and_previous_offered(damage, tmp_path):
    out = tmp_path / "a.npz"
    train(TINY, images(), out)
    whole = final_state(out)
    places = RunFiles(out)
    content = places.current.read_bytes()
    middle = len(content) // 2
    changed = content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
    places.current.write_bytes(
        {"truncated": content[:-100], "tampered": changed, "empty": b""}[damage]
    )
    with pytest.raises(
        InputError, match=r"the one before it, a\.checkpoint\.previous\.npz.*epoch 3"
    ):
        train(TINY, images(), out, resume=True)
    places.current.unlink()
    train(TINY, images(), out, resume=True)
    assert final_state(out) == whole


def test_without_an_intact_checkpoint_before_it_none_is_offered(tmp_path):
    out = tmp_path / "a.npz"
    train(TINY, images(), out)
    places = RunFiles(out)
    places.current.write_bytes(b"")
    for damage in (lambda: places.previous.write_bytes(b""), places.previous.unlink):
        damage()
        with pytest.raises(InputError, match="no intact checkpoint before it, so start again"):
            train(TINY, images(), out, resume=True)


def test_an_archive_that_is_no_checkpoint_is_said_to_be_none(tmp_path):
    from mondeq_ref.files.npz import write_npz

    for metadata in ({}, {"state": "{}"}, {"state": "{"}):
        write_npz(tmp_path / "a.npz", {"W": np.eye(2)}, metadata)
        with pytest.raises(InputError, match=r"a\.npz is not a training checkpoint"):
            load(tmp_path / "a.npz")


@pytest.mark.parametrize("name", ["float", "published"])
def test_a_loss_that_is_not_finite_stops_at_a_named_step(name, tmp_path):
    data = images()
    spoiled = data.X.copy()
    spoiled[17] = np.nan
    with pytest.raises(TrainingStopped, match=r"not finite .*step \d+"):
        train(RECIPES[name], loop.Images(spoiled, data.labels, data.digests), tmp_path / "a.npz")


def test_a_parameter_that_is_not_finite_stops_at_a_named_step(tmp_path, monkeypatch):
    steps = iter([True, True, False])
    monkeypatch.setattr(Adam, "update", lambda *_: next(steps))
    with pytest.raises(TrainingStopped, match=r"a parameter is not finite after step \d+"):
        train(TINY, images(), tmp_path / "a.npz")
    assert next(steps, None) is None


def test_a_lost_margin_stops_at_a_named_step(tmp_path, monkeypatch):
    monkeypatch.setattr(loop, "WATCH_EVERY", 5)
    monkeypatch.setattr(loop, "margin", lambda W: -1.0)
    with pytest.raises(TrainingStopped, match="margin was lost at step 5"):
        train(TINY, images(), tmp_path / "a.npz")


def test_a_recipe_of_something_unheard_of_is_refused():
    with pytest.raises(InputError, match="what must be one of W, WUb, K"):
        Quantization(Quantizer(4), "A")
    with pytest.raises(InputError, match="protocol must be exact, paper or released, got 'fast'"):
        Recipe(protocol="fast")


def test_adam_is_its_definition():
    rng = np.random.default_rng(0)
    adam, p = Adam.fresh(5), np.ones(5, np.float32)
    first, second, expected = np.zeros(5), np.zeros(5), np.ones(5)
    for step in range(1, 20):
        g = rng.normal(size=5).astype(np.float32)
        first, second = 0.9 * first + 0.1 * g, 0.999 * second + 0.001 * g**2
        mean, square = first / (1 - 0.9**step), second / (1 - 0.999**step)
        expected -= 0.01 * mean / (np.sqrt(square) + 1e-8)
        adam.update(p, g, 0.01)
    np.testing.assert_allclose(p, expected, rtol=1e-4)
