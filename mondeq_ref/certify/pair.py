"""An operator and a perturbed one, and the numbers that the ladder compares, in two precisions."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from mondeq_ref.certify.h_matrix import HMatrix, h_matrix
from mondeq_ref.certify.limits import EXACT_BELOW
from mondeq_ref.operator import Operator
from mondeq_ref.quantize.quantized_array import QuantizedArray
from mondeq_ref.rigor.balls import MatrixBall, eigenvalue_range, spectral_norm
from mondeq_ref.rigor.dyadic import Dyadic
from mondeq_ref.rigor.enclosure import WHOLE_LINE, Enclosure
from mondeq_ref.rigor.fast import down, norms_above, norms_below, up
from mondeq_ref.rigor.machine import SMALLEST
from mondeq_ref.rigor.spectrum import (
    frobenius_norm,
    greatest_eigenvalue,
    least_eigenvalue,
    symmetric_part,
)
from mondeq_ref.rigor.spectrum import spectral_norm as exact_spectral_norm
from mondeq_ref.rigor.verdict import Guarantee


@dataclass(frozen=True, eq=False)
class Structure:
    """Factors for which I - W~ = m I + A'A - K holds with a skew K, by construction."""

    m: float
    A: QuantizedArray
    K: QuantizedArray


@dataclass(frozen=True, eq=False)
class Sides:
    """The numbers that rungs 1 to 4 compare."""

    frobenius: Enclosure  # ||W - W~||_F
    norm: Enclosure  # ||W - W~||_2
    one_sided: Enclosure  # lambda_max(sym(W~ - W))
    margin: Enclosure  # m
    margin_after: Enclosure  # m~

    @property
    def ratio(self) -> Enclosure:
        """||W - W~||_2 / m; the whole line unless m > 0."""
        return self.norm / self.margin if self.margin.lo > 0 else WHOLE_LINE

    @property
    def one_sided_ratio(self) -> Enclosure:
        return self.one_sided / self.margin if self.margin.lo > 0 else WHOLE_LINE


@dataclass(frozen=True, eq=False)
class Pair:
    """An operator, what became of it, and how carefully the two are compared."""

    original: Operator
    perturbed: Operator
    guarantee: Guarantee = Guarantee.EXACT
    structure: Structure | None = None

    @property
    def is_exact(self) -> bool:
        return self.guarantee is Guarantee.EXACT and self.original.n < EXACT_BELOW

    @cached_property
    def M(self) -> Dyadic:
        return self.original.exact_M

    @cached_property
    def M_after(self) -> Dyadic:
        return self.perturbed.exact_M

    @cached_property
    def dominant(self) -> HMatrix | None:
        """M as an H-matrix, where it is one and small enough for integers."""
        return h_matrix(self.M) if self.original.n < EXACT_BELOW else None

    @cached_property
    def dominant_after(self) -> HMatrix | None:
        """The same of M~."""
        return h_matrix(self.M_after) if self.original.n < EXACT_BELOW else None

    @cached_property
    def dW(self) -> Dyadic:
        return self.original.exact_W - self.perturbed.exact_W

    @cached_property
    def sides(self) -> Sides:
        found = self._exact_sides() if self.is_exact else self._float_sides()
        if self.structure is None or found.margin_after.lo >= self.structure.m:
            return found
        margin = Enclosure(self.structure.m, max(self.structure.m, found.margin_after.hi))
        return replace(found, margin_after=margin)

    def _exact_sides(self) -> Sides:
        return Sides(
            frobenius_norm(self.dW),
            exact_spectral_norm(self.dW),
            greatest_eigenvalue(symmetric_part(-self.dW)),
            least_eigenvalue(symmetric_part(self.M)),
            least_eigenvalue(symmetric_part(self.M_after)),
        )

    def _float_sides(self) -> Sides:
        change = self.perturbed.weights - self.original.weights
        return Sides(
            _frobenius_norm(change),
            spectral_norm(change),
            eigenvalue_range(change.symmetric_part)[1],
            self.original.margin,
            self.perturbed.margin,
        )


def _frobenius_norm(A: MatrixBall) -> Enclosure:
    """The norm of the array, and at most sqrt(n) times the radius more or less.

    Taken near 1, so that no square overflows; what the scaling loses is below eta an entry.
    """
    exponent = int(np.clip(np.frexp(np.abs(A.center).max(initial=0.0))[1], -1020, 1020))
    flat = np.ldexp(A.center, -exponent).reshape(1, -1)
    lost = float(up(A.center.size * SMALLEST))
    lo = max(float(down(norms_below(flat)[0] - lost)), 0.0)
    found = Enclosure(lo, float(up(norms_above(flat)[0] + lost))) * float(np.ldexp(1.0, exponent))
    spread = float(up(up(np.sqrt(min(A.center.shape))) * A.radius))
    return found.widened(spread) if spread > 0 else found
