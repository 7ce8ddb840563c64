"""Pairs of points for claims about a map: drawn at random, or given by a witness."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from mondeq_ref.arrays import Matrix, Vector
from mondeq_ref.instances.families import injections
from mondeq_ref.operator import Operator
from proofs_checks.instance import Instance
from proofs_checks.quantities.eigenvalues import MOST_UNITS
from proofs_checks.quantities.rational_points import Cleared, columns

SPREAD = 0.4  # bound on the difference of two images, one of which is >= 1, in every entry


def alpha(instance: Instance) -> Fraction:
    return instance.numbers["alpha"]


def steps(instance: Instance) -> int:
    return int(instance.numbers["steps"])


def read(instance: Instance) -> tuple[Cleared, Cleared, Cleared]:
    """The injections and their two points u and v, as columns."""
    return columns(instance.c), columns(instance.arrays["u"]), columns(instance.arrays["v"])


def named(
    M: list[list[float]],
    c: list[float],
    u: list[float],
    v: list[float],
    step: Fraction,
    count: int = 3,
) -> Instance:
    """An instance with one pair u, v and the number of steps made from u."""
    W = np.eye(len(M)) - np.array(M)
    operator = Operator(W, np.zeros((len(M), 1)), np.zeros(len(M)))
    return Instance(
        "witness",
        operator,
        c=np.array([c]),
        numbers={"alpha": step, "steps": Fraction(count)},
        arrays={"u": np.array([u]), "v": np.array([v])},
    )


def some_step(rng: np.random.Generator, scale: float) -> Fraction:
    """`scale` as a fraction; in half of the draws the nearest one with denominator <= 1000."""
    short = Fraction(scale).limit_denominator(1000)
    return short if short > 0 and rng.random() < 0.5 else Fraction(scale)


def step_below_end(rng: np.random.Generator, operator: Operator, margin: float = 0.02) -> Fraction:
    """A random step below 2 m/L^2, or above it in 15 % of the draws up to MOST_UNITS units."""
    m, L = operator.margin.mid, max(operator.lipschitz.mid, 1e-3)
    end = 2 * m / L**2 if m > 0 else 0.5 / L
    inside = operator.n > MOST_UNITS or rng.random() < 0.85
    share = rng.uniform(margin, 1 - margin) if inside else rng.uniform(1.01, 3.0)
    return some_step(rng, end * share)


@dataclass(frozen=True, eq=False)
class DrawnPairs:
    """Injections and two points for each."""

    c: Matrix
    u: Matrix
    v: Matrix


def forward_points(
    rng: np.random.Generator, operator: Operator, alpha: float, count: int
) -> DrawnPairs:
    """Pairs of points.  In every second pair the points and their images are positive, and the
    points differ nearly by the top singular vector of I - alpha M."""
    M = operator.M.center
    c, u, v = _scattered(rng, operator, count)
    linear = np.eye(operator.n) - alpha * M
    for row in range(0, count, 2):
        d = _along(rng, linear)
        u[row] = 1 + np.abs(rng.normal(size=operator.n))
        c[row] = M @ u[row]
        v[row] = u[row] + d * (SPREAD / max(1.0, float(np.abs(linear @ d).max())))
    return DrawnPairs(c, u, v)


def resolvent_points(
    rng: np.random.Generator, operator: Operator, alpha: float, count: int, *, averaged: bool
) -> DrawnPairs:
    """Pairs of resolvent points.  In every second pair both reflections have the signs D, and
    the states differ nearly by the top singular vector of D K, or of I + D K if `averaged`."""
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
    return DrawnPairs(c, x, y)


def _scattered(
    rng: np.random.Generator, operator: Operator, count: int
) -> tuple[Matrix, Matrix, Matrix]:
    shape = (count, operator.n)
    u = rng.normal(size=shape) * 10.0 ** rng.uniform(-1, 1, (count, 1))
    v = u + rng.normal(size=shape) * 10.0 ** rng.uniform(-6, 1, (count, 1))
    return injections(rng, operator, count), u, v


def _along(rng: np.random.Generator, linear: np.ndarray) -> Vector:
    """A vector of length about 1 near the top right singular vector of `linear`."""
    if not np.isfinite(linear).all():
        linear = np.eye(len(linear))
    return np.linalg.svd(linear)[2][0] + 0.02 * rng.normal(size=len(linear)) / np.sqrt(len(linear))
