"""Two settings of the process on which results depend: FLINT's precision and BLAS's threads.

A sum of floats depends on the number of threads that compute it, so functions that compute results
limit BLAS to one thread.  Both settings belong to the process, not to a thread.  So one thread at a
time may set a precision, and the limit on BLAS ends when the last function that needs it returns.
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

_PRECISION = RLock()  # global, because the precision is


@contextmanager
def precision(bits: int) -> Generator[None]:
    """Arb computes with `bits` bits inside; other threads wait."""
    with _PRECISION, ctx.workprec(bits):
        yield


class _Shared:
    """The limit on BLAS and the number of its users."""

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
    """The limit of BLAS to one thread; None where BLAS has one already, since a test is faster."""
    pools = [pool for pool in _controller().lib_controllers if pool.user_api == "blas"]
    if all(pool.num_threads == 1 for pool in pools):
        return None
    _disown()
    return _controller().limit(limits=1, user_api="blas")


_ONE_THREAD = _Shared()  # global, because the number of threads is


@contextmanager
def one_thread() -> Generator[None]:
    """BLAS uses one thread inside, so that results do not depend on the number of cores."""
    _ONE_THREAD.enter()
    try:
        yield
    finally:
        _ONE_THREAD.leave()


@cache
def _controller() -> "ThreadpoolController":
    """The thread pools of this process, of NumPy and of SciPy, looked up once."""
    import_module("scipy.linalg")  # has a BLAS of its own
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


def _disown() -> None:
    """Let any thread change the limit.

    Newer versions of threadpoolctl ignore changes by any thread but the one that set the limit;
    here the first user sets it and the last ends it, perhaps in different threads."""
    for library in _controller().lib_controllers:
        clear: Any = getattr(library, "clear_controlling_thread", None)
        if clear is not None:
            clear(force=True)
