"""What is exported from a finished run, checksums included."""

import hashlib

import numpy as np
import pytest

from data.make.shipped_files import export
from data.make.sums import seal
from mondeq_ref.arrays import InputError
from mondeq_ref.datasets.load import load
from mondeq_ref.files.npz import read_npz, write_npz
from mondeq_ref.files.run_files import RunFiles
from mondeq_ref.inputs import inject
from mondeq_ref.instances.trained import is_trained, quantized_for_good, read_trained, write_trained
from mondeq_ref.quantize import Quantizer
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


@pytest.mark.parametrize("text", ["4 b", "[" * 5000])
def test_a_quantizer_that_is_described_in_no_json_is_refused(text, shipped_run, tmp_path):
    data, _, _ = shipped_run
    write_npz(tmp_path / "t.npz", read_npz(data / "operators" / "tiny.npz"), {"quantizer": text})
    with pytest.raises(InputError, match=r"t\.npz describes its quantizer in no JSON: '.{,200}'$"):
        read_trained(tmp_path / "t.npz")


def test_earlier_codes_do_not_stay_beside_a_float_operator(shipped_run, tmp_path):
    data, _, _ = shipped_run
    trained = read_trained(data / "operators" / "tiny.npz")
    places = RunFiles(tmp_path / "t.npz")
    write_trained(places, trained.factors, Quantizer(4).spec("WUb"), {})
    codes = places.codes.read_bytes()
    write_trained(places, trained.factors, None, {})
    assert not places.codes.exists()
    assert read_trained(places.out).quantized is None
    places.codes.write_bytes(codes)
    with pytest.raises(InputError, match=r"t\.codes\.npz lies beside t\.npz"):
        read_trained(places.out)


def test_only_what_training_wrote_counts_as_trained(shipped_run, tmp_path):
    from mondeq_ref.files.npz import write_npz

    data, _, _ = shipped_run
    assert is_trained(data / "operators" / "tiny.npz")
    write_npz(tmp_path / "plain.npz", {"W": np.eye(2) / 2, "U": np.eye(2), "b": np.ones(2)})
    assert not is_trained(tmp_path / "plain.npz")
    with pytest.raises(InputError):
        is_trained(tmp_path / "absent.npz")


@pytest.mark.parametrize("spec", ["{}", "[]", "3", '{"bits": 4}', '{"bits": "many"}'])
def test_a_description_of_no_quantizer_is_refused(spec, shipped_run, tmp_path):
    data, _, _ = shipped_run
    held = read_npz(data / "operators" / "tiny.npz")
    write_npz(tmp_path / "t.npz", held, {"quantizer": spec})
    with pytest.raises(InputError, match=r"t\.npz describes no quantizer"):
        read_trained(tmp_path / "t.npz")
