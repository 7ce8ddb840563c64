"""Operators and inputs, read from files.

Inputs are injections c or vectors x; the key of the array in the file determines which, never its
shape.  Inputs are read in blocks, so that they may exceed the memory.
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from mondeq_ref.arrays import InputError, Integers, frozen
from mondeq_ref.datasets.normalization import MEAN, STD, normalize
from mondeq_ref.files.checkpoint import checkpoint_in, is_quantized, read_arrays
from mondeq_ref.files.layouts import Checkpoint
from mondeq_ref.files.npz import read_npy, read_npz
from mondeq_ref.files.reading import opened
from mondeq_ref.inputs import Injections, given, inject
from mondeq_ref.operator import Factors, Head, Operator

Kind = Literal["x", "c"]
KINDS: Mapping[str, Kind] = {"x": "x", "c": "c"}
ZIP_START = b"PK"
MOST_CLASSES = 2**31
NPY_START = b"\x93NUMPY"


def load_operator(
    path: str, layout: str | None = None, margin: float | None = None, *, trust_size: bool = False
) -> Operator:
    """The operator in an .npz, .safetensors, .mat or .pt file."""
    return operator_and_layout(path, layout, margin, trust_size=trust_size)[0]


def operator_and_layout(
    path: str, layout: str | None = None, margin: float | None = None, *, trust_size: bool = False
) -> tuple[Operator, str]:
    """The operator and the name of its layout, `quantized` for files of `quantize --out`."""
    stored = read_arrays(path, trust_size=trust_size)
    if is_quantized(stored):
        from mondeq_ref.files.quantized import quantized_operator

        if layout is not None or margin is not None:
            raise InputError(f"{path} contains codes: leave out --layout and --margin")
        return quantized_operator(path, stored), "quantized"
    checkpoint = checkpoint_in(path, stored, layout, margin)
    return operator_of(checkpoint), checkpoint.layout


def operator_of(checkpoint: Checkpoint) -> Operator:
    stored: Any = checkpoint  # which has all of A, S and m where it has no W, and d where it has V
    head = None if stored.V is None else Head(stored.V, stored.d)
    if stored.W is not None:
        return Operator(stored.W, stored.U, stored.b, head=head, stored=stored.dtype)
    factors = Factors(stored.A, stored.S, stored.m)
    return factors.operator(stored.U, stored.b, head=head, stored=stored.dtype)


def checkpoint_of(operator: Operator) -> Checkpoint:
    """The operator as it is written to a file: its factors where it has them, else W."""
    if operator.exact_weights is not None:
        raise InputError("no checkpoint can hold these weights: no array of floats equals them")
    head, factors = operator.head, operator.factors
    held: dict[str, Any] = {} if head is None else {"V": head.V, "d": head.d}
    held |= {"W": operator.W} if factors is None else {n: getattr(factors, n) for n in "ASm"}
    return Checkpoint("ours", operator.U, operator.b, dtype=operator.stored, **held)


@dataclass(frozen=True, eq=False)
class Inputs:
    """Rows to solve for: injections (`c`), vectors (`x`), or images still to be normalized."""

    kind: Kind
    rows: NDArray[Any]  # float rows, or uint8 images; perhaps mapped from disk
    labels: Integers | None
    digest: str  # SHA-256 of the file's bytes, or of the rows that were drawn
    source: str
    mean: float = MEAN
    std: float = STD

    def __len__(self) -> int:
        return len(self.rows)

    def injections(self, operator: Operator, which: slice = slice(None)) -> Injections:
        """These rows as injections of `operator`."""
        rows = self.numbers(which)
        if self.kind == "c":
            return given(rows, operator.n)
        return inject(operator, rows)

    def numbers(self, which: slice = slice(None)) -> NDArray[Any]:
        """These rows as floats: images are normalized."""
        rows = self.rows[which]
        return normalize(rows, self.mean, self.std) if self.rows.dtype == np.uint8 else rows

    def blocks(self, operator: Operator, size: int) -> Iterator[Injections]:
        """The injections of all rows, `size` rows at a time."""
        for start in range(0, len(self), size):
            yield self.injections(operator, slice(start, start + size))


def rows_of(operator: Operator, inputs: Any, labels: Any = None) -> Inputs:
    """Rows x or c for this operator, with labels where they are given."""
    if isinstance(inputs, Inputs):
        return inputs
    if isinstance(inputs, Injections):
        kind, rows = "c", frozen("inputs", inputs.c, (None, operator.n))
    else:
        kind, rows = "x", frozen("inputs", inputs, (None, operator.d))
    return Inputs(kind, rows, labels, sha256(rows.tobytes()).hexdigest(), "inputs")


def load_inputs(
    source: str,
    labels: str | None = None,
    *,
    mean: float | None = None,
    std: float | None = None,
    limit: int | None = None,
    seed: int = 0,
    split: str = "test",
    trust_size: bool = False,
) -> Inputs:
    """An .npz with `x` or `c` (and `labels`), x=FILE.npy or c=FILE.npy, an IDX image file, a
    folder of IDX files, or the name of a dataset (mnist, glyphs); `split` is of these two."""
    if not source:
        raise InputError("--inputs must name a file, a folder or a dataset, got nothing")
    if limit is not None and limit < 1:
        raise InputError(f"--limit must be at least 1, got {limit}")
    kind, rows, found, digest = _rows(source, limit, seed, split, trust_size=trust_size)
    if labels is not None:
        found = _labels(labels, trust_size=trust_size)
    if limit is not None:
        rows, found = rows[:limit], None if found is None else found[:limit]
    if found is not None and len(found) != len(rows):
        raise InputError(f"{len(rows)} inputs but {len(found)} labels")
    if len(rows) == 0:
        raise InputError(f"{source} holds no inputs")
    pixels = MEAN if mean is None else mean, STD if std is None else std
    return Inputs(kind, rows, found, digest, source, *pixels)


def _rows(
    source: str, limit: int | None, seed: int, split: str, *, trust_size: bool
) -> tuple[Kind, NDArray[Any], Integers | None, str]:
    if source in ("mnist", "glyphs") or os.path.isdir(source):
        from mondeq_ref.datasets.load import load

        dataset = load(source, split, limit, seed)
        digest = sha256(dataset.images.tobytes()).hexdigest()
        return "x", dataset.images, dataset.labels, digest
    key, separator, path = source.partition("=")
    kind = KINDS.get(key)
    if separator and kind is not None and not os.path.exists(source):
        array = read_npy(path)
        if array.ndim != 2 or array.dtype.kind not in "fiu":
            raise InputError(
                f"{path} must hold a matrix of numbers, got {array.dtype} of shape {array.shape}"
            )
        return kind, _numbers(kind, array), None, file_digest(path)
    start = _first_bytes(source)
    if start.startswith(NPY_START):
        raise InputError(f"an .npy file has no key x or c: use x={source} or c={source}")
    if start.startswith(ZIP_START):
        return _from_npz(source, trust_size=trust_size)
    from mondeq_ref.datasets.idx import read_idx

    images = read_idx(source)
    if images.dtype != np.uint8 or images.ndim < 2:
        raise InputError(f"{source} must hold images, got {images.dtype} of shape {images.shape}")
    return "x", images, None, file_digest(source)


def _from_npz(path: str, *, trust_size: bool) -> tuple[Kind, NDArray[Any], Integers | None, str]:
    arrays = read_npz(path, trust_size=trust_size)
    kinds = [key for key in KINDS if key in arrays]
    if len(kinds) != 1:
        held = ", ".join(sorted(arrays)) or "nothing"
        raise InputError(f"{path} must hold exactly one of the arrays x and c, it holds {held}")
    rows = arrays[kinds[0]]
    if rows.ndim != 2 or rows.dtype.kind not in "fiu":
        raise InputError(
            f"{kinds[0]} in {path} must be a matrix of numbers, got shape {rows.shape}"
        )
    labels = _checked_labels(arrays["labels"], path) if "labels" in arrays else None
    return KINDS[kinds[0]], _numbers(kinds[0], rows), labels, file_digest(path)


def _numbers(kind: str, rows: NDArray[Any]) -> NDArray[Any]:
    """Whole numbers as floats: uint8 rows are numbers here, not pixels."""
    return frozen(kind, rows, (None, None)) if rows.dtype.kind in "iu" else rows


def _labels(path: str, *, trust_size: bool) -> Integers:
    start = _first_bytes(path)
    if start.startswith(ZIP_START):
        arrays = read_npz(path, trust_size=trust_size)
        if "labels" not in arrays:
            raise InputError(f"{path} holds no array named labels")
        return _checked_labels(arrays["labels"], path)
    if start.startswith(NPY_START):
        return _checked_labels(np.asarray(read_npy(path)), path)
    from mondeq_ref.datasets.idx import read_idx

    return _checked_labels(read_idx(path), path)


def _checked_labels(array: NDArray[Any], path: str) -> Integers:
    if array.ndim != 1 or array.dtype.kind not in "iu" or (array.size and int(array.min()) < 0):
        raise InputError(
            f"labels in {path} must be a list of class numbers, got {array.dtype} "
            f"of shape {array.shape}"
        )
    if array.size and int(array.max()) > MOST_CLASSES:
        raise InputError(f"labels in {path} must be class numbers, got {int(array.max())}")
    return array.astype(np.int64)


def check_labels(inputs: Inputs, operator: Operator) -> None:
    """Raise InputError if a label is not a class of the head."""
    if operator.head is None or inputs.labels is None:
        return
    classes, largest = len(operator.head.d), int(inputs.labels.max(initial=0))
    if largest >= classes:
        raise InputError(f"labels must lie below {classes}, the classes of the head, got {largest}")


def file_digest(path: str) -> str:
    """SHA-256 of a file's bytes."""
    state = sha256()
    with opened(path) as file:
        while chunk := file.read(1 << 20):
            state.update(chunk)
    return state.hexdigest()


def _first_bytes(path: str) -> bytes:
    with opened(path) as file:
        return file.read(8)
