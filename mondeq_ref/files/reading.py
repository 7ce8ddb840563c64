"""Opening of regular files; every failure is an InputError of one line."""

import os
import stat
from collections.abc import Generator
from contextlib import contextmanager
from typing import BinaryIO

from mondeq_ref.errors import InputError

MAX_BYTES = 1 << 30  # no file read at once may unfold to more than 1 GiB

AnyPath = str | os.PathLike[str]


@contextmanager
def opened(path: AnyPath) -> Generator[BinaryIO]:
    """The open file; an InputError inside the block is raised again with the name of the file.

    Pipes and devices raise InputError, because they can block or have no end.
    """
    try:
        with open(_regular(path), "rb") as file:
            yield file
    except InputError as refusal:
        raise InputError(f"cannot read {shown(path)}: {refusal}") from None
    except OSError as error:
        raise InputError(f"cannot read {shown(path)}: {shown(error.strerror or error)}") from None


def _regular(path: AnyPath) -> AnyPath:
    try:
        mode = os.stat(path).st_mode
    except ValueError:  # a null byte or a lone surrogate
        raise InputError("that cannot be the name of a file") from None
    if not stat.S_ISREG(mode):
        raise InputError("it is not a regular file")
    return path


def size_of(file: BinaryIO) -> int:
    return os.fstat(file.fileno()).st_size


def shown(text: object, most: int = 200) -> str:
    """The text for one line of a terminal: printable, and cut to `most` characters."""
    printable = "".join(c if c.isprintable() else "?" for c in str(text)[: most + 1])
    return printable if len(printable) <= most else printable[: most - 3] + "..."
