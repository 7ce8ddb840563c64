"""An operator made ready for a few inputs at a time."""

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from mondeq_ref.api.arguments import layer, positive
from mondeq_ref.api.solving import solve
from mondeq_ref.arrays import floats
from mondeq_ref.inputs import Injections
from mondeq_ref.operator import Operator
from mondeq_ref.solve.ready import MOST_ROWS, certified, ready
from mondeq_ref.solve.solution import Solution

if TYPE_CHECKING:
    from mondeq_ref.kernels.whole import Ready


@dataclass(frozen=True, eq=False, repr=False)
class Solver:
    """`solve` for a few inputs at a time, again and again: one input takes a fifth of the time.

    A call is one compiled function, from inputs to certificates.  If it does not certify every row
    to `tol`, all rows go to `solve`.  So do more than 256 inputs, injections, and every input of a
    layer with more than 256 units, without a proved margin or with a norm that overflows.

    The first call on a machine waits for a compiler, some seconds; the result is kept on disk.

    Parameters
    ----------
    operator : Operator
        The operator.
    tol : float
        Wanted distance to the equilibrium, in the Euclidean norm.

    Raises
    ------
    InputError
        If an argument has the wrong type.

    Examples
    --------
    >>> import mondeq_ref as mq
    >>> layer = mq.Operator(W=[[0.5, -1.0], [1.0, 0.25]], U=[[1.0], [-1.0]], b=[0.0, 0.5])
    >>> solver = mq.Solver(layer)
    >>> solver([[1.0]]).z.round(6)
    array([[0.909091, 0.545455]])
    """

    operator: Operator
    tol: float = field(default=1e-10, kw_only=True)
    _ready: "Ready | None" = field(init=False)

    def __post_init__(self) -> None:
        layer(self.operator)
        object.__setattr__(self, "tol", positive("tol", self.tol))
        object.__setattr__(self, "_ready", ready(self.operator))

    def __repr__(self) -> str:
        return f"Solver({self.operator}, tol={self.tol:g})"

    @np.errstate(all="ignore")
    def __call__(self, inputs: Any) -> Solution:
        """Find the equilibrium of every input, with a certified distance.

        Parameters
        ----------
        inputs : array-like of shape (B, d), or Injections
            Rows x; or injections c made by `injections`.

        Returns
        -------
        Solution
            As of `solve`; but it does not keep the inputs, which `gradients` needs.

        Raises
        ------
        InputError
            If the inputs have the wrong type or shape.
        """
        if not isinstance(inputs, Injections):
            rows = floats("inputs", inputs, (None, self.operator.d))
            if self._ready is not None and 0 < len(rows) <= MOST_ROWS:
                found = certified(self._ready, rows, self.tol)
                if found is not None:
                    return found
        return replace(solve(self.operator, inputs, tol=self.tol), inputs=None)
