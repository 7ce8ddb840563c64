"""The exact matrices that a certificate is about, and their arithmetic within limits."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from flint import fmpz, fmpz_mat

from mondeq_ref.certificates.integers import (
    LIMITED,
    doubled,
    is_definite,
    minor,
    minus_identity,
)
from mondeq_ref.documents.encoding import Json
from mondeq_ref.documents.size import Limits
from mondeq_ref.rigor.dyadic import Dyadic, identity


@dataclass(frozen=True, eq=False)
class Matrices:
    """The exact matrices of a case, and the injections of its inputs, one a row."""

    W: Dyadic
    W_after: Dyadic
    C: Dyadic | None = None
    limits: Limits = LIMITED

    @cached_property
    def S(self) -> Dyadic:
        return doubled(identity(self.W.shape[0]) - self.W)

    @cached_property
    def M_after(self) -> Dyadic:
        return identity(self.W.shape[0]) - self.W_after

    @cached_property
    def dW(self) -> Dyadic:
        return self.W - self.W_after

    @property
    def n(self) -> int:
        return self.W.shape[0]

    def is_definite(self, K: Dyadic, proof: Json) -> bool:
        return is_definite(K, proof, self.limits)

    def shifted(self, S: Dyadic, t: Fraction) -> Dyadic:
        """A multiple of S - t I, where t may have many digits."""
        scaled = S.bits + t.denominator.bit_length() + max(S.exponent, 0)
        self.limits.matrix(self.n**2, max(scaled, t.numerator.bit_length() - S.exponent))
        return minus_identity(S, t)

    def weighted(self, d: Dyadic, M: Dyadic) -> Dyadic:
        """D M for a column of weights."""
        self.limits.matrix(len(M.integers.entries()), d.bits + M.bits)
        pairs = zip(d.integers.entries(), M.integers.table(), strict=True)
        return Dyadic(fmpz_mat([[w * x for x in row] for w, row in pairs]), M.exponent + d.exponent)

    def minor(self, a: Sequence[int]) -> fmpz:
        """A principal minor of M~, whose sign is that of these integers."""
        self.limits.elimination(len(a), self.M_after.bits)
        return minor(self.M_after.integers.table(), a)
