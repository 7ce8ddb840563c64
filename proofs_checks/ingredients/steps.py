"""One exact step of each splitting method, on rational columns.

A step of Peaceman-Rachford or Douglas-Rachford needs the resolvent x = (I + alpha F)^-1 s.  Going
the other way is free: for any x the state is s = x + alpha F(x), and its reflection 2x - s is
x - alpha F(x).  So a state is named by its resolvent point where a claim is about any two
states, and x is solved for only where a claim follows an iteration.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from flint import fmpq, fmpq_mat

from mondeq_ref.arrays import Matrix, Vector
from mondeq_ref.families import injections
from mondeq_ref.operator import Operator
from proofs_checks.ingredients.rational_points import column, projected

SPREAD = 0.4  # of two points that are at least 1 inside the orthant


@dataclass(frozen=True, eq=False)
class State:
    """A splitting state and what the reflected resolvent of F makes of it."""

    s: fmpq_mat
    mirror: fmpq_mat  # R_F(s)

    @property
    def peaceman_rachford(self) -> fmpq_mat:
        return absolute(self.mirror)

    @property
    def douglas_rachford(self) -> fmpq_mat:
        return (self.s + absolute(self.mirror)) / 2

    @property
    def read(self) -> fmpq_mat:
        """The candidate equilibrium, ReLU(R_F(s))."""
        return projected(self.mirror)


def forward_backward(M: fmpq_mat, c: fmpq_mat, z: fmpq_mat, alpha: fmpq) -> fmpq_mat:
    return projected(z - (M * z - c) * alpha)


def forward_backward_forward(M: fmpq_mat, c: fmpq_mat, z: fmpq_mat, alpha: fmpq) -> fmpq_mat:
    y = forward_backward(M, c, z, alpha)
    return y - M * (y - z) * alpha


def state_at(M: fmpq_mat, c: fmpq_mat, x: fmpq_mat, alpha: fmpq) -> State:
    """The state whose resolvent point is x."""
    moved = (M * x - c) * alpha
    return State(x + moved, x - moved)


def state(M: fmpq_mat, c: fmpq_mat, s: fmpq_mat, alpha: fmpq) -> State:
    """The state s; its resolvent point solves (I + alpha M) x = s + alpha c."""
    x = (identity(M.nrows()) + M * alpha).solve(s + c * alpha)
    return State(s, x * 2 - s)


def identity(n: int) -> fmpq_mat:
    return fmpq_mat(n, n, [int(i == j) for i in range(n) for j in range(n)])


def absolute(v: fmpq_mat) -> fmpq_mat:
    """|v|, the reflected resolvent of the orthant's normal cone."""
    return column([abs(entry) for entry in v.entries()])


def kept(v: fmpq_mat, active: Sequence[bool], other: int = 0) -> fmpq_mat:
    """D v, or (2 D - I) v with `other` = -1."""
    pairs = zip(v.entries(), active, strict=True)
    return column([entry if keep else entry * other for entry, keep in pairs])


def some_step(rng: np.random.Generator, scale: float) -> Fraction:
    """`scale` as a float, or as a short fraction where that is nearly the same."""
    short = Fraction(scale).limit_denominator(1000)
    return short if short > 0 and rng.random() < 0.5 else Fraction(scale)


@dataclass(frozen=True, eq=False)
class Drawn:
    """Injections and two points for each."""

    c: Matrix
    u: Matrix
    v: Matrix


def forward_points(rng: np.random.Generator, operator: Operator, alpha: float, count: int) -> Drawn:
    """Pairs of points, half of them inside the orthant with their images, apart along the top
    singular vector of I - alpha M (nearly: exactly along it is what witnesses are for)."""
    M = operator.M.center
    c, u, v = _scattered(rng, operator, count)
    linear = np.eye(operator.n) - alpha * M
    for row in range(0, count, 2):
        d = _along(rng, linear)
        u[row] = 1 + np.abs(rng.normal(size=operator.n))
        c[row] = M @ u[row]
        v[row] = u[row] + d * (SPREAD / max(1.0, float(np.abs(linear @ d).max())))
    return Drawn(c, u, v)


def resolvent_points(
    rng: np.random.Generator, operator: Operator, alpha: float, count: int, *, averaged: bool
) -> Drawn:
    """Pairs of resolvent points, half of them with reflections of one sign pattern D, apart
    along the top singular vector of D K, or of I + D K where the step is `averaged`."""
    n, M = operator.n, operator.M.center
    c, x, y = _scattered(rng, operator, count)
    forward, backward = np.eye(n) + alpha * M, np.eye(n) - alpha * M
    for row in range(0, count, 2):
        pattern = rng.choice([-1.0, 1.0], n)
        linear = pattern[:, None] * np.linalg.lstsq(forward.T, backward.T, rcond=None)[0].T
        d = np.linalg.lstsq(
            forward, _along(rng, linear + np.eye(n) if averaged else linear), rcond=None
        )[0]
        x[row] = rng.normal(size=n)
        reflected = pattern * (1 + np.abs(rng.normal(size=n)))
        c[row] = M @ x[row] - (x[row] - reflected) / alpha
        y[row] = x[row] + d * (SPREAD / max(1.0, float(np.abs(backward @ d).max())))
    return Drawn(c, x, y)


def _scattered(
    rng: np.random.Generator, operator: Operator, count: int
) -> tuple[Matrix, Matrix, Matrix]:
    shape = (count, operator.n)
    u = rng.normal(size=shape) * 10.0 ** rng.uniform(-1, 1, (count, 1))
    v = u + rng.normal(size=shape) * 10.0 ** rng.uniform(-6, 1, (count, 1))
    return injections(rng, operator, count), u, v


def _along(rng: np.random.Generator, linear: np.ndarray) -> Vector:
    """A vector of length about 1, nearly the one that `linear` stretches most."""
    if not np.isfinite(linear).all():
        linear = np.eye(len(linear))
    return np.linalg.svd(linear)[2][0] + 0.02 * rng.normal(size=len(linear)) / np.sqrt(len(linear))
