"""An interrupt never leaves the lock of a future taken, for then a pool would wait forever."""

import multiprocessing
import os
import signal
from concurrent.futures import Executor, Future

import pytest

from mondeq_ref.errors import InputError
from mondeq_ref.workers import WorkersLostError, beside, finished, others, shared


class Interrupted(Executor):
    """Every submission is interrupted before it is done."""

    def __init__(self, number):
        self.number = number
        self.futures = []

    def submit(self, fn, /, *args, **kwargs):
        future = Future()
        with future._condition:
            os.kill(os.getpid(), self.number)
            self.futures.append(future)
        future.set_result(fn(*args, **kwargs))
        return future


@pytest.fixture(params=[signal.SIGINT, signal.SIGTERM])
def number(request):
    before = signal.signal(request.param, signal.default_int_handler)
    yield request.param
    signal.signal(request.param, before)


def test_interrupts_arrive_after_the_submission(number):
    pool = Interrupted(number)
    with pytest.raises(KeyboardInterrupt):
        next(finished(abs, [-1], pool))
    with pytest.raises(KeyboardInterrupt):
        beside(pool, abs, -2)
    assert [future.result(timeout=0) for future in pool.futures] == [1, 2]
    assert signal.getsignal(number) is signal.default_int_handler


def test_an_interrupt_while_the_handlers_are_restored_leaves_none_of_ours(monkeypatch):
    """SIGINT comes when the handler of SIGTERM is back and its own is not."""
    handlers = {signal.SIGTERM: lambda *_: None, signal.SIGINT: signal.default_int_handler}
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    real = signal.signal

    def cut_short(number, handler):
        found = real(number, handler)
        if handler is handlers[signal.SIGTERM]:
            monkeypatch.undo()
            signal.raise_signal(signal.SIGINT)
        return found

    monkeypatch.setattr(signal, "signal", cut_short)
    try:
        with pytest.raises(KeyboardInterrupt):
            next(finished(abs, [-1], Interrupted(0)))
        assert {number: signal.getsignal(number) for number in handlers} == handlers
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def test_ignored_interrupts_stay_ignored(number):
    signal.signal(number, signal.SIG_IGN)
    assert list(finished(abs, [-1, -2], Interrupted(number))) == [(-1, 1), (-2, 2)]
    assert signal.getsignal(number) is signal.SIG_IGN


def test_a_job_beside_may_be_asked_again():
    class Now(Executor):
        def submit(self, fn, /, *args, **kwargs):
            future = Future()
            future.set_result(fn(*args, **kwargs))
            return future

    result = beside(Now(), abs, -3)
    assert [result(), result()] == [3, 3]


def process(task):
    if task == "wrong":
        raise InputError("a wrong task")
    return os.getpid()


def met(pipe):
    """Opening one end of a pipe waits until another process opens the other."""
    child = multiprocessing.parent_process() is not None
    with open(pipe, "rb" if child else "wb"):
        return os.getpid()


def lost(_):
    if multiprocessing.parent_process() is not None:
        os._exit(1)
    for child in multiprocessing.active_children():
        child.join()


def test_this_process_is_one_of_the_workers(tmp_path):
    pipes = [tmp_path / "first", tmp_path / "second"]
    for pipe in pipes:
        os.mkfifo(pipe)
    # The two tasks of a pipe end only if this process does one and another process the other.
    found = [pid for _, pid in shared(met, [pipe for pipe in pipes for _ in range(2)], 2)]
    assert found.count(os.getpid()) == 2
    assert len(set(found)) == 2


def test_one_worker_or_one_task_starts_no_process():
    assert dict(shared(process, [1, 2], 1)) == {1: os.getpid(), 2: os.getpid()}
    assert dict(shared(process, [1], 8)) == {1: os.getpid()}


def test_an_error_of_a_shared_task_ends_all_processes():
    with pytest.raises(InputError, match="a wrong task"):
        list(shared(process, [1, "wrong", 2, 3], 2))
    for child in multiprocessing.active_children():
        child.join(10)
    assert not multiprocessing.active_children()


def test_a_shared_task_that_is_lost_is_no_answer():
    with others(1) as pool:
        beside(pool, process, 0)()
        with pytest.raises(WorkersLostError, match="the workers ended"):
            list(shared(lost, range(9), 2, pool))
