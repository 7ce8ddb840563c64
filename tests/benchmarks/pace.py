"""Seconds an epoch: exact training against the published recipe, in one process.

All train one recipe from the same start on the same images, an epoch of each in turn, so that a
busy machine is busy for all of them, with the same number of BLAS threads.  The plain rivals
are `plain.PlainRun`: with U x + b computed in every iteration, as the released code does, and
with U x + b computed once a batch.  Every epoch is run and timed in full, by the clock and in
CPU seconds, which other processes change less; garbage is collected between two epochs, not within
one, for with the rivals' libraries loaded that can take longer than an epoch.
"""

import gc
import os
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from statistics import mean
from typing import Any

from threadpoolctl import threadpool_limits

from mondeq_ref.train.loop import Images, Record, train
from mondeq_ref.train.recipe import Recipe
from tests.benchmarks.plain import PlainRun, as_released, injected_once

Epoch = Callable[[], object]  # runs the next epoch of a rival


def plain_rivals(images: Images) -> dict[str, Epoch]:
    """The published recipe in NumPy, both ways, each at its start."""
    return {
        evaluation.__name__: PlainRun.started(Recipe(), images, evaluation).epoch
        for evaluation in (as_released, injected_once)
    }


def race(
    images: Images,
    rivals: Mapping[str, Epoch],
    epochs: int,
    workers: int = 1,
    recipe: Recipe | None = None,
) -> dict[str, Any]:
    """Seconds of every epoch of everyone, and how many times longer than exact training each took.

    What happens once in a process, such as the compilation of a kernel, falls into the first
    epoch, which does not count when there is a second.
    """
    wall: dict[str, list[float]] = {name: [] for name in ("exact", *rivals)}
    cpu: dict[str, list[float]] = {name: [] for name in wall}
    watch = Watch()

    def lap(name: str) -> None:
        for kept, seconds in zip((wall, cpu), watch.lap(), strict=True):
            kept[name].append(seconds)
        gc.collect()
        watch.lap()

    def after_an_exact_epoch(_: Record) -> None:
        lap("exact")
        with threadpool_limits(workers):
            for name, epoch in rivals.items():
                epoch()
                lap(name)

    load_before = os.getloadavg()[0]
    gc.disable()
    try:
        with tempfile.TemporaryDirectory() as folder:
            train(
                replace(recipe or Recipe(), epochs=epochs),
                images,
                Path(folder) / "exact.npz",
                workers=workers,
                report=after_an_exact_epoch,
            )
    finally:
        gc.enable()
    return {
        "seconds": wall,
        "cpu_seconds": cpu,
        "mean": _means(wall),
        "cpu_mean": _means(cpu),
        "ratio": _ratios(wall),
        "cpu_ratio": _ratios(cpu),
        "workers": workers,
        "images": len(images.labels),
        "load": [load_before, os.getloadavg()[0]],
    }


class Watch:
    """Seconds since the last lap, by the clock and of this process's CPU time."""

    def __init__(self) -> None:
        self._last = time.perf_counter(), time.process_time()

    def lap(self) -> tuple[float, float]:
        now, before = (time.perf_counter(), time.process_time()), self._last
        self._last = now
        return now[0] - before[0], now[1] - before[1]


def _means(seconds: Mapping[str, list[float]]) -> dict[str, float]:
    return {name: mean(values[1:] or values) for name, values in seconds.items()}


def _ratios(seconds: Mapping[str, list[float]]) -> dict[str, float]:
    means = _means(seconds)
    return {name: value / means["exact"] for name, value in means.items() if name != "exact"}
