"""Records of the verdicts of a claim on its instances.

A claim HOLDS when every verdict under its hypotheses is PROVED; the claim itself is not proved by
that, because the instances are not all operators.  Verdicts that the float enclosures leave
undecided are decided again in exact arithmetic.  An exception is an ERROR, never a verdict.
Every instance has its own seed, so results do not depend on the process or the order.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from mondeq_ref.instances.families import FAMILIES
from mondeq_ref.operator import Operator
from mondeq_ref.rigor.enclosure import Enclosure
from mondeq_ref.rigor.verdict import Outcome, Verdict
from proofs_checks.instance import Instance
from proofs_checks.theorem import Form, Predicate, Theorem

WORST_FIRST = (Outcome.REFUTED, Outcome.UNDECIDED, Outcome.PROVED)


@dataclass(frozen=True)
class Record:
    """One verdict of one form on one instance, with the numbers that reports use."""

    index: int  # of the instance
    row: int  # of its input
    form: str
    hypotheses: Outcome  # PROVED only if all are
    conclusion: Outcome
    escalated: bool
    measured: Enclosure
    ratio: Enclosure | None  # measured/bound
    bound: float  # the right side, to compare two forms on one instance
    width: float  # of both sides together, relative to the bound
    solver: float  # the part of the width from solver radii, relative to the bound
    guarantee: str


@dataclass(frozen=True)
class FailedInstance:
    """An exception inside a claim: its instance, and its type and message."""

    where: str
    what: str


def instance(theorem: Theorem, seed: int, index: int, shipped: Mapping[str, Operator]) -> Instance:
    """The index-th instance: first each shipped operator once, then the families in turn."""
    names = affordable(theorem, shipped)
    if index < len(names):
        name = names[index]
        return theorem.draw(_generator(seed, index), f"shipped: {name}", shipped[name])
    family = list(FAMILIES)[(index - len(names)) % len(FAMILIES)]
    operator, state = _of_family(family, seed, index)
    rng = np.random.default_rng(0)
    rng.bit_generator.state = state
    return theorem.draw(rng, family, operator)


@lru_cache(maxsize=256)
def _of_family(family: str, seed: int, index: int) -> tuple[Operator, Mapping[str, Any]]:
    """The operator, and the state of its generator afterwards: most claims draw on the same
    operators, each of which keeps what is computed of it."""
    rng = _generator(seed, index)
    return FAMILIES[family](rng), rng.bit_generator.state


def _generator(seed: int, index: int) -> np.random.Generator:
    return np.random.default_rng(np.random.SeedSequence([seed, index]))


def affordable(theorem: Theorem, shipped: Mapping[str, Operator]) -> list[str]:
    """The shipped operators that the claim is checked on."""
    return [name for name, held in shipped.items() if held.n <= theorem.largest]


def records(
    theorem: Theorem, seed: int, indices: range, shipped: Mapping[str, Operator]
) -> Iterator[Record | FailedInstance]:
    """Every form's verdicts on these instances."""
    for index in indices:
        try:
            drawn = instance(theorem, seed, index, shipped)
            shared = _all(theorem.hypotheses, drawn)
            for form in theorem.forms:
                own = _all(form.needs, drawn)
                met = own if form.alone else _and(shared, own)
                yield from _form_records(form, drawn, index, met)
        except Exception as error:
            # An exception is reported with its type; it never becomes a verdict.
            yield FailedInstance(f"instance {index}", f"{type(error).__name__}: {error}")


def _form_records(form: Form, drawn: Instance, index: int, hypotheses: Outcome) -> Iterator[Record]:
    if hypotheses is Outcome.REFUTED and form.needs:
        return  # a form with hypotheses of its own is checked only under them
    for row, verdict in enumerate(form.check(drawn)):
        if verdict is None:
            continue
        escalated = verdict.outcome is Outcome.UNDECIDED and form.escalate is not None
        if escalated and form.escalate is not None and hypotheses is not Outcome.REFUTED:
            verdict = form.escalate(drawn, row)
        yield record(form, verdict, index, row, hypotheses, escalated)


def record(
    form: Form, verdict: Verdict, index: int, row: int, hypotheses: Outcome, escalated: bool
) -> Record:
    scale = abs(verdict.rhs.mid) or 1.0
    width = (verdict.lhs.width + verdict.rhs.width) / scale
    return Record(
        index,
        row,
        form.name,
        hypotheses,
        verdict.outcome,
        escalated,
        verdict.lhs,
        verdict.ratio,
        verdict.rhs.mid,
        width,
        verdict.solver / scale,
        verdict.guarantee.value,
    )


def _all(predicates: Mapping[str, Predicate], drawn: Instance) -> Outcome:
    met = Outcome.PROVED
    for holds in predicates.values():
        met = _and(met, holds(drawn))
    return met


def _and(a: Outcome, b: Outcome) -> Outcome:
    """The three-valued conjunction: REFUTED before UNDECIDED before PROVED.

    Any other value, such as a bool, raises."""
    return min(a, b, key=WORST_FIRST.index)
