"""What rates are made of, m, L, alpha and norms, in three kinds of numbers.

Rates are kept squared, so that of norms only squares are needed: L^2 is rational more often than
L.  A rate is one function of `Constants`, which are enclosures, balls of many digits, or
rationals where there are such.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Any

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
from proofs_checks.instance import Instance, ball
from proofs_checks.quantities import precise
from proofs_checks.quantities.comparison import Kinds
from proofs_checks.quantities.precise import IrrationalError, known, rational_root
from proofs_checks.quantities.rational_points import as_number, monotone
from proofs_checks.quantities.steps import identity


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


IN_TURN = Kinds(
    lambda instance: constants(instance, ENCLOSED),
    lambda instance: constants(instance, BALLS),
    lambda instance: constants(instance, RATIONAL),
)
