"""Quantized factors keep the margin (ours, beyond the paper).

Statement.  Let W = (1 - m) I - A'A + K with K = S - S', and let A~ = Q(A), K~ = Q(K).  If K_ij
and K_ji share a step and the codes are symmetric, then at every bit-width

    W~ = (1 - m) I - A~'A~ + K~        has margin at least m,

so for m > 0 every input has one equilibrium, and the solvers converge.  The perturbation need not
be small; the paper's Corollary has the hypothesis ||W - W~|| < m, which fails at low bit-widths.

Proof.  Q(-x) = -Q(x) for one step and symmetric codes, so K~ is exactly skew; fl(S - S') is skew
because rounding to nearest is odd.  Then sym(I - W~) = m I + A~'A~ (Proposition 1), and A~'A~ is
positive semidefinite for every A~.

Sharper.  The margin is m + lambda_min(A~'A~): exactly m if and only if A~ has rank below n.

In floats.  The above holds for the exact product, evaluated as (1 - m) z - A~'(A~ z) + K~ z.  Its
float array has margin at least m - d with d >= ||fl(W~) - W~||_2 (Theorem 2).

Attained.  By A = (1, 1), S = [[0, 1], [0, 0]], m = 1/2, which every bit-width reproduces; in
floats also where A = S = 0 and 1 - m lies just above the midpoint of two floats.

Needed.  With one step per row |K~_13| and |K~_31| can differ; rounding half up takes 1/2 and -1/2
to 1 and 0.  Either can make the margin negative, and so can quantizing the dense product again.
"""

from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np

from mondeq_ref import bounds
from mondeq_ref.arrays import Matrix
from mondeq_ref.operator import Factors, Operator
from mondeq_ref.quantize import Quantized, Quantizer, quantize
from mondeq_ref.rigor.dyadic import identity
from mondeq_ref.rigor.thresholds import least_eigenvalue_is
from mondeq_ref.rigor.verdict import Outcome, Verdict, fact
from proofs_checks.coordinates import Blocks, Coordinates
from proofs_checks.instance import Instance
from proofs_checks.quantities.eigenvalues import monotone_part
from proofs_checks.quantities.factors import factors_of, has_full_rank, some_factors
from proofs_checks.quantities.hypotheses import outcome
from proofs_checks.quantities.margins import decided, of_array, reaches
from proofs_checks.quantities.quantizers import RANGES, ROUNDINGS, described, numbers_of, quantizer
from proofs_checks.theorem import FACT, Form, Theorem, Witness

BITS = (2, 13)


def made(instance: Instance) -> Quantized:
    """The codes and steps behind the perturbed operator."""
    return quantized(instance.operator, quantizer(instance), instance.numbers["seed"])


@lru_cache(maxsize=2)
def quantized(operator: Operator, kind: Quantizer, seed: Fraction) -> Quantized:
    return quantize(operator, kind, "factors", np.random.default_rng(int(seed)))


def factors(instance: Instance) -> Factors:
    return factors_of(instance.operator)


def of_product(instance: Instance) -> tuple[Fraction, Operator]:
    """m, and the operator whose matrix is the exact product of the quantized factors."""
    return Fraction(factors(instance).m), instance.after


def of_its_array(instance: Instance) -> tuple[Fraction, Operator]:
    """m - d, and the operator whose matrix is the float array fl(W~)."""
    array, d = of_array(instance.after)
    return bounds.margin_after(Fraction(factors(instance).m), d), array


def skew(instance: Instance) -> list[Verdict]:
    """Whether K~ = -K~'."""
    K = made(instance).arrays["K"].exact
    return [fact(K == -K.T)]


def identity_of_parts(instance: Instance) -> list[Verdict]:
    """Whether sym(I - W~) = m I + A~'A~, entry by entry."""
    A, m = made(instance).arrays["A"].exact, factors(instance).m
    whole = identity(instance.after.n) * m + A.T @ A
    return [fact(monotone_part(instance.after.exact_W) == whole)]


def rank_decides(instance: Instance) -> list[Verdict]:
    """Whether the margin is m exactly if A~ has rank below n."""
    full = has_full_rank(made(instance).arrays["A"].exact)
    S = monotone_part(instance.after.exact_W)
    return [fact(least_eigenvalue_is(S, factors(instance).m) != full)]


def promise(instance: Instance) -> list[Verdict]:
    """Whether `promised_margin` is at least m and at most the margin, or is None where the
    quantizer has one step per row or a rounding that is not odd."""
    promised, kind = made(instance).promised_margin, quantizer(instance)
    if promised is None:
        return [fact(kind.per == "row" or not kind.odd_rounding)]
    m, after = of_product(instance)
    return [decided(Fraction(promised), after) if promised >= m else fact(False)]


def one_step_a_pair(instance: Instance) -> Outcome:
    """Whether K_ij and K_ji share a step, wherever one of their codes is not zero."""
    K = made(instance).arrays["K"]
    step = np.broadcast_to(np.reshape(K.step, (-1, 1)), K.codes.shape)
    return outcome(bool(((step == step.T) | ((K.codes == 0) & (K.codes.T == 0))).all()))


def odd_rounding(instance: Instance) -> Outcome:
    return outcome(quantizer(instance).odd_rounding)


def draw(rng: np.random.Generator, family: str, operator: Operator) -> Instance:
    """A random instance: the operator's factors, or random ones of its size, and a quantizer.

    About three draws in four satisfy the hypotheses."""
    kind = Quantizer(
        int(rng.integers(*BITS)),
        RANGES[int(rng.choice(3, p=[0.6, 0.15, 0.25]))],
        ROUNDINGS[int(rng.choice(5, p=[0.5, 0.08, 0.15, 0.19, 0.08]))],
        "row" if rng.random() < 0.1 else "tensor",
    )
    held = operator.factors or some_factors(rng, operator.n)
    whole = held.operator(operator.U, operator.b)
    return built(family, whole, kind, int(rng.integers(2**32)))


def built(family: str, operator: Operator, kind: Quantizer, seed: int = 0) -> Instance:
    numbers = {**numbers_of(kind), "seed": Fraction(seed)}
    after = quantized(operator, kind, numbers["seed"]).operator
    return Instance(family, operator, after, numbers=numbers)


def named(A: Matrix, S: list[list[float]], m: float, kind: Quantizer) -> Instance:
    n = len(S)
    operator = Factors(A, np.array(S), m).operator(np.zeros((n, 1)), np.zeros(n))
    return built("witness", operator, kind)


def small() -> Instance:
    return named(np.array([[1.0, 1.0]]), [[0.0, 1.0], [0.0, 0.0]], 0.5, Quantizer(2))


def hair() -> Instance:
    """n = 1, A = S = 0, m = 5/2^55: fl(1 - m) = 1 - 4/2^55."""
    return named(np.zeros((1, 1)), [[0.0]], 5 * 2.0**-55, Quantizer(2))


def step_a_row() -> Instance:
    """K has the entries 1, 5/8 and 1/10 above its diagonal; A = 0."""
    S = [[0.0, 1.0, 0.625], [0.0, 0.0, 0.1], [0.0, 0.0, 0.0]]
    return named(np.zeros((1, 3)), S, 0.125, Quantizer(2, per="row"))


def half_up() -> Instance:
    """K_12 = 1/2 and K_13 = 1; A = 0."""
    S = [[0.0, 0.5, 1.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]]
    return named(np.zeros((1, 3)), S, 0.125, Quantizer(2, rounding="half-up"))


class FactorCoordinates(Coordinates):
    """Coordinates that move the factors; the matrix is their product."""

    def read(self, instance: Instance) -> Blocks:
        held = factors(instance)
        return {"A": np.array(held.A), "S": np.array(held.S), "#m": np.array([held.m])}

    def write(self, instance: Instance, blocks: Blocks) -> Instance:
        held = Factors(blocks["A"], blocks["S"], float(blocks["#m"][0]))
        n = len(held.S)
        operator = held.operator(np.zeros((n, 0)), np.zeros(n))
        return built(instance.family, operator, quantizer(instance), int(instance.numbers["seed"]))

    def addition(self, rng: np.random.Generator, at: Instance) -> Blocks:
        return {}

    def words(self, instance: Instance) -> dict[str, Any]:
        return described(instance)


_SMALL = "A~ = A = (1, 1) has one row for two units: the margin is m = 1/2"

THEOREM = Theorem(
    name="structured",
    sentence="quantizing the factors A and S - S' keeps the margin at every bit-width",
    source="ours, beyond Li, Leong and Chaffey 2026",
    hypotheses={
        "K_ij and K_ji share a step": one_step_a_pair,
        "rounding is odd": odd_rounding,
    },
    forms=(
        reaches("as stated", "m <= lambda_min(sym(I - W~))", of_product),
        reaches(
            "float array",
            "m - d <= lambda_min(sym(I - fl(W~))), d >= ||fl(W~) - W~||",
            of_its_array,
        ),
        Form("skew", "K~ = -K~'", skew),
        Form("identity", "sym(I - W~) = m I + A~'A~", identity_of_parts),
        Form("rank", "margin = m iff rank A~ < n", rank_decides),
        Form("promise", "what the tool promises is so, with any quantizer", promise, alone=True),
    ),
    draw=draw,
    attained={
        "as stated": Witness(small, _SMALL),
        "float array": Witness(hair, "n = 1, m = 5/2^55: fl(1 - m) = 1 - 4/2^55, so d = 1/2^55"),
        "skew": FACT,
        "identity": FACT,
        "rank": FACT,
        "promise": Witness(small, _SMALL),
    },
    needed={
        "K_ij and K_ji share a step": Witness(
            step_a_row,
            "one step a row at 2 bits: K~_13 = 1 and K~_31 = -5/8, so the margin is 1/8 - 3/16",
        ),
        "rounding is odd": Witness(
            half_up,
            "half up at 2 bits: K~_12 = 1 and K~_21 = 0, so the margin is 1/8 - 1/2",
        ),
    },
    inputs=4,
    coordinates=FactorCoordinates(),
    explained=__doc__ or "",
)
