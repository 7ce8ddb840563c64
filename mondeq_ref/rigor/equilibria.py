"""Equilibria in rational numbers: z >= 0, w = M z - c >= 0, z_i w_i = 0, decided in integers.

A proposed active set a gives z by M_aa z_a = c_a, and then the signs of z and w are checked.  M
may have any margin; ties z_i = w_i = 0 (kinks) are found exactly.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np
from flint import fmpq_mat, fmpz, fmpz_mat

from mondeq_ref.arrays import Booleans, Vector
from mondeq_ref.rigor.dyadic import Dyadic
from mondeq_ref.rigor.integers import solve

CORRECTIONS = 3  # a float proposal misplaces a few near-kinks; each correction costs one solve


class Rejected(Enum):
    """The reason why a proposed active set gives no equilibrium; there may still be one."""

    SINGULAR = "the matrix of the active units is singular"
    SIGNS = "a state or a slack has the wrong sign"


@dataclass(frozen=True, eq=False)
class ExactEquilibrium:
    """The exact equilibrium z_i = numerators[i] / denominator."""

    numerators: tuple[fmpz, ...]
    denominator: fmpz  # > 0
    active: tuple[int, ...]  # z_i > 0
    kinks: tuple[int, ...]  # z_i = w_i = 0

    @property
    def z(self) -> Vector:
        """The floats nearest to the entries of z."""
        return np.array([_nearest(int(p), int(self.denominator)) for p in self.numerators])

    @property
    def column(self) -> fmpq_mat:
        """z as a rational column."""
        return fmpq_mat(fmpz_mat(len(self.numerators), 1, self.numerators)) / self.denominator


class ExactOperator:
    """A square exact matrix M, prepared once so that each right-hand side costs one solve."""

    def __init__(self, M: Dyadic) -> None:
        if M.shape[0] != M.shape[1]:
            raise ValueError(f"equilibria need a square matrix, got shape {M.shape}")
        self.M = M
        self.n = M.shape[0]
        self._rows = M.integers.table()

    def equilibrium(
        self, c: Dyadic, active: Iterable[int], corrections: int = CORRECTIONS
    ) -> ExactEquilibrium | Rejected:
        """The equilibrium for the column c, if its support is `active` or one of its corrections.

        Where a sign is wrong, the set {i : z_i > w_i} is tried next.
        """
        if c.shape != (self.n, 1):
            raise ValueError(f"c must have shape ({self.n}, 1), got {c.shape}")
        return self._equilibrium(c.integers.entries(), c.exponent, sorted(set(active)), corrections)

    def equilibria(
        self, C: Dyadic, active: Booleans, corrections: int = CORRECTIONS
    ) -> list[ExactEquilibrium | Rejected]:
        """One answer for each row of C, whose proposal is the row of `active`."""
        if C.shape[1] != self.n or active.shape != C.shape:
            raise ValueError(f"C and active need rows of {self.n}, got {C.shape}, {active.shape}")
        return [
            self._equilibrium(c, C.exponent, np.flatnonzero(a).tolist(), corrections)
            for c, a in zip(C.integers.table(), active, strict=True)
        ]

    def _equilibrium(
        self, c: list[fmpz], exponent: int, active: list[int], corrections: int
    ) -> ExactEquilibrium | Rejected:
        tried: set[tuple[int, ...]] = set()
        for _ in range(corrections + 1):
            tried.add(tuple(active))
            solution = self._solve(c, active)
            if solution is None:
                return Rejected.SINGULAR
            z, w, denominator = solution
            if all(x >= 0 for x in z) and all(x >= 0 for x in w):
                return _scaled_back(z, w, denominator, exponent - self.M.exponent)
            # z 2^(f-e) and w 2^f are the true numbers up to one positive factor.
            active = _corrected_support(z, w, -self.M.exponent)
            if tuple(active) in tried:
                break
        return Rejected.SIGNS

    def _solve(
        self, c: Sequence[fmpz], active: Sequence[int]
    ) -> tuple[list[fmpz], list[fmpz], fmpz] | None:
        """Integers z, w and d > 0: K z = d c on the active rows, z = 0 off them, w = K z - d c,
        with K the integers of M; None when K_aa is singular."""
        z, denominator = [fmpz(0)] * self.n, fmpz(1)
        if active:
            k = len(active)
            K = fmpz_mat(k, k, [self._rows[i][j] for i in active for j in active])
            solution = solve(K, fmpz_mat(k, 1, [c[i] for i in active]))
            if solution is None:
                return None
            numerators, denominator = solution
            for i, x in zip(active, numerators.entries(), strict=True):
                z[i] = x
        product = (self.M.integers * fmpz_mat(self.n, 1, z)).entries()
        return z, [p - denominator * q for p, q in zip(product, c, strict=True)], denominator


def is_equilibrium(M: Dyadic, c: Dyadic, z: Dyadic) -> bool:
    """Whether the dyadic column z is an equilibrium for the column c, exactly."""
    w = (M @ z - c).integers.entries()
    return all(
        x >= 0 and y >= 0 and x * y == 0 for x, y in zip(z.integers.entries(), w, strict=True)
    )


def _corrected_support(z: list[fmpz], w: list[fmpz], z_exponent: int) -> list[int]:
    """{i : z_i 2^z_exponent > w_i}, the semismooth Newton step from z."""
    z_shift, w_shift = max(z_exponent, 0), max(-z_exponent, 0)
    return [i for i, (x, y) in enumerate(zip(z, w, strict=True)) if x << z_shift > y << w_shift]


def _scaled_back(
    z: list[fmpz], w: list[fmpz], denominator: fmpz, exponent: int
) -> ExactEquilibrium:
    numerators = [x << exponent for x in z] if exponent > 0 else z
    return ExactEquilibrium(
        tuple(numerators),
        denominator << max(-exponent, 0),
        tuple(i for i, x in enumerate(z) if x > 0),
        tuple(i for i, (x, y) in enumerate(zip(z, w, strict=True)) if x == 0 and y == 0),
    )


def _nearest(p: int, q: int) -> float:
    """p / q >= 0 with one correct rounding; beyond the range of floats, infinity."""
    try:
        return p / q
    except OverflowError:
        return np.inf
