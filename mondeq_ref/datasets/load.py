"""`load`: a dataset by its name or its folder."""

import hashlib
import os
from pathlib import Path
from typing import cast

import numpy as np

from mondeq_ref.arrays import InputError
from mondeq_ref.datasets import mnist
from mondeq_ref.datasets.dataset import Dataset, Provenance, Source, labeled
from mondeq_ref.datasets.idx import LARGEST, read_with_digests

SPLITS = ("train", "test")
GLYPHS = {"train": 12_000, "test": 2_000}  # default numbers of images
MOST_GLYPHS = LARGEST // 28**2


def load(
    dataset: str | Path, split: str = "train", limit: int | None = None, seed: int = 0
) -> Dataset:
    """`mnist`, `glyphs`, or the folder of IDX files `dataset` names; its first `limit` images.

    For a folder `limit` is a maximum; for glyphs it is the number of images drawn.  `seed` affects
    only glyphs.  A folder named mnist or glyphs is given as ./mnist or ./glyphs.
    """
    if split not in SPLITS:
        raise InputError(f"split must be train or test, got {split}")
    if limit is not None and limit < 1:
        raise InputError(f"limit must be at least 1, got {limit}")
    if dataset == "glyphs":
        return _glyphs(split, GLYPHS[split] if limit is None else limit, seed)
    if dataset == "mnist":
        return _folder("mnist", mnist.mnist_folder(), split, limit)
    folder = Path(dataset)
    if not os.path.isdir(folder):
        raise InputError(f"dataset must be mnist, glyphs or a folder, got {dataset}")
    return _folder(str(dataset), folder, split, limit)


def _folder(name: str, folder: Path, split: str, limit: int | None) -> Dataset:
    sources: list[Source] = []
    arrays: list[np.ndarray] = []
    for file in mnist.published(cast(mnist.Split, split)):
        path = mnist.find(folder, file)
        if path is None:
            raise InputError(f"{folder} has no {file.name} (with or without .gz)")
        content = read_with_digests(path)
        sources.append(mnist.judged(path, file, content))
        arrays.append(content.array)
    images, labels = arrays
    provenance = Provenance(f"{split} split in IDX files", tuple(sources))
    whole = labeled(name, split, images, labels, provenance)
    if limit is None or limit >= len(whole):
        return whole
    return labeled(name, split, images[:limit].copy(), labels[:limit], provenance)


def _glyphs(split: str, count: int, seed: int) -> Dataset:
    from mondeq_ref.datasets.glyphs import draw_glyphs

    if seed < 0:
        raise InputError(f"seed must be nonnegative, got {seed}")
    if count > MOST_GLYPHS:
        raise InputError(f"at most {MOST_GLYPHS} glyphs are drawn at once, got {count}")
    images, labels = draw_glyphs(count, seed, SPLITS.index(split))
    origin = f"glyphs, {split} split, seed {seed}: drawn from the fonts that matplotlib carries"
    sources = tuple(
        _drawn(f"{split} {what}", array)
        for what, array in (("images", images), ("labels", labels.astype(np.uint8)))
    )
    return labeled("glyphs", split, images, labels, Provenance(origin, sources))


def _drawn(role: str, array: np.ndarray) -> Source:
    content = array.tobytes()
    md5 = hashlib.md5(content, usedforsecurity=False).hexdigest()
    why = "drawn here: nobody published it"
    return Source(role, "", md5, hashlib.sha256(content).hexdigest(), False, why)
