"""The four files of MNIST in a folder, and whether they are the published ones.

A file is canonical when the md5 of its unpacked content is that of the published file, under any
name and with or without compression.
"""

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from mondeq_ref.arrays import InputError
from mondeq_ref.datasets.dataset import Source
from mondeq_ref.datasets.idx import IdxContent, read_with_digests

Split = Literal["train", "test"]
VARIABLE = "MONDEQ_MNIST"


@dataclass(frozen=True)
class Published:
    """A file of the published set: its stem, its IDX suffix, and the md5 of its content."""

    role: str
    stem: str
    suffix: str
    md5: str

    @property
    def name(self) -> str:
        return f"{self.stem}-{self.suffix}"

    def spellings(self) -> tuple[str, ...]:
        """The usual spellings of the published name, the published one first."""
        joined = (self.name, f"{self.stem}.{self.suffix}")
        return tuple(name + packed for name in joined for packed in ("", ".gz"))

    def names(self) -> tuple[str, ...]:
        """The names under which the file is looked for; a near copy is named so and comes last."""
        near = f"{self.stem}-near-{self.suffix}"
        return (*self.spellings(), near, f"{near}.gz")


PUBLISHED = (
    Published("train images", "train-images", "idx3-ubyte", "6bbc9ace898e44ae57da46a324031adb"),
    Published("train labels", "train-labels", "idx1-ubyte", "a25bea736e30d166cdddb491f175f624"),
    Published("test images", "t10k-images", "idx3-ubyte", "2646ac647ad5339dbf082846283269ea"),
    Published("test labels", "t10k-labels", "idx1-ubyte", "27ae3e4e09519cfbb04c329615203637"),
)
SUBFOLDERS = (".", "raw", "MNIST/raw")  # the second and third are where torchvision puts them


@dataclass(frozen=True)
class Finding:
    """The result of `data verify` for one published file."""

    role: str
    status: Literal["canonical", "not canonical", "unreadable", "missing"]
    name: str | None
    md5: str | None
    sha256: str | None
    why: str


def published(split: Split) -> tuple[Published, Published]:
    """(images, labels) of a split."""
    return PUBLISHED[:2] if split == "train" else PUBLISHED[2:]


def find(folder: Path, file: Published) -> Path | None:
    """The path of the first of the file's names that is in the folder; None if there is none."""
    for subfolder in SUBFOLDERS:
        for name in file.names():
            if os.path.isfile(path := folder / subfolder / name):  # False where stat is refused
                return path
    return None


def judged(path: Path, file: Published, content: IdxContent) -> Source:
    same = content.md5 == file.md5
    why = (
        "md5 of the unpacked content is that of the published file"
        if same
        else f"md5 of the unpacked content is {content.md5}, published is {file.md5}"
    )
    return Source(file.role, path.name, content.md5, content.sha256, same, why)


def inspect(folder: Path) -> tuple[Finding, ...]:
    """All four published files, in the order of `PUBLISHED`."""
    if not os.path.isdir(folder):
        raise InputError(f"{folder} is not a folder")
    return tuple(_inspect(folder, file) for file in PUBLISHED)


def _inspect(folder: Path, file: Published) -> Finding:
    path = find(folder, file)
    if path is None:
        return Finding(file.role, "missing", None, None, None, f"no {file.name} or {file.name}.gz")
    try:
        source = judged(path, file, read_with_digests(path))
    except InputError as error:
        return Finding(file.role, "unreadable", path.name, None, None, str(error))
    status = "canonical" if source.canonical else "not canonical"
    return Finding(file.role, status, source.name, source.md5, source.sha256, source.why)


def cache_folder() -> Path:
    """The default folder of `data fetch`: a folder in the platform's cache folder."""
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "mondeq-ref" / "mnist"


def mnist_folder() -> Path:
    """The folder in the variable MONDEQ_MNIST, or if it is not set the cache folder.

    InputError if that folder has none of the four files."""
    named = os.environ.get(VARIABLE)
    folder = Path(named) if named else cache_folder()
    if any(find(folder, file) for file in PUBLISHED):
        return folder
    place = f"{VARIABLE} ({folder})" if named else f"{folder} ({VARIABLE} is not set)"
    raise InputError(
        f"MNIST is not in {place}: give its folder instead of mnist, set {VARIABLE}, or run"
        " `mondeq-ref data fetch` (glyphs instead of mnist needs no download)"
    )
