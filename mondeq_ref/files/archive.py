"""The entries of a zip file, read within a limit on memory.

`zipfile` has no limit in two places: it reads a directory of any length, and it inflates bzip2 and
LZMA entries to any length.  Here the length of the directory is limited, only stored and deflated
entries are opened, and the declared sizes of all entries are subtracted from one budget in advance.
The budget grows with the file: a few kilobytes cannot unfold to a gigabyte,
unless the size of the file is trusted.
"""

import struct
import zlib
from collections.abc import Generator
from contextlib import contextmanager
from os import SEEK_END
from typing import IO, BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from mondeq_ref.arrays import InputError
from mondeq_ref.files.reading import shown

ZIP_MAGIC = b"PK\x03\x04"
MAX_DIRECTORY_BYTES = 1 << 20  # room for some ten thousand entries; a checkpoint has dozens
MODEST = 1 << 24  # bytes that any file may unfold to
MOST_TIMES = 32  # times its own size; images of digits deflate to a twentieth
ENCRYPTED = 0x1

# What zipfile raises on damaged or unusual files; RuntimeError: encrypted, ValueError: bad names.
_ZIP_DAMAGE = (
    BadZipFile,
    EOFError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
    struct.error,
    zlib.error,
)


def budget(size: int, most: int, *, trust_size: bool) -> int:
    """The number of bytes to which a compressed file of this size may unfold."""
    return most if trust_size else min(most, max(MODEST, MOST_TIMES * size))


class Archive:
    """A zip file open for reading, with a budget of bytes its entries may unfold to."""

    def __init__(self, file: BinaryIO, most: int, *, trust_size: bool = False) -> None:
        directory = _Capped(file)
        with _damage_refused("the zip directory"):
            self._zip = ZipFile(directory)
        directory.most = most
        size = file.seek(0, SEEK_END)
        self._left = self._most = budget(size, most, trust_size=trust_size)
        self._entries = {entry.filename: entry for entry in self._zip.infolist()}
        if len(self._entries) != len(self._zip.infolist()):
            raise InputError("the zip file names an entry twice")

    @property
    def names(self) -> list[str]:
        return list(self._entries)

    def size(self, name: str) -> int:
        """The length the entry declares; reading never gives more."""
        return self._entry(name).file_size

    def is_compressed(self, name: str) -> bool:
        return self._entry(name).compress_type != ZIP_STORED

    def read(self, name: str) -> bytes:
        """The whole entry, as long as declared."""
        with self.opened(name) as stream:
            data = stream.read(self.size(name))
        if len(data) != self.size(name):
            raise InputError(f"the zip entry {shown(name)} is shorter than declared")
        return data

    @contextmanager
    def opened(self, name: str) -> Generator[IO[bytes]]:
        """The entry as a stream, after its declared length was charged to the budget."""
        entry = self._entry(name)
        if entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED) or entry.flag_bits & ENCRYPTED:
            raise InputError(f"the zip entry {shown(name)} is neither stored nor deflated")
        self._left -= entry.file_size
        if self._left < 0:
            raise InputError(
                f"its entries unfold to more than {self._most} bytes, the most for a compressed "
                "file of this size (--trust-size lifts this limit up to 1 GiB)"
            )
        with _damage_refused(f"the zip entry {shown(name)}"), self._zip.open(entry) as stream:
            yield stream

    def _entry(self, name: str) -> ZipInfo:
        if name not in self._entries:
            raise InputError(f"the zip file has no entry {shown(name)}")
        return self._entries[name]


class _Capped:
    """A file that raises InputError for reads of more than `most` bytes."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.most = MAX_DIRECTORY_BYTES

    def read(self, size: int = -1, /) -> bytes:
        data = self._file.read(self.most + 1 if size < 0 else min(size, self.most + 1))
        if len(data) > self.most:
            raise InputError(f"a part of the zip file is longer than {self.most} bytes")
        return data

    def seek(self, offset: int, whence: int = 0, /) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def seekable(self) -> bool:
        return True


@contextmanager
def _damage_refused(part: str) -> Generator[None]:
    try:
        yield
    except InputError:
        raise
    except _ZIP_DAMAGE as error:
        raise InputError(f"{part} is damaged ({shown(error) or type(error).__name__})") from None
