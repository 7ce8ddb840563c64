"""Cones in which forward-backward grows forever while one set of units stays active.

While the active units are b, d = z - p with M_bb p = c_b moves by d -> B d, B = I - alpha M_bb.
In coordinates y = S d take the cone C: ||(y_2, y_3, ...)|| <= y_1, which is {d'Qd <= 0, y_1 >= 0}
with Q = S'diag(-1, 1, ..., 1)S.  Three things are proved, once for each b, in exact arithmetic:

    s Q - B'QB is positive definite, s > 0: so d'Qd <= 0 gives (Bd)'Q(Bd) < 0 for d != 0, and B
    maps C into C or, C without 0 being connected, into -C; the next inequality rules out -C:
    y_1(Bd) >= factor y_1(d) on C with a factor above 1, so that d in C grows without bound;
    z_i - p_i for i in b and (M d)_j for j off b are at least rate y_1 on C, rate >= 0.

Units of b that no growing unit feeds are "settled": they move by themselves, and stay in an
ellipsoid that B maps into itself.  So if one iterate is in the cone and in the ellipsoid, and the
signs hold there, they hold for all later ones.  Floats propose S and s.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from flint import fmpq, fmpz_mat
from numpy.typing import NDArray

from mondeq_ref.arrays import Booleans, Matrix, Vector
from mondeq_ref.rigor.definite import is_positive_definite
from mondeq_ref.rigor.dyadic import Dyadic, exact, identity
from mondeq_ref.rigor.integers import solve
from mondeq_ref.rigor.rational import times_power
from mondeq_ref.rigor.spectrum import diagonal_matrix, frobenius_above

FED = 1e-9  # of the largest entry of the growing vector: units below it are called settled
INSIDE = 0.5  # of the widest cone on which the signs hold
CLEARLY = 0.99  # of the cone, for a float to be worth a proof
COLUMN = (0,)


@dataclass(frozen=True, eq=False)
class NearBasis:
    """y = S d, with T near the inverse of S: d = T y + (I - T S) d."""

    S: Dyadic
    T: Dyadic
    stretch: fmpq  # >= ||S||
    lost: fmpq  # ||(I - T S) d|| <= lost ||y||

    @staticmethod
    def of(S: Matrix, T: NDArray[np.floating]) -> "NearBasis | None":
        if not (np.isfinite(S).all() and np.isfinite(T).all()):
            return None
        there, back = exact(S), exact(np.asarray(T, dtype=np.float64))
        defect = frobenius_above(identity(len(S)) - back @ there)
        if not defect < 1:
            return None
        return NearBasis(
            there, back, frobenius_above(there), defect * frobenius_above(back) / (1 - defect)
        )

    def contracts(self, B: Dyadic, signs: list[int], s: float) -> bool:
        """Whether s Q - B'QB is positive definite, for Q = S'diag(signs)S: T'(.)T is looked at,
        which is definite only if T is regular and (.) is definite."""
        J, here, there = diagonal_matrix(signs, 0), self.S @ self.T, self.S @ B @ self.T
        return is_positive_definite(here.T @ J @ here * s - there.T @ J @ there)

    def along(self, f: Dyadic) -> tuple[fmpq, fmpq, fmpq]:
        """f'd is g_1 y_1 + (g_2, ...)'(y_2, ...) up to e ||y||: g_1, ||(g_2, ...)|| and e."""
        g = (f @ self.T).T
        rest = frobenius_above(g.block(range(1, g.shape[0]), COLUMN))
        return entry(g, 0), rest, frobenius_above(f) * self.lost


@dataclass(frozen=True, eq=False)
class GrowingCone:
    """What is proved of one set b of active units, whatever the input."""

    M: Dyadic
    active: list[int]
    inactive: list[int]
    settled: list[int]  # places in `active`
    outer: Dyadic  # M off b and on b
    cone: NearBasis
    ellipsoid: NearBasis | None
    # For every unit of b and then off b, (whether y_1 drives it, a number): it differs from its
    # value at p by at least number y_1, or by at most number times the ellipsoid's radius.
    bounds: list[tuple[bool, fmpq]]

    def keeps(self, z: Dyadic, c: Dyadic, error: fmpq) -> bool:
        """Whether every iterate after this one, which is within `error` of z and zero off b, has
        the active units b, and their states grow without bound."""
        p = self._fixed_point(c, z.exponent)
        if p is None:
            return False
        rounding = times_power(fmpq(len(self.active)), z.exponent)
        d, far = z.block(self.active, COLUMN) - p, error + rounding
        y, blur = self.cone.S @ d, self.cone.stretch * far
        height = entry(y, 0) - blur
        rest = frobenius_above(y.block(range(1, len(self.active)), COLUMN)) + blur
        if not (height > 0 and rest <= height):
            return False
        radius = fmpq(0)
        if self.ellipsoid is not None:
            radius = frobenius_above(self.ellipsoid.S @ d.block(self.settled, COLUMN))
            radius += self.ellipsoid.stretch * far
        slack = self.outer @ p - c.block(self.inactive, COLUMN)
        norm = frobenius_above(self.outer)
        values = [entry(p, k) - rounding for k in range(len(self.active))]
        values += [entry(slack, k) - norm * rounding for k in range(len(self.inactive))]
        least = [
            value + (number * height if driven else -number * radius)
            for value, (driven, number) in zip(values, self.bounds, strict=True)
        ]
        a = len(self.active)
        return all(x > 0 for x in least[:a]) and all(x >= 0 for x in least[a:])

    def seems_to_keep(self, z: Vector, c: Vector) -> bool:
        """The same in floats: whether the proof is worth trying."""
        inner, outer, S, E, driven, numbers = self._floats
        b = self.active
        with np.errstate(all="ignore"):
            try:
                p = np.linalg.solve(inner, c[b])
            except np.linalg.LinAlgError:
                return False
            y, radius = S @ (z[b] - p), np.linalg.norm(E @ (z[b] - p)[self.settled])
            values = np.concatenate([p, outer @ p - c[self.inactive]])
            least = values + numbers * np.where(driven, y[0], -radius)
            inside = np.linalg.norm(y[1:]) <= CLEARLY * y[0]
            return bool(y[0] > 0 and inside and (least[: len(b)] > 0).all() and (least >= 0).all())

    @cached_property
    def _floats(self) -> tuple[Matrix, Matrix, Matrix, Matrix, Booleans, Vector]:
        E = np.zeros((0, 0)) if self.ellipsoid is None else self.ellipsoid.S.rounded()
        driven = np.array([some for some, _ in self.bounds])
        numbers = np.array([int(x.p) / int(x.q) for _, x in self.bounds])
        inner = self.M.block(self.active, self.active).rounded()
        return inner, self.outer.rounded(), self.cone.S.rounded(), E, driven, numbers

    def _fixed_point(self, c: Dyadic, exponent: int) -> Dyadic | None:
        """The p with M_bb p = c_b, rounded down to the grid 2^exponent."""
        b = self.active
        solution = solve(self.M.block(b, b).integers, c.block(b, COLUMN).integers)
        if solution is None:
            return None
        numerators, denominator = solution
        shift = c.exponent - self.M.exponent - exponent
        codes = [
            (x << shift) // denominator if shift >= 0 else x // (denominator << -shift)
            for x in numerators.entries()
        ]
        return Dyadic(fmpz_mat(len(b), 1, codes), exponent)


def growing_cone(M: Dyadic, step: Dyadic, active: list[int]) -> GrowingCone | None:
    """A cone for these active units and the step I - alpha M, proved; None where none is found."""
    mode = _growing_mode(step.rounded()[np.ix_(active, active)])
    if mode is None:
        return None
    inactive = sorted(set(range(M.shape[0])) - set(active))
    B, inner = step.block(active, active), M.block(active, active)
    outer = M.block(inactive, active)
    settled = np.flatnonzero(mode.v <= FED).tolist()
    growing = np.flatnonzero(mode.v > FED).tolist()
    if not inner.block(settled, growing).integers.is_zero():
        return None
    rows = [identity(len(active)).block([k], range(len(active))) for k in range(len(active))]
    rows += [outer.block([k], range(len(active))) for k in range(len(inactive))]
    driven = [not row.block([0], growing).integers.is_zero() for row in rows]
    cone = _proved_cone(B, mode, [row for row, some in zip(rows, driven, strict=True) if some])
    ellipsoid = _proved_ellipsoid(B.block(settled, settled)) if settled else None
    if cone is None or (settled and ellipsoid is None):
        return None
    bounds: list[tuple[bool, fmpq]] = []
    for row, some in zip(rows, driven, strict=True):
        if some:
            number = least_rate(cone, row)
            if number < 0:
                return None
        elif ellipsoid is None:
            number = fmpq(0)  # the row is zero
        else:
            first, rest, lost = ellipsoid.along(row.block([0], settled))
            number = abs(first) + rest + lost
        bounds.append((some, number))
    return GrowingCone(M, active, inactive, settled, outer, cone, ellipsoid, bounds)


def least_rate(cone: NearBasis, f: Dyadic) -> fmpq:
    """f'd >= least_rate y_1 on the cone, where ||y|| <= 2 y_1."""
    first, rest, lost = cone.along(f)
    return first - rest - 2 * lost


@dataclass(frozen=True, eq=False)
class _Mode:
    """The eigenvalue of largest modulus, which is real and above 1, and its vectors."""

    value: float
    others: float  # the largest modulus of the other eigenvalues
    v: Vector  # largest entry 1
    left: Vector  # left'v = 1


def _growing_mode(B: Matrix) -> _Mode | None:
    values, right = np.linalg.eig(B)
    top = int(np.abs(values).argmax())
    others = float(np.abs(np.delete(values, top)).max(initial=0.0))
    mu = complex(values[top])
    if mu.imag != 0 or not mu.real > max(1.0, others):
        return None
    left_values, lefts = np.linalg.eig(B.T)
    left = np.real(lefts[:, int(np.abs(left_values).argmax())]).astype(np.float64)
    v = np.real(right[:, top]).astype(np.float64)
    v = v / v[np.abs(v).argmax()]
    along = float(left @ v)
    return None if along == 0 else _Mode(mu.real, others, v, left / along)


def _proved_cone(B: Dyadic, mode: _Mode, rows: list[Dyadic]) -> NearBasis | None:
    """The cone around v with the shape of a Lyapunov function of the other modes, half as wide
    as the rows' signs allow."""
    n = B.shape[0]
    N = np.linalg.qr(mode.left[:, None], mode="complete")[0][:, 1:]  # where y_1 = 0
    s = ((mode.value + mode.others) / 2) ** 2
    R = _lyapunov_root(N.T @ B.rounded() @ N, s)
    if R is None:
        return None
    back = N @ np.linalg.inv(R)
    width = np.inf
    for row in rows:
        f = row.rounded()[0]
        spread = float(np.linalg.norm(f @ back))
        if spread > 0:
            width = min(width, float(f @ mode.v) / spread)
    if not width > 0:
        return None
    width = min(INSIDE * width, 1.0) if n > 1 else 1.0
    projection = np.eye(n) - np.outer(mode.v, mode.left)
    S = np.vstack([mode.left, R @ N.T @ projection / width])
    cone = NearBasis.of(S, np.column_stack([mode.v, width * back]))
    if cone is None or not cone.contracts(B, [-1] + [1] * (n - 1), s):
        return None
    factor = (1 + mode.value) / 2
    if not factor > 1:
        return None
    first = cone.S.block([0], range(n))
    grown = first @ B - first * factor
    return cone if least_rate(cone, grown) >= 0 else None


def _proved_ellipsoid(B: Dyadic) -> NearBasis | None:
    R = _lyapunov_root(B.rounded(), 1.0)
    if R is None:
        return None
    found = NearBasis.of(R, np.linalg.inv(R))
    return found if found is not None and found.contracts(B, [1] * len(R), 1.0) else None


def _lyapunov_root(B: Matrix, s: float) -> Matrix | None:
    """R with R'R = P, P - B'PB / s = I, where B / sqrt(s) contracts."""
    if len(B) == 0:
        return np.zeros((0, 0))
    import scipy.linalg  # takes a quarter of a second, and a solve rarely needs it

    try:
        P = scipy.linalg.solve_discrete_lyapunov((B / np.sqrt(s)).T, np.eye(len(B)))
        return np.asarray(np.linalg.cholesky((P + P.T) / 2).T, dtype=np.float64)
    except (np.linalg.LinAlgError, ValueError):
        return None


def entry(A: Dyadic, row: int) -> fmpq:
    return times_power(A.integers[row, 0], A.exponent)
