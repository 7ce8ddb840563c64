"""Rows of a solution of which more is proved than the solver says.

An exact row: where there is no margin to measure a point by, its support is solved for in
rationals; a row whose signs then agree *is* an equilibrium, rounded once.  Its radius stays
infinite: without a margin there may be others.

A divergent row: forward-backward left it without a point, and it is proved never to converge.  The
statement is about the exact iteration from zero with the step that the method took: whatever the
budget, there is no limit.  It does not say that the input has no equilibrium.
"""

from dataclasses import replace

import numpy as np

from mondeq_ref.certify.divergence import divergences
from mondeq_ref.certify.limits import EXACT_BELOW
from mondeq_ref.certify.prove import prove
from mondeq_ref.errors import InputError
from mondeq_ref.inputs import Injections
from mondeq_ref.operator import Operator
from mondeq_ref.rigor.verdict import Guarantee
from mondeq_ref.solve import Method
from mondeq_ref.solve.judge import judge
from mondeq_ref.solve.methods import ForwardBackward
from mondeq_ref.solve.solution import UNSOLVED, Solution, Status, code


def with_exact_rows(operator: Operator, injections: Injections, solution: Solution) -> Solution:
    """The solution with status EXACT wherever the row's support, or a correction, is proved.

    With a positive margin nothing is changed: every row has a certified radius already.
    """
    if operator.margin.lo > 0:
        return solution
    found = prove(operator, injections, solution.z, Guarantee.EXACT)
    rows = np.flatnonzero(found.proved)
    z, codes = solution.z.copy(), solution.codes.copy()
    residual, radius = solution.residual.copy(), solution.radius.copy()
    z[rows], codes[rows] = found.z[rows], code(Status.EXACT)
    judged = judge(operator, injections.rows(rows), z[rows], tol=0.0)
    residual[rows], radius[rows] = judged.residual, judged.radius
    return replace(solution, z=z, codes=codes, residual=residual, radius=radius)


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
    operator: Operator, injections: Injections, solution: Solution, method: ForwardBackward
) -> Solution:
    """The solution with status DIVERGES wherever that is proved."""
    rows = np.flatnonzero(np.isin(solution.codes, [code(status) for status in UNSOLVED]))
    alpha = method.resolved(operator).alpha
    if alpha is None or len(rows) == 0:
        return solution
    taken = float(np.dtype(solution.dtype).type(alpha))  # the step in the iterates' floats
    proofs = divergences(operator, injections.rows(rows), taken)
    proved = rows[[proof is not None for proof in proofs]]
    codes = solution.codes.copy()
    codes[proved] = code(Status.DIVERGES)
    return replace(solution, codes=codes)
