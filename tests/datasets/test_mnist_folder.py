"""Folders of IDX files: which are MNIST as published, by content and never by name."""

import gzip

import numpy as np
import pytest

from mondeq_ref.arrays import InputError
from mondeq_ref.datasets.idx import read_with_digests
from mondeq_ref.datasets.load import load
from mondeq_ref.datasets.mnist import PUBLISHED, VARIABLE, cache_folder, inspect
from tests.support.idx import idx

NAMES = [file.name for file in PUBLISHED]


def pictures(count: int) -> np.ndarray:
    rng = np.random.default_rng(count)
    return rng.integers(256, size=(count, 28, 28), dtype=np.uint8)


def digits(count: int) -> np.ndarray:
    return (np.arange(count) % 10).astype(np.uint8)


@pytest.fixture
def folder(tmp_path):
    """Six training and four test images that nobody published."""
    for name, array in zip(NAMES, (pictures(6), digits(6), pictures(4), digits(4)), strict=True):
        (tmp_path / name).write_bytes(idx(array))
    return tmp_path


@pytest.fixture
def no_mnist(monkeypatch, tmp_path):
    monkeypatch.delenv(VARIABLE, raising=False)
    for home in ("XDG_CACHE_HOME", "LOCALAPPDATA", "HOME"):
        monkeypatch.setenv(home, str(tmp_path / "nowhere"))


def test_published_files_are_canonical_and_near_copy_is_not(mnist_dir):
    findings = {finding.role: finding for finding in inspect(mnist_dir)}
    assert findings["test images"].status == "canonical"
    assert findings["test labels"].status == "canonical"
    assert findings["train labels"].status == "canonical"
    near = findings["train images"]
    if near.name is not None and "near" in near.name:
        assert near.status == "not canonical"
        assert near.md5 is not None
        assert near.md5 in near.why


def test_a_near_copy_loads_and_its_provenance_says_so(mnist_dir, tmp_path):
    for role, name in (("images", "t10k-images-near-idx3-ubyte.gz"), ("labels", NAMES[3] + ".gz")):
        found = next(f for f in inspect(mnist_dir) if f.role == f"test {role}")
        content = bytearray(gzip.decompress((mnist_dir / str(found.name)).read_bytes()))
        content[-1] ^= role == "images"  # one bit of the last pixel
        (tmp_path / name).write_bytes(gzip.compress(bytes(content), compresslevel=1))
    test = load(tmp_path, "test")
    assert not test.provenance.canonical
    assert [source.canonical for source in test.provenance.sources] == [False, True]
    assert "not canonical; t10k-images-near-idx3-ubyte.gz: md5" in test.provenance.describe()


@pytest.mark.parametrize("subfolder", [".", "raw", "MNIST/raw"])
@pytest.mark.parametrize("dotted", [False, True])
@pytest.mark.parametrize("packed", [False, True])
def test_files_are_found_under_the_names_people_give_them(folder, subfolder, dotted, packed):
    (folder / subfolder).mkdir(parents=True, exist_ok=True)
    for name in NAMES:
        content = (folder / name).read_bytes()
        (folder / name).unlink()
        spelled = name.replace("-idx", ".idx") if dotted else name
        spelled += ".gz" if packed else ""
        (folder / subfolder / spelled).write_bytes(gzip.compress(content) if packed else content)
    for split, count in (("train", 6), ("test", 4)):
        loaded = load(folder, split)
        assert (loaded.images == pictures(count)).all()
        assert (loaded.labels == digits(count)).all()
        assert loaded.labels.dtype == np.int64


def test_limit_takes_the_first_rows_under_the_whole_digest(folder):
    part, whole = load(folder, limit=2), load(folder, limit=60_000)
    assert len(whole) == 6
    assert (part.images == whole.images[:2]).all()
    assert part.labels.tolist() == whole.labels[:2].tolist()
    assert part.provenance == whole.provenance
    assert not part.images.flags.writeable
    assert part.provenance.sources[0].sha256 == read_with_digests(folder / NAMES[0]).sha256


@pytest.mark.parametrize(
    ("file", "array", "why"),
    [
        (1, digits(5), "6 train images but 5 labels"),
        (1, pictures(6), "must be a list of nonnegative integers"),
        (0, digits(6), "must be bytes in 2 or 3 dimensions"),
        (0, np.zeros((6, 0, 28), dtype=np.uint8), "has no pixels"),
    ],
)
def test_files_that_do_not_fit_together_are_refused(folder, file, array, why):
    (folder / NAMES[file]).write_bytes(idx(array))
    with pytest.raises(InputError, match=why):
        load(folder)


def test_missing_split_is_refused_with_the_missing_file_named(folder):
    (folder / NAMES[3]).unlink()
    assert inspect(folder)[3].status == "missing"
    with pytest.raises(InputError, match="has no t10k-labels-idx1-ubyte"):
        load(folder, "test")
    assert len(load(folder, "train")) == 6


def test_a_damaged_file_is_unreadable_not_missing(folder):
    (folder / NAMES[0]).write_bytes(b"damaged")
    assert inspect(folder)[0].status == "unreadable"


def test_the_environment_variable_says_where_mnist_is(folder, no_mnist, monkeypatch):
    monkeypatch.setenv(VARIABLE, str(folder))
    assert len(load("mnist")) == 6


@pytest.mark.usefixtures("no_mnist")
@pytest.mark.parametrize(
    ("platform", "place"),
    [("linux", "."), ("darwin", "Library/Caches"), ("win32", "."), ("win32 bare", "AppData/Local")],
)
def test_cache_folder_is_where_the_platform_keeps_caches(platform, place, monkeypatch, tmp_path):
    if platform == "win32 bare":
        monkeypatch.delenv("LOCALAPPDATA")
    monkeypatch.setattr("sys.platform", platform.partition(" ")[0])
    assert cache_folder() == tmp_path / "nowhere" / place / "mondeq-ref" / "mnist"


@pytest.mark.parametrize("name", ["cifar10", "/nowhere/at/all", "x" * 5000])
def test_an_unknown_dataset_is_refused(name):
    with pytest.raises(InputError, match="mnist, glyphs or a folder"):
        load(name)
