"""Tasks spread over processes, which end with the caller however it ends."""

import os
import signal
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from multiprocessing import active_children, get_context
from typing import Any, TypeVar

from mondeq_ref.rigor.process import one_thread

Task = TypeVar("Task")
Result = TypeVar("Result")


def spread(
    work: Callable[[Task], Result], tasks: Sequence[Task], workers: int | None = None
) -> Iterator[tuple[Task, Result]]:
    """Each task with its result, in the order in which they are done.

    With one worker, or one task, nothing leaves this process.  Otherwise `work` and the tasks
    must be picklable.  An interrupt does not wait for the tasks that are running.
    """
    count = min(workers or os.cpu_count() or 1, len(tasks))
    if count <= 1:
        with one_thread():
            yield from ((task, work(task)) for task in tasks)
        return
    with _processes(count) as pool:
        with _interrupts_held_back():
            waiting = {pool.submit(work, task): task for task in tasks}
        for future in as_completed(waiting):
            yield waiting[future], future.result()


@contextmanager
def _processes(count: int) -> Generator[ProcessPoolExecutor]:
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
