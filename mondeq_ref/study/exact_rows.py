"""Points of a solver replaced by exact equilibria, where there is no margin to measure them by.

The support of each point is solved for in rationals; a row whose signs then agree *is* an
equilibrium, rounded once.  Its radius stays infinite: without a margin there may be others.
"""

from dataclasses import replace

import numpy as np

from mondeq_ref.certify.equilibria import by_rationals
from mondeq_ref.documents.case import Rows
from mondeq_ref.operator import Operator
from mondeq_ref.rigor.dyadic import identity
from mondeq_ref.rigor.equilibria import ExactOperator
from mondeq_ref.solve.solution import Solution, Status, code


def with_exact_rows(operator: Operator, inputs: Rows, solution: Solution) -> Solution:
    """The solution with status EXACT wherever the row's support, or a correction, is proved.

    With a positive margin nothing is changed: every row has a certified radius already.
    """
    if operator.margin.lo > 0:
        return solution
    M = ExactOperator(identity(operator.n) - operator.exact_W)
    found = by_rationals(M, inputs.exact_injections(operator), solution.z)
    codes = np.where(found.proved, code(Status.EXACT), solution.codes)
    z = np.where(found.proved[:, None], found.z, solution.z)
    return replace(solution, z=z, codes=codes)
