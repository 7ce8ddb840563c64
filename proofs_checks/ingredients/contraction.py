"""How much closer a map brings two points, against a rate made of m, L and alpha.

Points, images and their distances are rational.  Rates are kept squared, so that of norms only
squares are needed: L^2 is rational more often than L.  A rate is one function of `Constants`,
which come in three kinds: enclosures, balls of many digits, and rationals where there are such.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Any, TypeVar

import numpy as np
from flint import arb, fmpq_mat

from mondeq_ref import bounds
from mondeq_ref.arrays import Matrix
from mondeq_ref.operator import Operator
from mondeq_ref.rigor import balls
from mondeq_ref.rigor.definite import is_positive_semidefinite
from mondeq_ref.rigor.dyadic import Dyadic, exact
from mondeq_ref.rigor.dyadic import identity as exact_identity
from mondeq_ref.rigor.enclosure import Enclosure
from mondeq_ref.rigor.fast import norms_above
from mondeq_ref.rigor.machine import SMALLEST
from mondeq_ref.rigor.rational import fmpq_of
from mondeq_ref.verdict import Guarantee, Verdict, fact
from proofs_checks.ingredients import precise
from proofs_checks.ingredients.precise import IrrationalError, known, rational_root
from proofs_checks.ingredients.rational_points import as_number, column, monotone, squared_length
from proofs_checks.ingredients.steps import identity
from proofs_checks.instance import Instance, ball
from proofs_checks.theorem import Form, Predicate


@dataclass(frozen=True)
class Kind:
    """One kind of numbers, and how it measures matrices."""

    number: Callable[[Fraction], Any]
    margin: Callable[[Operator], Any]
    square: Callable[[Dyadic], Any]  # ||A||^2
    lipschitz: Callable[["Constants"], Any]  # L^2
    reflection: Callable[["Constants"], Any]  # ||(I + alpha M)^-1 (I - alpha M)||^2
    root: Callable[[Any], Any]
    greatest: Callable[[Any, Any], Any]


@dataclass(frozen=True, eq=False)
class Constants:
    """What rates are made of, in one kind of numbers."""

    instance: Instance
    kind: Kind

    @property
    def operator(self) -> Operator:
        return self.instance.operator

    @property
    def step(self) -> Fraction:
        return self.instance.numbers["alpha"]

    @cached_property
    def alpha(self) -> Any:
        return self.number("alpha")

    def number(self, name: str) -> Any:
        return self.kind.number(self.instance.numbers[name])

    @cached_property
    def m(self) -> Any:
        return self.kind.margin(self.operator)

    @cached_property
    def M(self) -> fmpq_mat:
        return monotone(self.operator)

    @cached_property
    def L_squared(self) -> Any:
        return self.kind.lipschitz(self)

    @cached_property
    def L(self) -> Any:
        return self.kind.root(self.L_squared)

    @cached_property
    def d(self) -> Any:
        """||W - W~||."""
        return self.kind.root(self.kind.square(self.operator.exact_W - self.instance.after.exact_W))

    @cached_property
    def contraction(self) -> Any:
        """||I - alpha M||^2."""
        p, r = self.step.as_integer_ratio()
        return self.kind.square(self.scaled(r, p)) / (r * r)

    @cached_property
    def reflection(self) -> Any:
        """||(I + alpha M)^-1 (I - alpha M)||^2, for m > 0."""
        return self.kind.reflection(self)

    @property
    def forward_backward(self) -> Any:
        return bounds.forward_backward_rate_squared_of(self.m, self.L_squared, self.alpha)

    @property
    def peaceman_rachford(self) -> Any:
        return bounds.peaceman_rachford_rate_squared_of(self.m, self.L_squared, self.alpha)

    @property
    def published_peaceman_rachford(self) -> Any:
        return bounds.published_peaceman_rachford_rate_squared(self.m, self.L, self.alpha)

    def averaged(self, square: Any) -> Any:
        """The square of (1 + rho)/2."""
        rate = bounds.douglas_rachford_rate(self.kind.root(square))
        return rate * rate

    def scaled(self, r: int, p: int) -> Dyadic:
        """r I - p M."""
        W = self.operator.exact_W
        eye = Dyadic(exact_identity(W.shape[0]).integers * (r - p), 0)
        return eye + Dyadic(W.integers * p, W.exponent)


def _enclosed_square(A: Dyadic) -> Enclosure:
    norm = balls.spectral_norm(ball(A))
    return norm * norm


def _enclosed_reflection(k: Constants) -> Enclosure:
    """K differs from a float array C by (I + alpha M)^-1 times the residual of C, and with
    m > 0 that inverse has norm below 1."""
    p, r = k.step.as_integer_ratio()
    forward, backward = k.scaled(r, -p), k.scaled(r, p)
    try:
        center: Matrix = np.asarray(
            np.linalg.solve(forward.rounded(), backward.rounded()), dtype=np.float64
        )
    except np.linalg.LinAlgError:
        return Enclosure(0.0, np.inf)
    residual = (forward @ exact(center) - backward).rounded()
    # Rounded to nearest entry by entry, divided once: far less than one part in 2^50.
    above = norms_above(residual.reshape(1, -1))[0] / float(r) * (1 + 2.0**-50) + SMALLEST
    norm = balls.spectral_norm(balls.MatrixBall(center, float(above)))
    return norm * norm


def _reflection_in_balls(k: Constants) -> arb:
    K, denominator = _reflected(k).numer_denom()
    return precise.norm(Dyadic(K, 0)) ** 2 / arb(denominator) ** 2


def _reflected(k: Constants) -> fmpq_mat:
    """K = (I + alpha M)^-1 (I - alpha M)."""
    eye, moved = identity(k.operator.n), k.M * fmpq_of(k.step)
    return (eye + moved).solve(eye - moved)


def _reflection_in_rationals(k: Constants) -> Fraction:
    """The bound from m and L, where it is attained."""
    bound = k.peaceman_rachford
    if not (reflection_is_at_most(k, bound) and _reflection_singular(k, bound)):
        raise IrrationalError
    return bound


def reflection_is_at_most(k: Constants, square: Fraction) -> bool:
    """||K||^2 <= square: square (I + alpha M)'(I + alpha M) - (I - alpha M)'(I - alpha M) >= 0."""
    return is_positive_semidefinite(_reflection_gap(k, square))


def _reflection_singular(k: Constants, square: Fraction) -> bool:
    return bool(_reflection_gap(k, square).integers.det() == 0)


def _reflection_gap(k: Constants, square: Fraction) -> Dyadic:
    p, r = k.step.as_integer_ratio()
    forward, backward = k.scaled(r, -p), k.scaled(r, p)
    up, down = forward.T @ forward, backward.T @ backward
    return times(up, square.numerator) - times(down, square.denominator)


def times(A: Dyadic, k: int) -> Dyadic:
    return Dyadic(A.integers * k, A.exponent)


def _own_square(k: Constants) -> Any:
    """||M||^2, measured like any other."""
    return k.kind.square(k.scaled(0, -1))


def _rational_square(A: Dyadic) -> Fraction:
    """||A||^2, the greatest eigenvalue of A'A."""
    return -known(precise.rational_least_eigenvalue(-(A.T @ A)))


def _square_in_balls(A: Dyadic) -> arb:
    return precise.eigenvalues(A.T @ A)[-1].nonnegative_part()


ENCLOSED = Kind(
    Enclosure.of,
    lambda operator: operator.margin,
    _enclosed_square,
    lambda k: k.operator.lipschitz * k.operator.lipschitz,  # which the operator keeps
    _enclosed_reflection,
    Enclosure.sqrt,
    lambda a, b: Enclosure(max(a.lo, b.lo), max(a.hi, b.hi)),
)
BALLS = Kind(
    lambda x: as_number(x, arb()),
    lambda operator: precise.margin(operator.exact_W),
    _square_in_balls,
    _own_square,
    _reflection_in_balls,
    lambda square: square.nonnegative_part().sqrt(),
    lambda a, b: a.max(b),
)
RATIONAL = Kind(
    lambda x: x,
    lambda operator: known(precise.rational_margin(operator.exact_W)),
    _rational_square,
    _own_square,
    _reflection_in_rationals,
    rational_root,
    max,
)


@lru_cache(maxsize=6)
def constants(instance: Instance, kind: Kind) -> Constants:
    return Constants(instance, kind)


Rate = Callable[[Constants], Any]
Case = TypeVar("Case")


@dataclass(frozen=True)
class Distances:
    """Of two points, and of their images; squared, exact."""

    before: Fraction
    after: Fraction


def distances(u: fmpq_mat, v: fmpq_mat, Tu: fmpq_mat, Tv: fmpq_mat) -> Distances:
    return Distances(squared_length(u - v), squared_length(Tu - Tv))


@lru_cache(maxsize=2)
def equilibria(instance: Instance) -> list[fmpq_mat | None]:
    """z* in rationals for every injection; None where none is known."""
    rows = [instance.before.exactly(row) for row in range(len(instance.c))]
    return [None if z is None else column(z) for z in rows]


Pairs = Callable[[Instance], Sequence[Distances | None]]


def contracts(
    name: str,
    formula: str,
    pairs: Pairs,
    rate: Rate,
    *,
    strictly: bool = False,
    needs: Mapping[str, Predicate] | None = None,
    alone: bool = False,
) -> Form:
    """||T u - T v||^2 <= rate ||u - v||^2; with `strictly`, the images are closer at all."""

    def decided(instance: Instance, pair: Distances) -> Verdict:
        if strictly and pair.after >= pair.before:
            return fact(False)
        square = rate(constants(instance, ENCLOSED)) * Enclosure.of(pair.before)
        lhs = Enclosure.of(pair.after).sqrt()
        return Verdict(lhs, Enclosure.of(square).sqrt(), Guarantee.RIGOROUS_FLOAT)

    def check(instance: Instance) -> list[Verdict | None]:
        return [
            None if pair is None or pair.before == 0 else decided(instance, pair)
            for pair in pairs(instance)
        ]

    def again(instance: Instance, row: int) -> Verdict:
        pair = pairs(instance)[row]
        if pair is None:
            raise ValueError("only a verdict about two known points can be escalated")
        verdict = decided(instance, pair)
        if verdict.guarantee is Guarantee.EXACT:
            return verdict
        return squares_again(verdict, instance, pair.after, lambda k: rate(k) * number(k, pair))

    def number(k: Constants, pair: Distances) -> Any:
        return k.kind.number(pair.before)

    return Form(name, formula, check, again, needs or {}, alone)


def squares_again(verdict: Verdict, instance: Instance, lhs: Fraction, rhs: Rate) -> Verdict:
    """lhs <= rhs, both squares, in balls and then in rationals."""

    def in_balls() -> tuple[arb, arb]:
        return BALLS.number(lhs), rhs(constants(instance, BALLS))

    def in_rationals() -> tuple[Fraction | None, Fraction | None]:
        try:
            return lhs, rhs(constants(instance, RATIONAL))
        except IrrationalError:
            return lhs, None

    return precise.decided_again(verdict, instance.operator.n, in_balls, in_rationals, squares=True)


def constant(
    name: str,
    formula: str,
    measured: Rate,
    rate: Rate,
    needs: Mapping[str, Predicate] | None = None,
    *,
    alone: bool = False,
) -> Form:
    """One squared constant against another: one verdict an instance."""

    def check(instance: Instance) -> list[Verdict]:
        k = constants(instance, ENCLOSED)
        lhs, rhs = measured(k), Enclosure.of(rate(k))
        return [Verdict(lhs.sqrt(), rhs.sqrt(), Guarantee.RIGOROUS_FLOAT)]

    def again(instance: Instance, _: int) -> Verdict:
        def in_balls() -> tuple[arb, arb]:
            k = constants(instance, BALLS)
            return measured(k), rate(k)

        def in_rationals() -> tuple[Fraction | None, Fraction | None]:
            try:
                k = constants(instance, RATIONAL)
                return measured(k), rate(k)
            except IrrationalError:
                return None, None

        return precise.decided_again(
            check(instance)[0], instance.operator.n, in_balls, in_rationals, squares=True
        )

    return Form(name, formula, check, again, needs or {}, alone)


Rows = Callable[[Instance], Sequence[tuple[Fraction, Case] | None]]


def against(
    name: str,
    formula: str,
    rows: Rows[Case],
    side: Callable[[Constants, Case], Any],
    needs: Mapping[str, Predicate] | None = None,
    in_fractions: Callable[[Constants, Case, Fraction], tuple[Fraction, Fraction]] | None = None,
    alone: bool = False,
) -> Form:
    """The root of a rational number against a bound that may have roots in it.

    `in_fractions` makes two rationals whose order is that of the two sides; by default the
    sides themselves."""

    def decided(instance: Instance, square: Fraction, case: Case) -> Verdict:
        lhs = Enclosure.of(square).sqrt()
        bound = Enclosure.of(side(constants(instance, ENCLOSED), case))
        return Verdict(lhs, bound, Guarantee.RIGOROUS_FLOAT)

    def check(instance: Instance) -> list[Verdict | None]:
        return [None if row is None else decided(instance, *row) for row in rows(instance)]

    def again(instance: Instance, index: int) -> Verdict:
        row = rows(instance)[index]
        if row is None:
            raise ValueError("only a verdict about a known length can be escalated")
        square, case = row

        def in_balls() -> tuple[arb, arb]:
            return BALLS.root(BALLS.number(square)), side(constants(instance, BALLS), case)

        def in_rationals() -> tuple[Fraction | None, Fraction | None]:
            k = constants(instance, RATIONAL)
            try:
                if in_fractions is not None:
                    return in_fractions(k, case, square)
                return rational_root(square), side(k, case)
            except IrrationalError:
                return None, None

        return precise.decided_again(
            decided(instance, square, case), instance.operator.n, in_balls, in_rationals
        )

    return Form(name, formula, check, again, needs or {}, alone)


def sum_of_roots(a: Fraction, b: Fraction, c: Fraction) -> tuple[Fraction, Fraction]:
    """sqrt(a) <= sqrt(b) + sqrt(c) says a - b - c <= 2 sqrt(b c), which needs no root to decide."""
    excess = max(a - b - c, Fraction(0))
    return excess * excess, 4 * b * c


def powers(rate: Any, k: int) -> Any:
    """rate^k for k >= 1, in any kind of numbers."""
    product = rate
    for _ in range(k - 1):
        product = product * rate
    return product
