"""Tasks spread over processes or a cluster; the processes end with the caller."""

import os
import signal
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import (
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    ProcessPoolExecutor,
)
from contextlib import contextmanager
from itertools import islice
from multiprocessing import active_children, get_context, parent_process
from queue import SimpleQueue
from threading import Thread, current_thread, main_thread
from types import FrameType
from typing import Any, TypeVar

from mondeq_ref.rigor.process import one_thread

Task = TypeVar("Task")
Result = TypeVar("Result")

AHEAD = 64  # maximum number of submitted tasks, which limits the memory
CLUSTERS = ("distributed", "dask")  # modules whose exceptions are failures of the cluster


class WorkersLostError(Exception):
    """The processes of the work, or their scheduler, ended before the work."""


def spread(
    work: Callable[[Task], Result],
    tasks: Sequence[Task],
    workers: int | None = None,
    pool: Executor | None = None,
) -> Iterator[tuple[Task, Result]]:
    """Each task with its result, in the order in which they are finished.

    With one worker, or one task, this process does the work.  Otherwise `work` and the tasks must
    be picklable.  An interrupt does not wait for the tasks that are running.
    """
    if pool is not None:
        yield from finished(work, tasks, pool)
        return
    with processes(min(workers or os.cpu_count() or 1, len(tasks))) as made:
        yield from finished(work, tasks, made)


def finished(
    work: Callable[[Task], Result], tasks: Iterable[Task], pool: Executor | None, ahead: int = AHEAD
) -> Iterator[tuple[Task, Result]]:
    """Each task with its result, computed by `pool` or by this process (None).

    Tasks are taken from the iterable as the work proceeds."""
    if pool is None:
        with one_thread():
            yield from ((task, work(task)) for task in tasks)
        return
    waiting = iter(tasks)
    under_way: dict[Future[Result], Task] = {}
    done: SimpleQueue[Future[Result]] = SimpleQueue()
    try:
        while True:
            for task in islice(waiting, ahead - len(under_way)):
                with _interrupts_held_back():
                    under_way[_submitted(pool, done, work, task)] = task
            if not under_way:
                return
            future = done.get()
            yield under_way.pop(future), _result(future)
    except (BrokenExecutor, CancelledError) as error:
        said = _in_one_line(error)
        raise WorkersLostError(f"the workers ended before the work ({said})") from None
    finally:
        # A pool of processes that is killed must not find its futures cancelled.
        for future in () if isinstance(pool, ProcessPoolExecutor) else under_way:
            future.cancel()


def beside(pool: Executor | None, work: Callable[..., Result], *given: Any) -> Callable[[], Result]:
    """One long job, begun now where there is a pool; its result is asked for later."""
    if pool is None:
        return lambda: work(*given)
    done: SimpleQueue[Future[Result]] = SimpleQueue()
    with _interrupts_held_back():
        future = _submitted(pool, done, work, *given)

    def result() -> Result:
        try:
            done.put(done.get())  # for whoever asks again
            return _result(future)
        except (BrokenExecutor, CancelledError) as error:
            said = _in_one_line(error)
            raise WorkersLostError(f"the workers ended before the work ({said})") from None

    return result


def _submitted(
    pool: Executor, done: "SimpleQueue[Future[Result]]", work: Callable[..., Result], *given: Any
) -> "Future[Result]":
    """A job that is put into `done` when it is finished.

    An interrupt inside a method of a future could leave its lock taken, and the pool would wait
    for that lock at the end of the process.  So it is called with interrupts held back; waiting
    for a queue takes no lock of a future."""
    future = pool.submit(work, *given)
    future.add_done_callback(done.put)
    return future


def _result(future: "Future[Result]") -> Result:
    try:
        with _interrupts_held_back():
            return future.result()
    except Exception as error:
        if type(error).__module__.partition(".")[0] in CLUSTERS:
            said = _in_one_line(error)
            raise WorkersLostError(f"the cluster gave up a task ({said})") from None
        raise


def _in_one_line(error: BaseException) -> str:
    return " ".join((str(error) or type(error).__name__).split())[:200]


@contextmanager
def processes(workers: int | None = None) -> Generator[ProcessPoolExecutor | None]:
    """A pool of `workers` processes (default: one per core); None for one process."""
    count = workers or os.cpu_count() or 1
    if count <= 1:
        yield None
        return
    others = active_children()
    pool = ProcessPoolExecutor(count, mp_context=get_context("spawn"), initializer=_alone)
    try:
        yield pool
    except BaseException:
        # Also on GeneratorExit, after which no result is needed.
        pool.shutdown(wait=False, cancel_futures=True)
        for child in active_children():
            if child not in others:
                child.kill()
        raise
    pool.shutdown()


@contextmanager
def _interrupts_held_back() -> Generator[None]:
    """Ctrl-C and SIGTERM arrive after the block; processes started there never see Ctrl-C."""
    if current_thread() is not main_thread():
        yield  # only the main thread is interrupted
        return
    arrived: list[int] = []
    holding = True
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    held = {number: handler for number, handler in handlers.items() if callable(handler)}

    def noted(number: int, frame: FrameType | None) -> None:
        if holding:
            arrived.append(number)
        else:  # it comes while the handlers are restored, and what it raises would end that
            restore()
            held[signal.Signals(number)](number, frame)

    def restore() -> None:
        for number, handler in held.items():
            signal.signal(number, handler)

    try:
        for number in held:
            signal.signal(number, noted)
        with _hidden_from_new_processes():
            yield
    finally:
        holding = False
        restore()
        for number in arrived:
            signal.raise_signal(number)


@contextmanager
def _hidden_from_new_processes() -> Generator[None]:
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _alone(*_: Any) -> None:
    """Use one BLAS thread, so that sums do not depend on the number of processes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_the_parent, daemon=True).start()
    one_thread().__enter__()


def _end_with_the_parent() -> None:
    """A parent that is killed says nothing, and its processes would wait for tasks forever."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
