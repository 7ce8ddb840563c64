"""Labeled images: IDX folders, MNIST, and glyphs drawn by this package."""

from mondeq_ref.datasets.dataset import Dataset, Provenance, Source
from mondeq_ref.datasets.idx import read_idx
from mondeq_ref.datasets.load import load
from mondeq_ref.datasets.normalization import normalize

__all__ = ["Dataset", "Provenance", "Source", "load", "normalize", "read_idx"]
