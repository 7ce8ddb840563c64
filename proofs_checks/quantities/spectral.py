"""Bounds made of norms and margins, with one formula for enclosures, balls and rationals.

Most claims compare a length that is known exactly with a bound in which spectral quantities
occur.  The formula of the bound is written once; enclosures decide, and where they overlap the
same formula is evaluated in balls of many digits, then in rationals.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Any

from flint import arb

from mondeq_ref.rigor import spectrum
from mondeq_ref.rigor.balls import spectral_norm
from mondeq_ref.rigor.dyadic import Dyadic, exact, identity
from mondeq_ref.rigor.enclosure import Enclosure
from proofs_checks.instance import Instance, ball
from proofs_checks.quantities import precise
from proofs_checks.quantities.comparison import Comparison, Kinds, compared
from proofs_checks.quantities.rational_points import as_number, forward_matrix
from proofs_checks.theorem import Form, Predicate


@dataclass(frozen=True)
class Arithmetic:
    """One kind of numbers, and how spectral quantities come in it."""

    number: Callable[[Fraction], Any]
    norm: Callable[[Dyadic], Any]
    least_eigenvalue: Callable[[Dyadic], Any]  # of a symmetric matrix
    root: Callable[[Any], Any]


@dataclass(frozen=True, eq=False)
class Quantities:
    """What bounds are made of, each computed once; M = I - W, M~ = I - W~."""

    instance: Instance
    kind: Arithmetic

    @cached_property
    def m(self) -> Any:
        """The margin, in floats where they decide."""
        if self.kind is ENCLOSED:
            return self.instance.operator.margin
        return self.kind.least_eigenvalue(precise.monotone_part(self.instance.operator.exact_W))

    @cached_property
    def L(self) -> Any:
        """||M||."""
        return (
            self.instance.operator.lipschitz if self.kind is ENCLOSED else self.kind.norm(self._M)
        )

    @cached_property
    def d(self) -> Any:
        """||W - W~||."""
        if self.kind is ENCLOSED:
            return self.instance.dW_norm
        return self.kind.norm(self.instance.operator.exact_W - self.instance.after.exact_W)

    @cached_property
    def W(self) -> Any:
        """||W||."""
        return self.kind.norm(self.instance.operator.exact_W)

    @cached_property
    def U(self) -> Any:
        """||U||."""
        U = exact(self.instance.operator.U)
        return self.kind.norm(U if U.shape[0] >= U.shape[1] else U.T)

    @cached_property
    def beta(self) -> Any:
        """||I + M||."""
        return self.kind.norm(identity(self.instance.operator.n) + self._M)

    @cached_property
    def q(self) -> Any:
        """The root of beta^2 - 4 m."""
        return self.kind.root(self.beta * self.beta - 4 * self.m)

    @property
    def _M(self) -> Dyadic:
        return identity(self.instance.operator.n) - self.instance.operator.exact_W

    def forward(self, alpha: Fraction) -> Any:
        """||I - alpha M||."""
        K, r = forward_matrix(self._M, alpha)
        return self.kind.norm(K) / r

    def forward_after(self, alpha: Fraction) -> Any:
        """||I - alpha M~||."""
        M = identity(self.instance.after.n) - self.instance.after.exact_W
        K, r = forward_matrix(M, alpha)
        return self.kind.norm(K) / r


def norm(A: Dyadic) -> Enclosure:
    """From integers, or where they take long from floats."""
    small = max(A.shape) <= precise.MOST_UNITS
    return spectrum.spectral_norm(A) if small else spectral_norm(ball(A))


ENCLOSED = Arithmetic(Enclosure.of, norm, spectrum.least_eigenvalue, Enclosure.sqrt)
BALLS = Arithmetic(
    lambda x: as_number(x, arb()),
    precise.norm,
    lambda S: precise.eigenvalues(S)[0],
    lambda square: square.nonnegative_part().sqrt(),
)
RATIONALS = Arithmetic(
    lambda x: x,
    lambda A: precise.known(precise.rational_norm(A)),
    lambda S: precise.known(precise.rational_least_eigenvalue(S)),
    precise.rational_root,
)


@lru_cache(maxsize=6)
def quantities(instance: Instance, kind: Arithmetic) -> Quantities:
    return Quantities(instance, kind)


IN_TURN = Kinds(
    lambda instance: quantities(instance, ENCLOSED),
    lambda instance: quantities(instance, BALLS),
    lambda instance: quantities(instance, RATIONALS),
)

Square = Callable[[Quantities], Any]  # of a nonnegative number
Sides = tuple[Square, Square]


def exactly(square: Fraction) -> Square:
    """A number whose square is known exactly."""
    return lambda k: k.kind.number(square)


def squared_form(
    name: str,
    formula: str,
    sides: Callable[[Instance], Sequence[Sides | None]],
    needs: Mapping[str, Predicate] | None = None,
    *,
    alone: bool = False,
) -> Form:
    """Two nonnegative numbers for each input, given by their squares."""

    def row(lhs: Square, rhs: Square) -> Comparison[Quantities]:
        return Comparison(lambda k: (lhs(k), rhs(k)))

    def rows(instance: Instance) -> list[Comparison[Quantities] | None]:
        return [None if pair is None else row(*pair) for pair in sides(instance)]

    return compared(name, formula, rows, IN_TURN, needs, squares=True, alone=alone)
