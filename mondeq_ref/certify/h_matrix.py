"""Rung 5 by two linear solves, and a bound of displacements in the maximum norm.

The comparison matrix <M> has the diagonal M_ii and the entries -|M_ij| elsewhere.  With
M_ii > 0, u > 0, eta > 0, <M>'u > 0 and <M> eta > 0 (then M is an H-matrix), D = diag(u/eta) makes
sym(D M) positive definite: x'D M x >= |x|'D <M> |x|, and K = D <M> + <M>'D, whose entries off
the diagonal are <= 0, has K eta = D (<M> eta) + <M>'u > 0, so that diag(eta) K diag(eta) is
diagonally dominant.

With delta = <M> eta > 0, equilibria z of c and z' of c' have
|z - z'|_j <= eta_j max_i |c - c'|_i / delta_i: let i maximize |z - z'|_i / eta_i =: t.
Complementarity gives (z - z')_i (M (z - z') - (c - c'))_i <= 0, so M_ii t eta_i <=
sum_{k != i} |M_ik| t eta_k + |c - c'|_i, that is t delta_i <= |c - c'|_i.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from flint import fmpz, fmpz_mat

from mondeq_ref.arrays import Matrix, Vector
from mondeq_ref.rigor.diagonal import weights_hold
from mondeq_ref.rigor.dyadic import Dyadic
from mondeq_ref.rigor.fast import down, up
from mondeq_ref.rigor.proposals import unit_scaled

VECTOR_BITS = 30  # of u and eta, relative to their largest entry
WEIGHT_BITS = 40  # after the binary point of u/eta, relative to its largest entry


@dataclass(frozen=True, eq=False)
class HMatrix:
    """Columns eta > 0 and delta = <M> eta > 0, exactly, and weights D with sym(D M) > 0."""

    eta: Dyadic
    delta: Dyadic
    weights: tuple[int, ...]

    @np.errstate(over="ignore", invalid="ignore")  # an overflow makes a bound infinite
    def reach(self, changes: Matrix) -> Matrix:
        """For rows that bound |c - c'| from above, rows that bound |z - z'| from above."""
        eta, delta = self.eta.rounded()[:, 0], self.delta.rounded()[:, 0]
        with np.errstate(divide="ignore"):
            most = np.asarray(up(changes / np.maximum(down(delta), 0))).max(axis=1, initial=0.0)
        return np.asarray(up(np.outer(most, up(eta))))


def h_matrix(M: Dyadic) -> HMatrix | None:
    """The vectors that show that M is an H-matrix, checked in integers; None where floats
    propose none that do."""
    n = M.shape[0]
    scaled, _ = unit_scaled(M)
    F = np.where(np.eye(n, dtype=np.bool_), scaled, -np.abs(scaled))
    u, eta = _positive_solution(F.T), _positive_solution(F)
    if u is None or eta is None:
        return None
    C, left, right = comparison(M), _column(u), _column(eta)
    delta = C @ right
    if min((C.T @ left).integers.entries(), default=fmpz(1)) <= 0:
        return None
    if min([*delta.integers.entries(), *right.integers.entries()], default=fmpz(1)) <= 0:
        return None
    ratio = u / eta
    weights = tuple(int(w) for w in np.rint(np.ldexp(ratio / ratio.max(), WEIGHT_BITS)).tolist())
    if len(weights) != n or not weights_hold(M, weights):
        return None
    return HMatrix(right, delta, weights)


def comparison(M: Dyadic) -> Dyadic:
    """<M>: the diagonal of M, and minus the absolute values of its other entries."""
    rows = [
        [entry if i == j else -abs(entry) for j, entry in enumerate(row)]
        for i, row in enumerate(M.integers.table())
    ]
    return Dyadic(fmpz_mat(*M.shape, [entry for row in rows for entry in row]), M.exponent)


def _positive_solution(F: Matrix) -> Vector | None:
    """x > 0 with F x about (1, ..., 1), as floats see it."""
    try:
        x = np.linalg.solve(F, np.ones(len(F)))
    except np.linalg.LinAlgError:
        return None
    solves = np.isfinite(x).all() and (x > 0).all()
    return np.asarray(x, dtype=np.float64) if solves else None


def _column(x: Sequence[float] | Vector) -> Dyadic:
    codes = np.rint(np.ldexp(np.asarray(x) / np.max(x), VECTOR_BITS)).astype(np.int64)
    return Dyadic(fmpz_mat(len(codes), 1, codes.tolist()), 0)
