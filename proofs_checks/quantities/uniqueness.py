"""One equilibrium for every input: the ladder of `mondeq_ref.certify` against enumeration."""

from functools import lru_cache
from itertools import pairwise

import numpy as np

from mondeq_ref.certify import ladder
from mondeq_ref.certify.ladder import Reversal, Step, Weights
from mondeq_ref.certify.pair import Pair
from mondeq_ref.rigor.pmatrix import first_nonpositive_minor, two_equilibria
from mondeq_ref.rigor.verdict import Guarantee, Outcome, Verdict, fact
from proofs_checks.instance import Instance
from proofs_checks.quantities.eigenvalues import MOST_UNITS
from proofs_checks.quantities.hypotheses import outcome, perturbed_has_margin
from proofs_checks.quantities.rational_points import cleared_monotone, columns, of_all_sets

ALL_MINORS_UP_TO = 10  # units: 2^10 determinants
ALL_ACTIVE_SETS_UP_TO = 6  # units: 2^6 linear systems per input


def one_equilibrium(instance: Instance) -> list[Verdict | None]:
    """Whether there is one equilibrium: for every input, by all principal minors; then for each
    input of the instance, by all active sets."""
    minors = p_matrix(instance)
    decided = None if minors is Outcome.UNDECIDED else fact(minors is Outcome.PROVED)
    return [decided, *(None if n is None else fact(n == 1) for n in count_equilibria(instance))]


@lru_cache(maxsize=2)
def p_matrix(instance: Instance) -> Outcome:
    """Whether M~ is a P-matrix: by all minors for few units, else by m~ > 0 or by rung 6."""
    M = instance.after.exact_M
    if instance.after.n <= ALL_MINORS_UP_TO:
        return outcome(first_nonpositive_minor(M) is None)
    if perturbed_has_margin(instance) is Outcome.PROVED:
        return Outcome.PROVED
    return rungs(instance)[5].outcome if instance.after.n <= MOST_UNITS else Outcome.UNDECIDED


@lru_cache(maxsize=2)
def count_equilibria(instance: Instance) -> list[int | None]:
    """The number of equilibria for each input; None for many units, or where a block M_aa is
    singular."""
    unknown: list[int | None] = [None for _ in instance.c]
    if len(unknown) == 0 or instance.after.n > ALL_ACTIVE_SETS_UP_TO:
        return unknown
    found, singular = of_all_sets(cleared_monotone(instance.after), columns(instance.c))
    return unknown if singular else [len({tuple(z.entries()) for z in some}) for some in found]


@lru_cache(maxsize=2)
def rungs(instance: Instance) -> tuple[Step, ...]:
    """The steps of the ladder, each decided on its own: six, or four above MOST_UNITS units."""
    large = instance.after.n > MOST_UNITS
    guarantee = Guarantee.RIGOROUS_FLOAT if large else Guarantee.EXACT
    pair = Pair(instance.operator, instance.after, guarantee)
    steps = (ladder.by_frobenius_norm, ladder.by_norm, ladder.by_one_side, ladder.by_margin)
    first = tuple(decide(pair) for decide in steps)
    if large:
        return first  # the searches of rungs 5 and 6 take seconds
    return (*first, *ladder.by_weights_or_minors(pair, np.random.default_rng(0)))


def each_implies_the_next(instance: Instance) -> list[Verdict]:
    """Whether each proved rung implies the next; up to ALL_MINORS_UP_TO units all minors
    decide rung 6."""
    outcomes = [step.outcome for step in rungs(instance)]
    if instance.after.n <= ALL_MINORS_UP_TO:
        outcomes[5] = p_matrix(instance)
    pairs = pairwise(outcomes)
    return [
        fact(below is not Outcome.PROVED or above is Outcome.PROVED)
        for below, above in pairs
        if Outcome.UNDECIDED not in (below, above)
    ]


def has_weights(instance: Instance) -> Outcome:
    """Whether weights D are known: those of rung 5, or D = I where rung 5 was not decided."""
    found = rungs(instance)
    if len(found) < 5:
        return perturbed_has_margin(instance)
    return outcome(found[4].outcome is Outcome.PROVED)


def has_reversal(instance: Instance) -> Outcome:
    """Whether the last step of the ladder found a vector whose signs M~ reverses."""
    return outcome(isinstance(rungs(instance)[-1].evidence, Reversal))


def two_for_one_input(instance: Instance) -> list[Verdict]:
    """Whether the reversed vector of the ladder gives two equilibria, exactly."""
    evidence = rungs(instance)[-1].evidence
    M = instance.after.exact_M
    return [fact(isinstance(evidence, Reversal) and two_equilibria(M, evidence.x).holds_for(M))]


def weights_of(instance: Instance) -> tuple[int, ...]:
    """The weights D of rung 5; without them all 1, which are valid where m~ > 0."""
    found = rungs(instance)
    evidence = found[4].evidence if len(found) > 4 else None
    return evidence.D if isinstance(evidence, Weights) else (1,) * instance.after.n
