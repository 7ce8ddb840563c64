"""Checks of output paths, made before any work starts.

An output that is also an input or another output raises InputError.
"""

import os
from collections.abc import Iterable
from pathlib import Path

from mondeq_ref.arrays import InputError
from mondeq_ref.files.atomic import require_writable
from mondeq_ref.files.reading import AnyPath, shown


def probe(outputs: Iterable[AnyPath | None], inputs: Iterable[AnyPath | None] = ()) -> None:
    """Raise InputError unless every output can be written and is no input and no other output."""
    read = {_identity(path) for path in inputs if path is not None}
    written = set[object]()
    for path in outputs:
        if path is None:
            continue
        require_writable(path)
        identity = _identity(path)
        if identity in read:
            raise InputError(f"cannot write {shown(path)}: it is also an input")
        if identity in written:
            raise InputError(f"cannot write {shown(path)}: it is also another output")
        written.add(identity)


def probe_folder(folder: AnyPath, files: Iterable[str] = (), folders: Iterable[str] = ()) -> None:
    """Make the folder, and raise InputError unless these files and folders fit into it."""
    for inner in ("", *folders):
        path = Path(folder) / inner
        try:
            path.mkdir(parents=True, exist_ok=True)
        except (FileExistsError, NotADirectoryError):
            raise InputError(f"cannot write into {shown(path)}: it is not a folder") from None
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "that cannot be the name of a folder"
            raise InputError(f"cannot write into {shown(path)}: {reason}") from None
        require_writable(path / ".probe")
    probe(Path(folder) / name for name in files)


def _identity(path: AnyPath) -> object:
    """A value that is equal for all paths of one file, also of a file that does not exist yet."""
    try:
        found = os.stat(path)
    except OSError:
        return os.path.realpath(path)
    except ValueError:  # no file can have that name
        return os.fspath(path)
    return found.st_dev, found.st_ino
