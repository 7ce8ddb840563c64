"""What the audit says of particular operators: the ladder, bit by bit, and three plain answers.

For the operators that ship, rungs that take a search are read off their stored certificates,
each verified again; for anybody else's operator the ladder is climbed here.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from mondeq_ref.arrays import Integers, Matrix
from mondeq_ref.certificates.check import verify
from mondeq_ref.certificates.rungs import CONVERGENT, NOTHING, OF_INPUTS, RUNGS, UNIQUENESS
from mondeq_ref.certify.ladder import Step, first_rungs, first_that_holds
from mondeq_ref.certify.pair import Pair
from mondeq_ref.documents.encoding import read_document
from mondeq_ref.inputs import given
from mondeq_ref.instances import shipped
from mondeq_ref.operator import Operator
from mondeq_ref.quantize import Quantized
from mondeq_ref.report.digits import at_least, percent_at_most
from mondeq_ref.rigor.verdict import ZERO, Guarantee, Outcome, less
from mondeq_ref.solve import solve
from mondeq_ref.solve.solution import UNSOLVED, Solution, code
from mondeq_ref.study.bit_table import Row, pair_of, row_of
from proofs_checks.instance import SOLVER_TOL, Points, in_rationals, points
from proofs_checks.operators.drift import Drift, drift

EXACT_INPUTS = 128  # equilibria proved one by one, where nothing is promised for every input
DRIFT_INPUTS = 256
SIMPLE = 4  # rungs that enclosures decide: no search, so no certificate is needed


@dataclass(frozen=True, eq=False)
class Fed:
    """An operator with its injections, whose equilibria all its quantizations share."""

    operator: Operator
    c: Matrix

    @cached_property
    def equilibria(self) -> Points:
        """Of the first inputs."""
        return points(self.operator, self.c[:DRIFT_INPUTS])


@dataclass(frozen=True, eq=False)
class Examined:
    """One quantized operator with the inputs it is fed."""

    name: str
    row: Row  # its row of the bit-width table, without inputs
    before: "Fed"  # the operator before, with its injections
    c_after: Matrix
    labels: Integers | None

    @property
    def quantized(self) -> Quantized:
        return self.row.quantized

    @property
    def bits(self) -> int:
        return self.row.bits

    @property
    def pair(self) -> Pair:
        return self.row.pair

    @property
    def rung(self) -> int | None:
        """The first that promises something for every input."""
        return self.row.rung

    @cached_property
    def solution(self) -> Solution:
        injections = given(self.c_after, self.c_after.shape[1])
        return solve(self.quantized.operator, injections, tol=SOLVER_TOL)

    @cached_property
    def moved(self) -> Points:
        """The equilibria after quantization of the first inputs, where they are known."""
        found, few = self.solution, slice(0, DRIFT_INPUTS)
        z, radius = found.z[few].copy(), found.radius[few].copy()
        return in_rationals(Points(self.quantized.operator, self.c_after[few], z, radius))

    @cached_property
    def equilibria(self) -> tuple[int, int]:
        """Inputs with an equilibrium that is proved, of how many."""
        if self.rung is not None:
            return len(self.c_after), len(self.c_after)
        radius = self.moved.radius[:EXACT_INPUTS]
        return int(np.isfinite(radius).sum()), len(radius)

    @cached_property
    def holds(self) -> int | None:
        """The first rung; that of the inputs where each of those tried has an equilibrium."""
        proved, inputs = self.equilibria
        return OF_INPUTS if self.rung is None and proved == inputs > 0 else self.rung

    @cached_property
    def drift(self) -> Drift:
        return drift(self.before.equilibria, self.moved)

    @cached_property
    def accuracy(self) -> float | None:
        """With the points the solver found; an input without one counts as wrong."""
        head = self.quantized.operator.head
        if head is None or self.labels is None:
            return None
        found = ~np.isin(self.solution.codes, [code(status) for status in UNSOLVED])
        classes = head.logits(self.solution.z).argmax(axis=1)
        return float(((classes == self.labels) & found).mean())


def climbed(quantized: Quantized) -> Row:
    """Every rung is searched for here."""
    return row_of(quantized, guarantee=Guarantee.RIGOROUS_FLOAT, rng=np.random.default_rng(0))


def certified(name: str, quantized: Quantized) -> Row:
    """Rungs by enclosures, or by stored certificates that are verified again."""
    pair = pair_of(quantized, Guarantee.RIGOROUS_FLOAT)
    steps = first_rungs(pair)
    if first_that_holds(steps) is None:
        read = [Step(*said, Guarantee.EXACT) for said in stored(name, quantized)]
        steps = (*steps, *sorted(read, key=lambda step: step.rung))
    return Row(quantized, pair, steps, None)


def stored(name: str, quantized: Quantized) -> Iterator[tuple[int, Outcome]]:
    """What the stored certificates of this width prove or refute; a rejected one is an error."""
    bits = f"{quantized.quantizer.bits:02d}bits"
    for path in map(shipped.verified, shipped.listed(f"certificates/{name}/*-{bits}-*.json")):
        document = read_document(path)
        checked = verify(document, quantized.original)
        if checked.accepted and checked.quantizer != quantized.spec:
            raise ArithmeticError(f"the shipped certificate {path.name} is of another quantizer")
        if not checked.accepted:
            raise ArithmeticError(f"the shipped certificate {path.name}: {checked.reason}")
        yield int(str(document["rung"])), Outcome[str(document["outcome"])]


def ladder(title: str, what: str, description: str, rows: Sequence[Examined]) -> dict[str, Any]:
    return {
        "operator": title,
        "what": what,
        "description": description,
        "rows": [_row(row) for row in rows],
    }


def _row(row: Examined) -> dict[str, Any]:
    proved, inputs = row.equilibria
    return {
        "bits": row.bits,
        "ratio": row.pair.sides.ratio,
        "one_sided": row.pair.sides.one_sided_ratio,
        "margin": row.pair.sides.margin_after,
        "rung": row.holds,
        "promise": NOTHING if row.holds is None else RUNGS[row.holds].promise,
        "guarantee": (
            Guarantee.EXACT if row.rung is None or row.rung > SIMPLE else Guarantee.RIGOROUS_FLOAT
        ).value,
        "equilibria_proved": proved,
        "inputs": inputs,
        "accuracy": row.accuracy,
        "drift": row.drift,
    }


def answers(rows: Sequence[Examined]) -> list[dict[str, Any]]:
    """Three questions in plain words."""
    return [_converges(rows), _drifts(rows), _backward(rows)]


def _converges(rows: Sequence[Examined]) -> dict[str, Any]:
    sure = [row for row in rows if row.rung is not None and row.rung <= CONVERGENT]
    unique = [row for row in rows if row.rung == UNIQUENESS]
    several = [row for row in rows if row.rung is not None and row.rung > UNIQUENESS]
    unsure = [row for row in rows if row.rung is None]
    said = (
        f"Proved for every possible input in {len(sure)} of {len(rows)} cases below (yes: one "
        "equilibrium, and the solvers find it)."
    )
    if unique:
        said += f" In {len(unique)} more every input has one equilibrium, which solvers may miss."
    if several:
        said += f" In {len(several)} more every input has an equilibrium, perhaps several."
    if unsure:
        proved = sum(row.equilibria[0] for row in unsure)
        asked = sum(row.equilibria[1] for row in unsure)
        said += (
            " In the others nothing is promised for every input, but of the inputs tried one by "
            f"one {proved} of {asked} provably have an equilibrium."
        )
    return {
        "question": "Does it still converge?",
        "answer": said,
        "rows": [_told(row, _convergence(row)) for row in rows],
    }


def _convergence(row: Examined) -> str:
    if row.rung is None:
        proved, inputs = row.equilibria
        return f"no promise; an equilibrium for {proved} of {inputs} inputs"
    if row.rung > UNIQUENESS:
        return f"no promise; an equilibrium for every input: rung {row.rung}"
    if row.rung > CONVERGENT:
        return f"no promise; one equilibrium for every input: rung {row.rung}"
    return "yes: the paper's condition" if row.rung <= 2 else f"yes: rung {row.rung}"


def _drifts(rows: Sequence[Examined]) -> dict[str, Any]:
    most = max((row.drift.of for row in rows), default=0)
    return {
        "question": "How far does it drift?",
        "answer": (
            "The largest certified distance between the equilibria before and after, as a share "
            f"of the equilibrium's length, over the first {most} inputs."
        ),
        "rows": [_told(row, _drift(row)) for row in rows],
    }


def _drift(row: Examined) -> str:
    found = row.drift
    if found.actual is None:
        return "not known"
    known = "" if found.inputs == found.of else f" ({found.inputs} of {found.of} inputs)"
    return f"at most {percent_at_most(found.actual)}{known}"


def _backward(rows: Sequence[Examined]) -> dict[str, Any]:
    return {
        "question": "Does the backward pass work?",
        "answer": (
            "With a positive margin the adjoint equation has one solution for every input, and "
            "the same solvers converge on it at the same rates; without one, nothing is promised."
        ),
        "rows": [_told(row, _gradient(row)) for row in rows],
    }


def _gradient(row: Examined) -> str:
    margin = row.pair.sides.margin_after
    sign = less(ZERO, margin)
    if sign is Outcome.PROVED:
        return f"yes: margin at least {at_least(margin.lo, 3)}"
    if row.rung is not None and row.rung <= UNIQUENESS:  # then every M_aa is nonsingular
        return "it has a solution; no rate is promised"
    return "not promised: no margin"


def _told(row: Examined, text: str) -> dict[str, Any]:
    return {"bits": row.bits, "operator": row.name, "text": text}


def described(operators: Mapping[str, Operator]) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "digest": operator.digest,
            "n": operator.n,
            "margin": operator.margin,
            "lipschitz": operator.lipschitz,
        }
        for name, operator in operators.items()
    ]
