"""Writing down a proof: what was decided, with the data that lets anybody check it again.

The searches hand over what they found (a threshold, weights, an index set); definiteness is
written as a factor whose residual is diagonally dominant, indefiniteness as a vector.  What is
written is verified by `check` before it is handed out.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
from flint import fmpz_mat

from mondeq_ref.arrays import Booleans
from mondeq_ref.certificates.branches import Contradiction, Linear, Tree
from mondeq_ref.certificates.check import ASSUMPTIONS, FORMAT, KIND, verify
from mondeq_ref.certificates.integers import (
    MOST_ELIMINATED,
    doubled,
    is_definite,
    minus_identity,
    squared_sum,
)
from mondeq_ref.certificates.requantize import is_known
from mondeq_ref.certificates.rungs import OF_INPUTS, RUNGS
from mondeq_ref.certify.ladder import Blocks, DualFactor, Reversal, Step, Weights
from mondeq_ref.certify.pair import Pair, Structure
from mondeq_ref.certify.semimonotone import BlockProof, Existence
from mondeq_ref.documents.case import EMBED_UP_TO, Case, Rows, encode_case
from mondeq_ref.documents.encoding import (
    Json,
    digest_of,
    encode_dyadic,
    encode_rational,
)
from mondeq_ref.documents.float_arrays import encode_array, encode_floats
from mondeq_ref.documents.size import Limits
from mondeq_ref.operator import Operator
from mondeq_ref.rigor.definite import nonpositive_vector
from mondeq_ref.rigor.dyadic import Dyadic
from mondeq_ref.rigor.pmatrix import two_equilibria
from mondeq_ref.rigor.proposals import cholesky, unit_scaled
from mondeq_ref.rigor.rational import fraction_of
from mondeq_ref.rigor.spectrum import symmetric_part
from mondeq_ref.rigor.thresholds import (
    greatest_against_least_eigenvalue,
    norm_against_least_eigenvalue,
)
from mondeq_ref.rigor.verdict import Outcome
from mondeq_ref.whats import matrix_of

TRUSTED = Limits(trusted=True)
SHARES = (0.5, 0.1, 2.0**-10)  # of the least eigenvalue, left to the residual of a factor


class NotShownError(ArithmeticError):
    """The statement is decided, but no short proof of it was found."""


def certificate(
    pair: Pair,
    step: Step,
    spec: Mapping[str, Any] | None,
    provenance: Mapping[str, Any],
    *,
    by_digest: bool = False,
) -> dict[str, Json] | None:
    """The certificate of one decided rung, verified; None where no short proof was found.

    `spec` is the deterministic quantizer that made the perturbed operator, if one did: then
    `by_digest` names the matrices, and whoever checks brings the operator."""
    if step.outcome is Outcome.UNDECIDED:
        return None
    try:
        proof = PROOFS[step.rung](pair, step)
    except NotShownError:
        return None
    bare = Case(
        _bare(pair.original, factors=_has_factors(spec)),
        _bare(pair.perturbed),
        settings={"quantizer": _checkable(spec)},
    )
    return _document(
        pair.original, step.rung, step.outcome, bare, proof, provenance, by_digest=by_digest
    )


def certificate_of_inputs(
    pair: Pair,
    inputs: Rows,
    active: Booleans,
    spec: Mapping[str, Any] | None,
    provenance: Mapping[str, Any],
) -> dict[str, Json]:
    """The certificate of given inputs: the active set of every input."""
    proof = {"active": encode_array(active.astype(np.uint8))}
    return _of_inputs(pair, inputs, Outcome.PROVED, proof, spec, provenance)


def certificate_of_no_equilibrium(
    pair: Pair,
    inputs: Rows,
    trees: Sequence[Tree],
    spec: Mapping[str, Any] | None,
    provenance: Mapping[str, Any],
) -> dict[str, Json]:
    """The certificate that none of the given inputs has an equilibrium."""
    proof = {"trees": [_tree(tree) for tree in trees]}
    return _of_inputs(pair, inputs, Outcome.REFUTED, proof, spec, provenance)


def _of_inputs(
    pair: Pair,
    inputs: Rows,
    outcome: Outcome,
    proof: Json,
    spec: Mapping[str, Any] | None,
    provenance: Mapping[str, Any],
) -> dict[str, Json]:
    keep = inputs.kind == "x"
    case = Case(
        _bare(pair.original, factors=_has_factors(spec), input_layer=keep),
        _bare(pair.perturbed, input_layer=keep),
        inputs,
        {"quantizer": _checkable(spec)},
    )
    return _document(pair.original, OF_INPUTS, outcome, case, proof, provenance)


def _document(
    original: Operator,
    rung: int,
    outcome: Outcome,
    case: Case,
    proof: Json,
    provenance: Mapping[str, Any],
    *,
    by_digest: bool = False,
) -> dict[str, Json]:
    by_digest = by_digest or original.n > EMBED_UP_TO
    spec = case.settings["quantizer"]
    document = {
        "kind": KIND,
        "format": FORMAT,
        "rung": rung,
        "outcome": outcome.name,
        "sentence": RUNGS[rung].sentence(holds=outcome is Outcome.PROVED),
        "case": encode_case(case, by_digest=by_digest and spec is not None),
        "proof": proof,
        "assumptions": ASSUMPTIONS,
        "provenance": dict(provenance),
    }
    document["digest"] = digest_of(document)
    checked = verify(document, original, trust_size=True)
    if not checked.accepted:
        raise ArithmeticError(f"a certificate that was just made is rejected: {checked.reason}")
    return document


def _tree(tree: Tree) -> Json:
    contradictions = [_contradiction(one) for one in tree.contradictions]
    return {"contradictions": contradictions, "branches": [list(one) for one in tree.branches]}


def _contradiction(of: Contradiction) -> Json:
    if isinstance(of, Linear):
        return [of.row, list(of.rows), list(of.columns)]
    return {"zeros": list(of.zeros), "weights": encode_floats(np.array(of.weights))}


def _checkable(spec: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The quantizer, where the checker can apply it again; else W~ stands for itself."""
    return dict(spec) if spec is not None and is_known(spec) else None


def _has_factors(spec: Mapping[str, Any] | None) -> bool:
    """Whether quantizing again needs the factors."""
    known = _checkable(spec)
    return known is not None and matrix_of(known["what"]) == "factors"


def _bare(operator: Operator, *, factors: bool = False, input_layer: bool = False) -> Operator:
    """The operator without what the statement does not depend on."""
    n = operator.n
    return replace(
        operator,
        U=operator.U if input_layer else np.zeros((n, 0)),
        b=operator.b if input_layer else np.zeros(n),
        factors=operator.factors if factors else None,
        head=None,
    )


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
    t = step.evidence
    if not isinstance(t, Fraction):
        S = symmetric_part(pair.M)
        t = fraction_of(norm_against_least_eigenvalue(pair.dW, S).threshold)
    if t <= 0:  # then m <= 0, and any vector shows that the norm is not below
        t = Fraction(0)
    return _between(pair, step, t, minus_identity(-(pair.dW.T @ pair.dW), -t * t))


def _one_side(pair: Pair, step: Step) -> Json:
    t = step.evidence
    if not isinstance(t, Fraction):
        T, S = symmetric_part(-pair.dW), symmetric_part(pair.M)
        t = fraction_of(greatest_against_least_eigenvalue(T, S).threshold)
    return _between(pair, step, t, minus_identity(doubled(pair.dW), -2 * t))


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
