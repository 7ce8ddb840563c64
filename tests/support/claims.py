"""A claim's instance of a family, and a form by its name."""

import numpy as np

from mondeq_ref.instances.families import FAMILIES
from proofs_checks.audit.claim_replay import form_of
from proofs_checks.claims import theorem
from proofs_checks.instance import Instance
from proofs_checks.theorem import Form


def drawn(claim: str, family: str = "generic", seed: int = 3) -> Instance:
    rng = np.random.default_rng(seed)
    return theorem(claim).draw(rng, family, FAMILIES[family](rng))


def form(claim: str, name: str) -> Form:
    return form_of(theorem(claim), name)


def margin(W: np.ndarray) -> float:
    """By plain floats."""
    return float(np.linalg.eigvalsh(np.eye(len(W)) - (W + W.T) / 2)[0])


def norm(A: np.ndarray) -> float:
    return float(np.linalg.norm(A, 2))
