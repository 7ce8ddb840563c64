"""An operator made ready for a few inputs at a time."""

from dataclasses import replace
from typing import Any

import numpy as np

from mondeq_ref.api.arguments import layer, positive
from mondeq_ref.api.solving import solve
from mondeq_ref.arrays import floats
from mondeq_ref.inputs import Injections
from mondeq_ref.operator import Operator
from mondeq_ref.solve.ready import MOST_ROWS, certified, ready
from mondeq_ref.solve.solution import Solution


class Solver:
    """`solve` for a few inputs at a time, again and again: one input takes a sixth of the time.

    A call is one compiled function, from inputs to certificates.  What it does not certify to
    `tol`, more than 256 inputs and injections go to `solve`, and so do all inputs of a layer with
    more than 256 units or without a proved margin.

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

    def __init__(self, operator: Operator, *, tol: float = 1e-10) -> None:
        self.operator, self.tol = layer(operator), positive("tol", tol)
        self._ready = ready(operator)

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
            What `solve` returns, but that it does not keep the inputs, which `gradients` needs.

        Raises
        ------
        InputError
            If the inputs have the wrong type or shape.
        """
        if self._ready is not None and not isinstance(inputs, Injections):
            rows = floats("inputs", inputs, (None, self.operator.d))
            if 0 < len(rows) <= MOST_ROWS:
                found = certified(self._ready, rows, self.tol)
                if found is not None:
                    return found
        return replace(solve(self.operator, inputs, tol=self.tol), inputs=None)
