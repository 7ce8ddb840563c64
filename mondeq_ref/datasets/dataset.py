"""Labeled images, with the files from which they were read."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mondeq_ref.arrays import InputError, Integers


@dataclass(frozen=True)
class Source:
    """One file (or the bytes of drawn images) and whether it is the published one."""

    role: str  # "train images", "test labels", ...
    name: str
    md5: str  # of the unpacked content
    sha256: str
    canonical: bool
    why: str


@dataclass(frozen=True)
class Provenance:
    """The origin of images in one line, and their files."""

    origin: str
    sources: tuple[Source, ...]

    @property
    def canonical(self) -> bool:
        return all(source.canonical for source in self.sources)

    def describe(self) -> str:
        verdict = "canonical" if self.canonical else "not canonical"
        doubts = [f"{source.name}: {source.why}" for source in self.sources if not source.canonical]
        return f"{self.origin} ({'; '.join([verdict, *doubts])})"


@dataclass(frozen=True, eq=False)
class Dataset:
    """Images (N, rows, columns) or (N, d) of uint8 with one label each; read-only."""

    name: str
    split: str
    images: NDArray[np.uint8]
    labels: Integers
    provenance: Provenance

    def __len__(self) -> int:
        return len(self.labels)


def labeled(
    name: str, split: str, images: NDArray[Any], labels: NDArray[Any], provenance: Provenance
) -> Dataset:
    """The dataset of these images and labels; InputError if they do not fit together."""
    if images.dtype != np.uint8 or images.ndim not in (2, 3):
        came = f"{images.dtype} of shape {images.shape}"
        raise InputError(f"{name}: {split} images must be bytes in 2 or 3 dimensions, got {came}")
    if labels.dtype.kind not in "ui" or labels.ndim != 1 or (labels < 0).any():
        came = f"{labels.dtype} of shape {labels.shape}"
        raise InputError(
            f"{name}: {split} labels must be a list of nonnegative integers, got {came}"
        )
    if len(images) != len(labels):
        raise InputError(f"{name}: {len(images)} {split} images but {len(labels)} labels")
    if images.size == 0:
        raise InputError(f"{name}: the {split} split has no pixels: shape {images.shape}")
    pixels = np.ascontiguousarray(images)
    numbers = np.asarray(labels).astype(np.int64)
    pixels.setflags(write=False)
    numbers.setflags(write=False)
    return Dataset(name, split, pixels, numbers, provenance)
