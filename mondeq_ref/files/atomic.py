"""Atomic writing: a file is written beside its target, then renamed over it."""

import os
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from mondeq_ref.arrays import InputError
from mondeq_ref.files.reading import AnyPath, shown


def write_atomically(path: AnyPath, data: bytes) -> None:
    """Write `data` to the file at `path`; on failure the file keeps its former content."""
    with replacing(path) as temporary:
        temporary.write_bytes(data)


def require_writable(path: AnyPath) -> None:
    """Raise InputError unless a file can be made beside `path` and renamed over it."""
    try:
        _new_file_beside(_regular_target(path)).unlink()
    except OSError as error:
        raise InputError(f"cannot write {shown(path)}: {shown(error.strerror or error)}") from None


@contextmanager
def replacing(path: AnyPath) -> Generator[Path]:
    """A temporary file in the target's folder, which becomes the target if the block ends well.

    The block does nothing but write that file: an OSError in it means that the target
    cannot be written.  Links are followed; pipes and devices are never replaced.
    """
    temporary = None
    try:
        target = _regular_target(path)
        temporary = _new_file_beside(target)
        yield temporary
        _flush_to_disk(temporary)
        if target.exists():
            shutil.copymode(target, temporary)
        os.replace(temporary, target)
    except OSError as error:
        raise InputError(f"cannot write {shown(path)}: {shown(error.strerror or error)}") from None
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def _regular_target(path: AnyPath) -> Path:
    try:
        target = Path(os.path.realpath(path))
        irregular = target.exists() and not target.is_file()
    except ValueError:  # a null byte or a lone surrogate
        raise InputError(f"cannot write {shown(path)}: that cannot be a file's name") from None
    if irregular:
        raise InputError(f"cannot write {shown(path)}: it is not a regular file")
    return target


def _new_file_beside(target: Path) -> Path:
    """Made by os.open, not tempfile, so that the user's umask decides who may read it."""
    temporary = target.with_name(f".{os.urandom(8).hex()}.tmp")
    os.close(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666))
    return temporary


def _flush_to_disk(path: Path) -> None:
    """Without it, a crash after the rename could leave the new name on an empty file."""
    with open(path, "rb+") as file:
        os.fsync(file.fileno())
