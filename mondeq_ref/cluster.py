"""Processes of this machine, or those of a dask.distributed cluster, as one executor.

A cluster is any object with the interface of `concurrent.futures.Executor`, as `mq.sweep` takes it.
The command line connects to dask.distributed by its address.
"""

import os
from collections.abc import Generator
from concurrent.futures import Executor
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from mondeq_ref.errors import InputError
from mondeq_ref.workers import processes

PATIENCE = 30  # seconds in which a scheduler must answer


@contextmanager
def executor(
    workers: int | None = None, cluster: str | None = None, scheduler_file: str | None = None
) -> Generator[Executor | None]:
    """The executor of a cluster or of `workers` processes; None for one worker."""
    if cluster is None and scheduler_file is None:
        with processes(workers) as pool:
            yield pool
        return
    if workers is not None:
        raise InputError("--workers are processes of this machine: a cluster has its own")
    if cluster is not None and scheduler_file is not None:
        raise InputError("a cluster is given by its address or by its file, not by both")
    with _client(cluster, scheduler_file) as client:
        yield client.get_executor()


@contextmanager
def _client(cluster: str | None, scheduler_file: str | None) -> Generator[Any]:
    """A client of dask.distributed."""
    if scheduler_file is not None and not os.path.isfile(scheduler_file):
        raise InputError(f"there is no scheduler file {scheduler_file!r}")
    if find_spec("distributed") is None:
        raise InputError("a cluster needs dask.distributed: pip install 'mondeq_ref[cluster]'")
    distributed: Any = import_module("distributed")
    given = {"address": cluster, "scheduler_file": scheduler_file}
    try:
        client = distributed.Client(**given, timeout=PATIENCE)
    except (OSError, ValueError, TypeError) as error:
        said = " ".join(str(error).split())[:200]
        where = cluster or scheduler_file
        raise InputError(f"no scheduler answers at {where!r}: {said}") from None
    with client:
        yield client
