"""Tasks spread over processes or a cluster, which end with the caller however it ends."""

import os
import signal
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    ProcessPoolExecutor,
    wait,
)
from contextlib import contextmanager
from itertools import islice
from multiprocessing import active_children, get_context
from typing import Any, TypeVar

from mondeq_ref.rigor.process import one_thread

Task = TypeVar("Task")
Result = TypeVar("Result")

AHEAD = 64  # tasks under way at once, so that neither they nor their results fill the memory
CLUSTERS = ("distributed", "dask")  # whose exceptions are about the cluster, not about a task


class WorkersLostError(Exception):
    """The processes that do the work ended, or their scheduler did."""


def spread(
    work: Callable[[Task], Result],
    tasks: Sequence[Task],
    workers: int | None = None,
    pool: Executor | None = None,
) -> Iterator[tuple[Task, Result]]:
    """Each task with its result, in the order in which they are done.

    With one worker, or one task, nothing leaves this process.  Otherwise `work` and the tasks
    must be picklable.  An interrupt does not wait for the tasks that are running.
    """
    if pool is not None:
        yield from finished(work, tasks, pool)
        return
    with processes(min(workers or os.cpu_count() or 1, len(tasks))) as made:
        yield from finished(work, tasks, made)


def finished(
    work: Callable[[Task], Result], tasks: Iterable[Task], pool: Executor | None, ahead: int = AHEAD
) -> Iterator[tuple[Task, Result]]:
    """The same by an executor, or by this process; tasks are taken as the work goes on."""
    if pool is None:
        with one_thread():
            yield from ((task, work(task)) for task in tasks)
        return
    waiting = iter(tasks)
    under_way: dict[Future[Result], Task] = {}
    try:
        while True:
            for task in islice(waiting, ahead - len(under_way)):
                with _interrupts_held_back():
                    under_way[pool.submit(work, task)] = task
            if not under_way:
                return
            done, _ = wait(under_way, return_when=FIRST_COMPLETED)
            for future in done:
                yield under_way.pop(future), _result(future)
    except (BrokenExecutor, CancelledError) as error:
        said = _in_one_line(error)
        raise WorkersLostError(f"the workers ended before the work ({said})") from None
    finally:
        # A pool of processes that is killed must not find its futures cancelled.
        for future in () if isinstance(pool, ProcessPoolExecutor) else under_way:
            future.cancel()


def _result(future: "Future[Result]") -> Result:
    try:
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
    """So many processes of this machine (by default one a core), or None where one is enough."""
    count = workers or os.cpu_count() or 1
    if count <= 1:
        yield None
        return
    others = active_children()
    pool = ProcessPoolExecutor(count, mp_context=get_context("spawn"), initializer=_alone)
    try:
        yield pool
    except BaseException:
        # Also GeneratorExit: nobody is left to take a result, so nobody need finish one.
        pool.shutdown(wait=False, cancel_futures=True)
        for child in active_children():
            if child not in others:
                child.kill()
        raise
    pool.shutdown()


@contextmanager
def _interrupts_held_back() -> Generator[None]:
    """Processes begun inside never see the terminal's Ctrl-C; this one sees it a moment later."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _alone(*_: Any) -> None:
    """One BLAS thread a process: sums must not depend on how many processes there are."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    one_thread().__enter__()
