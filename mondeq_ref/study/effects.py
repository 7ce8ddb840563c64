"""What quantization does to the inputs at hand: solved before and after, and compared.

Solvers propose the points; `certify` says how far they are from equilibria, and only what is
certain is counted.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from types import MappingProxyType

import numpy as np

from mondeq_ref.arrays import Booleans
from mondeq_ref.certificates.branches import Tree
from mondeq_ref.certify.decisions import (
    UNCERTAIN,
    Displacement,
    certain_class,
    displacement,
    entrywise_reach,
)
from mondeq_ref.certify.limits import EXACT_BELOW
from mondeq_ref.certify.pair import Pair
from mondeq_ref.certify.prove import Equilibria, prove
from mondeq_ref.certify.undecided_input import NO_SEARCH, Search, decide_rest
from mondeq_ref.documents.case import Rows
from mondeq_ref.files.load import Inputs
from mondeq_ref.inputs import Injections
from mondeq_ref.operator import Head, Operator
from mondeq_ref.rigor.fast import up
from mondeq_ref.rigor.verdict import Guarantee
from mondeq_ref.solve import ActiveSet, solve

BLOCK = 1024  # rows looked at together
TOL = 1e-12  # what the solver is asked for; what it reached is in the radii
MAX_STEPS = 10_000
MAX_STEPS_LARGE = 24  # linear solves an input, where one costs a millisecond and more


@dataclass(frozen=True, eq=False)
class Block:
    """Some of the inputs, and their equilibria before anything was quantized."""

    which: slice
    injections: Injections
    before: Equilibria


@dataclass(frozen=True, eq=False)
class Workload:
    """All inputs, solved for the original operator."""

    operator: Operator
    inputs: Inputs
    blocks: tuple[Block, ...]

    def rows(self, which: slice = slice(None)) -> Rows:
        return Rows(self.inputs.kind, self.inputs.numbers(which).astype(np.float64))

    def injections(self, operator: Operator, block: Block) -> Injections:
        """Those of before as long as U and b stay the same, as when only W is quantized."""
        same = operator.U is self.operator.U or np.array_equal(operator.U, self.operator.U)
        if same and np.array_equal(operator.b, self.operator.b):
            return block.injections
        return self.inputs.injections(operator, block.which)


@dataclass(frozen=True)
class Worst:
    """The largest certified displacement over the inputs: bounds of ||z~ - z*||."""

    paper: float  # (||dW|| ||z~|| + ||dc||) / m
    sharper: float  # ||dW z~ + dc|| / m
    actual: float  # of the two points, plus their radii


@dataclass(frozen=True, eq=False)
class Effects:
    """Counts over the inputs; None where a head, labels or a margin is missing."""

    located: Booleans  # the inputs whose point is certainly next to an equilibrium
    without: Mapping[int, Tree] | None  # the inputs that have none, proved; None: not searched
    active: Booleans  # their supports, where found without a margin
    correct: int | None  # inputs whose class is their label; one that is not located is wrong
    decisions_certified: int | None  # the class cannot have changed, judged from z~ or z* alone
    decisions_unchanged: int | None  # those, and where both classes are certain and the same
    worst: Worst | None

    @property
    def inputs(self) -> int:
        return len(self.located)

    @property
    def accuracy(self) -> float | None:
        """Over all inputs."""
        return None if self.correct is None else self.correct / self.inputs


def workload(operator: Operator, inputs: Inputs, *, exact: bool) -> Workload:
    """Solve every input for the original operator."""
    starts = range(0, len(inputs), BLOCK)
    blocks: list[Block] = []
    for start in starts:
        which = slice(start, min(start + BLOCK, len(inputs)))
        found = inputs.injections(operator, which)
        blocks.append(Block(which, found, _equilibria(operator, found, exact=exact)))
    return Workload(operator, inputs, tuple(blocks))


def effects(work: Workload, pair: Pair, search: Search = NO_SEARCH) -> Effects:
    """Solve every input for the perturbed operator, and compare.

    Inputs without a margin and without a located equilibrium are searched."""
    found = [_effects_of_block(work, pair, block, search) for block in work.blocks]
    without = [part.without for part in found if part.without is not None]
    return Effects(
        located=np.concatenate([part.located for part in found]),
        without=MappingProxyType({k: tree for part in without for k, tree in part.items()})
        if without
        else None,
        active=np.concatenate([part.active for part in found]),
        correct=_total(part.correct for part in found),
        decisions_certified=_total(part.decisions_certified for part in found),
        decisions_unchanged=_total(part.decisions_unchanged for part in found),
        worst=_worst([part.worst for part in found if part.worst is not None]),
    )


def accuracy_before(work: Workload) -> float | None:
    """The share of the inputs that the original operator classifies correctly."""
    head, labels = work.operator.head, work.inputs.labels
    if head is None or labels is None:
        return None
    correct = 0
    for block in work.blocks:
        classes = head.logits(block.before.z).argmax(axis=1)
        correct += int(((classes == labels[block.which]) & block.before.proved).sum())
    return correct / len(work.inputs)


def _effects_of_block(work: Workload, pair: Pair, block: Block, search: Search) -> Effects:
    operator = pair.perturbed
    injections = work.injections(operator, block)
    after = _equilibria(operator, injections, exact=pair.is_exact)
    without: dict[int, Tree] | None = None
    if search.cases > 0:
        after, trees = decide_rest(operator, injections, after, search)
        without = {block.which.start + row: tree for row, tree in trees.items()}
    head, labels = work.operator.head, work.inputs.labels
    correct = unchanged = certified = worst = None
    decided: Booleans | None = None
    if pair.sides.margin.lo > 0:
        moved = _moved(pair, block, injections, after)
        kept = after.proved
        if kept.any():
            worst = Worst(*(float(getattr(moved, side.name).max()) for side in fields(Worst)))
        if head is not None:
            decided = np.zeros(len(kept), dtype=np.bool_)
            reach = np.asarray(up(after.radius[kept] + moved.sharper))
            decided[kept] = certain_class(head, after.z[kept], reach) != UNCERTAIN
    if head is not None:
        if labels is not None:
            classes = head.logits(after.z).argmax(axis=1)
            correct = int(((classes == labels[block.which]) & after.proved).sum())
        for found in _decided_entrywise(head, pair, block, injections, after):
            decided = found if decided is None else decided | found
        before = certain_class(head, block.before.z, block.before.radius)
        same = (before == certain_class(head, after.z, after.radius)) & (before != UNCERTAIN)
        certified = None if decided is None else int(decided.sum())
        unchanged = int((same if decided is None else same | decided).sum())
    return Effects(after.proved, without, after.active, correct, certified, unchanged, worst)


def _decided_entrywise(
    head: Head, pair: Pair, block: Block, injections: Injections, after: Equilibria
) -> Iterator[Booleans]:
    """The inputs whose class cannot have changed, by the bound in the maximum norm: seen from z*
    where M~ is an H-matrix, and from z~ where M is one."""
    dW = pair.original.weights - pair.perturbed.weights
    for dominant, at in ((pair.dominant_after, block.before), (pair.dominant, after)):
        if dominant is not None:
            both = (block.injections, injections)
            reach = entrywise_reach(dominant, at, dW, pair.sides.norm.hi, both)
            yield np.asarray(certain_class(head, at.z, reach) != UNCERTAIN)


def _moved(pair: Pair, block: Block, injections: Injections, after: Equilibria) -> Displacement:
    """Of the inputs whose equilibria are known after as well as before."""
    kept = np.flatnonzero(after.proved)
    return displacement(
        block.before.rows(kept),
        after.rows(kept),
        pair.original.weights - pair.perturbed.weights,
        pair.sides.norm.hi,
        pair.sides.margin.lo,
        (block.injections.rows(kept), injections.rows(kept)),
    )


def _equilibria(operator: Operator, injections: Injections, *, exact: bool) -> Equilibria:
    """Proposed by the active-set method; proved by a margin, by floats or in rationals."""
    has_margin = operator.margin.lo > 0
    large = operator.n >= EXACT_BELOW and not has_margin
    steps = MAX_STEPS_LARGE if large else MAX_STEPS
    Z = solve(operator, injections, ActiveSet(), tol=TOL, max_steps=steps).z
    rational = exact and not has_margin
    return prove(operator, injections, Z, Guarantee.EXACT if rational else Guarantee.RIGOROUS_FLOAT)


def _total(counts: Iterable[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if known else None


def _worst(parts: Sequence[Worst]) -> Worst | None:
    if not parts:
        return None
    return Worst(*(max(getattr(part, side.name) for part in parts) for side in fields(Worst)))
