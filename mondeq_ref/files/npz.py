"""NumPy's files, without pickles: .npz archives of arrays by name, and single .npy arrays.

An array's header is read first; only if its shape accounts for exactly the bytes that
follow is anything as large as the array allocated.  Written archives are the same bytes for
the same arrays on every machine: sorted, stored, dated 1980.  The largest array may be written row
by row, so that it may exceed the memory.
"""

import io
import json
import warnings
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import prod
from tokenize import TokenError
from typing import IO, Any, Literal, cast
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import numpy as np
from numpy.lib import format as npy
from numpy.typing import ArrayLike, NDArray

from mondeq_ref.arrays import InputError
from mondeq_ref.files.archive import Archive
from mondeq_ref.files.atomic import replacing
from mondeq_ref.files.elements import check_shape, decoded, stored_as
from mondeq_ref.files.reading import MAX_BYTES, AnyPath, opened, shown, size_of

METADATA_ENTRY = "metadata.json"
MAX_METADATA_BYTES = 1 << 20
MAX_HEADER_BYTES = 1000  # NumPy writes 128; a short header cannot nest deep enough to hurt
MAX_ITEM_BYTES = 8  # wider floats are not the same number on every machine
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)

# What NumPy's parser of headers raises; it tokenizes Python, and a deep nest exhausts that.
_HEADER_DAMAGE = (
    MemoryError,
    RecursionError,
    SyntaxError,
    TokenError,
    TypeError,
    ValueError,
    Warning,
)


@dataclass(frozen=True)
class _Header:
    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    order: Literal["C", "F"]
    start: int  # where the numbers begin


def read_npz(
    path: AnyPath, most: int = MAX_BYTES, *, trust_size: bool = False
) -> dict[str, NDArray[Any]]:
    """The arrays of an .npz file by name, if together they unfold to at most `most` bytes."""
    with opened(path) as file:
        archive = Archive(file, most, trust_size=trust_size)
        return {
            name.removesuffix(".npy"): _array(archive, name)
            for name in archive.names
            if name != METADATA_ENTRY
        }


def npz_metadata(path: AnyPath) -> dict[str, str]:
    """The metadata that `write_npz` stored; empty if another program wrote the file."""
    with opened(path) as file:
        archive = Archive(file, MAX_METADATA_BYTES)
        if METADATA_ENTRY not in archive.names:
            return {}
        return text_pairs(archive.read(METADATA_ENTRY))


def read_npy(path: AnyPath) -> NDArray[Any]:
    """The array of an .npy file, mapped rather than loaded, so that it may exceed the memory."""
    with opened(path) as file:
        header = _header(file, size_of(file))
        if 0 in header.shape:
            return np.zeros(header.shape, header.dtype)
        return np.memmap(file, header.dtype, "r", header.start, header.shape, header.order)


def write_npz(
    path: AnyPath,
    arrays: Mapping[str, ArrayLike],
    metadata: Mapping[str, str] | None = None,
    *,
    deflated: bool = False,
) -> None:
    """Write arrays and metadata atomically; equal arrays and metadata give equal bytes (with the
    same zlib, where they are deflated)."""
    compression = ZIP_DEFLATED if deflated else ZIP_STORED
    with replacing(path) as temporary, ZipFile(temporary, "w", compression) as archive:
        _write_entries(archive, arrays, metadata or {})


def _write_entries(
    archive: ZipFile, arrays: Mapping[str, ArrayLike], metadata: Mapping[str, str]
) -> None:
    """Arrays and metadata as entries of an open archive."""
    if metadata:
        text = json.dumps(dict(metadata), sort_keys=True, indent=1)
        archive.writestr(_dated(METADATA_ENTRY), text.encode(), archive.compression)
    for name in sorted(arrays):
        content = io.BytesIO()
        npy.write_array(content, np.asarray(arrays[name]), (1, 0), allow_pickle=False)
        archive.writestr(_dated(f"{name}.npy"), content.getbuffer(), archive.compression)


@dataclass
class RowsFile:
    """The open archive: `append` rows until the declared number is written, then `finish`."""

    stream: IO[bytes]
    missing: int
    rest: dict[str, ArrayLike] = field(default_factory=dict[str, ArrayLike])
    metadata: dict[str, str] = field(default_factory=dict[str, str])

    def append(self, rows: NDArray[np.float64]) -> None:
        self.missing -= len(rows)
        self.stream.write(np.ascontiguousarray(rows, dtype="<f8").tobytes())

    def finish(self, arrays: Mapping[str, ArrayLike], metadata: Mapping[str, str]) -> None:
        """Set the other arrays and the metadata, which are written after the rows."""
        self.rest.update(arrays)
        self.metadata.update(metadata)


@contextmanager
def npz_rows(path: AnyPath, name: str, shape: tuple[int, int]) -> Generator[RowsFile]:
    """An open file for the rows of the array `name`, written atomically at the end."""
    with replacing(path) as temporary, ZipFile(temporary, "w") as archive:
        with archive.open(_dated(f"{name}.npy"), "w", force_zip64=True) as stream:
            header = {"descr": "<f8", "fortran_order": False, "shape": shape}
            npy.write_array_header_1_0(stream, header)
            file = RowsFile(stream, shape[0])
            yield file
        if file.missing:
            raise RuntimeError(f"{file.missing} rows of {name} were declared and not written")
        _write_entries(archive, file.rest, file.metadata)


def text_pairs(data: bytes) -> dict[str, str]:
    """A JSON object whose values are text."""
    try:
        pairs = json.loads(data)
    except (ValueError, RecursionError):
        raise InputError("its metadata is not JSON") from None
    if not isinstance(pairs, dict):
        raise InputError("its metadata is not a JSON object")
    pairs = cast("dict[str, object]", pairs)
    return {key: value for key, value in pairs.items() if isinstance(value, str)}


def _dated(name: str) -> ZipInfo:
    entry = ZipInfo(name, ZIP_EPOCH)
    entry.create_system = 3  # Unix, wherever it was written
    entry.external_attr = 0o644 << 16
    return entry


def _array(archive: Archive, name: str) -> NDArray[Any]:
    if not name.endswith(".npy"):
        raise InputError(f"its entry {shown(name)} is not a NumPy array")
    with archive.opened(name) as stream:
        header = _header(stream, archive.size(name))
        data = stream.read(archive.size(name) - header.start)
    if len(data) != archive.size(name) - header.start:
        raise InputError(f"its entry {shown(name)} is cut short")
    is_bool = header.dtype == np.bool_
    dtype = stored_as("bool") if is_bool else header.dtype
    array = np.ndarray(header.shape, dtype, data, order=header.order)
    return decoded(array.astype(dtype.newbyteorder("="), "C"), "bool" if is_bool else "")


def _header(stream: IO[bytes], size: int) -> _Header:
    """The checked header of the .npy file of `size` bytes that begins here."""
    shape, is_fortran, dtype = _parsed_header(stream)
    if dtype.kind not in "fiub" or dtype.itemsize > MAX_ITEM_BYTES:
        raise InputError(f"an array of real numbers was wanted, got dtype {shown(dtype)}")
    check_shape("its array", shape)
    start = stream.tell()
    if prod(shape) * dtype.itemsize != size - start:
        raise InputError("its array has another length than its shape says")
    return _Header(dtype, shape, "F" if is_fortran else "C", start)


def _parsed_header(stream: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    try:
        version = npy.read_magic(stream)
        if version not in ((1, 0), (2, 0)):  # version 3 is for the names of fields
            raise InputError(f"its array has version {version}, wanted 1.0 or 2.0")
        read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # headers by Python 2 and dtypes with retired names
            return read(stream, max_header_size=MAX_HEADER_BYTES)
    except InputError:
        raise
    except _HEADER_DAMAGE as error:
        raise InputError(f"its array's header is not NumPy's ({shown(error)})") from None
