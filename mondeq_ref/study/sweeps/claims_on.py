"""Claims of the paper checked on the operators of a study.

By name: the claims import this library, which therefore never imports them.
"""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from mondeq_ref.operator import Operator


def names() -> tuple[str, ...]:
    """The claims that can be checked; none where their package is not installed."""
    if find_spec("proofs_checks") is None:
        return ()
    return tuple(import_module("proofs_checks.claims").NAMES)


def checked(claim: str, operator: Operator, seed: int) -> dict[str, Any]:
    """The verdicts of a claim on one operator, counted."""
    return import_module("proofs_checks.audit.on_operator").checked(claim, operator, seed)
