"""Theorem 4 (conditioning; its wording is reconstructed).

Statement.  If m > 0, W != 0 and z* != 0, the relative condition number of W -> z*, the limit for
||dW|| -> 0 of the greatest (||z~ - z*||/||z*||)/(||dW||/||W||), is at most ||W||/m.

Proof.  Let a be a set of units such that F_a = 0 at z* and z~, and both are zero off a.
M_aa z*_a = c_a and M~_aa z~_a = c_a give, with dW = W - W~, exactly

    (z~ - z*)_a = -M_aa^-1 (dW z~)_a.                                                   (1)

Where no unit is at a kink the active set stays the same for small dW, z~ tends to z*, and (1)
gives the condition number ||M_aa^-1|| ||W||: it is reached along dW = t u z*'/||z*|| with u the
left singular vector of M_aa for its least singular value.  Where z* has kinks, z~ has one of the
sets between the active set and its union with the kinks, so the greatest ||M_aa^-1|| ||W|| over
these sets is a bound.  For every a and every unit vector x, ||M_aa x|| >= x' M_aa x >= m, so
||M_aa^-1|| <= 1/m.

Limit.  With dW = t u z*' and y = M_aa^-1 u, (1) gives z~ - z* = -y times
t ||z*||^2/(1 + t <y, z*>), so the quotient is ||y|| ||W||/|1 + t <y, z*>|.  With u in floats and
t ||y|| ||z*|| about 2^-30 it agrees with ||M_aa^-1|| ||W|| to 20 bits, unless M_aa is
ill-conditioned.

Finite changes.  By (1), ||z~ - z*|| <= ||M_aa^-1|| ||dW|| ||z~|| on a common active set.  On any
active sets, with kappa = ||W||/m and e = ||dW||/||W||, ||z~ - z*||/||z*|| <=
kappa e/(1 - kappa e) for kappa e < 1, which is ||dW||/(m - ||dW||) (Theorem 3).

Inputs.  m ||z - z'||^2 <= <c - c', z - z'> for the equilibria of c and c', so x -> z* has the
Lipschitz constant ||U||/m; sharper: ||U (x - x')||/m.

Classes.  ||z~ - z*|| <= ||dW z~ + c - c~||/m (Theorem 3 with U and b quantized too), so a gap
between two logits of a head V changes by at most ||V_i - V_j|| times that bound.  If each gap
at z~ is greater than its bound, z* and z~ have the same class.

Attained.  By M = diag(1/2, 1), both units active, where ||M_aa^-1|| = 1/m; and at n = 1.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cache, lru_cache
from itertools import chain, combinations
from typing import Any

import numpy as np

from mondeq_ref import bounds
from mondeq_ref.arrays import Matrix
from mondeq_ref.instances.closed_forms import kinks
from mondeq_ref.instances.families import injections
from mondeq_ref.operator import Operator
from mondeq_ref.rigor.rational import fmpq_of, fraction_of
from mondeq_ref.rigor.verdict import Guarantee, Outcome, Verdict, fact
from proofs_checks.coordinates import Coordinates
from proofs_checks.instance import Instance
from proofs_checks.quantities.comparison import Inequality, Sides, compared, known, squared_form
from proofs_checks.quantities.constants import Constants, constants
from proofs_checks.quantities.drifts import decisions, gaps, of_images, of_norms
from proofs_checks.quantities.eigenvalues import MOST_UNITS
from proofs_checks.quantities.hypotheses import (
    has_margin,
    outcome,
    same_injection,
    smaller_than_margin,
)
from proofs_checks.quantities.kinds import ENCLOSED
from proofs_checks.quantities.neighbors import (
    ActiveSets,
    EquilibriumPair,
    gram,
    pairs,
    places,
    satisfies_identity,
)
from proofs_checks.quantities.perturbations import perturbed
from proofs_checks.quantities.rational_points import (
    basic_solution,
    column,
    is_equilibrium,
    monotone,
    squared_length,
)
from proofs_checks.theorem import FACT, Form, Predicate, Theorem, Witness

INPUTS, CLASSES = 3, 3
MOST_KINKS = 3  # kinks, whose subsets are all checked
SHORT = 2.0**-30  # ||dW|| divided by the least singular value of M_aa, for the limit
WORST_CONDITIONED = 2.0**-20  # least quotient of singular values at which u is accurate enough
NEARLY = 1 + Fraction(1, 2**20)  # allows for the length of dW and the rounding of u


@lru_cache(maxsize=8)
def inverse_squared(operator: Operator, a: tuple[int, ...]) -> Callable[[Constants], Any]:
    """||M_aa^-1||^2, from M_aa' M_aa; three forms use it of the same sets."""
    square = gram(operator, a)
    return cache(lambda k: 1 / k.kind.least_eigenvalue(square))


def relative(instance: Instance) -> list[Inequality | None]:
    """||M_aa^-1|| ||W|| <= ||W||/m, for the active set and its unions with sets of kinks.

    The order of the two sides does not depend on ||W||."""

    def row(a: list[int]) -> Inequality:
        inverse = inverse_squared(instance.operator, tuple(a))

        def without_W(k: Constants) -> tuple[Any, Any]:
            return inverse(k), 1 / (k.m * k.m)

        def sides(k: Constants) -> tuple[Any, Any]:
            lhs, rhs = without_W(k)
            return lhs * k.W * k.W, rhs * k.W * k.W

        enclosed = constants(instance, ENCLOSED)
        lhs, rhs = (side.sqrt() for side in without_W(enclosed))
        first = Verdict(
            bounds.relative_condition(lhs, enclosed.W),
            bounds.relative_condition(rhs, enclosed.W),
            Guarantee.RIGOROUS_FLOAT,
            gap=rhs - lhs,
        )
        return Inequality(sides, squares=True, ordered=without_W, first=first)

    return [
        None if a is None else row(a)
        for place in places(instance)
        for a in ([None] if place is None else neighbors(place.active, place.kinks))
    ]


def neighbors(active: Sequence[int], kinks: Sequence[int]) -> Sequence[list[int] | None]:
    """The unions of the active set with the subsets of the kinks; [None] where z* = 0, or where
    there are more than MOST_KINKS kinks."""
    if not active or len(kinks) > MOST_KINKS:
        return [None]
    subsets = chain.from_iterable(combinations(kinks, k) for k in range(len(kinks) + 1))
    return [sorted((*active, *subset)) for subset in subsets]


def identity_on_common_sets(instance: Instance) -> list[Verdict | None]:
    """Whether (1) holds, with dW z~ + c - c~ in place of dW z~."""
    return [
        None
        if pair is None or pair.common is None
        else fact(satisfies_identity(instance, pair, pair.common))
        for pair in pairs(instance)
    ]


def on_common_sets(instance: Instance) -> list[Sides | None]:
    """||z~ - z*|| and ||M_aa^-1|| ||dW|| ||z~||, squared."""

    def sides(pair: EquilibriumPair, a: list[int]) -> Sides:
        inverse, size = inverse_squared(instance.operator, tuple(a)), squared_length(pair.after.z)
        return known(
            squared_length(pair.moved)
        ), lambda k: inverse(k) * k.d * k.d * k.kind.number(size)

    return [
        None if pair is None or pair.common is None else sides(pair, pair.common)
        for pair in pairs(instance)
    ]


def finite(instance: Instance) -> list[Sides | None]:
    """||z~ - z*||/||z*|| and kappa e/(1 - kappa e) = d/(m - d), squared."""

    def bound(k: Constants) -> Any:
        change = bounds.displacement_from_original(k.d, k.m, 1)
        return change * change

    return [
        None
        if pair is None or not pair.before.active
        else (known(squared_length(pair.moved) / squared_length(pair.before.z)), bound)
        for pair in pairs(instance)
    ]


def limit(instance: Instance) -> list[Sides | None]:
    """||M_aa^-1|| and the relative change of z* divided by ||dW|| along the worst dW, squared."""
    found = enumerate(places(instance))
    return [None if place is None else along_worst(instance, row, place) for row, place in found]


def along_worst(instance: Instance, row: int, place: ActiveSets) -> Sides | None:
    """The two sides for one row; None at kinks, for ill-conditioned M_aa, for many units, and
    where the active set changes."""
    a, n = list(place.active), instance.operator.n
    if not a or place.kinks or n > MOST_UNITS:
        return None
    left, sizes, _ = np.linalg.svd(instance.operator.M.center[np.ix_(a, a)])
    if not sizes[-1] > WORST_CONDITIONED * sizes[0]:
        return None
    u, z, M = np.zeros(n), place.z, monotone(instance.operator)
    u[a] = left[:, -1]
    length = float(np.linalg.norm([float(x.p) / float(x.q) for x in z.entries()]))
    t = fmpq_of(Fraction(2.0 ** round(np.log2(SHORT * sizes[-1] / length))))
    move = column(u) * z.transpose() * t
    z_after = basic_solution(M + move, column(instance.c[row]), a)
    if z_after is None or not is_equilibrium(M + move, column(instance.c[row]), z_after):
        return None  # another active set
    change = squared_length(z_after - z) / squared_length(z)
    dW = squared_length(column(u)) * squared_length(z) * fraction_of(t * t)
    return inverse_squared(instance.operator, tuple(a)), known(NEARLY * NEARLY * change / dW)


def is_not_zero(instance: Instance) -> Outcome:
    """W != 0."""
    return outcome(any(instance.operator.exact_W.integers.entries()))


def bounded(
    name: str,
    formula: str,
    sides: Callable[[Instance], list[Sides | None]],
    needs: Mapping[str, Predicate] | None = None,
) -> Form:
    """A form with the hypotheses m > 0 and `needs`, without W != 0."""
    return squared_form(name, formula, sides, {"m > 0": has_margin, **(needs or {})}, alone=True)


def draw(rng: np.random.Generator, family: str, operator: Operator) -> Instance:
    """A random instance: a perturbation of W, small or up to one margin, in a quarter of the
    draws one of c too, and one input at a kink where kinks are few."""
    if rng.random() < 0.5:
        small = 2.0 ** float(rng.uniform(-30, -3)) * rng.normal(size=operator.W.shape)
        after = operator.with_weights(operator.W + small * max(operator.margin.mid, 2.0**-20))
    else:
        after = perturbed(rng, operator, 1.0)
    c, kinked = injections(rng, operator, INPUTS), kinks(rng, operator, 1)
    if kinked.exact[0] and np.count_nonzero(kinked.z[0] + kinked.w[0]) >= operator.n - MOST_KINKS:
        c = np.vstack([c, kinked.c])
    moved = c + 0.01 * rng.normal(size=c.shape) if rng.random() < 0.25 else None
    x = rng.normal(size=(2, operator.d))
    arrays = {
        "x": x,
        "V": rng.normal(size=(CLASSES, operator.n)),
        "d": rng.normal(size=(1, CLASSES)),
    }
    return Instance(family, operator, after, c, moved, arrays=arrays)


def named(
    W: Matrix, after: Matrix, c: list[float], z: list[float] | None = None, x: float = 2.0
) -> Instance:
    """An instance with U = I, b = 0 and the rows e_1, 0 and e_n of V (at n = 1: e_1, 0, e_1)."""
    n = len(W)
    operator = Operator(W, np.eye(n), np.zeros(n))
    V = np.zeros((3, n))
    V[0, 0] = V[-1, -1] = 1.0
    arrays = {"x": np.full((2, n), [[1.0], [x]]), "V": V, "d": np.zeros((1, 3))}
    if z is not None:
        arrays["z*"] = np.array([z])
    return Instance("witness", operator, operator.with_weights(after), np.array([c]), arrays=arrays)


def diagonal() -> Instance:
    """M = diag(1/2, 1), c = (1, 1): both units are active."""
    W = np.diag([0.5, 0.0])
    return named(W, W + np.diag([0.25, 0.0]), [1.0, 1.0])


def without_margin() -> Instance:
    """M = diag(1/4, -2), c = (1, -1): z* = (4, 0) is an equilibrium, and ||M_aa^-1|| = 4."""
    W = np.diag([0.75, 3.0])
    return named(W, W, [1.0, -1.0], [4.0, 0.0])


def beyond_the_margin() -> Instance:
    """M_11 = 1/2 and M~_11 = -1/2: z* = (0, 1/4) and z~ = (2, 1/4), a change of 8 > |d/(m - d)|."""
    built = named(np.diag([0.5, 0.5]), np.diag([1.5, 0.5]), [-1.0, 0.125])
    return replace(built, arrays={**built.arrays, "z~": np.array([[2.0, 0.25]])})


_SCALAR = Witness(
    lambda: named(np.array([[0.5]]), np.array([[0.625]]), [1.0]),
    "n = 1: M = 1/2, M~ = 3/8, c = 1: z* = 2 and z~ = 8/3; inputs 1 and 2 go to 2 and 4",
)

THEOREM = Theorem(
    name="condition",
    sentence="the relative condition number of W -> z* is at most ||W||/m",
    source="Li, Leong and Chaffey 2026, Theorem 4 (wording reconstructed)",
    hypotheses={"m > 0": has_margin, "W != 0": is_not_zero},
    forms=(
        compared("as published", "||M_aa^-1|| ||W|| <= ||W||/m", relative),
        Form(
            "identity",
            "(z~ - z*)_a = -M_aa^-1 (dW z~ + dc)_a",
            identity_on_common_sets,
            needs={"m > 0": has_margin},
            alone=True,
        ),
        bounded(
            "common active set",
            "||z~ - z*|| <= ||M_aa^-1|| ||dW|| ||z~||",
            on_common_sets,
            {"only W is perturbed": same_injection},
        ),
        bounded(
            "finite change",
            "||z~ - z*||/||z*|| <= ||dW||/(m - ||dW||), for W != 0 kappa e/(1 - kappa e)",
            finite,
            {"only W is perturbed": same_injection, "||dW|| < m": smaller_than_margin},
        ),
        bounded("inputs", "||z*(x) - z*(x')|| <= (||U||/m) ||x - x'||", of_norms),
        bounded("inputs, sharper", "||z*(x) - z*(x')|| <= ||U (x - x')||/m", of_images),
        bounded("logits", "|(V_i - V_j)(z~ - z*)| <= ||V_i - V_j|| ||dW z~ + dc||/m", gaps),
        Form(
            "classes",
            "if every gap at z~ exceeds that, z* has the same class",
            decisions,
            needs={"m > 0": has_margin},
            alone=True,
        ),
        bounded(
            "limit",
            "||M_aa^-1|| <= (1 + 2^-20) (||z~ - z*||/||z*||)/||dW|| along the worst dW",
            limit,
        ),
    ),
    draw=draw,
    attained={
        "as published": Witness(diagonal, "M = diag(1/2, 1): ||M_aa^-1|| = 2 = 1/m"),
        "identity": FACT,
        "common active set": _SCALAR,
        "finite change": _SCALAR,
        "inputs": _SCALAR,
        "inputs, sharper": _SCALAR,
        "logits": Witness(diagonal, "z* = (2, 1), z~ = (4, 1): the gap of rows e1 and 0"),
        "classes": FACT,
        "limit": "never: 2^-20 is allowed for the length of dW and the rounding of its direction",
    },
    needed={
        "m > 0": Witness(
            without_margin,
            "M = diag(1/4, -2), z* = (4, 0): ||M_aa^-1|| = 4, whatever sign ||W||/m is given",
        ),
        "only W is perturbed": Witness(
            lambda: replace(
                named(np.array([[0.5]]), np.array([[0.5]]), [1.0]), c_perturbed=np.array([[2.0]])
            ),
            "W = W~ = 1/2 with c = 1 and c~ = 2: dW = 0 and the equilibria are 2 and 4",
        ),
        "||dW|| < m": Witness(
            beyond_the_margin,
            "M = diag(1/2, 1/2), M~ = diag(-1/2, 1/2): z* = (0, 1/4), and z~ = (2, 1/4)",
        ),
        "W != 0": "with W = 0 both sides are 0, but there is no change of W relative to its size",
    },
    inputs=11,
    coordinates=Coordinates(shared=("x", "V", "d"), unitless=("x", "d"), inputs=True),
    explained=__doc__ or "",
)
