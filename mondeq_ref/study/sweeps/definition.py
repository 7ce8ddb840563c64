"""A study is a TOML file: operators x what is quantized x quantizers x bits, and what to measure.

title = "..."                     shown by `sweep --list` (required)
seed = 0                          of random operators and inputs

[[operators]]                     one or more
kind = "random"                   random | shipped | file | trained; see `subjects`
families = ["generic"]
sizes = [8, 16]
margins = [0.1, 1.0]
count = 10                        operators of each family, size and margin

[[quantize]]                      one or more: every what, with every quantizer, to every number
what = ["W"]                      of bits; what is as in `quantize --what`
quantizers = ["paper-code"]       a name, or a table such as {range = "full", per = "row"}
bits = [2, 3, 4]

[[quantize]]                      or with every aim: offset, step and rounding are chosen for it
what = ["K", "KUb"]
aims = ["paper", "margin"]        as in `quantize --aim`
bits = [3, 4]

[calibration]                     for the aims: the equilibria of these are to be moved least
source = "mnist"                  glyphs | mnist, the training split
limit = 2000

[measure]
metrics = ["rung", "ratio"]       see METRICS in `cases`
rungs = [1, 2, 3, 4]              5, 6 and 7 are searched for
guarantee = "exact"               exact | rigorous-float
claims = []                       claims of the paper to check on every operator

[inputs]                          for the metrics that are about inputs
source = "random"                 random | glyphs | mnist
limit = 100
"""

import os
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import Any, cast, get_args

from mondeq_ref.arrays import InputError
from mondeq_ref.files.reading import AnyPath, opened, shown, size_of
from mondeq_ref.quantize.checked import LEAST_BITS, MOST_BITS
from mondeq_ref.quantize.quantizer import NAMED
from mondeq_ref.rigor.verdict import Guarantee
from mondeq_ref.study.safe import AIMED, Aim
from mondeq_ref.study.safe import MOST_BITS as MOST_AIMED_BITS
from mondeq_ref.study.sweeps import claims_on
from mondeq_ref.study.sweeps.cases import METRICS, OF_INPUTS, RUNGS, Measure, SweepCase, SweepTask
from mondeq_ref.study.sweeps.quantizers import quantizer_of
from mondeq_ref.study.sweeps.subjects import DATASETS, SweptOperator, subjects
from mondeq_ref.study.sweeps.tables import StrictTable, a, one_of, within
from mondeq_ref.whats import WHATS

MAX_BYTES = 1 << 20
SHIPPED = Path(__file__).with_name("shipped")
USUAL_METRICS = ("rung", "ratio", "one_sided", "margin")


@dataclass(frozen=True)
class Ways:
    """One [[quantize]] table: by quantizers (names, or tables of keys), or for aims."""

    whats: tuple[str, ...]
    by: tuple[Mapping[str, object], ...]  # {"quantizer": ...}, or {"aim": ..., "calibration": ...}
    bits: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Study:
    """What a study's file says; iterating `tasks` gives its cases, operator by operator."""

    title: str
    seed: int
    operators: tuple[Mapping[str, Any], ...]
    folder: Path
    ways: tuple[Ways, ...]
    measure: Measure
    claims: tuple[str, ...]

    def of_files(self, paths: Sequence[str]) -> "Study":
        """The same study of the operators in these files."""
        table = {"kind": "file", "paths": list(paths)}
        return replace(self, operators=(table,), folder=Path())

    def subjects(self) -> Iterator[SweptOperator]:
        for number, table in enumerate(self.operators, 1):
            yield from subjects(table, number, self.seed, self.folder)

    def tasks(self) -> Iterator[SweepTask]:
        """All cases of an operator are one task, so that the operator is built once."""
        for subject in self.subjects():
            each = {case.id: case for case in self._cases(subject)}
            yield SweepTask(subject, tuple(each.values()))

    def images(self) -> Iterator[tuple[Mapping[str, Any], str]]:
        """What the cases load, as source, limit and seed, and of which split; each once."""
        if self.ways and self.measure.inputs and self.measure.inputs["source"] in DATASETS:
            yield self.measure.inputs, "test"
        aimed = (by.get("calibration") for way in self.ways for by in way.by)
        calibration = next((each for each in aimed if each), None)
        if calibration:
            yield cast("Mapping[str, Any]", calibration), "train"
        if any(table.get("dataset") == "mnist" for table in self.operators):
            yield {"source": "mnist", "limit": 1, "seed": self.seed}, "train"

    def _cases(self, subject: SweptOperator) -> Iterator[SweepCase]:
        for way in self.ways:
            for what, by, bits in product(way.whats, way.by, way.bits):
                yield SweepCase.quantized(subject, self.measure, what, by, bits)
        for claim in self.claims:
            yield SweepCase.claimed(subject, claim, self.seed)


def shipped_names() -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in SHIPPED.glob("*.toml")))


def find_study(study: object) -> Study:
    """A study by the name of one that ships, by its file, or by what the file would hold."""
    if isinstance(study, Study):
        return study
    if isinstance(study, Mapping):
        return defined(cast("Mapping[str, Any]", study), Path())
    if not isinstance(study, str | os.PathLike):
        raise InputError(f"study must be a file, a name or a mapping, got {shown(study)}")
    if study in shipped_names():
        return read_study(SHIPPED / f"{study}.toml")
    if isinstance(study, str) and not study.endswith(".toml"):
        known = ", ".join(shipped_names())
        raise InputError(f"a study is a .toml file or one of {known}, got {shown(study)!r}")
    return read_study(study)


def read_study(path: AnyPath) -> Study:
    with opened(path) as file:
        if size_of(file) > MAX_BYTES:
            raise InputError(f"a study has at most {MAX_BYTES} bytes")
        data = file.read(MAX_BYTES + 1)
        try:
            held = tomllib.loads(data.decode("utf-8"))
        except (ValueError, RecursionError) as error:
            raise InputError(f"it is not TOML: {shown(error)}") from None
        return defined(held, Path(path).parent)


def defined(held: Mapping[str, Any], folder: Path) -> Study:
    """The study, every value of it looked at; files of operators are read later."""
    with StrictTable(held, "the study") as top:
        title = top.get("title", a(str))
        seed = top.get("seed", within(0, 10**18), 0)
        operators = top.all("operators", a(dict))
        calibration = _images(top, "calibration", DATASETS, seed)
        ways = tuple(_quantize(table, calibration) for table in top.tables("quantize"))
        inputs = _images(top, "inputs", ("random", *DATASETS), seed)
        measure, claims = _measure(top.get("measure", a(dict), {}), inputs)
    if calibration is not None and not any("aim" in by for way in ways for by in way.by):
        raise InputError("calibration is for aims: no table quantize has aims")
    study = Study(title, seed, operators, folder, ways, measure, claims)
    for number, table in enumerate(operators, 1):
        next(iter(subjects(table, number, seed, folder)))
    return study


def _quantize(held: object, calibration: Mapping[str, Any] | None) -> Ways:
    with StrictTable(held, "quantize") as table:
        aims = table.all("aims", one_of(get_args(Aim)), ())
        if aims:
            whats = table.all("what", one_of(AIMED), (AIMED[0],))
            bits = table.all("bits", within(1, MOST_AIMED_BITS))
            by = ({"aim": aim, "calibration": calibration} for aim in aims)
            return Ways(whats, tuple(by), bits)
        whats = table.all("what", one_of(WHATS), ("W",))
        quantizers = table.all("quantizers", a(object), (NAMED[0],))
        bits = table.all("bits", within(LEAST_BITS, MOST_BITS))
    for quantizer in quantizers:
        for width in bits:
            try:
                made = quantizer_of(quantizer, width)
            except InputError as fault:
                raise InputError(f"quantizers: {fault} ({width} bits)") from None
            if made.rounding == "chosen" or made.step_rule == "chosen":
                raise InputError("quantizers: what is chosen is found by aims, not by a quantizer")
    return Ways(whats, tuple({"quantizer": quantizer} for quantizer in quantizers), bits)


def _measure(held: object, inputs: Mapping[str, Any] | None) -> tuple[Measure, tuple[str, ...]]:
    guarantees = [guarantee.value for guarantee in Guarantee]
    with StrictTable(held, "measure") as table:
        metrics = table.all("metrics", one_of(METRICS), USUAL_METRICS)
        rungs = table.all("rungs", within(RUNGS[0], RUNGS[-1]), (1, 2, 3, 4))
        guarantee = table.get("guarantee", one_of(guarantees), Guarantee.EXACT.value)
        claims = table.all("claims", a(str), ())
    for claim in claims:
        if claim not in claims_on.names():
            known = ", ".join(claims_on.names()) or "none, as proofs_checks is not installed"
            raise InputError(f"each entry of claims of measure must be one of {known}")
    wanting = [metric for metric in metrics if metric in OF_INPUTS]
    if inputs is None and (wanting or RUNGS[-1] in rungs):
        raise InputError(f"{wanting[0] if wanting else 'rung 8'} needs a table [inputs]")
    return Measure(metrics, tuple(sorted(rungs)), guarantee, inputs), claims


def _images(
    top: StrictTable, name: str, sources: tuple[str, ...], seed: int
) -> Mapping[str, Any] | None:
    held = top.get(name, a(dict), {})
    if not held:
        return None
    with StrictTable(held, name) as table:
        source = table.get("source", one_of(sources))
        limit = table.get("limit", within(1, 10**6))
    return {"source": source, "limit": limit, "seed": seed}
