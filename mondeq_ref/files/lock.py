"""A lock on an output file: two training runs with one output would mix their checkpoints."""

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from mondeq_ref.arrays import InputError
from mondeq_ref.files.reading import shown

try:
    import fcntl
except ImportError:  # Windows has no flock
    fcntl = None


@contextmanager
def only_writer(path: Path) -> Generator[None]:
    """Raise InputError if another process is inside such a block for the same path.

    The lock ends with the process, also if it is killed.  The hidden lock file is removed at the
    end of the block.
    """
    if fcntl is None:
        yield
        return
    lock = path.with_name(f".{path.name}.lock")
    try:
        descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o666)
    except OSError as error:
        raise InputError(f"cannot write {shown(lock)}: {error.strerror}") from None
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise InputError(f"another process is writing {shown(path)}") from None
        try:
            yield
        finally:
            lock.unlink(missing_ok=True)
    finally:
        os.close(descriptor)
