"""What proves one rung, as JSON: thresholds, weights, index sets, vectors.

Definiteness is written as a factor whose residual is diagonally dominant, or found again by
elimination; indefiniteness is written as a vector.
"""

from collections.abc import Callable, Mapping
from fractions import Fraction

import numpy as np
from flint import fmpz_mat

from mondeq_ref.certificates.integers import (
    MOST_ELIMINATED,
    doubled,
    is_definite,
    minus_identity,
    squared_sum,
)
from mondeq_ref.certify.ladder import Blocks, DualFactor, Reversal, Step, Weights
from mondeq_ref.certify.pair import Pair, Structure
from mondeq_ref.certify.semimonotone import BlockProof, Existence
from mondeq_ref.documents.encoding import (
    Json,
    encode_dyadic,
    encode_rational,
)
from mondeq_ref.documents.float_arrays import encode_array, encode_floats
from mondeq_ref.documents.size import Limits
from mondeq_ref.rigor.definite import nonpositive_vector
from mondeq_ref.rigor.dyadic import Dyadic
from mondeq_ref.rigor.pmatrix import two_equilibria
from mondeq_ref.rigor.proposals import cholesky, unit_scaled
from mondeq_ref.rigor.verdict import Outcome

TRUSTED = Limits(trusted=True)
SHARES = (0.5, 0.1, 2.0**-10)  # of the least eigenvalue, left to the residual of a factor


class NotShownError(ArithmeticError):
    """The statement is decided, but no short proof of it was found."""


def definite(K: Dyadic) -> Json:
    """A proof that K is positive definite: a factor, or elimination where that fails."""
    F, shift = unit_scaled(K)
    least = float(np.linalg.eigvalsh(F)[0])
    for share in SHARES if least > 0 else ():
        R = cholesky(F - share * least * np.eye(len(F)))
        if R is not None:
            proof = {"by": "factor", "R": encode_floats(R), "shift": shift}
            if is_definite(K, proof, TRUSTED):
                return proof
    proof = {"by": "elimination"}
    if len(F) > MOST_ELIMINATED or not is_definite(K, proof, TRUSTED):
        raise NotShownError
    return proof


def vector(K: Dyadic) -> Json:
    """A vector on which the form of K is not positive."""
    x = nonpositive_vector(K)
    if x is None:
        raise NotShownError
    return encode_dyadic(x)


def _frobenius(pair: Pair, step: Step) -> Json:
    S = doubled(pair.M)
    gap = minus_identity(S @ S, 4 * squared_sum(pair.dW))
    if step.outcome is Outcome.PROVED:
        return {"definite": definite(S), "gap": definite(gap)}
    y = nonpositive_vector(S)
    return {"y": vector(gap) if y is None else encode_dyadic(y)}


def _norm(pair: Pair, step: Step) -> Json:
    t = _threshold(step)
    if t <= 0:  # then m <= 0, and any vector shows that the norm is not below
        t = Fraction(0)
    return _between(pair, step, t, minus_identity(-(pair.dW.T @ pair.dW), -t * t))


def _one_side(pair: Pair, step: Step) -> Json:
    t = _threshold(step)
    return _between(pair, step, t, minus_identity(doubled(pair.dW), -2 * t))


def _threshold(step: Step) -> Fraction:
    """The number between the two sides, which a decided step of rungs 2 and 3 has."""
    if not isinstance(step.evidence, Fraction):
        raise NotShownError(f"rung {step.rung} was decided without a number between its sides")
    return step.evidence


def _between(pair: Pair, step: Step, t: Fraction, below: Dyadic) -> Json:
    above = minus_identity(doubled(pair.M), 2 * t)
    if step.outcome is Outcome.PROVED:
        return {"t": encode_rational(t), "below": definite(below), "above": definite(above)}
    return {"t": encode_rational(t), "x": vector(below), "y": vector(above)}


def _margin(pair: Pair, step: Step) -> Json:
    if isinstance(step.evidence, Structure):
        A, K = step.evidence.A, step.evidence.K
        return {
            "m": encode_array(np.array(step.evidence.m)),
            "A": encode_array(A.codes),
            "A_step": encode_array(np.array(A.step)),
            "K": encode_array(K.codes),
            "K_step": encode_array(np.array(K.step)),
        }
    S = doubled(pair.M_after)
    if step.outcome is Outcome.PROVED:
        return {"definite": definite(S)}
    return {"y": vector(S)}


def _weights(pair: Pair, step: Step) -> Json:
    match step.evidence:
        case Weights(D):
            table = pair.M_after.integers.table()
            rows = [[d * x for x in row] for d, row in zip(D, table, strict=True)]
            DM = Dyadic(fmpz_mat(rows), pair.M_after.exponent)
            column = Dyadic(fmpz_mat(len(D), 1, list(D)), 0)
            return {"D": encode_dyadic(column), "definite": definite(doubled(DM))}
        case DualFactor(Y):
            return {"Y": encode_dyadic(Y)}
        case _:
            raise NotShownError


def _minors(pair: Pair, step: Step) -> Json:
    match step.evidence:
        case Blocks(blocks):
            return {"blocks": [sorted(block) for block in blocks]}
        case Reversal(minor, x):
            both = two_equilibria(pair.M_after, x)
            columns = {"c": both.c, "first": both.first, "second": both.second}
            return {
                "minor": list(minor),
                **{name: encode_dyadic(column) for name, column in columns.items()},
            }
        case _:
            raise NotShownError


def _existence(pair: Pair, step: Step) -> Json:
    found = step.evidence
    if not isinstance(found, Existence):
        raise NotShownError
    if found.x is not None:
        return {"x": encode_dyadic(found.x)}
    return {"blocks": [_block(pair.M_after, one) for one in found.blocks]}


def _block(M: Dyadic, proof: BlockProof) -> Json:
    units, weights = list(proof.units), proof.weights
    if weights is None:
        return {"units": units}
    column = Dyadic(fmpz_mat(len(units), 1, list(weights.D)), 0)
    return {
        "units": units,
        "D": encode_dyadic(column),
        "N": encode_dyadic(weights.N),
        "definite": definite(weights.twice(M.block(units, units))),
    }


PROOFS: Mapping[int, Callable[[Pair, Step], Json]] = {
    1: _frobenius,
    2: _norm,
    3: _one_side,
    4: _margin,
    5: _weights,
    6: _minors,
    7: _existence,
}
