"""How every kernel is compiled, in one place, typed as the Python function it is."""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from numba import njit

F = TypeVar("F", bound=Callable[..., object])


def digest(folder: Path) -> str:
    """Of all sources in a folder."""
    sources = [path.read_bytes() for path in sorted(folder.glob("*.py"))]
    return sha256(b"\0".join(sources)).hexdigest()


SOURCES = digest(Path(__file__).parent)


def compiled(function: F) -> F:
    """Serial, without the GIL, cached, IEEE arithmetic as written.

    Numba keeps a compiled kernel until its own file changes.  Ours are kept until any file of
    kernels does, since what they call and their instructions are compiled into them.
    """
    made: Any = njit(cache=True, nogil=True, fastmath=False, error_model="numpy")(function)
    if made is not function:  # without the JIT it is
        made._cache._cache_file._source_stamp = SOURCES
    return made
