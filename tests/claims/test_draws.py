"""What a claim draws is not the easy case alone: each of these turns up, and so do others."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import cache

import numpy as np
import pytest

from mondeq_ref.quantize import Quantizer, quantize
from mondeq_ref.rigor.dyadic import exact
from mondeq_ref.rigor.verdict import Outcome
from proofs_checks.audit.judge import instance
from proofs_checks.claims import NAMES, condition, theorem
from proofs_checks.instance import Instance
from proofs_checks.quantities.eigenvalues import rational_margin
from proofs_checks.quantities.existence import is_p_matrix, semimonotone
from proofs_checks.quantities.quantizers import groups, quantizer
from proofs_checks.quantities.rounded_runs import NEAREST
from proofs_checks.quantities.slopes import PARAMETERS, parameter
from tests.support.claims import margin, norm

DRAWN = 108  # six of every family
LARGEST = 8  # units
SELDOM_SYMMETRIC = ("generic", "skew_dominant", "triangular", "cycling")
TINY = 1e-3  # a margin; smaller ones are exceeded by every perturbation
NEARLY = 0.9  # of the length that a singular vector gets


def perturbation(it: Instance) -> float:
    return norm(it.operator.W - it.after.W)


def end(it: Instance) -> float:
    return 2 * margin(it.operator.W) / norm(np.eye(it.operator.n) - it.operator.W) ** 2


def alpha(it: Instance) -> float:
    return float(it.numbers["alpha"])


def least_of_the_inverse(it: Instance) -> float:
    inverse = np.linalg.pinv(np.eye(it.operator.n) - it.operator.W)
    return float(np.linalg.eigvalsh((inverse + inverse.T) / 2)[0])


def ties(it: Instance) -> bool:
    """With the published step; the largest entry always has the README's on a tie."""
    quotients = [x / g.step for g in groups(it) if g.step for x in g.w]
    return quantizer(it).range == "narrow" and any(t.q == 2 for t in quotients)


def quantized(it: Instance) -> bool:
    """As perturbations do it."""
    names, widths = ("paper-code", "paper-readme"), range(2, 11)
    made = (quantize(it.operator, Quantizer.named(n, b)) for n in names for b in widths)
    return any(np.array_equal(one.operator.W, it.after.W) for one in made)


def of_parameter(name: str) -> Callable[[Instance], bool]:
    return lambda it: parameter(it) == name


SHORT_STEP: Mapping[str, Callable[[Instance], bool]] = {
    "alpha is a short fraction": lambda it: it.numbers["alpha"].denominator <= 1000
}
FORWARD_STEP = {
    **SHORT_STEP,
    "alpha is beyond the end of its interval": lambda it: alpha(it) > end(it) > 0,
}
STATES = {
    **SHORT_STEP,
    "W is symmetric and not by its family": lambda it: (
        it.family in SELDOM_SYMMETRIC
        and it.operator.n > 1
        and bool((it.operator.W == it.operator.W.T).all())
    ),
    "alpha is greater than 1/L": lambda it: (
        alpha(it) * norm(np.eye(it.operator.n) - it.operator.W) > 1
    ),
}
PERTURBED = {
    "dW exceeds a positive margin": lambda it: perturbation(it) > margin(it.operator.W) > 0,
    "dW in some direction exceeds a positive margin": lambda it: (
        perturbation(it) > margin(it.operator.W) > TINY and not quantized(it)
    ),
    "dW is far smaller than the margin": lambda it: perturbation(it) < 0.1 * margin(it.operator.W),
    "W~ has no margin": lambda it: margin(it.after.W) < 0,
}
TURNS_UP: Mapping[str, Mapping[str, Callable[[Instance], bool]]] = {
    "equivalence": {
        "alpha is greater than one": lambda it: it.numbers["alpha"] > 1,
        "a point is near": lambda it: bool(np.abs(it.arrays["step"]).max(axis=1).min() < 1e-3),
        "a point moves in one coordinate": lambda it: bool(
            (np.count_nonzero(it.arrays["step"], axis=1) < it.operator.n).any()
        ),
    },
    "parameterization": {
        "A has full rank": lambda it: int(np.linalg.matrix_rank(it.arrays["A"])) == it.operator.n,
        "A has more rows than columns": lambda it: len(it.arrays["A"]) > it.operator.n,
        "the target is the margin": lambda it: (
            rational_margin(exact(it.arrays["W"])) == it.numbers["target"]
        ),
    },
    "quantizer": {
        "an entry lies on a tie": ties,
        "W is quantized": lambda it: it.arrays["w"].shape == it.operator.W.shape,
        "entries are very small": lambda it: 0 < np.abs(it.arrays["w"]).max() < 1e-100,
        "all entries are zero": lambda it: not it.arrays["w"].any(),
        "each row has its step": lambda it: quantizer(it).per == "row",
        "the README's quantizer": lambda it: quantizer(it).range == "unclipped",
        "toward zero": lambda it: quantizer(it).rounding == "toward-zero",
        "at most three bits": lambda it: quantizer(it).bits <= 3,
    },
    "margin": PERTURBED,
    "certificate": PERTURBED,
    "forward_backward": {
        **FORWARD_STEP,
        "the probe is inside its interval": lambda it: (
            float(it.numbers["probe"]) < 2 * least_of_the_inverse(it)
        ),
        "the probe is beyond the end of an interval": lambda it: (
            float(it.numbers["probe"]) > 2 * least_of_the_inverse(it) > 0
        ),
    },
    "peaceman_rachford": STATES,
    "douglas_rachford": STATES,
    "displacement": PERTURBED,
    "condition": {
        "c moves too": lambda it: it.c_perturbed is not None,
        "an input lies at a kink": lambda it: len(it.c) > condition.INPUTS,
        "dW is a hair": lambda it: perturbation(it) < 1e-3 * abs(margin(it.operator.W)),
    },
    "backward": {
        **FORWARD_STEP,
        **{f"{name} moves": of_parameter(name) for name in PARAMETERS},
        "g moves too": lambda it: bool((it.arrays["g"] != it.arrays["g~"]).any()),
    },
    "inexact": {
        **FORWARD_STEP,
        "the grid shrinks": lambda it: it.numbers["shrink"] < 1,
        "the grid ends": lambda it: "greatest" in it.numbers,
        "rounding is to nearest": lambda it: it.numbers["rounding"] == NEAREST,
    },
    "structured": {
        "at most three bits": lambda it: quantizer(it).bits <= 3,
        "each row has its step": lambda it: quantizer(it).per == "row",
        "half up": lambda it: quantizer(it).rounding == "half-up",
        "A has full rank": lambda it: _rank(it) == it.operator.n,
    },
    "existence": {
        "it is strictly semimonotone": lambda it: semimonotone(it) is Outcome.PROVED,
        "it is not": lambda it: semimonotone(it) is Outcome.REFUTED,
        "it is, and is no P-matrix": lambda it: (
            is_p_matrix(it) is Outcome.REFUTED and semimonotone(it) is Outcome.PROVED
        ),
    },
}


def _rank(it: Instance) -> int:
    assert it.operator.factors is not None
    return int(np.linalg.matrix_rank(it.operator.factors.A))


@cache
def drawn(claim: str) -> list[Instance]:
    found = [instance(theorem(claim), 0, index, {}) for index in range(DRAWN)]
    return [it for it in found if it.operator.n <= LARGEST]


def test_every_claim_says_what_it_draws() -> None:
    assert set(TURNS_UP) == set(NAMES)


@pytest.mark.parametrize(
    ("claim", "kind"), [(claim, kind) for claim in NAMES for kind in TURNS_UP[claim]]
)
def test_kind_of_instance_turns_up_and_others_too(claim: str, kind: str) -> None:
    found = {bool(TURNS_UP[claim][kind](it)) for it in drawn(claim)}
    assert found == {True, False}


def test_every_second_pair_contracts_least_inside_the_orthant() -> None:
    scattered = set[bool]()
    for it in drawn("forward_backward"):
        linear = np.eye(it.operator.n) - alpha(it) * (np.eye(it.operator.n) - it.operator.W)
        u, v = it.arrays["u"], it.arrays["v"]
        moved = np.linalg.norm((u - v) @ linear.T, axis=1) / np.linalg.norm(u - v, axis=1)
        inside = (np.minimum(u, v) > 0).all(axis=1)
        slow = inside & (moved >= NEARLY * norm(linear))
        assert slow[::2].all()
        scattered |= set(slow[1::2].tolist())
    assert scattered == {True, False}


def test_bits_from_two_to_twelve_are_drawn() -> None:
    for claim in ("quantizer", "structured"):
        assert {it.numbers["bits"] for it in drawn(claim)} == set(map(Fraction, range(2, 13)))
