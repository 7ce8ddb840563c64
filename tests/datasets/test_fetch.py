"""Fetching: mirrors are asked in turn and believed only when the digest says so.  No network."""

import gzip
import hashlib
import struct
import sys
from typing import IO

import pytest

from mondeq_ref.arrays import InputError
from mondeq_ref.datasets import fetch as fetching
from mondeq_ref.datasets import mnist
from mondeq_ref.datasets.fetch import MIRRORS, Bounded, fetch, pooch_downloader

CONTENTS = {
    file.name: struct.pack(">HBBI", 0, 8, 1, 4) + bytes([k, 1, 2, 3])
    for k, file in enumerate(mnist.PUBLISHED)
}


@pytest.fixture(autouse=True)
def tiny_mnist(monkeypatch):
    """Four published files of four bytes each."""
    tiny = tuple(
        mnist.Published(f.role, f.stem, f.suffix, hashlib.md5(CONTENTS[f.name]).hexdigest())
        for f in mnist.PUBLISHED
    )
    monkeypatch.setattr(mnist, "PUBLISHED", tiny)


class Mirrors:
    """A downloader that answers from memory and remembers what it was asked."""

    def __init__(self, answers: dict[str, bytes | OSError] | None = None) -> None:
        self.answers = answers or {}
        self.asked: list[str] = []

    def __call__(self, url: str, file: IO[bytes]) -> None:
        self.asked.append(url)
        mirror, name = url.rsplit("/", 1)
        answer = self.answers.get(mirror + "/", gzip.compress(CONTENTS[name.removesuffix(".gz")]))
        if isinstance(answer, OSError):
            file.write(b"the beginning of a file")
            raise answer
        file.write(answer)


def test_four_files_arrive_verified_and_nothing_else_is_left(tmp_path):
    mirrors = Mirrors()
    found = fetch(tmp_path / "new" / "folder", mirrors)
    assert {finding.status for finding in found} == {"canonical"}
    assert mirrors.asked == [f"{MIRRORS[0]}{name}.gz" for name in CONTENTS]
    arrived = {path.name for path in (tmp_path / "new" / "folder").iterdir()}
    assert arrived == {f"{name}.gz" for name in CONTENTS}


def test_what_is_there_and_canonical_is_not_fetched_again(tmp_path):
    fetch(tmp_path, Mirrors())
    (tmp_path / "t10k-labels-idx1-ubyte.gz").unlink()
    mirrors = Mirrors()
    fetch(tmp_path, mirrors)
    assert mirrors.asked == [f"{MIRRORS[0]}t10k-labels-idx1-ubyte.gz"]


@pytest.mark.parametrize(
    "answer",
    [
        OSError("no route"),
        b"<html>404</html>",
        gzip.compress(b"\0\0\x08\x01\0\0\0\x04" + b"evil"),
        gzip.compress(CONTENTS["train-images-idx3-ubyte"])[:-3],
    ],
    ids=["offline", "page", "other content", "truncated"],
)
def test_a_mirror_that_does_not_do_is_passed_over(tmp_path, answer):
    mirrors = Mirrors({MIRRORS[0]: answer})
    assert all(finding.status == "canonical" for finding in fetch(tmp_path, mirrors))
    assert len(mirrors.asked) == 8


def test_offline_is_one_line_naming_mirrors_and_no_file(tmp_path):
    mirrors = Mirrors(dict.fromkeys(MIRRORS, OSError("no\nroute" + 500 * "!")))
    with pytest.raises(InputError, match=r"no mirror gave train-images-idx3-ubyte\.gz") as refusal:
        fetch(tmp_path, mirrors)
    said = str(refusal.value)
    assert all(mirror in said for mirror in MIRRORS)
    assert "\n" not in said
    assert len(said) < 500
    assert list(tmp_path.iterdir()) == []


def test_other_content_is_never_called_fetched(tmp_path):
    other = gzip.compress(struct.pack(">HBBI", 0, 8, 1, 4) + b"evil")
    with pytest.raises(InputError, match=r"md5 \w+ unpacked, published is"):
        fetch(tmp_path, Mirrors(dict.fromkeys(MIRRORS, other)))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("spelling", ["train-images-idx3-ubyte.gz", "train-images.idx3-ubyte"])
def test_somebodys_own_file_is_not_overwritten(tmp_path, spelling):
    own = tmp_path / spelling
    own.write_bytes(struct.pack(">HBBI", 0, 8, 1, 4) + b"mine")
    mirrors = Mirrors()
    with pytest.raises(InputError, match="is not canonical: move it away"):
        fetch(tmp_path, mirrors)
    assert own.read_bytes().endswith(b"mine")
    assert mirrors.asked == []


def test_an_endless_answer_is_cut_off(tmp_path, monkeypatch):
    monkeypatch.setattr(fetching, "LARGEST_DOWNLOAD", 1000)

    def endless(url: str, file: IO[bytes]) -> None:
        bounded = Bounded(file)
        while True:
            bounded.write(bytes(100))

    with pytest.raises(InputError, match="sent more than 1000 bytes"):
        fetch(tmp_path, endless)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_refused(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(InputError, match="cannot be made"):
        fetch(tmp_path / "file" / "folder", Mirrors())


def test_without_pooch_the_refusal_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "pooch", None)
    with pytest.raises(InputError, match=r"pip install 'mondeq_ref\[data\]'"):
        pooch_downloader()


def test_pooch_is_called_as_it_wants_to_be(monkeypatch, tmp_path):
    pooch = pytest.importorskip("pooch", reason="pooch is not installed")
    content = gzip.compress(CONTENTS["train-images-idx3-ubyte"])

    def answer(self, url, output_file, pooch, check_only=False):
        output_file.write(content)
        output_file.flush()

    monkeypatch.setattr(pooch.HTTPDownloader, "__call__", answer)
    with (tmp_path / "file").open("wb") as file:
        pooch_downloader()("https://example.invalid/file", file)
    assert (tmp_path / "file").read_bytes() == content
