"""What ships is what its provenance says, to the byte."""

import json
import os
import shutil
import tomllib
from pathlib import Path, PurePosixPath

import numpy as np
import pytest

from data.make.recipes import catalog
from data.make.sums import sums
from mondeq_ref.arrays import InputError
from mondeq_ref.datasets.load import load
from mondeq_ref.datasets.normalization import normalize
from mondeq_ref.inputs import inject
from mondeq_ref.instances import shipped
from mondeq_ref.oracle import vectors
from mondeq_ref.oracle.exchange import export
from mondeq_ref.quantize import Quantizer, quantize
from mondeq_ref.study.accuracy import evaluate
from mondeq_ref.train.account import positive_margin
from proofs_checks.hunter import stored
from proofs_checks.operators import examination
from tests.support.sampling import some

NAMES = shipped.names()
QUANTIZED = [name for name in NAMES if not name.startswith("float")]
ULP = 2.0**-23  # another BLAS sums U x in another order, and rounds to a neighbor now and then
SIZE_LIMIT = 20_000_000  # bytes, all data together


def test_every_operator_of_the_catalog_ships_and_no_other():
    assert set(NAMES) == set(catalog())
    assert NAMES[0] == shipped.MAIN


def test_all_data_stay_below_the_limit():
    files = [path for path in shipped.data_folder().rglob("*") if path.is_file()]
    held = [path for path in files if "__pycache__" not in path.parts]
    assert sum(path.stat().st_size for path in held) <= SIZE_LIMIT


def test_every_file_that_ships_has_its_checksum():
    """After a change of a file run `python -m data.make.sums`."""
    folder = shipped.data_folder()
    assert sums(folder) == (folder / shipped.SUMS).read_text()


@pytest.mark.parametrize("name", NAMES)
def test_the_stored_operator_is_the_one_that_was_evaluated(name):
    provenance, operator = shipped.provenance(name), shipped.operator(name)
    assert operator.arrays_digest == provenance["operator_digest"]
    assert provenance["test"]["inputs"] == 10_000
    assert provenance["recipe"] == json.loads(json.dumps(catalog()[name].described()))
    assert positive_margin(operator) == provenance["account"]["margin_proved"]


def test_no_path_and_no_machine_is_named():
    for name in NAMES:
        text = (shipped.data_folder() / "operators" / f"{name}.json").read_text()
        assert "/work" not in text
        assert "/home" not in text
        assert "/tmp" not in text


@pytest.mark.parametrize("name", some([shipped.MAIN, *QUANTIZED], 4))
def test_shipped_inputs_are_classified_about_like_all_images(name):
    operator, inputs = shipped.operator(name), shipped.injections(name)
    assert len(inputs) >= 512
    found = evaluate(operator, inputs, shipped.labels(name), prove=False)
    # The first images are not average: by two percent, by five where training was inexact.
    assert abs(found.accuracy - shipped.provenance(name)["test"]["accuracy"]) < 0.05


def test_an_unknown_name_or_key_is_refused():
    with pytest.raises(InputError, match="the shipped operators are float-42"):
        shipped.operator("float-43")
    with pytest.raises(InputError, match="has injections c, c_2"):
        shipped.injections(key="c_5")


CERTIFICATE = shipped.listed("certificates/float-42/*05bits*")[0]
USERS = {
    "operators/float-42.npz": shipped.operator,
    "inputs/float-42.npz": shipped.labels,
    "published.json": lambda: shipped.document("published.json"),
    "hunt.json": stored.shipped.__wrapped__,
    "vectors/manifest.json": vectors.read,
    "vectors/margin.json": lambda: export(Path("exported")),
    CERTIFICATE: lambda: list(
        examination.stored("float-42", quantize(shipped.operator(), Quantizer(5), "W"))
    ),
}


@pytest.mark.parametrize("name", USERS)
@pytest.mark.parametrize("damage", [lambda raw: raw[:-1], lambda raw: raw[:50] + b"x" + raw[51:]])
def test_a_damaged_file_is_noticed_before_use(name, damage, tmp_path, monkeypatch):
    folder = shipped.data_folder()
    copy = tmp_path / "data"
    shutil.copytree(folder, copy, copy_function=os.symlink)
    for module in (shipped, stored):
        monkeypatch.setattr(module, "data_folder", lambda: copy)
    monkeypatch.chdir(tmp_path)
    content = (copy / name).read_bytes()
    (copy / name).unlink()
    (copy / name).write_bytes(damage(content))
    with pytest.raises(InputError, match=rf"{PurePosixPath(name).name} was changed"):
        USERS[name]()


def test_installed_data_are_found_where_there_is_no_checkout(tmp_path, monkeypatch):
    installed = tmp_path / "site" / "some_package_of_data"
    installed.mkdir(parents=True)
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    monkeypatch.setattr(shipped, "PACKAGE", installed.name)
    assert shipped.data_folder() == Path(shipped.__file__).parents[2] / "data"
    monkeypatch.setattr(shipped, "__file__", str(tmp_path / "m" / "instances" / "shipped.py"))
    with pytest.raises(InputError, match="pip install mondeq-ref-data"):
        shipped.data_folder()
    (installed / shipped.SUMS).touch()
    assert shipped.data_folder() == installed


def test_the_package_of_data_has_every_file_of_the_checksums():
    folder = shipped.data_folder()
    told = tomllib.loads((folder / "pyproject.toml").read_text())
    packed = told["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert {name.partition("/")[0] for name in shipped.listed("*")} | {shipped.SUMS} == set(packed)
    assert all(target == f"{shipped.PACKAGE}/{name}" for name, target in packed.items())


def test_the_injections_are_those_of_the_test_images(mnist_dir):
    images = load(mnist_dir, "test", 50)
    X = normalize(images.images).astype(np.float64)
    operator = shipped.operator()
    expected = inject(operator, X).c.astype(np.float32)
    np.testing.assert_allclose(shipped.injections().c[:50], expected, rtol=ULP)
    assert np.array_equal(shipped.labels()[:50], images.labels)
    four = quantize(operator, Quantizer(4), "WUb").operator
    expected = inject(four, X).c.astype(np.float32)
    np.testing.assert_allclose(shipped.injections(key="c_4").c[:50], expected, rtol=ULP)


@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=[] if n == shipped.MAIN else pytest.mark.deep) for n in NAMES]
)
def test_the_accuracy_on_all_test_images_is_the_recorded_one(name, mnist_dir):
    images = load(mnist_dir, "test")
    X = normalize(images.images).astype(np.float64)
    operator = shipped.operator(name)
    found = evaluate(operator, inject(operator, X), images.labels, prove=False)
    assert found.correct == shipped.provenance(name)["test"]["correct"]


def test_the_replication_table_is_of_the_operators_that_ship():
    table = json.loads((shipped.data_folder() / "replication.json").read_text())
    found = {entry["name"]: entry for entry in [*table["seeds"], *table["qat"]]}
    assert set(found) == set(NAMES)
    for name, entry in found.items():
        assert entry["digest"] == shipped.operator(name).arrays_digest
        assert entry["accuracy"] == shipped.provenance(name)["test"]["accuracy"]
