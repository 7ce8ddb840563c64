"""Families of random operators: ordinary ones, and ones that are numerically difficult.

Each is a function of a random generator; `FAMILIES` has one entry per family, for tests and
audits.  Families whose equilibria or thresholds are known exactly are in `closed_forms`.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
from numpy.random import Generator

from mondeq_ref.arrays import Matrix
from mondeq_ref.instances.closed_forms import block_diagonal, dyadic, rotation_blocks, threshold
from mondeq_ref.operator import Factors, Operator
from mondeq_ref.rigor.fast import norms_above


def _from_factors(rng: Generator, A: Matrix, S: Matrix, m: float, bias: float = 0.0) -> Operator:
    """An operator with d = (n + 1) // 2 inputs, and U and b such that U x and b have size one."""
    n = len(S)
    d = (n + 1) // 2
    U = rng.normal(size=(n, d)) / np.sqrt(d)
    return Factors(A, S, m).operator(U, rng.normal(size=n) + bias)


def _dense(rng: Generator, W: Matrix) -> Operator:
    return Operator(W, rng.normal(size=(len(W), 2)), rng.normal(size=len(W)))


def _normal_factors(rng: Generator, n: int, rank: int) -> tuple[Matrix, Matrix]:
    return rng.normal(size=(rank, n)) / np.sqrt(n), rng.normal(size=(n, n)) / np.sqrt(n)


def generic(rng: Generator, n: int = 8) -> Operator:
    """Square A and S with normal entries; m between 0.1 and 1."""
    A, S = _normal_factors(rng, n, n)
    return _from_factors(rng, A, S, rng.uniform(0.1, 1.0))


def skew_dominant(rng: Generator, n: int = 8, size: float = 100.0) -> Operator:
    """L is a few hundred times m: the matrix is almost a rotation."""
    A, S = _normal_factors(rng, n, n)
    return _from_factors(rng, A, size * S, rng.uniform(0.1, 1.0))


def rank_deficient(rng: Generator, n: int = 8) -> Operator:
    """A has n/4 rows, as in the companion code: the margin of the exact product is m, with
    multiplicity at least 3n/4 in the symmetric part."""
    A, S = _normal_factors(rng, n, max(n // 4, 1))
    return _from_factors(rng, A, S, rng.uniform(0.1, 1.0))


def short(rng: Generator, n: int = 6) -> Operator:
    """Dyadic factors, U and b: W is exact, and so are kinks."""
    factors = Factors(dyadic(rng, (n // 2 + 1, n)), dyadic(rng, (n, n)), 0.25)
    return factors.operator(dyadic(rng, (n, 2)), dyadic(rng, n))


def dead_units(rng: Generator, n: int = 8, dead: int = 3) -> Operator:
    """The last units have no couplings to other units."""
    A, S = _normal_factors(rng, n, n)
    A[:, n - dead :] = S[n - dead :] = S[:, n - dead :] = 0.0
    return _from_factors(rng, A, S, rng.uniform(0.1, 1.0))


def few_active(rng: Generator, n: int = 16) -> Operator:
    """b is so low that few units are active."""
    A, S = _normal_factors(rng, n, n)
    return _from_factors(rng, A, S, rng.uniform(0.5, 1.0), bias=-2.0)


def many_active(rng: Generator, n: int = 16) -> Operator:
    """b is so high that nearly all units are active."""
    A, S = _normal_factors(rng, n, n)
    return _from_factors(rng, A / 4, S / 4, rng.uniform(0.5, 1.0), bias=8.0)


def badly_scaled(rng: Generator, n: int = 6, decades: float = 4.0) -> Operator:
    """The columns of A and S (and the rows of S) spread over many decades; m > 0."""
    A, S = _normal_factors(rng, n, n)
    scale = 10.0 ** rng.uniform(-decades, decades, n)
    return _from_factors(rng, A * scale, S * scale * scale[:, None], rng.uniform(0.1, 1.0))


def badly_scaled_rows(rng: Generator, n: int = 6, decades: float = 4.0) -> Operator:
    """M = D M0 with M0 of positive margin and D diagonal and positive, over many decades.

    The margin usually is negative, but every injection c has exactly one equilibrium: that of
    M0 for the injection D^-1 c."""
    M0 = np.eye(n) - generic(rng, n).W
    return _dense(rng, np.eye(n) - M0 * (10.0 ** rng.uniform(-decades, decades, n))[:, None])


def scalar(rng: Generator) -> Operator:
    """n = 1: z* = max(c, 0) / m."""
    return _dense(rng, np.array([[1.0 - rng.uniform(0.05, 3.0)]]))


def negative_margin(rng: Generator, n: int = 8) -> Operator:
    """W with normal entries, except W_11 > 1, which makes the margin negative."""
    W = rng.normal(size=(n, n)) / np.sqrt(n)
    W[0, 0] = 1.0 + rng.uniform(0.1, 1.0)
    return _dense(rng, W)


def triangular(rng: Generator, n: int = 6) -> Operator:
    """M is upper triangular with 1 on its diagonal and entries of at least 3 beside it.

    All principal minors are 1, so equilibria are unique, and the block [[1, a], [0, 1]] with
    |a| > 2 makes the margin negative."""
    coupling = dyadic(rng, (n, n))
    M = np.eye(n) + np.triu(np.sign(coupling + 1 / 128) * 3 + coupling, 1)
    return _dense(rng, np.eye(n) - M)


def cycling(_: Generator) -> Operator:
    """A P-matrix without weights D for which sym(D M) is positive definite.

    For x = 0, with the equilibrium (1, 2, 3/2), forward-backward from zero cycles at every step
    size that was tried."""
    M = np.array([[1.0, 0.0, 3.0], [3.0, 1.0, 0.0], [0.0, 3.0, 1.0]])
    return Operator(np.eye(3) - M, np.eye(3), M @ np.array([1.0, 2.0, 1.5]))


FAMILIES: Mapping[str, Callable[[Generator], Operator]] = MappingProxyType(
    {
        "generic": generic,
        "skew_dominant": skew_dominant,
        "rank_deficient": rank_deficient,
        "short": short,
        "rotation_blocks": lambda rng: rotation_blocks(rng).operator,
        "block_diagonal": lambda rng: block_diagonal(rng).operator,
        "threshold_below": lambda rng: threshold(rng, "below").perturbed,
        "threshold_at": lambda rng: threshold(rng, "at").perturbed,
        "threshold_above": lambda rng: threshold(rng, "above").perturbed,
        "dead_units": dead_units,
        "few_active": few_active,
        "many_active": many_active,
        "badly_scaled": badly_scaled,
        "badly_scaled_rows": badly_scaled_rows,
        "scalar": scalar,
        "negative_margin": negative_margin,
        "triangular": triangular,
        "cycling": cycling,
    }
)

# The families of any size.
SIZED: Mapping[str, Callable[[Generator, int], Operator]] = MappingProxyType(
    {
        make.__name__: make
        for make in (
            *(generic, skew_dominant, rank_deficient, short, dead_units, few_active, many_active),
            *(badly_scaled, badly_scaled_rows, negative_margin, triangular),
        )
    }
)

# Every other family has m > 0; of threshold_below it is 2^-52, which only exact arithmetic sees.
MAY_LACK_MARGIN = frozenset(
    {"threshold_at", "threshold_above", "badly_scaled_rows", "negative_margin"}
    | {"triangular", "cycling"}
)


def injections(rng: Generator, operator: Operator, count: int) -> Matrix:
    """Rows c, normal around b with the spread that normal inputs x give each entry of U x."""
    spread = norms_above(operator.U)
    return operator.b + rng.normal(size=(count, operator.n)) * spread
