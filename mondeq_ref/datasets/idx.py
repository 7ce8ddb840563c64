"""IDX files, the format MNIST is published in, plain or gzipped.

A header (two zero bytes, a type, the number of dimensions, big-endian extents) declares how many
bytes follow.  A file is read only if exactly that many follow.  Before memory is allocated, the
declared length is compared with a limit and with the size of a plain file; a gzip stream is
unpacked in pieces and raises InputError as soon as it exceeds the declared length.
"""

import gzip
import hashlib
import struct
import zlib
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from mondeq_ref.arrays import InputError
from mondeq_ref.files.elements import check_shape

LARGEST = 2**28  # bytes of content; the largest MNIST-like set of 28 x 28 digits has 188 million
MOST_DIMENSIONS = 4
PIECE = 2**20
TYPES = {0x08: "u1", 0x09: "i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
GZIP_MAGIC = b"\x1f\x8b"


@dataclass(frozen=True, eq=False)
class IdxContent:
    """The array of a file and the digests of its unpacked bytes, header included."""

    array: NDArray[Any]
    md5: str
    sha256: str


def read_idx(path: str | Path, largest: int = LARGEST) -> NDArray[Any]:
    """The array in an IDX file, read-only, in native byte order; gzip is recognized by content."""
    return read_with_digests(path, largest).array


def read_with_digests(path: str | Path, largest: int = LARGEST) -> IdxContent:
    path = Path(path)
    try:
        if not path.is_file():
            raise InputError(f"{path} is not a file")
        with path.open("rb") as raw:
            packed = raw.read(len(GZIP_MAGIC)) == GZIP_MAGIC
            raw.seek(0)
            if packed:
                with gzip.GzipFile(fileobj=raw) as stream:
                    return _content(path, stream, None, largest)
            return _content(path, raw, path.stat().st_size, largest)
    except (gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise InputError(f"{path} is a damaged gzip file ({error})") from None
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror or error})") from None


def _content(
    path: Path, stream: IO[bytes] | gzip.GzipFile, size: int | None, largest: int
) -> IdxContent:
    header, dtype, shape = _header(path, stream)
    check_shape(str(path), shape)
    wanted = dtype.itemsize * prod(shape)
    if wanted > largest:
        raise InputError(f"{path} declares {wanted} bytes of data, the limit is {largest}")
    if size is not None and size != len(header) + wanted:
        came = size - len(header)
        raise InputError(f"{path} declares {wanted} bytes of data but holds {came}")
    data = bytearray()
    while piece := stream.read(min(PIECE, wanted + 1 - len(data))):
        data += piece
        if len(data) > wanted:
            raise InputError(f"{path} has more than the {wanted} bytes of data that it declares")
    if len(data) < wanted:
        raise InputError(f"{path} declares {wanted} bytes of data but holds {len(data)}")
    md5 = hashlib.md5(header, usedforsecurity=False)
    sha256 = hashlib.sha256(header)
    md5.update(data)
    sha256.update(data)
    array = np.frombuffer(data, dtype=dtype).reshape(shape)
    array = array.astype(dtype.newbyteorder("="), copy=False)
    array.setflags(write=False)
    return IdxContent(array, md5.hexdigest(), sha256.hexdigest())


def _header(
    path: Path, stream: IO[bytes] | gzip.GzipFile
) -> tuple[bytes, np.dtype[Any], tuple[int, ...]]:
    magic = stream.read(4)
    if len(magic) < 4 or magic[:2] != b"\0\0" or magic[2] not in TYPES:
        raise InputError(f"{path} is not an IDX file: it begins with {magic.hex() or 'nothing'}")
    dimensions = magic[3]
    if not 1 <= dimensions <= MOST_DIMENSIONS:
        wanted = f"1 to {MOST_DIMENSIONS}"
        raise InputError(f"{path} must have {wanted} dimensions, it declares {dimensions}")
    extents = stream.read(4 * dimensions)
    if len(extents) < 4 * dimensions:
        raise InputError(f"{path} ends inside its header")
    return magic + extents, np.dtype(TYPES[magic[2]]), struct.unpack(f">{dimensions}I", extents)
