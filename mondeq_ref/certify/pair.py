"""An operator and a perturbed one, and the numbers that the ladder compares, in two precisions."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

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
class Pair:
    """An operator, what became of it, and how carefully the two are compared."""

    original: Operator
    perturbed: Operator
    guarantee: Guarantee = Guarantee.EXACT
    structure: Structure | None = None

    def __getstate__(self) -> dict[str, Any]:
        """Exact matrices are made again where they are sent to."""
        return {k: v for k, v in vars(self).items() if not isinstance(v, Dyadic)}

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
    def sides(self) -> "Sides":
        return Sides(self)


@dataclass(frozen=True, eq=False)
class Sides:
    """The numbers that rungs 1 to 4 compare, each computed where it is first used."""

    pair: Pair

    @cached_property
    def frobenius(self) -> Enclosure:
        """||W - W~||_F."""
        pair = self.pair
        return frobenius_norm(pair.dW) if pair.is_exact else _frobenius_norm(self._change)

    @cached_property
    def norm(self) -> Enclosure:
        """||W - W~||_2."""
        return (
            exact_spectral_norm(self.pair.dW) if self.pair.is_exact else spectral_norm(self._change)
        )

    @cached_property
    def one_sided(self) -> Enclosure:
        """lambda_max(sym(W~ - W))."""
        if self.pair.is_exact:
            return greatest_eigenvalue(symmetric_part(-self.pair.dW))
        return eigenvalue_range(self._change.symmetric_part)[1]

    @property
    def margin(self) -> Enclosure:
        """m."""
        original = self.pair.original
        return original.exact_margin if self.pair.is_exact else original.margin

    @cached_property
    def margin_after(self) -> Enclosure:
        """m~, which the structure bounds from below."""
        perturbed, structure = self.pair.perturbed, self.pair.structure
        found = perturbed.exact_margin if self.pair.is_exact else perturbed.margin
        if structure is None or found.lo >= structure.m:
            return found
        return Enclosure(structure.m, max(structure.m, found.hi))

    @property
    def ratio(self) -> Enclosure:
        """||W - W~||_2 / m; the whole line unless m > 0."""
        return self.norm / self.margin if self.margin.lo > 0 else WHOLE_LINE

    @property
    def one_sided_ratio(self) -> Enclosure:
        return self.one_sided / self.margin if self.margin.lo > 0 else WHOLE_LINE

    @cached_property
    def _change(self) -> MatrixBall:
        return self.pair.perturbed.weights - self.pair.original.weights


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
