"""What a trained operator is: margins and norms as enclosures, and what its weights are made of.

A margin is easily had by W~ = 0, so rank and off-diagonal entries are part of the account.
"""

from typing import Any

from mondeq_ref.documents.strict_json import plain
from mondeq_ref.instances.trained import Trained
from mondeq_ref.operator import Operator
from mondeq_ref.quantize import Quantized
from mondeq_ref.rigor.dyadic import Dyadic, identity
from mondeq_ref.rigor.thresholds import least_eigenvalue_exceeds, norm_less_than_least_eigenvalue


def account(trained: Trained) -> dict[str, Any]:
    """In JSON's types; every enclosure is of an exactly defined number."""
    factors, evaluated = trained.factors, trained.evaluated
    facts: dict[str, Any] = {
        "margin": factors.margin,
        "lipschitz": factors.lipschitz,
        "kappa": factors.kappa,
        "margin_proved": positive_margin(evaluated),
        "rank_W": evaluated.exact_W.integers.rank(),
        "off_diagonal_share": off_diagonal_share(evaluated.exact_W),
    }
    if trained.quantized is not None:
        facts |= perturbed(trained.quantized)
        facts["structure"] = {
            name: {"rank": made.exact.integers.rank(), "nonzero_share": share_nonzero(made.exact)}
            for name, made in trained.quantized.arrays.items()
            if name != "b"
        }
    return plain(facts)


def perturbed(quantized: Quantized) -> dict[str, Any]:
    """||dW||_2 against m, and the paper's condition ||dW||_2 < m decided exactly."""
    dW = quantized.original.exact_W - quantized.operator.exact_W
    M = identity(quantized.operator.n) - quantized.original.exact_W
    half_sum = (M + M.T) * 0.5
    return {
        "perturbation": quantized.perturbation,
        "ratio": quantized.ratio,
        "condition": norm_less_than_least_eigenvalue(dW, half_sum),
        "quantized_margin": quantized.operator.margin,
        "promised_margin": quantized.promised_margin,
    }


def positive_margin(operator: Operator) -> bool:
    """Is lambda_min(sym(I - W)) > 0 for the exact matrix that is meant?  Decided exactly."""
    M = operator.exact_M
    return least_eigenvalue_exceeds((M + M.T) * 0.5, 0)


def off_diagonal_share(W: Dyadic) -> float:
    """The share of nonzero entries among those off the diagonal."""
    n = W.shape[0]
    table = W.integers.table()
    nonzero = sum(table[i][j] != 0 for i in range(n) for j in range(n) if i != j)
    return nonzero / max(n * (n - 1), 1)


def share_nonzero(A: Dyadic) -> float:
    """The share of nonzero entries."""
    entries = A.integers.entries()
    return sum(entry != 0 for entry in entries) / max(len(entries), 1)
