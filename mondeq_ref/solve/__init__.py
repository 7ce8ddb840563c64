"""Equilibria of a batch of inputs by any of the methods, each answer with what is proved of it."""

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import islice

import numpy as np

from mondeq_ref.arrays import InputError
from mondeq_ref.inputs import Injections
from mondeq_ref.operator import Operator
from mondeq_ref.rigor.process import one_thread
from mondeq_ref.solve.active_set import ActiveSet, predicted_signs, settle
from mondeq_ref.solve.driver import iterate
from mondeq_ref.solve.methods import (
    DouglasRachford,
    ForwardBackward,
    ForwardBackwardForward,
    PeacemanRachford,
    Splitting,
)
from mondeq_ref.solve.solution import Solution, gathered

BLOCK = 1024  # rows solved at a time: what a batch needs beside its answers is bounded by this
LOOKED_AT = 64  # rows on which the number of active units is measured
DIRECT_UP_TO = 256  # units; without a margin nothing tells how many sweeps it would take


class Auto:
    """The active set where few units are active, Peaceman-Rachford in large layers with many."""

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
    blocks = injections.blocks(BLOCK)
    parts = solve_blocks(
        operator, blocks, method, tol=tol, max_steps=max_steps, dtype=dtype, workers=workers
    )
    return gathered(parts, len(injections), operator.n)


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
    source = iter(blocks)
    first = next(source, None)
    if first is None:
        return
    # Once, before threads share them.
    _ = operator.margin, operator.lipschitz, operator.M
    chosen = _chosen(method, operator, first, tol)
    one: Callable[[Injections], Solution]
    if isinstance(chosen, ActiveSet) and dtype is np.float64:
        one = partial(settle, operator, method=chosen, tol=tol, max_steps=max_steps)
    else:
        splitting = PeacemanRachford() if isinstance(chosen, ActiveSet) else chosen
        with one_thread(), np.errstate(over="ignore", invalid="ignore"):
            map_of = splitting.resolved(operator).iteration(operator, dtype)
        one = partial(
            iterate,
            operator,
            iteration=map_of,
            name=splitting.name,
            tol=tol,
            max_steps=max_steps,
            dtype=dtype,
        )

    every = _rejoined([first], source)
    del first
    yield from _in_order(one, every, workers or os.cpu_count() or 1)


def _in_order(
    one: Callable[[Injections], Solution], blocks: Iterable[Injections], workers: int
) -> Iterator[Solution]:
    """Map over blocks with `workers` threads; one more block than these is under way."""

    def alone(block: Injections) -> Solution:  # a caller may compute between two blocks
        with one_thread():
            return one(block.now())

    source = iter(blocks)
    begun = list(islice(source, 2))
    several = len(begun) == 2 and workers > 1
    source = _rejoined(begun, source)
    if not several:
        yield from map(alone, source)
        return
    with ThreadPoolExecutor(workers) as pool:
        waiting = [pool.submit(alone, next(source))]
        while waiting:
            # Before the next block is made, the oldest is done and gone.
            if len(waiting) > workers or (block := next(source, None)) is None:
                yield waiting.pop(0).result()
            else:
                waiting.append(pool.submit(alone, block))


def _rejoined(begun: list[Injections], source: Iterator[Injections]) -> Iterator[Injections]:
    """The blocks that were looked at, and the others.  A chain would hold the former to its end."""
    while begun:
        yield begun.pop(0)
    yield from source


def _chosen(
    method: Method | None, operator: Operator, first: Injections, tol: float
) -> Splitting | ActiveSet:
    if method is None or isinstance(method, Auto):
        return ActiveSet() if _solves_directly(operator, first, tol) else PeacemanRachford()
    return method


def _solves_directly(operator: Operator, first: Injections, tol: float) -> bool:
    """Whether linear solves on the active units cost less than sweeps to the tolerance.

    A row with p active units takes about p^3 multiplications (one to three eliminations); a sweep
    takes about as long as 2 n^2 of them, and five sweeps give a digit.  Before the first sweep an
    inverse takes 2 n^3, which the rows share.
    """
    if not operator.margin.lo > 0:
        return operator.n <= DIRECT_UP_TO
    sweeps = 2 * 5 * max(1.0, -np.log10(tol)) * operator.n**2
    sweeps += 2 * operator.n**3 / max(1, len(first))
    if operator.n**3 <= sweeps or len(first) == 0:
        return True
    active = predicted_signs(operator, first.c[:LOOKED_AT], ActiveSet().sweeps)
    return bool(active.sum(axis=1).mean() ** 3 <= sweeps)


def _check(tol: float, max_steps: int, workers: int | None) -> None:
    if not (np.isfinite(tol) and tol > 0):
        raise InputError(f"tol must be a finite number > 0, got {tol}")
    if max_steps < 0:
        raise InputError(f"max_steps must be at least 0, got {max_steps}")
    if workers is not None and workers < 1:
        raise InputError(f"workers must be at least 1, got {workers}")
