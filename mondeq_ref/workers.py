"""Tasks spread over processes or a cluster; the processes end with the caller."""

import gc
import os
import signal
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import (
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    ProcessPoolExecutor,
)
from contextlib import contextmanager, nullcontext, suppress
from itertools import islice
from multiprocessing import active_children, get_context, parent_process
from queue import SimpleQueue
from threading import Thread, current_thread, main_thread
from types import FrameType
from typing import Any, TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")

# one_thread is imported where it is needed: FLINT comes with it and takes as long to load as all of
# the above, and other processes can start before.
AHEAD = 64  # maximum number of submitted tasks, which limits the memory
NEW_OBJECTS = 10_000  # between two looks for garbage, which took 2 % of an audit's time
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
        from mondeq_ref.rigor.process import one_thread

        with one_thread():
            yield from ((task, work(task)) for task in tasks)
        return
    waiting = iter(tasks)
    under_way: dict[Future[Result], Task] = {}
    done: SimpleQueue[Future[Result]] = SimpleQueue()
    try:
        with _losses_in_one_line():
            while True:
                for task in islice(waiting, ahead - len(under_way)):
                    with _interrupts_held_back():
                        under_way[_submitted(pool, done, work, task)] = task
                if not under_way:
                    return
                future = done.get()
                yield under_way.pop(future), _result(future)
    finally:
        # A pool of processes that is killed must not find its futures cancelled.
        for future in () if isinstance(pool, ProcessPoolExecutor) else under_way:
            future.cancel()


def shared(
    work: Callable[[Task], Result],
    tasks: Sequence[Task],
    workers: int,
    pool: Executor | None = None,
) -> Iterator[tuple[Task, Result]]:
    """Like `spread`, but this process is one of the workers, and `pool` has the others.

    Everyone takes the next task after finishing one.  So tasks should begin with the longest."""
    with nullcontext(pool) if pool else others(min(workers, len(tasks)) - 1) as made:
        if made is None:
            yield from finished(work, tasks, None)
            return
        from mondeq_ref.rigor.process import one_thread

        waiting = deque(tasks)
        arrived: SimpleQueue[tuple[Task, Result] | BaseException] = SimpleQueue()

        def by_others() -> None:
            try:
                for found in finished(work, _taken(waiting), made, workers - 1):
                    arrived.put(found)
            except BaseException as error:
                arrived.put(error)

        with _interrupts_held_back():  # processes that the thread starts never see Ctrl-C either
            Thread(target=by_others, daemon=True).start()
        try:
            with one_thread():
                for _ in tasks:
                    own = next(_taken(waiting), None) if arrived.empty() else None
                    found = arrived.get() if own is None else (own, work(own))
                    if isinstance(found, BaseException):
                        raise found
                    yield found
        finally:
            waiting.clear()


def _taken(waiting: deque[Task]) -> Iterator[Task]:
    """Tasks until there are none; another thread may take some."""
    with suppress(IndexError):
        while True:
            yield waiting.popleft()


def beside(pool: Executor | None, work: Callable[..., Result], *given: Any) -> Callable[[], Result]:
    """One long job, begun now where there is a pool; its result is asked for later."""
    if pool is None:
        return lambda: work(*given)
    done: SimpleQueue[Future[Result]] = SimpleQueue()
    with _interrupts_held_back():
        future = _submitted(pool, done, work, *given)

    def result() -> Result:
        with _losses_in_one_line():
            done.put(done.get())  # for whoever asks again
            return _result(future)

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


@contextmanager
def _losses_in_one_line() -> Generator[None]:
    try:
        yield
    except (BrokenExecutor, CancelledError) as error:
        said = _in_one_line(error)
        raise WorkersLostError(f"the workers ended before the work ({said})") from None


def _in_one_line(error: BaseException) -> str:
    return " ".join((str(error) or type(error).__name__).split())[:200]


@contextmanager
def processes(workers: int | None = None) -> Generator[ProcessPoolExecutor | None]:
    """A pool of `workers` processes (default: one per core); None for one process."""
    count = workers or os.cpu_count() or 1
    with others(count if count > 1 else 0) as pool:
        yield pool


@contextmanager
def others(count: int) -> Generator[ProcessPoolExecutor | None]:
    """A pool of `count` processes beside this one; None for 0."""
    if count == 0:
        yield None
        return
    before = active_children()
    pool = ProcessPoolExecutor(count, mp_context=get_context("spawn"), initializer=_alone)
    try:
        yield pool
    finally:
        # No result is needed any more.  A process that ends by itself takes a tenth of a second.
        pool.shutdown(wait=False, cancel_futures=True)
        for child in active_children():
            if child not in before:
                child.kill()


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
    """A process that only works: it ends with its parent, uses one BLAS thread, so that sums do
    not depend on the number of processes, and rarely looks for cyclic garbage."""
    gc.set_threshold(NEW_OBJECTS)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_the_parent, daemon=True).start()
    from mondeq_ref.rigor.process import one_thread

    one_thread().__enter__()


def _end_with_the_parent() -> None:
    """A parent that is killed says nothing, and its processes would wait for tasks forever."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
