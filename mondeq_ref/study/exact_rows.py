"""Points of a solver replaced by exact equilibria, where there is no margin to measure them by.

The support of each point is solved for in rationals; a row whose signs then agree *is* an
equilibrium, rounded once.  Its radius stays infinite: without a margin there may be others.
"""

from dataclasses import replace

import numpy as np

from mondeq_ref.certify.prove import prove
from mondeq_ref.inputs import Injections
from mondeq_ref.operator import Operator
from mondeq_ref.rigor.verdict import Guarantee
from mondeq_ref.solve.judge import judge
from mondeq_ref.solve.solution import Solution, Status, code


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
