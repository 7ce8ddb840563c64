"""Checkpoint files: the content determines the reader, the suffix determines the writer."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mondeq_ref.arrays import InputError
from mondeq_ref.files.archive import ZIP_MAGIC, Archive
from mondeq_ref.files.layouts import Checkpoint, recognized
from mondeq_ref.files.mat import HEADER_BYTES, is_mat, read_mat
from mondeq_ref.files.npz import npz_metadata, read_npz, write_npz
from mondeq_ref.files.reading import MAX_BYTES, AnyPath, opened, shown
from mondeq_ref.files.tensors import read_safetensors, safetensors_metadata, write_safetensors

DIGEST = "sha256"  # of everything else in a file of `quantize --out`, in its metadata
Stored = tuple[dict[str, NDArray[Any]], dict[str, str]]  # arrays by name, and texts beside them
_WRITERS = {".npz": write_npz, ".safetensors": write_safetensors}


def read_checkpoint(
    path: AnyPath,
    layout: str | None = None,
    margin: float | None = None,
    *,
    trust_size: bool = False,
) -> Checkpoint:
    """The operator stored in an .npz, .safetensors, .mat or PyTorch file, whatever its name."""
    return checkpoint_in(path, read_arrays(path, trust_size=trust_size), layout, margin)


def checkpoint_in(
    path: AnyPath, stored: Stored, layout: str | None = None, margin: float | None = None
) -> Checkpoint:
    """The same of what was read from `path`."""
    arrays, metadata = stored
    try:
        return recognized(arrays, layout, margin, metadata)
    except InputError as refusal:
        raise InputError(f"cannot use {shown(path)}: {refusal}") from None


def write_checkpoint(
    path: AnyPath, checkpoint: Checkpoint, metadata: Mapping[str, str] | None = None
) -> None:
    """Write the layout `ours`, each array in the stored dtype where that is exact, else float64."""
    write = _WRITERS.get(Path(path).suffix)
    if write is None:
        raise InputError(f"a checkpoint is written as {' or '.join(_WRITERS)}, got {shown(path)}")
    named = {name: getattr(checkpoint, name) for name in ("W", "A", "S", "m", "U", "b", "V", "d")}
    present = {name: np.asarray(value) for name, value in named.items() if value is not None}
    write(path, {n: _compact(array, checkpoint.dtype) for n, array in present.items()}, metadata)


def read_arrays(path: AnyPath, *, trust_size: bool = False) -> Stored:
    """The arrays of a file by name, and the texts beside them."""
    kind = _kind(path)
    if kind == "pt":
        from mondeq_ref.files.pt import read_pt

        return read_pt(path, trust_size=trust_size), {}
    if kind == "mat":
        return read_mat(path, trust_size=trust_size), {}
    if kind == "npz":
        return read_npz(path, trust_size=trust_size), npz_metadata(path)
    return read_safetensors(path), safetensors_metadata(path)


def is_quantized(stored: Stored) -> bool:
    """Whether a file contains the float arrays of an operator and their codes, or did once."""
    arrays, metadata = stored
    has_codes = any(name.startswith("codes.") for name in arrays)
    return "W" in arrays and (has_codes or {DIGEST, "quantizer"} <= metadata.keys())


def _kind(path: AnyPath) -> str:
    with opened(path) as file:
        start = file.read(HEADER_BYTES)
        if is_mat(start):
            return "mat"
        if start.startswith(ZIP_MAGIC):
            names = Archive(file, MAX_BYTES).names
            return "pt" if any(name.endswith("/data.pkl") for name in names) else "npz"
        from mondeq_ref.files.pt import LEGACY_START

        if start.startswith(LEGACY_START):
            return "pt"
        if start[8:9] == b"{":  # eight bytes of length, then JSON
            return "safetensors"
        raise InputError("it is not an .npz, .safetensors, .mat or PyTorch file")


def _compact(array: NDArray[Any], dtype: str) -> NDArray[Any]:
    with np.errstate(over="ignore"):  # what does not fit stays float64
        compact = array.astype(dtype)
    return compact if np.array_equal(compact, array) else array
