"""Which claims run a file at all: what they import, and what that imports in turn.

It is rather too much than too little.  A claim out of reach of a faulty file says the same as
without the fault.
"""

from functools import cache

from proofs_checks.claims import NAMES
from proofs_checks.faults.imports import closure
from proofs_checks.faults.tree import HERE

RUN = "proofs_checks/audit/run.py"  # what every claim goes through


def reached(file: str) -> tuple[str, ...]:
    """The claims that a fault in this file can change, in the order of the paper."""
    return tuple(claim for claim in NAMES if file in _run_by(claim))


@cache
def _run_by(claim: str) -> frozenset[str]:
    return closure((RUN, f"proofs_checks/claims/{claim}.py"), HERE)
