"""Many operators and many quantizers at once: what `mondeq-ref sweep` does."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any

from mondeq_ref.api.arguments import came, file_name, whole
from mondeq_ref.arrays import USUAL_FLOATS, InputError
from mondeq_ref.study.sweeps.cases import TaskRecords
from mondeq_ref.study.sweeps.definition import Study, find_study
from mondeq_ref.study.sweeps.records import read_records
from mondeq_ref.study.sweeps.run import run

Record = dict[str, Any]
Watch = Callable[[Iterable[TaskRecords]], Iterable[TaskRecords]]


@dataclass(frozen=True, eq=False, repr=False)
class Sweep:
    """What a sweep found; iterating gives its records, one for each case.

    Attributes
    ----------
    title : str
        What the study says it is.
    found : int
        Cases whose records were in `out` already.
    measured : int
        Cases measured now.
    failed : tuple of str
        Cases that ended in an exception, which the next sweep tries again.
    """

    title: str
    found: int
    measured: int
    failed: tuple[str, ...]
    path: str | None
    kept: tuple[Record, ...]

    def __iter__(self) -> Iterator[Record]:
        return iter(self.kept) if self.path is None else read_records(self.path)

    def __repr__(self) -> str:
        return f"Sweep({self.title!r}: {self.measured} measured, {self.found} found)"


@USUAL_FLOATS
def sweep(
    study: str | os.PathLike[str] | Mapping[str, Any] | Study,
    out: str | os.PathLike[str] | None = None,
    *,
    operators: Sequence[str | os.PathLike[str]] | None = None,
    executor: Executor | None = None,
    limit: int | None = None,
    watched: Watch = iter,
) -> Sweep:
    """Measure every case of a study: operators, quantizers, bits, metrics, rungs and claims.

    Parameters
    ----------
    study : str, path or mapping
        A TOML file, the name of a study that ships, or what such a file would hold.
    out : str or path, optional
        File of the records, one JSON line for each case.  Cases that it has are not measured
        again, so an interrupted sweep goes on.  By default the records are kept in memory.
    operators : list of str or path, optional
        Files of operators to measure instead of those that the study names.
    executor : concurrent.futures.Executor, optional
        Who does the work: processes, dask.distributed's `Client.get_executor()`, or any other.
        By default this process.  The records do not depend on it.
    limit : int, optional
        Measure the first `limit` cases only.
    watched : callable
        Passes the results on; may show how far the work has come.

    Returns
    -------
    Sweep

    Raises
    ------
    InputError
        If the study is not one, a data set of it is missing, or `out` cannot be written.

    Examples
    --------
    >>> import mondeq_ref as mq
    >>> study = {
    ...     "title": "two operators",
    ...     "operators": [{"kind": "random", "families": ["generic"], "sizes": [3], "count": 2}],
    ...     "quantize": {"bits": [4, 8]},
    ... }
    >>> [(record["case"]["bits"], record["rung"]) for record in mq.sweep(study)]
    [(4, 1), (8, 1), (4, 1), (8, 1)]
    """
    if executor is not None and not hasattr(executor, "submit"):
        raise InputError(f"executor must be a concurrent.futures.Executor, got {came(executor)}")
    path = None if out is None else file_name("out", out)
    first = None if limit is None else whole("limit", limit, 1)
    asked = find_study(study)
    if operators is not None:
        asked = asked.of_files([file_name("operators", each) for each in operators])
    kept: list[Record] = []
    done = run(
        asked,
        path,
        pool=executor,
        limit=first,
        seen=kept.append if path is None else lambda record: None,
        watched=watched,
    )
    return Sweep(asked.title, done.found, done.records, done.failed, path, tuple(kept))
