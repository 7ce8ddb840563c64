"""Equilibria of a batch of inputs by any of the methods, each answer with what is proved of it."""

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import chain

import numpy as np

from mondeq_ref.arrays import InputError
from mondeq_ref.inputs import Injections
from mondeq_ref.operator import Operator
from mondeq_ref.rigor.process import one_thread
from mondeq_ref.solve.active_set import ActiveSet, settle
from mondeq_ref.solve.driver import iterate
from mondeq_ref.solve.methods import (
    DouglasRachford,
    ForwardBackward,
    ForwardBackwardForward,
    PeacemanRachford,
    Splitting,
)
from mondeq_ref.solve.solution import Solution, joined

BLOCK = 2048  # rows solved at a time: what a batch needs beside its answers is bounded by this
DIRECT_UP_TO = 256  # units; above, one linear solve an input costs more than sweeping the batch


class Auto:
    """The active set for small layers, Peaceman-Rachford for large ones."""

    name = "auto"


Method = Splitting | ActiveSet | Auto

METHODS: dict[str, Callable[[float | None], Method]] = {
    "auto": lambda alpha: Auto(),
    "forward-backward": ForwardBackward,
    "forward-backward-forward": ForwardBackwardForward,
    "peaceman-rachford": PeacemanRachford,
    "douglas-rachford": DouglasRachford,
    "active-set": lambda alpha: ActiveSet(),
}


def solve(
    operator: Operator,
    injections: Injections,
    method: Method | None = None,
    *,
    tol: float = 1e-10,
    max_steps: int = 10_000,
    dtype: type[np.floating] = np.float64,
    workers: int | None = None,
) -> Solution:
    """Solve every row to a certified distance of at most `tol`, in blocks on `workers` threads."""
    starts = range(0, len(injections), BLOCK)
    blocks: Iterable[Injections] = [injections]
    if len(injections) > BLOCK:
        blocks = (injections.rows(slice(start, start + BLOCK)) for start in starts)
    parts = solve_blocks(
        operator, blocks, method, tol=tol, max_steps=max_steps, dtype=dtype, workers=workers
    )
    return joined(list(parts), operator.n)


def solve_blocks(
    operator: Operator,
    blocks: Iterable[Injections],
    method: Method | None = None,
    *,
    tol: float = 1e-10,
    max_steps: int = 10_000,
    dtype: type[np.floating] = np.float64,
    workers: int | None = None,
) -> Iterator[Solution]:
    """One Solution a block, in order; only a few blocks are in memory at any time."""
    _check(tol, max_steps, workers)
    chosen = _chosen(method, operator)
    # Once, before threads share them.
    _ = operator.margin, operator.lipschitz, operator.M
    if not isinstance(chosen, ActiveSet):
        chosen = chosen.resolved(operator)

    def one(block: Injections) -> Solution:
        if isinstance(chosen, ActiveSet) and dtype is np.float64:
            return settle(operator, block, chosen, tol=tol, max_steps=max_steps)
        splitting = PeacemanRachford() if isinstance(chosen, ActiveSet) else chosen
        return iterate(operator, block, splitting, tol=tol, max_steps=max_steps, dtype=dtype)

    yield from _in_order(one, blocks, workers or os.cpu_count() or 1)


def _in_order(
    one: Callable[[Injections], Solution], blocks: Iterable[Injections], workers: int
) -> Iterator[Solution]:
    """Map over blocks with `workers` threads and at most twice as many blocks waiting."""
    source = iter(blocks)
    first = next(source, None)
    if first is None:
        return
    second = next(source, None)
    if second is None or workers == 1:
        for block in chain([first], [] if second is None else [second], source):
            with one_thread():
                solved = one(block)
            yield solved
        return
    with one_thread(), ThreadPoolExecutor(workers) as pool:
        waiting = [pool.submit(one, block) for block in (first, second)]
        for block in source:
            if len(waiting) >= 2 * workers:
                yield waiting.pop(0).result()
            waiting.append(pool.submit(one, block))
        while waiting:
            yield waiting.pop(0).result()


def _chosen(method: Method | None, operator: Operator) -> Splitting | ActiveSet:
    if method is None or isinstance(method, Auto):
        return ActiveSet() if operator.n <= DIRECT_UP_TO else PeacemanRachford()
    return method


def _check(tol: float, max_steps: int, workers: int | None) -> None:
    if not (np.isfinite(tol) and tol > 0):
        raise InputError(f"tol must be a finite number > 0, got {tol}")
    if max_steps < 0:
        raise InputError(f"max_steps must be at least 0, got {max_steps}")
    if workers is not None and workers < 1:
        raise InputError(f"workers must be at least 1, got {workers}")
