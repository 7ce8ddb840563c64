"""Runs of figures in several processes: load the subject, compute, draw, write."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from mondeq_ref.arrays import InputError
from mondeq_ref.files.load import load_inputs, load_operator
from mondeq_ref.rigor.process import one_thread
from mondeq_ref.workers import spread
from paper_figures.drawing.writer import provenance, write
from paper_figures.numbers.subject import FigureSubject, given_subject, shipped_subject

# The slowest first, so that all processes end at about the same time.
SLOWEST_FIRST = (
    "ladder",
    "fig2_displacement",
    "fig3_qat",
    "safe",
    "phase",
    "fig1_margin",
    "sharpness",
)
NAMES = (
    "fig1_margin",
    "fig2_displacement",
    "fig3_qat",
    "splitting",
    "ladder",
    "phase",
    "sharpness",
    "iterates",
    "safe",
    "steps",
)


@dataclass(frozen=True)
class RunSource:
    """The files of operator and inputs; without them the shipped ones."""

    operator: str | None = None
    layout: str | None = None
    margin: float | None = None
    inputs: str | None = None
    labels: str | None = None
    mean: float | None = None
    std: float | None = None
    limit: int | None = None
    seed: int = 0


def figure(name: str) -> ModuleType:
    if name not in NAMES:
        raise InputError(f"--only must be one of {', '.join(NAMES)}, got {name!r}")
    return import_module(f"paper_figures.figures.{name}")


@cache
def subject(source: RunSource) -> FigureSubject:
    """The subject of the figures, loaded once per process."""
    if source.operator is None and source.inputs is None:
        if source.labels is not None or source.limit is not None:
            raise InputError("--labels and --limit need --inputs")
        return shipped_subject()
    if source.inputs is None:
        raise InputError("--operator needs --inputs: figures are about an operator and its inputs")
    inputs = load_inputs(
        source.inputs,
        source.labels,
        mean=source.mean,
        std=source.std,
        limit=source.limit,
        seed=source.seed,
    )
    if source.operator is None:
        return shipped_subject(inputs)
    operator = load_operator(source.operator, source.layout, source.margin)
    if not operator.margin.lo > 0:
        raise InputError("the figures need an operator whose margin is proved to be positive")
    return given_subject(Path(source.operator).name, operator, inputs)


def make(name: str, source: RunSource, out: Path) -> dict[str, Any]:
    """Write one figure; return the object of its JSON file and the seconds that it took."""
    began = time.perf_counter()
    module = figure(name)
    with one_thread():
        about = subject(source)
        settings = replace(module.SETTINGS, seed=source.seed)
        table = module.compute(about, settings)
        if len(table) == 0:
            return {"name": name, "title": module.TITLE, "count": 0, "seconds": 0.0}
        made_from = {
            "operator": about.name,
            "settings": asdict(settings),
            "provenance": provenance(dict(about.digests), source.seed),
        }
        made = write(out, name, module, table, made_from)
    return made | {"seconds": time.perf_counter() - began}


def make_all(
    names: Sequence[str], source: RunSource, out: Path, workers: int | None = None
) -> Iterator[dict[str, Any]]:
    """The figures, in the order in which they are finished."""
    subject(source)  # raises InputError for unreadable files, once
    ordered = sorted(names, key=lambda name: (*SLOWEST_FIRST, name).index(name))
    for _, made in spread(partial(make, source=source, out=out), ordered, workers):
        yield made
