"""Layers of which every number is a short dyadic: W is the exact product of its factors, also in
float32, and the exact equilibrium and adjoint are rational."""

from dataclasses import dataclass, field
from typing import Any, cast

import numpy as np
from flint import fmpq, fmpq_mat

from data.make.vector_groups.numbers import Numbers, identity, rational
from mondeq_ref.arrays import Matrix, Vector
from mondeq_ref.inputs import inject
from mondeq_ref.operator import Factors, Operator
from mondeq_ref.rigor.equilibria import ExactEquilibrium, ExactOperator
from mondeq_ref.solve import solve


@dataclass(frozen=True, eq=False)
class Layer:
    W: Matrix
    U: Matrix
    b: Vector
    factors: dict[str, Any] = field(default_factory=dict)

    @property
    def operator(self) -> Operator:
        return Operator(self.W, self.U, self.b)

    @property
    def alpha(self) -> float:
        """The power of two below the best step of forward-backward."""
        one = self.operator
        return float(2.0 ** np.floor(np.log2(one.margin.mid / one.lipschitz.mid**2)))


def from_factors(numbers: Numbers, A: Matrix, S: Matrix, m: float, d: int, bias: float) -> Layer:
    W = Factors(A, S, m).product.rounded()
    n = len(S)
    U = numbers.over(64, -64, 64, (n, d))
    b = numbers.over(64, -64, 64, n) + bias
    return Layer(W, U, b, {"A": A, "S": S, "m": m})


# Family, number of layers, flags, and what `generic` is given.
Shapes = tuple[tuple[str, int, tuple[str, ...], dict[str, Any]], ...]


def generic(
    numbers: Numbers,
    n: int = 8,
    rank: int | None = None,
    skew: int = 32,
    m: float | None = None,
    d: int | None = None,
    bias: float = 0.0,
    dead: int = 0,
) -> Layer:
    """A (rank, n) and S with entries over 64; the last `dead` units are coupled to nothing."""
    A = numbers.over(64, -32, 32, (n if rank is None else rank, n))
    S = numbers.over(64, -skew, skew, (n, n))
    if dead:
        A[:, n - dead :] = S[n - dead :] = S[:, n - dead :] = 0.0
    margin = float(numbers.over(16, 4, 16, 1)[0]) if m is None else m
    return from_factors(numbers, A, S, margin, (n + 1) // 2 if d is None else d, bias)


def bare(W: Matrix, factors: dict[str, Any] | None = None) -> Layer:
    """Known by its injections: U = I and b = 0."""
    return Layer(W, np.eye(len(W)), np.zeros(len(W)), factors or {})


def rotation(m: float, s: float, blocks: int = 1) -> Layer:
    """Blocks [[m, -s], [s, m]]: A = 0, and S has s/2 in its corners."""
    n = 2 * blocks
    S = np.zeros((n, n))
    for k in range(0, n, 2):
        S[k, k + 1], S[k + 1, k] = s / 2, -s / 2
    W = (1 - m) * np.eye(n) + S - S.T
    return bare(W, {"A": np.zeros((1, n)), "S": S, "m": m})


def proved(layer: Layer, X: Matrix) -> list[ExactEquilibrium]:
    """The exact equilibria, from the active sets that floats propose."""
    operator = layer.operator
    injections = inject(operator, X)
    C, Z = injections.exact, solve(operator, injections, workers=1).z
    if C is None:
        raise ArithmeticError("the injections are not known exactly")
    found = ExactOperator(operator.exact_M).equilibria(C, Z > 0)
    if not all(isinstance(one, ExactEquilibrium) for one in found):
        raise ArithmeticError("an equilibrium could not be proved")
    return cast("list[ExactEquilibrium]", found)


def states(found: list[ExactEquilibrium]) -> fmpq_mat:
    """The exact equilibria as rows."""
    n = len(found[0].numerators)
    return fmpq_mat(
        len(found), n, [fmpq(p, one.denominator) for one in found for p in one.numerators]
    )


def adjoints(layer: Layer, found: list[ExactEquilibrium], G: Matrix) -> fmpq_mat:
    """Rows lambda with M_aa'lambda_a = g_a and zero elsewhere, exactly."""
    n = len(layer.b)
    M, exact_g = identity(n) - rational(layer.W), rational(G)
    out = [fmpq(0)] * (len(found) * n)
    for row, one in enumerate(found):
        units = list(one.active)
        if not units:
            continue
        block = fmpq_mat(len(units), len(units), [M[j, i] for i in units for j in units])
        g = fmpq_mat(len(units), 1, [exact_g[row, i] for i in units])
        lam = block.solve(g)
        for k, unit in enumerate(units):
            out[row * n + unit] = lam[k, 0]
    return fmpq_mat(len(found), n, out)


def gap(layer: Layer, X: Matrix, found: list[ExactEquilibrium]) -> float:
    """The least |z_i - w_i| of all rows: how near a kink is."""
    Z = np.array([one.z for one in found])
    C = X @ layer.U.T + layer.b
    return float(np.abs(Z - (Z - Z @ layer.W.T - C)).min())
