"""Every bit-width assessed: what can be proved of the quantized operator, and what it costs.

This is where solving and certifying meet: points and active sets that solvers propose are
handed to the ladder, and each row says only what was proved.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from mondeq_ref import bounds
from mondeq_ref.certificates.rungs import NOTHING, OF_INPUTS, RUNGS
from mondeq_ref.certify.equilibrium_bound import equilibrium_bounds
from mondeq_ref.certify.ladder import Step, Weights, climb, first_that_holds
from mondeq_ref.certify.pair import Pair, Sides, Structure
from mondeq_ref.certify.semimonotone import Existence
from mondeq_ref.certify.undecided_input import NO_SEARCH, Search
from mondeq_ref.quantize import Quantized, quantize
from mondeq_ref.rigor.balls import spectral_norm
from mondeq_ref.rigor.diagonal import weighted_margin_below, weighted_norm_above
from mondeq_ref.rigor.enclosure import Enclosure
from mondeq_ref.rigor.fast import up
from mondeq_ref.rigor.verdict import Guarantee, Outcome
from mondeq_ref.study.effects import Effects, Workload, effects

PROPOSED_SETS = 4  # active sets of inputs from which the search for a minor <= 0 also starts


@dataclass(frozen=True)
class Rates:
    """What the solvers are promised, in the Euclidean norm or in that of the weights D."""

    weighted: bool
    step_below: float  # forward-backward contracts for every step in (0, step_below)
    step: float  # the step with the best bound, and its rate
    forward_backward: float
    peaceman_rachford: float  # at its best step 1/L


@dataclass(frozen=True, eq=False)
class Row:
    """One bit-width."""

    quantized: Quantized
    pair: Pair
    steps: tuple[Step, ...]
    effects: Effects | None
    longest: float | None = None  # no equilibrium of an input given is longer, by rung 7

    @property
    def bits(self) -> int:
        return self.quantized.quantizer.bits

    @property
    def sides(self) -> Sides:
        return self.pair.sides

    @cached_property
    def rung(self) -> int | None:
        """The first rung that holds; 8 when every input given has a proved equilibrium."""
        first = first_that_holds(self.steps)
        if first is None and self.effects is not None and self.effects.located.all():
            return OF_INPUTS
        return first

    @property
    def promise(self) -> str:
        return NOTHING if self.rung is None else RUNGS[self.rung].promise

    @property
    def guarantee(self) -> Guarantee:
        exact = self.pair.is_exact and all(s.guarantee is Guarantee.EXACT for s in self.steps)
        return Guarantee.EXACT if exact else Guarantee.RIGOROUS_FLOAT

    @property
    def equilibria_proved(self) -> int | None:
        """Every input, when the operator has an equilibrium for each; else those located."""
        if self.effects is None:
            return None
        if first_that_holds(self.steps) is not None:
            return self.effects.inputs
        return int(self.effects.located.sum())

    @cached_property
    def ways(self) -> Mapping[str, int | None]:
        """The first of rungs 1 to 4 for each way to quantize at this width."""
        from mondeq_ref.study.ways import rungs_of_ways

        compared = first_that_holds([step for step in self.steps if step.rung in SHORTFALLS])
        known = {"published": compared} if self.quantized.what == "W" else {}
        rng, quantizer = np.random.default_rng(self.bits), self.quantized.quantizer
        return rungs_of_ways(self.pair.original, quantizer, rng, known)

    @cached_property
    def rates(self) -> Rates | None:
        """None without a margin, Euclidean or weighted."""
        m, L = self.sides.margin_after.lo, self.quantized.operator.lipschitz.hi
        if m > 0:
            return promised_rates(m, L, weighted=False)
        D = next((s.evidence.D for s in self.steps if isinstance(s.evidence, Weights)), None)
        if D is None:
            return None
        m, L = (f(self.pair.M_after, D) for f in (weighted_margin_below, weighted_norm_above))
        return promised_rates(m, L, weighted=True) if m > 0 and np.isfinite(L) else None

    @cached_property
    def condition(self) -> float | None:
        """An upper bound of the relative condition number ||W~||/m~ of W~ -> z~."""
        if not self.sides.margin_after.lo > 0:
            return None
        size = spectral_norm(self.quantized.operator.weights)
        return (size / self.sides.margin_after).hi

    @cached_property
    def predicted_perturbation(self) -> float | None:
        """2 sqrt(n) s/sqrt(12), for one dense matrix and one step: the usual size of ||dW|| where
        rounding errors are independent, and uniform over the step."""
        made = self.quantized.arrays.get("W")
        if made is None or isinstance(made.step, np.ndarray):
            return None
        return float(np.sqrt(bounds.expected_perturbation_squared(len(made.codes), made.step)))


def row_of(
    quantized: Quantized,
    work: Workload | None = None,
    *,
    guarantee: Guarantee = Guarantee.EXACT,
    rng: np.random.Generator,
    search: Search = NO_SEARCH,
) -> Row:
    """Solve the inputs, climb the ladder: the one place where a row is decided by search."""
    pair = pair_of(quantized, guarantee)
    found = None if work is None else effects(work, pair, search)
    proposals = () if found is None else tuple(found.active[:PROPOSED_SETS])
    steps = climb(pair, rng, proposals)
    return Row(quantized, pair, steps, found, _longest(quantized, pair, work, steps))


def _longest(
    quantized: Quantized, pair: Pair, work: Workload | None, steps: tuple[Step, ...]
) -> float | None:
    """A bound on every equilibrium of every input, of which there may be several."""
    proof = next((s.evidence for s in steps if isinstance(s.evidence, Existence)), None)
    if work is None or proof is None:
        return None
    longest = 0.0
    for block in work.blocks:
        c = work.injections(quantized.operator, block)
        # The bound grows with c, whose entries are known up to the error.
        found = equilibrium_bounds(pair.M_after, proof, np.asarray(up(c.c + c.error[:, None])))
        if found is None:
            return None
        longest = max(longest, float(found.max(initial=0.0)))
    return longest


def pair_of(quantized: Quantized, guarantee: Guarantee = Guarantee.EXACT) -> Pair:
    """The operator before and after, and the factors that keep the margin, where they do."""
    structure, arrays = None, quantized.arrays
    if quantized.promised_margin is not None:
        structure = Structure(quantized.promised_margin, arrays["A"], arrays["K"])
    return Pair(quantized.original, quantized.operator, guarantee, structure)


def promised_rates(m: float, L: float, *, weighted: bool) -> Rates:
    """Rates from 0 < m <= margin and L >= Lipschitz constant, rounded so that they are true."""
    margin, lipschitz = Enclosure.of(m), Enclosure.of(L)
    limit = 2 * margin / (lipschitz * lipschitz)
    step = limit.lo / 2
    forward = bounds.forward_backward_rate_squared(margin, lipschitz, Enclosure.of(step))
    alpha = Enclosure.of(1 / L)
    reflected = bounds.peaceman_rachford_rate_squared(margin, lipschitz, alpha)
    return Rates(weighted, limit.lo, step, forward.sqrt().hi, reflected.sqrt().hi)


@dataclass(frozen=True)
class Plan:
    """The bit planner: for each rung the smallest bit-width at which it holds, the smallest
    from which on it holds at all larger ones, and what was missing one bit below."""

    smallest: Mapping[int, int | None]
    lasting: Mapping[int, int | None]
    missing: Mapping[int, float | None]  # rungs 1 to 4: by how much the comparison fails
    structured: int | None  # the smallest width at which quantized factors keep the margin
    predicted: int | None  # for rung 2, from 2 sqrt(n) s/sqrt(12) alone


def plan(rows: list[Row]) -> Plan:
    by_bits = {row.bits: row for row in sorted(rows, key=lambda row: row.bits)}
    smallest: dict[int, int | None] = {}
    lasting: dict[int, int | None] = {}
    missing: dict[int, float | None] = {}
    for rung in RUNGS:
        holds = {b: row.rung is not None and row.rung <= rung for b, row in by_bits.items()}
        smallest[rung] = min((bits for bits, held in holds.items() if held), default=None)
        lasting[rung] = holds_from(holds)
    for rung, shortfall in SHORTFALLS.items():
        below = by_bits.get((smallest[rung] or 0) - 1)
        missing[rung] = None if below is None else shortfall(below.sides)
    ordered = list(by_bits.values())
    return Plan(smallest, lasting, missing, _structured(ordered), _predicted(ordered))


def holds_from(holds: Mapping[int, bool]) -> int | None:
    """The fewest bits from which on it holds at every width."""
    fails = max((bits for bits, held in holds.items() if not held), default=0)
    return min((bits for bits in holds if bits > fails), default=None)


SHORTFALLS: Mapping[int, Callable[[Sides], float]] = {
    1: lambda sides: (sides.frobenius - sides.margin).mid,
    2: lambda sides: (sides.norm - sides.margin).mid,
    3: lambda sides: (sides.one_sided - sides.margin).mid,
    4: lambda sides: -sides.margin_after.mid,
}


def _structured(rows: list[Row]) -> int | None:
    """Quantizing the factors is tried at every width, whatever the rows quantized."""
    for row in rows:
        original, quantizer = row.pair.original, row.quantized.quantizer
        if original.factors is None or quantizer.rounding == "stochastic":
            return None
        if quantize(original, quantizer, "factors").promised_margin is not None:
            return row.bits
    return None


def _predicted(rows: list[Row]) -> int | None:
    for row in rows:
        m, guess = row.sides.margin.lo, row.predicted_perturbation
        if guess is not None and guess < m:
            return row.bits
    return None


def row_facts(row: Row) -> dict[str, Any]:
    """The row as JSON shows it."""
    found, rates = row.effects, row.rates
    return {
        "bits": row.bits,
        "quantizer": row.quantized.spec,
        "perturbation": row.sides.norm,
        "predicted_perturbation": row.predicted_perturbation,
        "ratio": row.sides.ratio,
        "one_sided": row.sides.one_sided_ratio,
        "margin": row.sides.margin_after,
        "rung": row.rung,
        "promise": row.promise,
        "guarantee": row.guarantee.value,
        "rungs": {str(step.rung): step.outcome for step in row.steps},
        "rates": rates,
        "condition": row.condition,
        "displacement": None if found is None else found.worst,
        "equilibria_proved": row.equilibria_proved,
        "longest_equilibrium": row.longest,
        "equilibria_absent": None if found is None or found.without is None else len(found.without),
        "equilibria_located": None if found is None else int(found.located.sum()),
        "decisions_certified": None if found is None else found.decisions_certified,
        "decisions_unchanged": None if found is None else found.decisions_unchanged,
        "inputs": None if found is None else found.inputs,
        "accuracy": None if found is None else found.accuracy,
    }


def undecided(row: Row) -> bool:
    return any(step.outcome is Outcome.UNDECIDED for step in row.steps)
