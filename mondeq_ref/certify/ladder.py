"""Which is the first rung of the ladder that holds for a perturbed operator?

Float enclosures decide first; where they overlap, or where exactness is asked for, integers do.
Rungs 1 to 4 are then always decided, by thresholds.  Rung 5 and 6 are searched for, unless
M~ is an H-matrix: weights or their refutation by cutting planes, a minor <= 0 by pivoting, or
all minors where the strongly connected blocks are small.  A minor <= 0 comes with a vector x
whose signs M~ reverses, and then X = x x' refutes all weights too.  Rung 7 is searched for where
rung 6 is not proved.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from mondeq_ref.arrays import Booleans
from mondeq_ref.certify.diagonal import dependency_order, diagonal_weights
from mondeq_ref.certify.h_matrix import h_matrix
from mondeq_ref.certify.limits import EXACT_BELOW
from mondeq_ref.certify.pair import Pair, Structure
from mondeq_ref.certify.pmatrix import reversed_vector, search_nonpositive_minor
from mondeq_ref.certify.semimonotone import Existence, strictly_semimonotone
from mondeq_ref.rigor.dyadic import Dyadic
from mondeq_ref.rigor.enclosure import Enclosure
from mondeq_ref.rigor.pmatrix import first_nonpositive_minor
from mondeq_ref.rigor.process import one_thread
from mondeq_ref.rigor.rational import fraction_of
from mondeq_ref.rigor.semimonotone import refutes_semimonotone
from mondeq_ref.rigor.spectrum import symmetric_part
from mondeq_ref.rigor.thresholds import (
    Separation,
    frobenius_less_than_least_eigenvalue,
    greatest_against_least_eigenvalue,
    least_eigenvalue_exceeds,
    norm_against_least_eigenvalue,
    separation,
)
from mondeq_ref.rigor.verdict import Guarantee, Outcome

ENUMERATED = 12  # units of a block whose 2^12 minors are all looked at
# Starts and pivots of a first look for a minor <= 0; where it misses, matrix games follow.
QUICK = (12, 120)
THOROUGH = (24, 250)
LARGE = (1, 100)  # at n >= EXACT_BELOW a pivot costs milliseconds
ROUNDS, ROUNDS_LARGE = 200, 12  # of cutting planes


@dataclass(frozen=True, eq=False)
class Reversal:
    """An index set whose principal minor is <= 0, and a column whose signs M~ reverses."""

    minor: tuple[int, ...]
    x: Dyadic


@dataclass(frozen=True, eq=False)
class Weights:
    D: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class DualFactor:
    """Y with (M~ Y Y')_ii <= 0 for all i."""

    Y: Dyadic


@dataclass(frozen=True, eq=False)
class Blocks:
    """Strongly connected blocks, in the order of `dependency_order`, all of whose minors are
    positive."""

    blocks: tuple[tuple[int, ...], ...]


Evidence = Fraction | Structure | Reversal | Weights | DualFactor | Blocks | Existence | None


@dataclass(frozen=True, eq=False)
class Step:
    """What was decided about one rung, how, and what would prove it again.

    A Fraction as the evidence of rungs 1 to 4 is a number between the two sides."""

    rung: int
    outcome: Outcome
    guarantee: Guarantee
    evidence: Evidence = None


@one_thread()
def climb(
    pair: Pair, rng: np.random.Generator, proposals: Sequence[Booleans] = ()
) -> tuple[Step, ...]:
    """Rungs 1, 2, ... up to the first that is proved, or up to 7; `proposals` are active sets
    from which the search for a minor <= 0 starts."""
    steps = first_rungs(pair)
    if steps[-1].outcome is Outcome.PROVED:
        return steps
    fifth, sixth = by_weights_or_minors(pair, rng, proposals)
    if fifth.outcome is Outcome.PROVED:
        return (*steps, fifth)
    if sixth.outcome is Outcome.PROVED:
        return (*steps, fifth, sixth)
    return (*steps, fifth, sixth, by_existence(pair, sixth))


def first_rungs(pair: Pair) -> tuple[Step, ...]:
    """Rungs 1, 2, ... up to the first that is proved, or up to 4: no search, only comparisons."""
    steps: list[Step] = []
    for decide in (by_frobenius_norm, by_norm, by_one_side, by_margin):
        steps.append(decide(pair))
        if steps[-1].outcome is Outcome.PROVED:
            break
    return tuple(steps)


def first_that_holds(steps: Sequence[Step]) -> int | None:
    return next((step.rung for step in steps if step.outcome is Outcome.PROVED), None)


def by_frobenius_norm(pair: Pair) -> Step:
    """Rung 1: ||W - W~||_F < m."""

    def exactly() -> tuple[Outcome, None]:
        S = symmetric_part(pair.M)
        return _outcome(frobenius_less_than_least_eigenvalue(pair.dW, S)), None

    return _decided(pair, 1, (pair.sides.frobenius, pair.sides.margin), exactly)


def by_norm(pair: Pair) -> Step:
    """Rung 2: ||W - W~||_2 < m, the paper's condition."""

    def exactly() -> tuple[Outcome, Fraction]:
        return _separated(norm_against_least_eigenvalue(pair.dW, symmetric_part(pair.M)))

    return _decided(pair, 2, (pair.sides.norm, pair.sides.margin), exactly)


def by_one_side(pair: Pair) -> Step:
    """Rung 3: lambda_max(sym(W~ - W)) < m."""

    def exactly() -> tuple[Outcome, Fraction]:
        T, S = symmetric_part(-pair.dW), symmetric_part(pair.M)
        return _separated(greatest_against_least_eigenvalue(T, S))

    return _decided(pair, 3, (pair.sides.one_sided, pair.sides.margin), exactly)


def by_margin(pair: Pair) -> Step:
    """Rung 4: m~ > 0; by structure, where the factors were quantized so that it must hold."""
    if pair.structure is not None:
        return Step(4, Outcome.PROVED, Guarantee.EXACT, pair.structure)

    def exactly() -> tuple[Outcome, None]:
        return _outcome(least_eigenvalue_exceeds(symmetric_part(pair.M_after), 0)), None

    return _decided(pair, 4, (Enclosure.of(0), pair.sides.margin_after), exactly)


@one_thread()
def by_weights_or_minors(
    pair: Pair, rng: np.random.Generator, proposals: Sequence[Booleans] = ()
) -> tuple[Step, Step]:
    """Rungs 5 and 6, which share their refutations.  Both always rest on integers."""
    M, large = pair.M_after, pair.original.n >= EXACT_BELOW
    dominant = h_matrix(M)
    if dominant is not None:
        return _both_proved(dominant.weights)
    blocks = tuple(tuple(block) for block in dependency_order(M))
    small = max(map(len, blocks)) <= ENUMERATED
    found = _nonpositive_minor(M, blocks) if small else _search(M, rng, proposals, QUICK)
    if found is not None:
        return _both_refuted(found)
    weights = diagonal_weights(M, ROUNDS_LARGE if large else ROUNDS)
    if weights.weights is not None:
        return _both_proved(weights.weights)
    fifth = Step(
        5,
        weights.outcome,
        Guarantee.EXACT,
        None if weights.refutation is None else DualFactor(weights.refutation),
    )
    if small:
        return fifth, Step(6, Outcome.PROVED, Guarantee.EXACT, Blocks(blocks))
    found = _search(M, rng, proposals, LARGE if large else THOROUGH)
    if found is not None:
        return _both_refuted(found)
    return fifth, Step(6, Outcome.UNDECIDED, Guarantee.EXACT)


def by_existence(pair: Pair, sixth: Step) -> Step:
    """Rung 7: M~ is strictly semimonotone; a reversed vector of one sign refutes it at once."""
    M, evidence = pair.M_after, sixth.evidence
    if isinstance(evidence, Reversal):
        for x in (evidence.x, -evidence.x):
            if refutes_semimonotone(M, x):
                refuted = Existence(Outcome.REFUTED, x=x)
                return Step(7, Outcome.REFUTED, Guarantee.EXACT, refuted)
    found = strictly_semimonotone(M)
    return Step(7, found.outcome, Guarantee.EXACT, found)


def _nonpositive_minor(M: Dyadic, blocks: Sequence[Sequence[int]]) -> Reversal | None:
    """M is block triangular, so its principal minors are products of those of the blocks."""
    for block in blocks:
        inner = first_nonpositive_minor(M.block(block, block))
        if inner is not None:
            return _reversal(M, tuple(sorted(block[i] for i in inner)))
    return None


def _search(
    M: Dyadic,
    rng: np.random.Generator,
    proposals: Sequence[Booleans],
    effort: tuple[int, int],
) -> Reversal | None:
    starts, pivots = effort
    minor = search_nonpositive_minor(M, rng, proposals=proposals, starts=starts, pivots=pivots)
    return None if minor is None else _reversal(M, minor)


def _reversal(M: Dyadic, minor: tuple[int, ...]) -> Reversal:
    x = reversed_vector(M, minor)
    if x is None:
        raise ArithmeticError("a principal minor <= 0 must come with a vector of reversed signs")
    return Reversal(minor, x)


def _both_proved(D: tuple[int, ...]) -> tuple[Step, Step]:
    fifth, sixth = (Step(rung, Outcome.PROVED, Guarantee.EXACT, Weights(D)) for rung in (5, 6))
    return fifth, sixth


def _both_refuted(found: Reversal) -> tuple[Step, Step]:
    return (
        Step(5, Outcome.REFUTED, Guarantee.EXACT, DualFactor(found.x)),
        Step(6, Outcome.REFUTED, Guarantee.EXACT, found),
    )


def _decided(
    pair: Pair,
    rung: int,
    sides: tuple[Enclosure, Enclosure],
    exactly: Callable[[], tuple[Outcome, Evidence]],
) -> Step:
    """left < right, by the two enclosures; by `exactly` where these overlap and n allows it."""
    known = separation(*sides)
    if known is not None:
        guarantee = Guarantee.EXACT if pair.is_exact else Guarantee.RIGOROUS_FLOAT
        outcome, evidence = _separated(known)
        return Step(rung, outcome, guarantee, evidence)
    if not pair.is_exact and pair.original.n >= EXACT_BELOW:
        return Step(rung, Outcome.UNDECIDED, Guarantee.RIGOROUS_FLOAT)
    outcome, evidence = exactly()
    return Step(rung, outcome, Guarantee.EXACT, evidence)


def _outcome(holds: bool) -> Outcome:
    return Outcome.PROVED if holds else Outcome.REFUTED


def _separated(found: Separation) -> tuple[Outcome, Fraction]:
    return _outcome(found.holds), fraction_of(found.threshold)
