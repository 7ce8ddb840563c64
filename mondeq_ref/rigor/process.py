"""Two settings of the whole process that numbers depend on: FLINT's precision and BLAS's threads.

Sums of floats depend on how many threads share them, so whatever makes numbers holds BLAS to
one.  Both settings belong to the process and not to a thread: what one thread gives back,
another may still be using.  So precision is used by one thread at a time, and the limit on
BLAS is lifted by the last of those who asked for it.
"""

from collections.abc import Generator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from threading import Lock, RLock
from typing import TYPE_CHECKING, Any

from flint import ctx

if TYPE_CHECKING:
    from threadpoolctl import ThreadpoolController

_PRECISION = RLock()  # as global as the setting that it guards


@contextmanager
def precision(bits: int) -> Generator[None]:
    """Arb computes with `bits` bits, in this thread, while others wait."""
    with _PRECISION, ctx.workprec(bits):
        yield


class _Shared:
    """How many are computing with one thread of BLAS, and what to give back at the end."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.users = 0
        self.limit: Any = None

    def enter(self) -> None:
        with self.lock:
            if self.users == 0:
                self.limit = _limited()
            self.users += 1

    def leave(self) -> None:
        with self.lock:
            self.users -= 1
            if self.users == 0 and self.limit is not None:
                _disown()
                self.limit.restore_original_limits()
                self.limit = None
                _disown()


def _limited() -> Any:
    """BLAS held to one thread; None where it is already, as one looks faster than one sets."""
    pools = [pool for pool in _controller().lib_controllers if pool.user_api == "blas"]
    if all(pool.num_threads == 1 for pool in pools):
        return None
    _disown()
    return _controller().limit(limits=1, user_api="blas")


_ONE_THREAD = _Shared()  # as global as the setting that it guards


@contextmanager
def one_thread() -> Generator[None]:
    """Numbers made inside do not depend on the number of cores."""
    _ONE_THREAD.enter()
    try:
        yield
    finally:
        _ONE_THREAD.leave()


@cache
def _controller() -> "ThreadpoolController":
    """The thread pools of this process, looked up once: that of NumPy and that of SciPy."""
    import_module("scipy.linalg")  # brings a BLAS of its own
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


def _disown() -> None:
    """Newer versions of threadpoolctl let only the thread that set a limit change it, silently;
    here the first sets it and the last lifts it, and they need not be the same thread."""
    for library in _controller().lib_controllers:
        clear: Any = getattr(library, "clear_controlling_thread", None)
        if clear is not None:
            clear(force=True)
