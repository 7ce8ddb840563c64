"""Corollary (a certificate that the quantized layer still works; its wording is reconstructed).

Statement.  With dW = W - W~ and m the margin of W, ||dW||_2 < m implies that W~ has exactly one
equilibrium for every input, and that forward-backward finds it.

Proof.  Theorem 2 gives the margin m~ >= m - ||dW|| > 0.  Then every principal minor of
M~ = I - W~ is positive: the real eigenvalues of a block are positive, because its quadratic
form is, and the others come in conjugate pairs.  Such a matrix, a P-matrix, has exactly one
equilibrium for every c (Samelson, Thrall and Wesler 1958).  With L the Lipschitz constant of W
and d = ||dW||, L~ <= L + d, so for every step a

    ||I - a M~||^2 <= 1 - 2 a m~ + a^2 L~^2 <= 1 - 2 a (m - d) + a^2 (L + d)^2,            (1)

which is smallest at a = (m - d)/(L + d)^2 and there 1 - ((m - d)/(L + d))^2 < 1.  ReLU is
nonexpansive, so forward-backward contracts at that rate.  The step is known before W~ is.

Sharper.  The conclusion needs less; each rung implies the next, whatever the sign of m:

    1  ||dW||_F < m    2  ||dW||_2 < m    3  lambda_max(sym(W~ - W)) < m    4  m~ > 0
    5  sym(D M~) positive definite for some positive diagonal D      6  M~ is a P-matrix

Proof.  Norms; lambda_max(sym K) <= ||K||; Theorem 2, one-sided; D = I; the minors of D M~ are
those of M~ times positive numbers.  Under rung 5 all of the above holds in the inner product
<x, D y>, in which ReLU still projects: with m_D = lambda_min(D^-1/2 sym(D M~) D^-1/2) and
L_D = ||D^1/2 M~ D^-1/2||, forward-backward contracts in that norm with 1 - 2 a m_D + a^2 L_D^2.

Below rung 6.  Where a principal minor is <= 0 some x != 0 has x_i (M~ x)_i <= 0 for all i, and
the positive and negative parts of x are two equilibria for c = M~ x+ - (M~ x)+.

The solver.  With m~ > 0 the certified radius of any point is right, wherever the run was cut.

Rung 6 itself promises no convergence: M~ = [[1, 0, 3], [3, 1, 0], [0, 3, 1]] is a P-matrix, and
no D makes it monotone (X = (3/2) I - (1/2) 11' has (M~ X)_ii = -1/2).

Attained, (1): M = [[4, -3], [3, 4]], dW = 0, a = 4/25, where I - a M is 3/5 times a rotation.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import chain, combinations, pairwise
from math import isfinite
from typing import Any

import numpy as np
from flint import arb, fmpq_mat

from mondeq_ref import bounds
from mondeq_ref.certify import ladder
from mondeq_ref.certify.ladder import Reversal, Step, Weights
from mondeq_ref.certify.pair import Pair
from mondeq_ref.families import injections
from mondeq_ref.inputs import given
from mondeq_ref.operator import Operator
from mondeq_ref.rigor import spectrum
from mondeq_ref.rigor.diagonal import weighted_margin_below, weighted_norm_above
from mondeq_ref.rigor.dyadic import identity
from mondeq_ref.rigor.enclosure import Enclosure
from mondeq_ref.rigor.pmatrix import first_nonpositive_minor, two_equilibria
from mondeq_ref.solve import solve
from mondeq_ref.solve.methods import ForwardBackward
from mondeq_ref.verdict import Guarantee, Outcome, Verdict, exactly, fact
from proofs_checks import precise
from proofs_checks.hypotheses import (
    one_sided_smaller_than_margin,
    outcome,
    perturbed_has_margin,
    smaller_than_margin,
)
from proofs_checks.instance import Instance
from proofs_checks.perturbations import perturbed
from proofs_checks.rational_points import (
    as_number,
    basic_solution,
    column,
    forward_matrix,
    is_equilibrium,
    iterate,
    monotone,
    squared_length,
)
from proofs_checks.theorem import Form, Theorem, Witness

INPUTS = 2
SOLVER_TOL, SOLVER_STEPS = 1e-6, 100
STEPS = 4  # of forward-backward in rationals, whose digits grow with every step
ALL_MINORS_UP_TO = 10  # units: 2^10 determinants
ALL_ACTIVE_SETS_UP_TO = 6  # units: 2^6 linear systems an input


def one_equilibrium(instance: Instance) -> list[Verdict | None]:
    """For every input: by all principal minors.  For the inputs at hand: by all active sets."""
    minors = p_matrix(instance)
    decided = None if minors is Outcome.UNDECIDED else fact(minors is Outcome.PROVED)
    counts = [count_equilibria(instance, row) for row in range(len(instance.c))]
    return [decided, *(None if count is None else fact(count == 1) for count in counts)]


@lru_cache(maxsize=2)
def p_matrix(instance: Instance) -> Outcome:
    """Are all principal minors of M~ positive?  For many units a margin says so."""
    M = identity(instance.after.n) - instance.after.exact_W
    if instance.after.n <= ALL_MINORS_UP_TO:
        return outcome(first_nonpositive_minor(M) is None)
    if perturbed_has_margin(instance) is Outcome.PROVED:
        return Outcome.PROVED
    return (
        rungs(instance)[5].outcome if instance.after.n <= precise.MOST_UNITS else Outcome.UNDECIDED
    )


def count_equilibria(instance: Instance, row: int) -> int | None:
    """How many equilibria there are; None where there are too many sets, or a singular one."""
    n = instance.after.n
    if n > ALL_ACTIVE_SETS_UP_TO:
        return None
    M, c = monotone(instance.after), column(instance.c[row])
    sets = chain.from_iterable(combinations(range(n), k) for k in range(n + 1))
    solutions = [basic_solution(M, c, active) for active in sets]
    known = [z for z in solutions if z is not None]
    if len(known) < len(solutions):
        return None
    return len({tuple(z.entries()) for z in known if is_equilibrium(M, c, z)})


@lru_cache(maxsize=2)
def rungs(instance: Instance) -> tuple[Step, ...]:
    """All six, each decided without regard to the others, as the tool that ships decides them."""
    large = instance.after.n > precise.MOST_UNITS
    guarantee = Guarantee.RIGOROUS_FLOAT if large else Guarantee.EXACT
    pair = Pair(instance.operator, instance.after, guarantee)
    steps = (ladder.by_frobenius_norm, ladder.by_norm, ladder.by_one_side, ladder.by_margin)
    first = tuple(decide(pair) for decide in steps)
    if large:
        return first  # searching takes seconds
    return (*first, *ladder.by_weights_or_minors(pair, np.random.default_rng(0)))


def each_implies_the_next(instance: Instance) -> list[Verdict]:
    """The enumerated minors, where there are any, have the last word on rung 6."""
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
    """Were weights found?  D = I, where nobody searched."""
    found = rungs(instance)
    if len(found) < 5:
        return perturbed_has_margin(instance)
    return outcome(found[4].outcome is Outcome.PROVED)


def has_reversal(instance: Instance) -> Outcome:
    """Was a vector found whose signs M~ reverses?"""
    return outcome(isinstance(rungs(instance)[-1].evidence, Reversal))


def two_for_one_input(instance: Instance) -> list[Verdict]:
    """The reversed vector comes from the tool; what follows from it is looked at exactly."""
    evidence = rungs(instance)[-1].evidence
    M = identity(instance.after.n) - instance.after.exact_W
    return [fact(isinstance(evidence, Reversal) and two_equilibria(M, evidence.x).holds_for(M))]


@dataclass(frozen=True)
class Data:
    """What is known before W~ is looked at, for one kind of numbers."""

    m: Any
    L: Any
    d: Any

    def rate_squared(self, a: Any) -> Any:
        """The right-hand side of (1)."""
        left = bounds.margin_after(self.m, self.d)
        return bounds.forward_backward_rate_squared(left, self.L + self.d, a)


def enclosed(instance: Instance) -> Data:
    return Data(instance.operator.margin, instance.operator.lipschitz, instance.dW_norm)


@lru_cache(maxsize=2)
def in_balls(instance: Instance) -> Data:
    W, after = instance.operator.exact_W, instance.after.exact_W
    eye = identity(instance.operator.n)
    return Data(precise.margin(W), precise.norm(eye - W), precise.norm(W - after))


def in_rationals(instance: Instance) -> Data | None:
    W, after = instance.operator.exact_W, instance.after.exact_W
    eye = identity(instance.operator.n)
    m, L = precise.rational_margin(W), precise.rational_norm(eye - W)
    d = precise.rational_norm(W - after)
    return None if m is None or L is None or d is None else Data(m, L, d)


def step_size(instance: Instance) -> Fraction:
    """Near (m - d)/(L + d)^2, unless one is named."""
    if "alpha" in instance.numbers:
        return instance.numbers["alpha"]
    known = enclosed(instance)
    return Fraction(
        (bounds.margin_after(known.m, known.d) / ((known.L + known.d) * (known.L + known.d))).mid
    )


def rate(instance: Instance) -> list[Verdict]:
    """||I - a M~|| against (1)."""
    a = step_size(instance)
    K, r = forward_matrix(identity(instance.after.n) - instance.after.exact_W, a)
    bound = enclosed(instance).rate_squared(Enclosure.of(a)).sqrt()
    return [Verdict(spectrum.spectral_norm(K) / r, bound, Guarantee.RIGOROUS_FLOAT)]


def rate_exactly(instance: Instance, _: int) -> Verdict:
    a = step_size(instance)
    K, r = forward_matrix(identity(instance.after.n) - instance.after.exact_W, a)

    def balls() -> tuple[arb, arb]:
        return (precise.norm(K) / r) ** 2, in_balls(instance).rate_squared(as_number(a, arb()))

    def rationals() -> tuple[Fraction | None, Fraction | None]:
        known, size = in_rationals(instance), precise.rational_norm(K)
        return (
            None if size is None else (size / r) ** 2,
            None if known is None else known.rate_squared(a),
        )

    n = instance.after.n
    return precise.decided_again(rate(instance)[0], n, balls, rationals, squares=True)


@lru_cache(maxsize=2)
def errors(instance: Instance) -> list[tuple[Fraction, Fraction] | None]:
    """||z_k - z~||^2 and ||z~||^2 for k = STEPS, exactly, where z~ is known."""
    a, M = step_size(instance), monotone(instance.after)
    return [
        None if z is None else (squared_length(iterate(M, c, a, STEPS) - z), squared_length(z))
        for c, z in exact_points(instance)
    ]


@lru_cache(maxsize=2)
def exact_points(instance: Instance) -> list[tuple[fmpq_mat, fmpq_mat | None]]:
    """c and z~ for every input."""
    found = [instance.moved.exactly(row) for row in range(len(instance.c))]
    return [
        (column(c), None if z is None else column(z))
        for c, z in zip(instance.c, found, strict=True)
    ]


def converges(instance: Instance) -> list[Verdict | None]:
    """||z_k - z~|| <= rate^k ||z_0 - z~||, from z_0 = 0."""
    power = _power(enclosed(instance).rate_squared(Enclosure.of(step_size(instance))))
    return [
        None
        if pair is None
        else Verdict(
            Enclosure.of(pair[0]).sqrt(), (power * pair[1]).sqrt(), Guarantee.RIGOROUS_FLOAT
        )
        for pair in errors(instance)
    ]


def converges_exactly(instance: Instance, row: int) -> Verdict:
    pair, verdict, a = errors(instance)[row], converges(instance)[row], step_size(instance)
    if pair is None or verdict is None:
        raise ValueError("only a verdict about a known equilibrium can be escalated")
    moved, size = pair

    def balls() -> tuple[arb, arb]:
        power = _power(in_balls(instance).rate_squared(as_number(a, arb())))
        return as_number(moved, power), power * as_number(size, power)

    def rationals() -> tuple[Fraction | None, Fraction | None]:
        known = in_rationals(instance)
        return moved, None if known is None else _power(known.rate_squared(a)) * size

    return precise.decided_again(verdict, instance.after.n, balls, rationals, squares=True)


def _power(x: Any) -> Any:
    result = x
    for _ in range(STEPS - 1):
        result = result * x
    return result


def converges_with_weights(instance: Instance) -> Sequence[Verdict | None]:
    """The same in the norm of D, with proven estimates of m_D and L_D; all of it rational."""
    M, weights = identity(instance.after.n) - instance.after.exact_W, weights_of(instance)
    m, L = weighted_margin_below(M, weights), weighted_norm_above(M, weights)
    if not (m > 0 and isfinite(L)):  # so uneven that floats proposed nothing: no bound is known
        return [None]
    a = Fraction(m / L / L)
    power = _power(bounds.forward_backward_rate_squared(Fraction(m), Fraction(L), a))

    def square(v: fmpq_mat) -> Fraction:
        pairs = zip(weights, v.entries(), strict=True)
        return sum((w * Fraction(int(x.p), int(x.q)) ** 2 for w, x in pairs), Fraction(0))

    points, rational_M = exact_points(instance), monotone(instance.after)
    return [
        None
        if z is None
        else exactly(square(iterate(rational_M, c, a, STEPS) - z), power * square(z))
        for c, z in points
    ]


def solver_is_right(instance: Instance) -> Sequence[Verdict | None]:
    """The radius that forward-backward certifies, cut or not, against the exact distance."""
    step = bounds.margin_after(enclosed(instance).m, enclosed(instance).d).mid
    method = ForwardBackward(float(step_size(instance)) if step > 0 else None)
    c = given(instance.c, instance.after.n)
    found = solve(instance.after, c, method, tol=SOLVER_TOL, max_steps=SOLVER_STEPS, workers=1)
    return [
        None
        if z is None or not isfinite(radius)
        else Verdict(
            Enclosure.of(squared_length(column(near) - z)).sqrt(),
            Enclosure.of(float(radius)),
            Guarantee.RIGOROUS_FLOAT,
        )
        for near, radius, (_, z) in zip(found.z, found.radius, exact_points(instance), strict=True)
    ]


def weights_of(instance: Instance) -> tuple[int, ...]:
    """Those that were found; all equal where nobody searched, which is right under rung 4."""
    found = rungs(instance)
    evidence = found[4].evidence if len(found) > 4 else None
    return evidence.D if isinstance(evidence, Weights) else (1,) * instance.after.n


def draw(rng: np.random.Generator, family: str, operator: Operator) -> Instance:
    return Instance(
        family, operator, perturbed(rng, operator, 1.5), injections(rng, operator, INPUTS)
    )


def scalar(W: float, after: float) -> Instance:
    operator = Operator(np.array([[W]]), np.zeros((1, 1)), np.zeros(1))
    return Instance("witness", operator, operator.with_weights(np.array([[after]])))


def rotation() -> Instance:
    """M = M~ = [[4, -3], [3, 4]], c = M (1, 1)."""
    operator = Operator(np.array([[-3.0, 3.0], [-3.0, -3.0]]), np.eye(2), np.zeros(2))
    return Instance(
        "witness", operator, operator, np.array([[1.0, 7.0]]), numbers={"alpha": Fraction(4, 25)}
    )


_FACT = "true or false: there is no size that could be attained"
_ROTATION = Witness(rotation, "I - a M is 3/5 times a rotation, and all iterates are positive")

THEOREM = Theorem(
    name="certificate",
    sentence="a perturbation smaller than the margin keeps one equilibrium, and a solver finds it",
    source="Li, Leong and Chaffey 2026, Corollary to Theorem 2 (wording reconstructed)",
    hypotheses={"||dW|| < m": smaller_than_margin},
    forms=(
        Form("as published", "one equilibrium for every input", one_equilibrium),
        Form(
            "one-sided",
            "one equilibrium for every input if lambda_max(sym(W~ - W)) < m",
            one_equilibrium,
            needs={"lambda_max(sym(W~ - W)) < m": one_sided_smaller_than_margin},
            alone=True,
        ),
        Form(
            "from weights",
            "one equilibrium for every input if sym(D M~) > 0 for a diagonal D > 0",
            one_equilibrium,
            needs={"such weights are known": has_weights},
            alone=True,
        ),
        Form("ladder", "rungs 1 to 6: each implies the next", each_implies_the_next, alone=True),
        Form(
            "two equilibria",
            "where a principal minor is <= 0, some input has two",
            two_for_one_input,
            needs={"a principal minor <= 0 is known": has_reversal},
            alone=True,
        ),
        Form(
            "rate",
            "||I - a M~||^2 <= 1 - 2 a (m - d) + a^2 (L + d)^2 at a = (m - d)/(L + d)^2",
            rate,
            rate_exactly,
        ),
        Form(
            "convergence",
            f"||z_{STEPS} - z~|| <= rate^{STEPS} ||z~||, from zero, at that step",
            converges,
            converges_exactly,
        ),
        Form(
            "convergence with weights",
            f"||z_{STEPS} - z~||_D <= rate_D^{STEPS} ||z~||_D, from zero",
            converges_with_weights,
            needs={"such weights are known": has_weights},
            alone=True,
        ),
        Form(
            "solver",
            "||z - z~|| <= the radius that the solver certifies when m~ > 0",
            solver_is_right,
            needs={"m~ > 0": perturbed_has_margin},
            alone=True,
        ),
    ),
    draw=draw,
    attained={
        "as published": _FACT,
        "one-sided": _FACT,
        "from weights": _FACT,
        "ladder": _FACT,
        "two equilibria": _FACT,
        "rate": _ROTATION,
        "convergence": _ROTATION,
        "convergence with weights": "D = I is the case above; in general m_D and L_D are proven "
        "estimates, not the numbers themselves",
        "solver": "at n = 1 but for the rounding of the radius, which is always upward",
    },
    needed={
        "||dW|| < m": Witness(
            lambda: scalar(0.5, 1.0),
            "W = 1/2, W~ = 1: ||dW|| = m, and z = ReLU(z + c) has no solution for c > 0",
        ),
    },
    inputs=11,
    explained=__doc__ or "",
)
