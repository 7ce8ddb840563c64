"""Proposition 1 (parameterization; its wording is reconstructed).

Statement.  For any A (r x n), any S (n x n) and any m,

    W = (1 - m) I - A'A + S - S'

has margin lambda_min(sym(I - W)) >= m; and every W of margin at least m is of this form.

Proof.  S - S' has no symmetric part, so sym(I - W) = m I + A'A >= m I.  Conversely let W have
margin at least m.  Then sym(I - W) - m I is positive semidefinite and has a factor A with
A'A = sym(I - W) - m I; with S = (W - W')/4 we get S - S' = (W - W')/2, and W is the sum.

A rational factor.  Pivoting gives sym(I - W) - m I = sum_k d_k l_k l_k' with rational d_k > 0
and rational l_k, and the rows of A are sqrt(d_k) l_k'.  The roots cancel in A'A, so the
converse is checked in rationals.  Pivoting meets a d_k < 0 exactly when the margin of W is below m.
A needs as many rows as sym(I - W) - m I has rank: n where the margin exceeds m.

Sharper.  The margin is m + lambda_min(A'A): exactly m if and only if A has rank below n, so
always when A has fewer than n rows.

In floats.  The above holds for the exact product W.  Its float array fl(W) has margin at least
m - d with d >= ||fl(W) - W||_2 (Theorem 2).  Where A has rank below n, the eigenvalue m has
multiplicity n - rank A, rounding splits it, and the margin of the array is usually slightly
below m.

Attained.  By A = (1, 1), S = [[0, 1], [0, 0]], m = 1/2, whose product is a float array; with
rounding, where A = S = 0 and 1 - m lies just above the midpoint of two floats.
"""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

import numpy as np
from flint import fmpq

from mondeq_ref import bounds
from mondeq_ref.arrays import Matrix
from mondeq_ref.operator import Operator
from mondeq_ref.rigor.definite import is_positive_semidefinite
from mondeq_ref.rigor.dyadic import Dyadic, exact, identity
from mondeq_ref.rigor.rational import fmpq_of
from mondeq_ref.rigor.thresholds import least_eigenvalue_is
from mondeq_ref.rigor.verdict import Outcome, Verdict, fact
from proofs_checks.coordinates import Blocks, Coordinates, bare
from proofs_checks.instance import Instance
from proofs_checks.quantities.eigenvalues import MOST_UNITS, monotone_part, rational_margin
from proofs_checks.quantities.factors import (
    has_full_rank,
    is_product,
    product,
    some_factors,
)
from proofs_checks.quantities.hypotheses import outcome
from proofs_checks.quantities.margins import of_array, reaches
from proofs_checks.quantities.rational_points import matrix
from proofs_checks.theorem import FACT, Form, Theorem, Witness


def promised(instance: Instance) -> Fraction:
    """The m of the parameterization."""
    return instance.numbers["m"]


def of_product(instance: Instance) -> tuple[Fraction, Operator]:
    """m, and the operator whose matrix is the exact product W."""
    return promised(instance), instance.operator


def of_its_array(instance: Instance) -> tuple[Fraction, Operator]:
    """m - d, and the operator whose matrix is the float array fl(W)."""
    array, d = of_array(instance.operator)
    return bounds.margin_after(promised(instance), d), array


def identity_of_parts(instance: Instance) -> list[Verdict]:
    """Whether sym(I - W) = m I + A'A, entry by entry."""
    n, A = instance.operator.n, exact(instance.arrays["A"])
    m = float(promised(instance))
    same = monotone_part(instance.operator.exact_W) == identity(n) * m + A.T @ A
    return [fact(same)]


def rank_decides(instance: Instance) -> list[Verdict]:
    """Whether the margin is m exactly if A has rank below n."""
    S, full = monotone_part(instance.operator.exact_W), has_full_rank(exact(instance.arrays["A"]))
    return [fact(least_eigenvalue_is(S, promised(instance)) != full)]


def converse(instance: Instance) -> list[Verdict | None]:
    """Whether an arbitrary W has factors with m = target exactly if its margin is >= target.

    None above MOST_UNITS units, because the numerators of rational pivots grow."""
    if instance.operator.n > MOST_UNITS:
        return [None]
    W, target = exact(instance.arrays["W"]), fmpq_of(instance.numbers["target"])
    reached = is_positive_semidefinite(_minus(monotone_part(W), target))
    return [fact(is_product(matrix(W), target) == reached)]


def _minus(S: Dyadic, t: fmpq) -> Dyadic:
    """A positive multiple of S - t I."""
    shift = Dyadic(identity(S.shape[0]).integers * t.p, 0)
    return Dyadic(S.integers * t.q, S.exponent) - shift


def skew_part_is_skew(instance: Instance) -> Outcome:
    K = skew_part(instance.arrays)
    return outcome(K == -K.T)


def built(
    family: str,
    operator: Operator,
    arrays: dict[str, Matrix],
    m: float,
    target: Fraction,
) -> Instance:
    """An instance whose matrix is the exact product, with another matrix for the converse."""
    W = product(exact(arrays["A"]), skew_part(arrays), m)
    layer = replace(operator, W=W.rounded(), factors=None, exact_weights=W)
    numbers = {"m": Fraction(m), "target": target}
    return Instance(family, layer, numbers=numbers, arrays=arrays)


def skew_part(arrays: Mapping[str, Matrix]) -> Dyadic:
    """The array K of an instance; without one, S - S'."""
    if "K" in arrays:
        return exact(arrays["K"])
    S = exact(arrays["S"])
    return S - S.T


def draw(rng: np.random.Generator, family: str, operator: Operator) -> Instance:
    """The operator's factors or random ones; for the converse the operator's W, with a target at
    its margin, above it or below it."""
    factors = operator.factors or some_factors(rng, operator.n)
    arrays = {"A": factors.A, "S": factors.S, "W": operator.W}
    near = operator.margin.mid
    away = Fraction(near + float(rng.normal()) * max(abs(near), 2.0**-20))
    at_it = operator.n <= MOST_UNITS and rng.random() < 0.5
    known = rational_margin(operator.exact_W) if at_it else None
    return built(family, operator, arrays, factors.m, away if known is None else known)


def small(K: list[list[float]] | None = None) -> Instance:
    """A = (1, 1), S = [[0, 1], [0, 0]], m = 1/2; W = [[-1/2, 0], [-2, -1/2]]."""
    arrays = {
        "A": np.array([[1.0, 1.0]]),
        "S": np.array([[0.0, 1.0], [0.0, 0.0]]),
        "W": np.array([[-0.5, 0.0], [-2.0, -0.5]]),
    }
    if K is not None:
        arrays["K"] = np.array(K)
    operator = Operator(arrays["W"], np.zeros((2, 1)), np.zeros(2))
    return built("witness", operator, arrays, 0.5, Fraction(1, 2))


def hair() -> Instance:
    """n = 1, A = S = 0, m = 5/2^55: fl(1 - m) = 1 - 4/2^55."""
    arrays = {"A": np.zeros((1, 1)), "S": np.zeros((1, 1)), "W": np.zeros((1, 1))}
    operator = Operator(np.zeros((1, 1)), np.zeros((1, 1)), np.zeros(1))
    return built("witness", operator, arrays, 5 * 2.0**-55, Fraction(1))


class ProductCoordinates(Coordinates):
    """Coordinates that move the factors and the matrix of the converse; W is their product."""

    def read(self, instance: Instance) -> Blocks:
        return self.extras(instance)

    def write(self, instance: Instance, blocks: Blocks) -> Instance:
        arrays = {name[1:]: block for name, block in blocks.items() if name.startswith("@")}
        m, target = float(blocks["#m"][0]), Fraction(float(blocks["#target"][0]))
        base = replace(bare(len(arrays["W"])), W=arrays["W"])
        return built(instance.family, base, arrays, m, target)

    def addition(self, rng: np.random.Generator, at: Instance) -> Blocks:
        """Any matrix in place of S - S'."""
        return {"@K": rng.normal(size=at.operator.W.shape)}


THEOREM = Theorem(
    name="parameterization",
    sentence="W = (1 - m) I - A'A + S - S' has margin at least m, and nothing else has",
    source="Li, Leong and Chaffey 2026, Proposition 1 (wording reconstructed)",
    hypotheses={"the last part is skew": skew_part_is_skew},
    forms=(
        reaches("as published", "m <= lambda_min(sym(I - W))", of_product),
        Form("converse", "margin >= m iff W = (1 - m) I - A'A + S - S' for some A, S", converse),
        Form("identity", "sym(I - W) = m I + A'A", identity_of_parts),
        Form("rank", "margin = m iff rank A < n", rank_decides),
        reaches(
            "float array", "m - d <= lambda_min(sym(I - fl(W))), d >= ||fl(W) - W||", of_its_array
        ),
    ),
    draw=draw,
    attained={
        "as published": Witness(small, "A has one row for two units: the margin is m = 1/2"),
        "converse": FACT,
        "identity": FACT,
        "rank": FACT,
        "float array": Witness(hair, "n = 1, m = 5/2^55: fl(1 - m) = 1 - 4/2^55, so d = 1/2^55"),
    },
    needed={
        "the last part is skew": Witness(
            lambda: small([[1.0, 0.0], [0.0, 1.0]]),
            "with S = I in place of S - S' the margin is m - 1 = -1/2",
        ),
    },
    inputs=5,
    coordinates=ProductCoordinates(square=("S", "K", "W")),
    explained=__doc__ or "",
)
