"""What is exported from a finished run, checksums included."""

import hashlib

import numpy as np
import pytest

from data.make import operators as ship
from data.make.shipped_files import INPUT_BITS, export
from data.make.sums import seal
from mondeq_ref.arrays import InputError
from mondeq_ref.datasets import load
from mondeq_ref.files.npz import read_npz, write_npz
from mondeq_ref.files.run_files import RunFiles
from mondeq_ref.inputs import inject
from mondeq_ref.instances.shipped import MAIN
from mondeq_ref.instances.trained import (
    is_trained,
    quantized_for_good,
    read_trained,
    write_trained,
)
from mondeq_ref.quantize import Quantizer, quantize
from mondeq_ref.train.finish import finish
from mondeq_ref.train.loop import Images, train
from mondeq_ref.train.recipe import Quantization, Recipe


@pytest.fixture(scope="module")
def shipped_run(tmp_path_factory):
    """One small quantized run on glyphs, finished and exported as `tiny`."""
    folder = tmp_path_factory.mktemp("ship")
    taught, tested = load("glyphs", "train", 200), load("glyphs", "test", 60)
    recipe = Recipe(hidden=8, epochs=1, quantization=Quantization(Quantizer(4), "WUb"))
    out = folder / "tiny.npz"
    run = train(recipe, Images.of(taught, recipe), out)
    provenance = finish(run, taught, tested, out, 1)
    export("tiny", out, tested, folder / "data")
    seal(folder / "data")
    return folder / "data", provenance, tested


def test_every_exported_file_has_its_checksum(shipped_run):
    data, *_ = shipped_run
    lines = (data / "SHA256SUMS").read_text().splitlines()
    sums = {name: digest for digest, name in (line.split("  ") for line in lines)}
    made = {path.relative_to(data).as_posix() for path in data.rglob("*.*")}
    assert set(sums) == made
    assert "operators/tiny.npz" in made
    for name, digest in sums.items():
        assert hashlib.sha256((data / name).read_bytes()).hexdigest() == digest


def test_the_exported_operator_and_inputs_belong_together(shipped_run):
    data, provenance, tested = shipped_run
    trained = read_trained(data / "operators" / "tiny.npz")
    assert trained.evaluated.arrays_digest == provenance["operator_digest"]
    with np.load(data / "inputs" / "tiny.npz") as inputs:
        assert set(inputs.files) == {"c", "labels"}
        X = Images.of(tested, Recipe()).X.astype(np.float64)
        expected = inject(trained.evaluated, X).c.astype(np.float32)
        assert np.array_equal(inputs["c"], expected)
        assert inputs["labels"].tolist() == tested.labels.tolist()


def test_provenance_names_the_images_as_not_published(shipped_run):
    _, provenance, _ = shipped_run
    assert provenance["data"]["train"]["images"] == 200
    assert provenance["data"]["train"]["canonical"] is False
    assert "glyphs" in provenance["data"]["train"]["origin"]
    assert len(provenance["log"]) == 1
    assert not {"platform", "command"} & set(provenance["code"])


def test_described_quantizer_is_the_one_that_was_meant(shipped_run):
    data, _, _ = shipped_run
    factors = read_trained(data / "operators" / "tiny.npz").factors
    for quantizer in (
        Quantizer(3, range="unclipped"),
        Quantizer(3, range="full", rounding="half-up", per="row"),
        Quantizer(5, rounding="stochastic"),
    ):
        made = quantized_for_good(factors, quantizer.spec("factorsUb"))
        again = quantized_for_good(factors, quantizer.spec("factorsUb"))
        assert made.quantizer == quantizer
        assert made.operator.digest == again.operator.digest
    assert quantized_for_good(factors, None) is None


def test_a_quantizer_that_is_described_in_no_json_is_refused(shipped_run, tmp_path):
    data, _, _ = shipped_run
    write_npz(tmp_path / "t.npz", read_npz(data / "operators" / "tiny.npz"), {"quantizer": "4 b"})
    with pytest.raises(InputError, match=r"t\.npz describes its quantizer in no JSON: '4 b'"):
        read_trained(tmp_path / "t.npz")


def test_earlier_codes_do_not_stay_beside_a_float_operator(shipped_run, tmp_path):
    data, _, _ = shipped_run
    trained = read_trained(data / "operators" / "tiny.npz")
    places = RunFiles(tmp_path / "t.npz")
    write_trained(places, trained.factors, Quantizer(4).spec("WUb"), {})
    assert places.codes.exists()
    write_trained(places, trained.factors, None, {})
    assert not places.codes.exists()
    assert read_trained(places.out).quantized is None


def test_only_what_training_wrote_counts_as_trained(shipped_run, tmp_path):
    from mondeq_ref.files.npz import write_npz

    data, _, _ = shipped_run
    assert is_trained(data / "operators" / "tiny.npz")
    write_npz(tmp_path / "plain.npz", {"W": np.eye(2) / 2, "U": np.eye(2), "b": np.ones(2)})
    assert not is_trained(tmp_path / "plain.npz")
    with pytest.raises(InputError):
        is_trained(tmp_path / "absent.npz")


def test_only_main_and_quantized_operators_ship_inputs(shipped_run, tmp_path, monkeypatch):
    """The main one with its injections at every bit-width, quantized as it is trained for."""
    _, _, tested = shipped_run
    recipe = Recipe(hidden=6, epochs=1)
    monkeypatch.setattr(ship, "catalog", lambda: {MAIN: recipe, "float-1": recipe})
    monkeypatch.setattr(ship, "load", lambda name, split: tested)
    data = tmp_path / "data"
    assert ship.main(["--dataset", "x", "--work", str(tmp_path), "--data", str(data)]) == 0
    names = {path.name for path in (data / "inputs").iterdir()}
    assert names == {f"{MAIN}.npz", "LICENSE-MNIST.txt"}
    assert {f"{MAIN}.npz", "float-1.npz"} <= {p.name for p in (data / "operators").iterdir()}
    X = Images.of(tested, Recipe()).X.astype(np.float64)
    with np.load(data / "inputs" / f"{MAIN}.npz") as inputs:
        assert set(inputs.files) == {"c", "labels", *(f"c_{bits}" for bits in INPUT_BITS)}
        for bits in INPUT_BITS:
            operator = read_trained(data / "operators" / f"{MAIN}.npz").factors
            after = quantize(operator, Quantizer(bits), "WUb").operator
            expected = inject(after, X).c.astype(np.float32)
            assert np.array_equal(inputs[f"c_{bits}"], expected)


def test_the_shipping_command_leaves_finished_runs_alone(tmp_path, monkeypatch, capsys):
    recipe = Recipe(hidden=6, epochs=1)
    monkeypatch.setattr(ship, "catalog", lambda: {"one": recipe, "two": recipe})
    monkeypatch.setattr(ship, "load", lambda name, split: load("glyphs", split, 120))
    argv = ["--dataset", "glyphs", "--work", str(tmp_path)]
    assert ship.main([*argv, "--only", "one"]) == 0
    assert (tmp_path / "one.json").exists()
    assert not (tmp_path / "two.json").exists()
    capsys.readouterr()
    assert ship.main(argv) == 0
    assert "one" not in capsys.readouterr().out
    assert (tmp_path / "two.json").exists()


@pytest.mark.parametrize("spec", ["{}", "[]", "3", '{"bits": 4}', '{"bits": "many"}'])
def test_a_description_of_no_quantizer_is_refused(spec, shipped_run, tmp_path):
    data, _, _ = shipped_run
    held = read_npz(data / "operators" / "tiny.npz")
    write_npz(tmp_path / "t.npz", held, {"quantizer": spec})
    with pytest.raises(InputError, match=r"t\.npz describes no quantizer"):
        read_trained(tmp_path / "t.npz")
