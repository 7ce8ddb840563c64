"""Rows that forward-backward left without a point, where it is proved never to converge.

The statement is about the exact iteration from zero with the step that the method took: whatever
the budget, there is no limit.  It does not say that the input has no equilibrium.
"""

from dataclasses import replace

import numpy as np

from mondeq_ref.certify.divergence import MOST_STEPS, divergences
from mondeq_ref.certify.limits import EXACT_BELOW
from mondeq_ref.errors import InputError
from mondeq_ref.inputs import Injections
from mondeq_ref.operator import Operator
from mondeq_ref.solve import Method
from mondeq_ref.solve.methods import ForwardBackward
from mondeq_ref.solve.solution import UNSOLVED, Solution, Status, code


def forward_backward_only(operator: Operator, method: Method) -> ForwardBackward:
    if not isinstance(method, ForwardBackward):
        raise InputError(
            f"divergence is proved of the method forward-backward only, got {method.name}"
        )
    if operator.n >= EXACT_BELOW:
        raise InputError(
            f"divergence is proved of fewer than {EXACT_BELOW} units, got {operator.n}"
        )
    return method


def with_divergent_rows(
    operator: Operator,
    injections: Injections,
    solution: Solution,
    method: ForwardBackward,
    most_steps: int = MOST_STEPS,
) -> Solution:
    """The solution with status DIVERGES wherever that is proved from the first `most_steps`."""
    rows = np.flatnonzero(np.isin(solution.codes, [code(status) for status in UNSOLVED]))
    alpha = method.resolved(operator).alpha
    if alpha is None or len(rows) == 0:
        return solution
    taken = float(np.dtype(solution.dtype).type(alpha))  # the step in the iterates' floats
    proofs = divergences(operator, injections.rows(rows), taken, most_steps)
    proved = rows[[proof is not None for proof in proofs]]
    codes = solution.codes.copy()
    codes[proved] = code(Status.DIVERGES)
    return replace(solution, codes=codes)
