"""The constants of the bounds (m, L, alpha, norms, roots) in three kinds of numbers.

A bound is one function of `Constants`, whose numbers are enclosures, balls of 400 bits, or
rationals where they are rational.  Rates are squared, because L^2 is rational more often than L.
"""

from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Any

from flint import fmpq_mat

from mondeq_ref import bounds
from mondeq_ref.operator import Operator
from mondeq_ref.rigor.dyadic import Dyadic, exact, identity
from proofs_checks.instance import Instance
from proofs_checks.quantities.kinds import Kind, times
from proofs_checks.quantities.rational_points import monotone


@lru_cache(maxsize=6)
def constants(instance: Instance, kind: Kind) -> "Constants":
    return Constants(instance, kind)


class Constants:
    """The numbers of one instance in one kind, each computed once; M = I - W, M~ = I - W~."""

    def __init__(self, instance: Instance, kind: Kind) -> None:
        self.instance, self.kind = instance, kind

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
    def M(self) -> fmpq_mat:
        return monotone(self.operator)

    @cached_property
    def m(self) -> Any:
        return self.kind.margin(self.operator)

    @cached_property
    def m_after(self) -> Any:
        return self.kind.margin(self.instance.after)

    @cached_property
    def L(self) -> Any:
        return self.kind.lipschitz(self.operator)

    @cached_property
    def L_after(self) -> Any:
        return self.kind.lipschitz(self.instance.after)

    @cached_property
    def L_squared(self) -> Any:
        return self.kind.lipschitz_squared(self.operator)

    @cached_property
    def d(self) -> Any:
        """||W - W~||."""
        return self.kind.perturbation(self.instance)

    @property
    def dW(self) -> Dyadic:
        return self.operator.exact_W - self.instance.after.exact_W

    @cached_property
    def W(self) -> Any:
        """||W||."""
        return self.kind.norm(self.operator.exact_W)

    @cached_property
    def U(self) -> Any:
        """||U||."""
        return self.kind.norm(exact(self.operator.U))

    @cached_property
    def beta(self) -> Any:
        """||I + M||."""
        return self.kind.norm(self.scaled(1, -1))

    @cached_property
    def q(self) -> Any:
        """The root of beta^2 - 4 m."""
        return self.kind.root(self.beta * self.beta - 4 * self.m)

    def forward(self, alpha: Fraction) -> Any:
        """||I - alpha M||."""
        p, r = alpha.as_integer_ratio()
        return self.kind.norm(self.scaled(r, p)) / r

    def forward_after(self, alpha: Fraction) -> Any:
        """||I - alpha M~||."""
        p, r = alpha.as_integer_ratio()
        return self.kind.norm(scaled(self.instance.after.exact_W, r, p)) / r

    @cached_property
    def contraction(self) -> Any:
        """||I - alpha M||^2."""
        p, r = self.step.as_integer_ratio()
        return self.kind.square(self.scaled(r, p)) / (r * r)

    @cached_property
    def reflection(self) -> Any:
        """||(I + alpha M)^-1 (I - alpha M)||^2, for m > 0."""
        return self.kind.reflection(self)

    @cached_property
    def forward_backward(self) -> Any:
        return bounds.forward_backward_rate_squared_of(self.m, self.L_squared, self.alpha)

    @cached_property
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
        return scaled(self.operator.exact_W, r, p)


def scaled(W: Dyadic, r: int, p: int) -> Dyadic:
    """r I - p (I - W)."""
    eye = Dyadic(identity(W.shape[0]).integers * (r - p), 0)
    return eye + times(W, p)
