"""Strict semimonotonicity, compared with the enumeration of all equilibria."""

from fractions import Fraction
from functools import lru_cache

import numpy as np
from flint import fmpq, fmpq_mat, fmpz_mat

from mondeq_ref.certify.equilibrium_bound import least_eigenvalue_below
from mondeq_ref.certify.semimonotone import strictly_semimonotone
from mondeq_ref.rigor.dyadic import Dyadic, exact
from mondeq_ref.rigor.pmatrix import first_nonpositive_minor
from mondeq_ref.rigor.rational import fraction_of, times_power
from mondeq_ref.rigor.semimonotone import Copositive, first_failing_vector, refutes_semimonotone
from mondeq_ref.rigor.verdict import Outcome, Verdict, exactly_squared, fact
from proofs_checks.instance import Instance
from proofs_checks.quantities.hypotheses import outcome, perturbed_has_margin
from proofs_checks.quantities.rational_points import (
    block,
    cleared_monotone,
    column,
    columns,
    monotone,
    of_all_sets,
    squared_length,
)

ALL_BLOCKS_UP_TO = 8  # units: 2^8 inverses
ALL_ACTIVE_SETS_UP_TO = 5  # units: 2^5 linear systems per input


def M_of(instance: Instance) -> Dyadic:
    return instance.after.exact_M


@lru_cache(maxsize=2)
def failing(instance: Instance) -> Dyadic | None:
    """x >= 0, x != 0 with x_i (M~x)_i <= 0 for all i, by all 2^n blocks; None if there is none."""
    return first_failing_vector(M_of(instance))


@lru_cache(maxsize=2)
def semimonotone(instance: Instance) -> Outcome:
    """Whether M~ is strictly semimonotone: by all blocks for few units, else by m~ > 0 or
    by `strictly_semimonotone`."""
    if instance.after.n <= ALL_BLOCKS_UP_TO:
        return outcome(failing(instance) is None)
    if perturbed_has_margin(instance) is Outcome.PROVED:
        return Outcome.PROVED
    return strictly_semimonotone(M_of(instance)).outcome


def exists(instance: Instance) -> list[Verdict | None]:
    """Whether each input has an equilibrium: by all active sets for few units; for many units
    proved where the solver finds one, and None elsewhere."""
    rows = range(len(instance.c))
    if instance.after.n > ALL_ACTIVE_SETS_UP_TO:
        return [fact(True) if instance.moved.exactly(row) is not None else None for row in rows]
    found = all_equilibria(instance)[: len(rows)]
    return [fact(True) if some else None if hidden else fact(False) for some, hidden in found]


@lru_cache(maxsize=2)
def all_equilibria(instance: Instance) -> list[tuple[list[fmpq_mat], bool]]:
    """For every injection c, and then for every -|c|, the equilibria over all active sets, and
    whether a singular block may allow others."""
    rows = np.vstack([instance.c, -np.abs(instance.c)])
    M = monotone(instance.after)
    found, singular = of_all_sets(cleared_monotone(instance.after), columns(rows))

    def hidden(c: fmpq_mat) -> bool:
        return any(_solvable(block(M, a, a), block(c, a, [0])) for a in singular)

    return [(some, hidden(column(c))) for some, c in zip(found, rows, strict=True)]


def _solvable(A: fmpq_mat, b: fmpq_mat) -> bool:
    """Whether A x = b has a solution."""
    n = A.nrows()
    both = fmpq_mat(n, n + 1, [x for i in range(n) for x in (*A.table()[i], b[i, 0])])
    return both.rank() == A.rank()


def only_zero(instance: Instance) -> list[Verdict | None]:
    """Whether 0 is the only equilibrium for the injection -|c|, by all active sets."""
    if instance.after.n > ALL_ACTIVE_SETS_UP_TO:
        return []
    verdicts: list[Verdict | None] = []
    for found, hidden in all_equilibria(instance)[len(instance.c) :]:
        alone = all(not any(z.entries()) for z in found)
        verdicts.append(None if hidden and alone else fact(alone and len(found) > 0))
    return verdicts


def is_p_matrix(instance: Instance) -> Outcome:
    """Whether all principal minors of M~ are positive; UNDECIDED for many units."""
    if instance.after.n > ALL_BLOCKS_UP_TO:
        return Outcome.UNDECIDED
    return outcome(first_nonpositive_minor(M_of(instance)) is None)


def implied_by_minors(instance: Instance) -> list[Verdict]:
    """Whether M~ is strictly semimonotone, by all blocks; no verdict for many units."""
    if instance.after.n > ALL_BLOCKS_UP_TO:
        return []
    return [fact(failing(instance) is None)]


def has_failing_vector(instance: Instance) -> Outcome:
    return outcome(instance.after.n <= ALL_BLOCKS_UP_TO and failing(instance) is not None)


def two_below_zero(instance: Instance) -> list[Verdict]:
    """Whether 0 and the failing vector x are both equilibria of c = min(M~x, 0) <= 0."""
    x, M = failing(instance), M_of(instance)
    if x is None:
        return [fact(False)]
    image = M @ x
    negative = [entry if entry < 0 else 0 for entry in image.integers.entries()]
    c = Dyadic(fmpz_mat(len(negative), 1, negative), image.exponent)
    slack = (image - c).integers.entries()
    solves = all(
        z >= 0 and w >= 0 and z * w == 0 for z, w in zip(x.integers.entries(), slack, strict=True)
    )
    return [fact(refutes_semimonotone(M, x) and solves)]


@lru_cache(maxsize=2)
def weights(instance: Instance) -> Copositive | None:
    """(D, N) with sym(D M~) - N positive definite, from the instance or from
    `strictly_semimonotone`; None where M~ has several blocks or nothing is found."""
    if "N" in instance.arrays:
        ones = (1,) * instance.after.n
        given = Copositive(ones, exact(instance.arrays["N"]))
        return given if given.holds_for(M_of(instance)) else None
    if instance.after.n > ALL_BLOCKS_UP_TO:
        return None
    found = strictly_semimonotone(M_of(instance)).blocks
    return found[0].weights if len(found) == 1 else None


def has_weights(instance: Instance) -> Outcome:
    return outcome(weights(instance) is not None)


def below_the_bound(instance: Instance) -> list[Verdict | None]:
    """l ||z~|| and ||(D c)_+|| for the longest equilibrium of each input."""
    pair = weights(instance)
    if pair is None or instance.after.n > ALL_ACTIVE_SETS_UP_TO:
        return []
    level = _level(pair, M_of(instance))
    if level == 0:
        return [None for _ in instance.c]
    found = zip(instance.c, all_equilibria(instance), strict=False)
    return [_longest(column(c), some, pair, level) for c, (some, _) in found]


def _level(pair: Copositive, M: Dyadic) -> Fraction:
    """A number l >= 0 with sym(D M~) - N >= l I; at n = 1 the greatest."""
    twice = pair.twice(M)
    if M.shape[0] == 1:
        return fraction_of(times_power(twice.integers[0, 0], twice.exponent - 1))
    return Fraction(least_eigenvalue_below(pair, M))


def _longest(
    c: fmpq_mat, found: list[fmpq_mat], pair: Copositive, level: Fraction
) -> Verdict | None:
    if not found:
        return None
    size = max(squared_length(z) for z in found)
    fed = column([max(d * entry, fmpq(0)) for d, entry in zip(pair.D, c.entries(), strict=True)])
    return exactly_squared(level * level * size, squared_length(fed))
