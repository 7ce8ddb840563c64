"""Two settings of the process on which results depend: FLINT's precision and BLAS's threads.

A sum of floats depends on the number of threads that compute it, so functions that compute results
limit BLAS to one thread.  Both settings belong to the process, not to a thread.  So one thread at a
time may set a precision, and the limit on BLAS ends when the last function that needs it returns.
"""

from contextlib import ContextDecorator
from functools import cache
from importlib import import_module
from sys import modules
from threading import Lock, RLock
from typing import TYPE_CHECKING, Any

from flint import ctx

if TYPE_CHECKING:
    from threadpoolctl import ThreadpoolController

_PRECISION = RLock()  # global, because the precision is


class precision:  # noqa: N801
    """Arb computes with `bits` bits inside; other threads wait.

    A class, because a generator takes three times as long, and some sums are shorter than that."""

    def __init__(self, bits: int) -> None:
        self.bits = bits

    def __enter__(self) -> None:
        _PRECISION.acquire()
        self.before = ctx.prec
        try:
            ctx.prec = self.bits
        except BaseException:
            _PRECISION.release()
            raise

    def __exit__(self, *_: object) -> None:
        ctx.prec = self.before
        _PRECISION.release()


class _Shared:
    """The limit on BLAS and the number of its users."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.users = 0
        self.with_scipy = False
        self.limits: list[Any] = []

    def enter(self) -> None:
        with self.lock:
            with_scipy = "scipy.linalg" in modules  # which brings a BLAS of its own
            if self.users == 0 or with_scipy != self.with_scipy:
                self.limits += _limited(with_scipy)
                self.with_scipy = with_scipy
            self.users += 1

    def leave(self) -> None:
        with self.lock:
            self.users -= 1
            while self.users == 0 and self.limits:
                _disown(self.with_scipy)
                self.limits.pop().restore_original_limits()
                _disown(self.with_scipy)


def _limited(with_scipy: bool) -> list[Any]:
    """BLAS held to one thread; empty where BLAS has one already, since a test is faster."""
    controller = _controller(with_scipy)
    pools = [pool for pool in controller.lib_controllers if pool.user_api == "blas"]
    if all(pool.num_threads == 1 for pool in pools):
        return []
    _disown(with_scipy)
    return [controller.limit(limits=1, user_api="blas")]


_ONE_THREAD = _Shared()  # global, because the number of threads is


class one_thread(ContextDecorator):  # noqa: N801
    """BLAS uses one thread inside, so that results do not depend on the number of cores."""

    def __enter__(self) -> None:
        _ONE_THREAD.enter()

    def __exit__(self, *_: object) -> None:
        _ONE_THREAD.leave()


@cache
def _controller(with_scipy: bool) -> "ThreadpoolController":
    """The thread pools of this process: that of NumPy, and that of SciPy once it is there."""
    import_module("numpy")
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


def _disown(with_scipy: bool) -> None:
    """Newer versions of threadpoolctl let only the thread that set a limit change it, silently;
    here the first sets it and the last lifts it, and they need not be the same thread."""
    for library in _controller(with_scipy).lib_controllers:
        clear: Any = getattr(library, "clear_controlling_thread", None)
        if clear is not None:
            clear(force=True)
