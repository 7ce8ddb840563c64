"""One case: an operator, one way to quantize it, and what is measured.  One line of the answer.

A case is known by the digest of its definition, and everything random in it is drawn from that;
so its record does not depend on who measures it, or when.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from mondeq_ref.arrays import InputError
from mondeq_ref.certify.ladder import Step, climb, first_rungs, first_that_holds
from mondeq_ref.certify.no_equilibrium import without_equilibrium
from mondeq_ref.documents.strict_json import plain
from mondeq_ref.files.load import Inputs
from mondeq_ref.operator import Operator
from mondeq_ref.quantize import Quantized, What, quantize
from mondeq_ref.rigor.process import one_thread
from mondeq_ref.rigor.verdict import Guarantee, Outcome
from mondeq_ref.study.bit_table import Row, pair_of, row_facts
from mondeq_ref.study.effects import accuracy_before, effects
from mondeq_ref.study.safe import quantize_safely
from mondeq_ref.study.sweeps import claims_on
from mondeq_ref.study.sweeps.of_operator import OfOperator, of_operator
from mondeq_ref.study.sweeps.quantizers import quantizer_of
from mondeq_ref.study.sweeps.subjects import Description, SweptOperator, digest_of, generator

RUNGS = (1, 2, 3, 4, 5, 6, 7, 8)
SEARCHED = 5  # the first rung that needs a search
OF_ROWS = (
    *("perturbation", "predicted_perturbation", "ratio", "one_sided", "margin", "rung", "rungs"),
    *("rates", "condition"),
)
OF_INPUTS = (
    *("displacement", "equilibria_proved", "equilibria_located", "decisions_certified"),
    *("decisions_unchanged", "accuracy"),
)
METRICS = (*OF_ROWS, *OF_INPUTS, "existence", "digests")
ID_DIGITS = 24
Record = dict[str, Any]


@dataclass(frozen=True)
class Measure:
    """What is measured of every quantized operator."""

    metrics: tuple[str, ...]
    rungs: tuple[int, ...]
    guarantee: str
    inputs: Mapping[str, Any] | None


@dataclass(frozen=True)
class SweepCase:
    id: str
    definition: Description

    @staticmethod
    def of(definition: Description) -> "SweepCase":
        return SweepCase(digest_of(definition)[:ID_DIGITS], definition)

    @staticmethod
    def quantized(
        subject: SweptOperator, measure: Measure, what: str, by: Mapping[str, object], bits: int
    ) -> "SweepCase":
        """`by` is a quantizer, or an aim and the inputs for it."""
        return SweepCase.of(
            {
                "operator": subject.description,
                "what": what,
                **by,
                "bits": bits,
                "metrics": list(measure.metrics),
                "rungs": list(measure.rungs),
                "guarantee": measure.guarantee,
                "inputs": measure.inputs,
            }
        )

    @staticmethod
    def claimed(subject: SweptOperator, claim: str, seed: int) -> "SweepCase":
        return SweepCase.of({"operator": subject.description, "claim": claim, "seed": seed})


@dataclass(frozen=True)
class SweepTask:
    """Some cases of one operator."""

    subject: SweptOperator
    cases: tuple[SweepCase, ...]


@dataclass(frozen=True)
class TaskRecords:
    """The records of a task, and the cases that failed: an exception is never a record."""

    records: tuple[Record, ...]
    failed: tuple[str, ...]


@one_thread()
def measured(task: SweepTask) -> TaskRecords:
    """Every case of the task; what cannot be measured says why."""
    try:
        shared, refusal = of_operator(task.subject), None
    except InputError as fault:
        shared, refusal = None, str(fault)
    records: list[Record] = []
    failed: list[str] = []
    for case in task.cases:
        try:
            found = {"refused": refusal} if shared is None else _judged(shared, case)
        except Exception as error:
            failed.append(f"case {case.id}: {type(error).__name__}: {error}")
            continue
        records.append({"id": case.id, "case": dict(case.definition), **plain(found)})
    return TaskRecords(tuple(records), tuple(failed))


def _judged(shared: OfOperator, case: SweepCase) -> Record:
    definition = case.definition
    try:
        if "claim" in definition:
            found = claims_on.checked(definition["claim"], shared.operator, definition["seed"])
            return {"operator": shared.facts, "claim": found}
        return {"operator": shared.facts, **_measured(shared, definition)}
    except InputError as fault:
        return {"operator": shared.facts, "refused": str(fault)}


def _measured(shared: OfOperator, definition: Description) -> Record:
    rng, metrics = generator(definition), definition["metrics"]
    calibrated = shared.calibration(definition.get("calibration"))
    made = _quantized(shared.operator, definition, calibrated, rng)
    pair = pair_of(made, Guarantee(definition["guarantee"]))
    work = shared.work(definition["inputs"], exact=pair.is_exact)
    found = None if work is None else effects(work, pair)
    searched = any(SEARCHED <= rung < RUNGS[-1] for rung in definition["rungs"])
    steps = climb(pair, rng) if searched else first_rungs(pair)
    row = Row(made, pair, steps, found)
    facts: Record = {key: value for key, value in row_facts(row).items() if key in metrics}
    outcomes = _outcomes(steps, row.rung, definition["rungs"])
    if "rungs" in metrics:
        facts["rungs"] = outcomes
    if "rung" in metrics:
        held = (int(rung) for rung, outcome in outcomes.items() if outcome is Outcome.PROVED)
        facts["rung"] = next(held, None)
    if "accuracy" in metrics and work is not None:
        facts["accuracy_before"] = accuracy_before(work)
    if "existence" in metrics:
        facts["existence"] = _existence(made.operator, steps)
    if "digests" in metrics:
        facts["digests"] = {
            "quantized": made.operator.digest,
            "codes": codes_digest(made),
            "inputs": None if work is None else work.inputs.digest,
            "calibration": None if calibrated is None else calibrated.digest,
        }
    return facts


def _quantized(
    operator: Operator, definition: Description, calibrated: Inputs | None, rng: np.random.Generator
) -> Quantized:
    what, bits = cast("What", definition["what"]), definition["bits"]
    if "aim" in definition:
        aim = definition["aim"]
        return quantize_safely(operator, bits, aim, what, calibrated, rng=rng).quantized
    quantizer = quantizer_of(definition["quantizer"], bits)
    return quantize(operator, quantizer, what, None if quantizer.is_definite else rng)


def codes_digest(made: Quantized) -> str:
    """SHA-256 of the codes of every quantized array, by its name and with its shape."""
    listed = {name: [codes.shape, codes.ravel().tolist()] for name, codes in made.codes.items()}
    return digest_of(listed)


def _outcomes(steps: Sequence[Step], last: int | None, rungs: Sequence[int]) -> dict[str, Outcome]:
    """What is known of each rung that was asked for; a rung implies those after it."""
    decided = {step.rung: step.outcome for step in steps}
    first = first_that_holds(steps)
    if first is None and last == RUNGS[-1]:
        first = last
    return {
        str(rung): Outcome.PROVED
        if first is not None and rung >= first
        else decided.get(rung, Outcome.UNDECIDED)
        for rung in rungs
    }


def _existence(operator: Operator, steps: Sequence[Step]) -> Outcome:
    """Has every input an equilibrium?  A rung proves it; an input without one refutes it."""
    if first_that_holds(steps) is not None:
        return Outcome.PROVED
    return Outcome.UNDECIDED if without_equilibrium(operator) is None else Outcome.REFUTED
