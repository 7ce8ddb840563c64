"""Training from the command line, on a folder of small images and on glyphs."""

import json
from pathlib import Path

import numpy as np
import pytest

from mondeq_ref.api import training
from mondeq_ref.arrays import InputError
from mondeq_ref.cli.main import main
from mondeq_ref.files.lock import only_writer
from mondeq_ref.instances.trained import read_trained
from mondeq_ref.train import loop
from mondeq_ref.train.loop import TrainingStopped
from tests.support.commands import refusal, told
from tests.support.idx import idx

RECIPE = ["--hidden", "12", "--epochs", "2", "--seed", "7", "--quiet", "--json"]
ROLES = {"train": ("train", 300), "test": ("t10k", 100)}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Three kinds of 6 x 6 images, as IDX files."""
    rng = np.random.default_rng(0)
    where = tmp_path_factory.mktemp("images")
    for stem, count in ROLES.values():
        labels = (np.arange(count) % 3).astype(np.uint8)
        ink = np.eye(3, 36)[labels]
        pixels = np.clip(200 * ink + 40 * rng.random((count, 36)), 0, 255).astype(np.uint8)
        (where / f"{stem}-images-idx3-ubyte").write_bytes(idx(pixels.reshape(count, 6, 6)))
        (where / f"{stem}-labels-idx1-ubyte").write_bytes(idx(labels))
    return str(where)


@pytest.fixture(scope="module")
def quantized(tmp_path_factory, folder):
    out = tmp_path_factory.mktemp("trained") / "q.npz"
    argv = ["train", "--dataset", folder, *RECIPE, "--qat", "4", "--what", "factorsUb"]
    assert main([*argv, "--out", str(out)]) == 0
    return out


def test_float_operator_evaluates_as_it_was_trained(tmp_path, capsys, folder):
    out = tmp_path / "f.npz"
    trained = told(capsys, ["train", "--dataset", folder, *RECIPE, "--out", str(out)])
    assert trained["equilibria_proved"] == trained["inputs"] == 100
    again = told(capsys, ["evaluate", str(out), "--inputs", folder, "--json"])
    assert again["accuracy"] == trained["accuracy"]
    assert again["margin"] == trained["account"]["margin"]
    assert again["rows"][0]["bits"] is None


def test_a_quantized_operator_is_evaluated_as_it_was_trained(quantized, capsys, folder):
    provenance = json.loads(quantized.with_name("q.json").read_text())
    again = told(capsys, ["evaluate", str(quantized), "--inputs", folder, "--json"])
    assert again["accuracy"] == provenance["test"]["accuracy"]
    assert (again["rows"][0]["bits"], again["rows"][0]["what"]) == (4, "factorsUb")
    operator = read_trained(quantized).evaluated
    assert operator.arrays_digest == provenance["operator_digest"]
    assert operator.margin.lo > 0


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["--out", "x.txt"], "out must end with .npz"),
        (["--out", "x.npz", "--epochs", "0"], "epochs must be a whole number >= 1"),
        (["--out", "x.npz", "--margin-penalty", "1"], "needs --qat"),
        (["--out", "x.npz", "--clip", "2"], "needs --qat"),
        (["--out", "x.npz", "--qat", "2", "--clip", "0.5"], "clip must be 0, or finite and > 1"),
        (["--out", "x.npz", "--qat", "1"], "bits must be between"),
        (["--out", "x.npz", "--qat", "2", "--quantizer", "signs"], "'signs' have 1 bit, got 2"),
        (["--out", "x.npz", "--qat", "2", "--freeze-at", "0"], "freeze_at must be a whole number"),
        (["--out", "x.npz", "--validation", "300"], "validation takes 300 of 300"),
        (["--out", "x.npz", "--validation", "-1"], "validation must be a whole number >= 0"),
        (["--out", "x.npz", "--rank", "0"], "rank must be a whole number >= 1"),
        (["--out", "x.npz", "--learning-rate", "nan"], "learning_rate must be finite and > 0"),
        (
            ["--out", "x.npz", "--qat", "4", "--margin-penalty", "-1"],
            "margin_penalty must be finite and >= 0",
        ),
        (["--out", "x.npz", "--workers", "0"], "workers must be a whole number >= 1"),
    ],
)
def test_a_recipe_that_makes_no_sense_is_one_line(
    argv, said, tmp_path, monkeypatch, capsys, folder
):
    monkeypatch.chdir(tmp_path)
    assert said in refusal(capsys, ["train", "--dataset", folder, *RECIPE, *argv])


@pytest.mark.parametrize(
    ("raised", "code", "said"),
    [
        (TrainingStopped("the margin was lost at step 300: it is -0.1"), 1, "lost at step 300"),
        (KeyboardInterrupt(), 130, "--resume continues from the last finished epoch"),
    ],
)
def test_a_run_that_stops_says_so_in_one_line(
    raised, code, said, tmp_path, monkeypatch, capsys, folder
):
    def stopped(*_, **__):
        raise raised

    monkeypatch.setattr(training, "trained", stopped)
    assert main(["train", "--dataset", folder, *RECIPE, "--out", str(tmp_path / "x.npz")]) == code
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1


def test_untrained_operator_is_evaluated_as_stored(tmp_path, capsys, folder):
    from mondeq_ref.files.npz import write_npz

    rng = np.random.default_rng(0)
    arrays = {"W": np.eye(4) / 2, "U": rng.normal(size=(4, 36)), "b": np.zeros(4)}
    head = {"V": np.zeros((3, 4)), "d": np.array([0.0, 1.0, 0.0])}  # always the second class
    write_npz(tmp_path / "w.npz", arrays | head)
    argv = ["evaluate", str(tmp_path / "w.npz"), "--inputs", folder, "--bits", "3"]
    assert main(argv) == 0
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["-", "as", "stored", "0.3300", "0.5", "100", "0"] in rows
    assert ["3", "W", "0.3300", "0.5", "100", "0"] in rows


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["--out", "taken/t.npz"], "it is not a folder"),
        (["--out", "/proc/none/t.npz"], "cannot write into /proc/none"),
        (["--out", "begun.npz"], "begun.checkpoint.previous.npz: it is not a regular file"),
        (["--out", "t.npz", "--qat", "4", "--margin-penalty", "inf"], "margin_penalty"),
    ],
)
def test_training_refuses_before_it_starts(argv, said, tmp_path, monkeypatch, capsys, folder):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "taken").write_text("")
    (tmp_path / "begun.checkpoint.previous.npz").mkdir()
    monkeypatch.setattr(training, "trained", pytest.fail)
    assert said in refusal(capsys, ["train", "--dataset", folder, *RECIPE, *argv])


def test_two_trainings_do_not_share_an_output(tmp_path, capsys, folder):
    out = tmp_path / "t.npz"
    with only_writer(out):
        assert main(["train", "--dataset", folder, *RECIPE, "--out", str(out)]) == 2
    assert "another process is writing" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_at_the_log_is_an_input_error():
    with pytest.raises(InputError, match="No space left on device"):
        loop._append(Path("/dev/full"), "{}")
