"""MATLAB's .mat files of version 5: numeric arrays by name, without other objects.

`scipy.io` is not used, because it builds the structs, cells and objects in a file.  A file is a
header of 128 bytes and elements, each a tag (type, bytes) and its data, padded to 8 bytes; an
array is an element of such elements, perhaps compressed.  Sizes are checked before memory is
allocated.
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from mondeq_ref.arrays import InputError
from mondeq_ref.files.archive import budget
from mondeq_ref.files.elements import check_shape
from mondeq_ref.files.reading import MAX_BYTES, AnyPath, opened, shown, size_of

HEADER_BYTES = 128
VERSION_5, VERSION_7_3 = 0x0100, 0x0200
COMPRESSED, MATRIX = 15, 14
INT8, INT32, UINT32 = 1, 5, 6
NUMBERS = {
    1: "i1",
    2: "u1",
    3: "i2",
    4: "u2",
    5: "i4",
    6: "u4",
    7: "f4",
    9: "f8",
    12: "i8",
    13: "u8",
}
CLASSES = {
    6: "f8",
    7: "f4",
    8: "i1",
    9: "u1",
    10: "i2",
    11: "u2",
    12: "i4",
    13: "u4",
    14: "i8",
    15: "u8",
}
OTHERS = {1: "a cell array", 2: "a struct", 3: "an object", 4: "text", 5: "a sparse matrix"}
COMPLEX = 0x08
MAX_NAME = 63


def is_mat(start: bytes) -> bool:
    """Whether these first bytes are those of a .mat file of version 5 or 7.3."""
    return len(start) >= HEADER_BYTES and start[126:128] in (b"IM", b"MI")


def read_mat(path: AnyPath, *, trust_size: bool = False) -> dict[str, NDArray[Any]]:
    """The arrays by name, as matrices."""
    with opened(path) as file:
        if size_of(file) > MAX_BYTES:
            raise InputError(f"it is larger than {MAX_BYTES} bytes")
        order = _order(file.read(HEADER_BYTES))
        left = budget(size_of(file), MAX_BYTES, trust_size=trust_size)
        found: dict[str, NDArray[Any]] = {}
        for name, array in _arrays(file, order, left):
            if name in found:
                raise InputError(f"it has two arrays named {shown(name)}")
            found[name] = array
        return found


def _order(header: bytes) -> str:
    if not is_mat(header):
        raise InputError("it is not a .mat file of version 5")
    order = "<" if header[126:128] == b"IM" else ">"
    version = int(np.frombuffer(header[124:126], f"{order}u2")[0])
    if version == VERSION_7_3:
        raise InputError("it is a .mat file of version 7.3: save it with save(..., '-v7')")
    if version != VERSION_5:
        raise InputError(f"it is a .mat file of version {version:#06x}, wanted 0x0100")
    return order


def _arrays(file: BinaryIO, order: str, left: int) -> Iterator[tuple[str, NDArray[Any]]]:
    while tag := file.read(8):
        if len(tag) < 8:
            raise InputError("it ends within a tag")
        kind, size = (int(word) for word in np.frombuffer(tag, f"{order}u4"))
        data = file.read(min(size, MAX_BYTES))
        if len(data) != size:
            raise InputError("it ends within an array")
        if kind == COMPRESSED:
            data = _unfolded(data, left)
            kind, size = (int(word) for word in np.frombuffer(data[:8], f"{order}u4"))
            data = data[8:]
            if len(data) != size:
                raise InputError("its compressed array has another length than its tag says")
        left -= len(data)
        if kind != MATRIX or left < 0:
            raise InputError(f"an array was wanted, got an element of type {kind}")
        yield _array(data, order)


def _unfolded(data: bytes, most: int) -> bytes:
    stream = zlib.decompressobj()
    try:
        found = stream.decompress(data, max(most, 1))  # 0 would mean without a limit
    except zlib.error as error:
        raise InputError(f"its compressed array is damaged ({shown(error)})") from None
    if not stream.eof or len(found) < 8:
        raise InputError(
            "its compressed array is cut short, or unfolds to too much "
            "(--trust-size lifts that limit)"
        )
    return found


@dataclass
class _Elements:
    """The elements of an array, one after the other."""

    data: bytes
    order: str
    at: int = 0

    def next(self) -> tuple[int, bytes]:
        """Type and data; where a tag's upper half is not 0, four bytes follow within it."""
        if self.at + 8 > len(self.data):
            raise InputError("its array ends within a tag")
        words = np.frombuffer(self.data, f"{self.order}u4", 2, self.at)
        kind, size = int(words[0]), int(words[1])
        start = self.at + 8
        if kind >> 16:
            kind, size, start = kind & 0xFFFF, kind >> 16, self.at + 4
            if size > 4:
                raise InputError("its array has a short element that is too long")
            self.at += 8
        else:
            self.at = start + -(-size // 8) * 8
        if start + size > len(self.data):
            raise InputError("its array has an element that is cut short")
        return kind, self.data[start : start + size]

    def numbers(self, wanted: int, name: str) -> NDArray[Any]:
        kind, data = self.next()
        if kind != wanted or len(data) % np.dtype(NUMBERS[wanted]).itemsize:
            raise InputError(f"its array has damaged {name}")
        return np.frombuffer(data, self.order + NUMBERS[wanted])


def _array(data: bytes, order: str) -> tuple[str, NDArray[Any]]:
    elements = _Elements(data, order)
    flags = elements.numbers(UINT32, "flags")
    if len(flags) != 2:
        raise InputError("its array has damaged flags")
    kind, more = int(flags[0]) & 0xFF, int(flags[0]) >> 8
    shape = [int(n) for n in elements.numbers(INT32, "dimensions")]
    name = elements.numbers(INT8, "name").tobytes()[:MAX_NAME].decode("ascii", "replace")
    if kind not in CLASSES or more & COMPLEX:
        came = "complex" if kind in CLASSES else OTHERS.get(kind, f"of class {kind}")
        raise InputError(f"{shown(name)} must be an array of real numbers, it is {came}")
    if len(shape) != 2:
        raise InputError(f"{shown(name)} must be a matrix, it has {len(shape)} dimensions")
    check_shape(name, shape)
    stored, numbers = elements.next()
    if stored not in NUMBERS or len(numbers) != prod(shape) * np.dtype(NUMBERS[stored]).itemsize:
        raise InputError(f"{shown(name)} has another number of entries than its shape says")
    found = np.frombuffer(numbers, order + NUMBERS[stored]).reshape(shape, order="F")
    return name, _converted(name, found, CLASSES[kind])


def _converted(name: str, stored: NDArray[Any], dtype: str) -> NDArray[Any]:
    """The numbers in the class of the array, for which MATLAB may store a shorter integer type.

    InputError if the class cannot represent them."""
    with np.errstate(over="ignore", invalid="ignore"):
        made = np.ascontiguousarray(stored, dtype=dtype)
        same = np.array_equal(made.astype(stored.dtype), stored, equal_nan=stored.dtype.kind == "f")
    if not same:
        raise InputError(f"{shown(name)} has entries that its class cannot hold")
    return made
