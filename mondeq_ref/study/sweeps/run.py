"""Run a study: what is missing is measured, and its records are appended as they come.

Which process measures a case, when, and how many there are, changes no record; only the order of
the lines differs.
"""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor
from contextlib import nullcontext
from dataclasses import dataclass
from itertools import islice
from typing import Any

from mondeq_ref.files.reading import AnyPath
from mondeq_ref.study.sweeps.cases import SweepCase, SweepTask, TaskRecords, measured
from mondeq_ref.study.sweeps.definition import Study
from mondeq_ref.study.sweeps.of_operator import loaded
from mondeq_ref.study.sweeps.records import appending
from mondeq_ref.workers import finished

Record = dict[str, Any]
MOST_CASES = 256  # of one task: more are sent in parts, so that a part is never long
MOST_AIMED = 1  # likewise, where codes are chosen for an aim: that takes many seconds


@dataclass(frozen=True)
class Progress:
    """How far a sweep has come."""

    found: int  # cases whose records were there before
    records: int  # cases measured now
    failed: tuple[str, ...]  # cases that ended in an exception: tried again next time


def run(
    study: Study,
    out: AnyPath | None,
    *,
    pool: Executor | None = None,
    limit: int | None = None,
    seen: Callable[[Record], None] = lambda record: None,
    watched: Callable[[Iterable[TaskRecords]], Iterable[TaskRecords]] = iter,
) -> Progress:
    """Measure the first `limit` cases of the study, those excepted that `out` has."""
    made, failed = 0, list[str]()
    with nullcontext() if out is None else appending(out) as file:
        done, before = frozenset[str]() if file is None else frozenset(file.done), 0

        def missing() -> Iterator[SweepTask]:
            nonlocal before
            for task in _parts(study.tasks(), limit):
                cases = tuple(case for case in task.cases if case.id not in done)
                before += len(task.cases) - len(cases)
                if cases:
                    yield SweepTask(task.subject, cases)

        tasks = _when_loaded(study, missing())
        for found in watched(result for _, result in finished(measured, tasks, pool)):
            for record in found.records:
                if file is not None:
                    file.append(record)
                seen(record)
                made += 1
            failed += found.failed
    return Progress(before, made, tuple(failed))


def _when_loaded(study: Study, tasks: Iterator[SweepTask]) -> Iterator[SweepTask]:
    """The tasks; InputError before the first if a data set of the study cannot be loaded."""
    first = next(tasks, None)
    if first is None:
        return
    for images, split in study.images():
        loaded(images, split)
    yield first
    yield from tasks


def count(study: Study, limit: int | None) -> int:
    """The number of tasks, without building an operator."""
    return sum(1 for _ in _parts(study.tasks(), limit))


def _parts(tasks: Iterable[SweepTask], limit: int | None) -> Iterator[SweepTask]:
    """The tasks with their first `limit` cases in all, none with too many."""
    left = limit
    for task in tasks:
        cases: Iterator[SweepCase] = iter(task.cases if left is None else task.cases[:left])
        aimed = any("aim" in case.definition for case in task.cases)
        while part := tuple(islice(cases, MOST_AIMED if aimed else MOST_CASES)):
            if left is not None:
                left -= len(part)
            yield SweepTask(task.subject, part)
        if left == 0:
            return
