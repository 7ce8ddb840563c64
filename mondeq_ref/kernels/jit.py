"""How every kernel is compiled, in one place, typed as the Python function it is."""

from collections.abc import Callable
from typing import TypeVar

from numba import njit

F = TypeVar("F", bound=Callable[..., object])


def compiled(function: F) -> F:
    """Serial, without the GIL, cached, IEEE arithmetic as written."""
    return njit(cache=True, nogil=True, fastmath=False, error_model="numpy")(function)  # pyright: ignore[reportReturnType]
