"""Three kinds of numbers: enclosures, balls of 400 bits, and rationals where they are rational."""

from abc import ABC, abstractmethod
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
from flint import arb

from mondeq_ref.arrays import Matrix
from mondeq_ref.operator import Operator
from mondeq_ref.rigor import balls, spectrum
from mondeq_ref.rigor.definite import is_positive_semidefinite
from mondeq_ref.rigor.dyadic import Dyadic, exact, identity
from mondeq_ref.rigor.enclosure import Enclosure
from mondeq_ref.rigor.fast import norms_above
from mondeq_ref.rigor.machine import SMALLEST
from mondeq_ref.rigor.rational import fmpq_of
from proofs_checks.instance import Instance
from proofs_checks.quantities.eigenvalues import (
    MOST_UNITS,
    IrrationalError,
    eigenvalues,
    monotone_part,
    rational_least_eigenvalue,
    rational_norm,
    rational_root,
    squared_norm,
)
from proofs_checks.quantities.rational_points import matrix

if TYPE_CHECKING:
    from proofs_checks.quantities.constants import Constants


class Kind(ABC):
    """One kind of numbers, with eigenvalues and norms of exact matrices."""

    @abstractmethod
    def number(self, x: Fraction) -> Any: ...

    @abstractmethod
    def least_eigenvalue(self, S: Dyadic) -> Any: ...

    @abstractmethod
    def norm(self, A: Dyadic) -> Any: ...

    @abstractmethod
    def square(self, A: Dyadic) -> Any:
        """||A||^2."""

    @abstractmethod
    def root(self, x: Any) -> Any: ...

    @abstractmethod
    def greatest(self, a: Any, b: Any) -> Any: ...

    @abstractmethod
    def reflection(self, k: "Constants") -> Any:
        """||(I + alpha M)^-1 (I - alpha M)||^2, for m > 0."""

    def margin(self, operator: Operator) -> Any:
        return self.least_eigenvalue(monotone_part(operator.exact_W))

    def lipschitz(self, operator: Operator) -> Any:
        return self.norm(operator.exact_M)

    def lipschitz_squared(self, operator: Operator) -> Any:
        return self.square(operator.exact_M)

    def perturbation(self, instance: Instance) -> Any:
        """||W - W~||."""
        return self.norm(instance.operator.exact_W - instance.after.exact_W)


class Enclosures(Kind):
    """Float intervals; norms above MOST_UNITS rows are computed from float arrays."""

    def number(self, x: Fraction) -> Enclosure:
        return Enclosure.of(x)

    def least_eigenvalue(self, S: Dyadic) -> Enclosure:
        return spectrum.least_eigenvalue(S)

    def norm(self, A: Dyadic) -> Enclosure:
        small = max(A.shape) <= MOST_UNITS
        return spectrum.spectral_norm(A) if small else balls.spectral_norm(balls.of_exact(A))

    def square(self, A: Dyadic) -> Enclosure:
        norm = self.norm(A)
        return norm * norm

    def root(self, x: Enclosure) -> Enclosure:
        return x.sqrt()

    def greatest(self, a: Enclosure, b: Enclosure) -> Enclosure:
        return Enclosure(max(a.lo, b.lo), max(a.hi, b.hi))

    def margin(self, operator: Operator) -> Enclosure:
        return operator.margin

    def lipschitz(self, operator: Operator) -> Enclosure:
        return operator.lipschitz

    def lipschitz_squared(self, operator: Operator) -> Enclosure:
        return operator.lipschitz * operator.lipschitz

    def perturbation(self, instance: Instance) -> Enclosure:
        return instance.dW_norm

    def reflection(self, k: "Constants") -> Enclosure:
        """K differs from a float array C by (I + alpha M)^-1 times the residual of C, and with
        m > 0 that inverse has norm below 1."""
        p, r = k.step.as_integer_ratio()
        forward, backward = k.scaled(r, -p), k.scaled(r, p)
        try:
            solved = np.linalg.solve(forward.rounded(), backward.rounded())
        except np.linalg.LinAlgError:
            return Enclosure(0.0, np.inf)
        center: Matrix = np.asarray(solved, dtype=np.float64)
        residual = (forward @ exact(center) - backward).rounded()
        # Entries rounded to nearest and one division: a relative error far below 2^-50.
        above = norms_above(residual.reshape(1, -1))[0] / float(r) * (1 + 2.0**-50) + SMALLEST
        norm = balls.spectral_norm(balls.MatrixBall(center, float(above)))
        return norm * norm


class Balls(Kind):
    """Arb balls of 400 bits, for small matrices."""

    def number(self, x: Fraction) -> arb:
        return arb(fmpq_of(x))

    def least_eigenvalue(self, S: Dyadic) -> arb:
        return eigenvalues(S)[0]

    def norm(self, A: Dyadic) -> arb:
        return squared_norm(A).sqrt()

    def square(self, A: Dyadic) -> arb:
        return squared_norm(A)

    def root(self, x: arb) -> arb:
        return x.nonnegative_part().sqrt()

    def greatest(self, a: arb, b: arb) -> arb:
        return a.max(b)

    def reflection(self, k: "Constants") -> arb:
        eye, moved = matrix(identity(k.operator.n)), k.M * fmpq_of(k.step)
        K, denominator = (eye + moved).solve(eye - moved).numer_denom()
        return squared_norm(Dyadic(K, 0)) / arb(denominator) ** 2


class Rationals(Kind):
    """Fractions; a number that is not known as a fraction raises IrrationalError."""

    def number(self, x: Fraction) -> Fraction:
        return x

    def least_eigenvalue(self, S: Dyadic) -> Fraction:
        return _known(rational_least_eigenvalue(S))

    def norm(self, A: Dyadic) -> Fraction:
        found = rational_norm(A)
        return rational_root(_known(_rational_square(A))) if found is None else found

    def square(self, A: Dyadic) -> Fraction:
        found = _rational_square(A)
        return _known(rational_norm(A)) ** 2 if found is None else found

    def root(self, x: Fraction) -> Fraction:
        return rational_root(x)

    def greatest(self, a: Fraction, b: Fraction) -> Fraction:
        return max(a, b)

    def reflection(self, k: "Constants") -> Fraction:
        """The bound from m and L, where it is attained.

        It is attained where bound (I + alpha M)'(I + alpha M) - (I - alpha M)'(I - alpha M) is
        positive semidefinite and singular; elsewhere IrrationalError is raised."""
        bound = k.peaceman_rachford
        p, r = k.step.as_integer_ratio()
        forward, backward = k.scaled(r, -p), k.scaled(r, p)
        gap = times(forward.T @ forward, bound.numerator)
        gap = gap - times(backward.T @ backward, bound.denominator)
        if not (is_positive_semidefinite(gap) and gap.integers.det() == 0):
            raise IrrationalError
        return bound


ENCLOSED, BALLS, RATIONAL = Enclosures(), Balls(), Rationals()


def times(A: Dyadic, k: int) -> Dyadic:
    return Dyadic(A.integers * k, A.exponent)


def _rational_square(A: Dyadic) -> Fraction | None:
    """||A||^2, the greatest eigenvalue of A'A."""
    least = rational_least_eigenvalue(-(A.T @ A))
    return None if least is None else -least


def _known(value: Fraction | None) -> Fraction:
    if value is None:
        raise IrrationalError
    return value
