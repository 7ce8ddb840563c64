"""Precision and threads belong to the process: changed for a while, and given back."""

import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import numpy as np
import pytest
from flint import ctx
from threadpoolctl import threadpool_info, threadpool_limits

from mondeq_ref.certify.distance import distance
from mondeq_ref.inputs import given, inject
from mondeq_ref.operator import Operator
from mondeq_ref.rigor.enclosure import Enclosure
from mondeq_ref.rigor.process import one_thread
from mondeq_ref.solve import solve_blocks

RNG = np.random.default_rng


@pytest.fixture
def hasty():
    """Threads that change places as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def threads() -> set[int]:
    return {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"}


def test_threads_leave_the_precision_as_it_was(hasty):
    third = Enclosure.of(1) / 3

    def thirds(_: int) -> list[Enclosure]:
        return [Enclosure.of(1) / 3 for _ in range(300)]

    before = ctx.prec
    with ThreadPoolExecutor(8) as pool:
        assert {one for found in pool.map(thirds, range(8)) for one in found} == {third}
    assert ctx.prec == before


def numbers(limit: int) -> list[bytes]:
    rng = RNG(0)
    with threadpool_limits(limit):
        W, U, b = rng.normal(size=(300, 300)) / 40, rng.normal(size=(300, 300)), np.zeros(300)
        operator = Operator(W, U, b)
        ends = [operator.margin.lo, operator.margin.hi, operator.lipschitz.lo]
        injections = inject(operator, rng.normal(size=(40, 300)))
        found = distance(operator, injections, np.maximum(injections.c, 0))
        return [np.array(ends).tobytes(), injections.c.tobytes(), found.radius.tobytes()]


def test_bits_do_not_depend_on_the_number_of_threads():
    assert numbers(1) == numbers(2)


def test_the_last_to_leave_gives_the_threads_back():
    inside, both = Barrier(2), Barrier(2)

    def first() -> set[int]:
        with one_thread():
            inside.wait(10)
            both.wait(10)
        return threads()

    def second() -> set[int]:
        inside.wait(10)
        with one_thread(), one_thread():
            both.wait(10)
            early.result(10)
            return threads()

    allowed = threadpool_limits(2)  # as a setting: a context would be this thread's alone
    with ThreadPoolExecutor(2) as pool:
        early = pool.submit(first)
        assert pool.submit(second).result(10) == {1}
        assert threads() == {2}
    allowed.restore_original_limits()


def test_a_stream_leaves_the_threads_to_its_reader():
    """Between two blocks the caller may compute, and a stream need not be read to its end."""
    operator = Operator(np.array([[0.5]]), np.eye(1), np.zeros(1))
    allowed = threadpool_limits(2)
    stream = solve_blocks(operator, iter([given(np.ones((2, 1)))] * 3), workers=2)
    assert [next(stream).succeeded for _ in range(3)] == [True] * 3
    assert threads() == {2}
    allowed.restore_original_limits()
