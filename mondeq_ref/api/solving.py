"""Equilibria and gradients of rows of inputs."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, overload

import numpy as np
from numpy.typing import ArrayLike

from mondeq_ref.api.arguments import choice, instance, layer, positive, whole
from mondeq_ref.arrays import USUAL_FLOATS, InputError, checked, frozen
from mondeq_ref.backward.adjoint import adjoint
from mondeq_ref.backward.gradients import Gradients
from mondeq_ref.backward.gradients import gradients as gradients_of
from mondeq_ref.inputs import Injections, given, inject_later
from mondeq_ref.operator import Operator
from mondeq_ref.solve import BLOCK, METHODS, Method
from mondeq_ref.solve.solution import Solution, gathered
from mondeq_ref.study.proved_rows import forward_backward_only
from mondeq_ref.study.streams import solutions

DTYPES: Mapping[str, type[np.floating]] = {"float64": np.float64, "float32": np.float32}


@USUAL_FLOATS
def injections(c: ArrayLike) -> Injections:
    """Inputs given as injections c = U x + b, meant exactly as they are.

    Parameters
    ----------
    c : array-like of shape (B, n)
        One row per input.

    Returns
    -------
    Injections

    Examples
    --------
    >>> import mondeq_ref as mq
    >>> len(mq.injections([[1.0, -2.0], [0.0, 3.0]]))
    2
    """
    return given(c)


@overload
def solve(  # pyright: ignore[reportOverlappingOverload]
    operator: Operator,
    inputs: Iterator[Any],
    method: str | Method = "auto",
    *,
    alpha: float | None = None,
    tol: float = 1e-10,
    max_steps: int = 10_000,
    exact: bool = False,
    divergence: bool = False,
    dtype: str = "float64",
    workers: int | None = None,
) -> Iterator[Solution]: ...


@overload
def solve(
    operator: Operator,
    inputs: Any,
    method: str | Method = "auto",
    *,
    alpha: float | None = None,
    tol: float = 1e-10,
    max_steps: int = 10_000,
    exact: bool = False,
    divergence: bool = False,
    dtype: str = "float64",
    workers: int | None = None,
) -> Solution: ...


@USUAL_FLOATS
def solve(
    operator: Operator,
    inputs: Any,
    method: str | Method = "auto",
    *,
    alpha: float | None = None,
    tol: float = 1e-10,
    max_steps: int = 10_000,
    exact: bool = False,
    divergence: bool = False,
    dtype: str = "float64",
    workers: int | None = None,
) -> Solution | Iterator[Solution]:
    """Find the equilibrium of every input, with a certified distance.

    Parameters
    ----------
    operator : Operator
        The operator.
    inputs : array-like of shape (B, d), or Injections, or an iterator of such blocks
        Rows x; or injections c made by `injections`.  A writable array is copied, since the
        solution keeps its inputs; a read-only one is not.  Blocks from an iterator are read as they
        are needed, a few at a time, so that together they may exceed the memory.
    method : str
        "auto" is "active-set" or, in large layers with many active units, "peaceman-rachford";
        the others are "forward-backward", "forward-backward-forward" and "douglas-rachford".
    alpha : float, optional
        Step size of a splitting method; by default the one with the best rate bound.
    tol : float
        Wanted distance to the equilibrium, in the Euclidean norm.
    max_steps : int
        Most steps per input.
    exact : bool
        Without a positive margin, verify active sets in rationals: status EXACT.
    divergence : bool
        Of rows that "forward-backward" left open, try to prove that it never converges from zero
        with this step, however many steps it is given: status DIVERGES.
    dtype : {"float64", "float32"}
        Of the iterates; certificates are float64 or exact.
    workers : int, optional
        Threads; by default one per core.

    Returns
    -------
    Solution, or an iterator of one Solution per block
        `z` has a row per input, `radius` bounds its distance to the equilibrium, `status` says
        how each row ended, and `ok` is the mask of the rows that succeeded.

    Raises
    ------
    InputError
        If an argument has the wrong type or shape.

    Examples
    --------
    >>> import mondeq_ref as mq
    >>> layer = mq.Operator(W=[[0.5, -1.0], [1.0, 0.25]], U=[[1.0], [-1.0]], b=[0.0, 0.5])
    >>> solution = mq.solve(layer, [[1.0], [2.0]], method="peaceman-rachford")
    >>> solution.z.round(6)
    array([[0.909091, 0.545455],
           [2.181818, 0.909091]])

    A stream of blocks:

    >>> blocks = ([[float(k)]] * 1000 for k in range(3))
    >>> [part.counts for part in mq.solve(layer, blocks)]
    [{'CERTIFIED': 1000}, {'CERTIFIED': 1000}, {'CERTIFIED': 1000}]
    """
    layer(operator)
    chosen = _method(method, alpha)
    if divergence:
        forward_backward_only(operator, chosen)
    if alpha is not None and not hasattr(chosen, "alpha"):
        raise InputError(f"alpha is the step of a splitting method, {chosen.name} has none")
    if chosen.name == "active-set" and dtype != "float64":
        raise InputError("dtype must be float64 for the active set, float32 is for splittings")
    run = partial(
        solutions,
        operator,
        method=chosen,
        tol=positive("tol", tol),
        max_steps=whole("max_steps", max_steps, 0),
        exact=exact,
        divergence=divergence,
        dtype=DTYPES[choice("dtype", dtype, tuple(DTYPES))],
        workers=None if workers is None else whole("workers", workers, 1),
    )
    if isinstance(inputs, Iterator):
        return _each(run(_injections(operator, block) for block in inputs))
    batch = _injections(operator, inputs)
    found = gathered(run(batch.blocks(BLOCK)), len(batch), operator.n)
    return replace(found, inputs=batch)


def _injections(operator: Operator, inputs: Any) -> Injections:
    """Injections keep the bounds on their rounding errors."""
    if not isinstance(inputs, Injections):
        return inject_later(operator, inputs, "inputs")
    checked("inputs", inputs.c, (None, operator.n))
    return inputs


def _each(parts: Iterator[Solution]) -> Iterator[Solution]:
    """The same parts, each made under the usual handling of floating-point errors."""
    made = USUAL_FLOATS(next)
    while (part := made(parts, None)) is not None:
        yield part


@USUAL_FLOATS
def gradients(operator: Operator, solution: Solution, dZ: ArrayLike) -> Gradients:
    """Gradients of a loss l by implicit differentiation, at solved equilibria.

    Parameters
    ----------
    operator : Operator
        The operator that was solved.
    solution : Solution
        What `solve` returned.
    dZ : array-like of shape (B, n)
        dl/dz, one row per input.

    Returns
    -------
    Gradients
        dl/dW, dl/db and, where they exist, dl/dU, dl/dx, dl/dA, dl/dS and dl/dm, summed over the
        rows; no mean is taken.

    Raises
    ------
    InputError
        If dZ has another shape, or if some row of the solution has no equilibrium.

    Examples
    --------
    >>> import mondeq_ref as mq
    >>> layer = mq.Operator(W=[[0.5]], U=[[1.0]], b=[0.0])
    >>> mq.gradients(layer, mq.solve(layer, [[3.0]]), [[1.0]]).U
    array([[6.]])
    """
    layer(operator)
    instance("solution", solution, Solution, hint=" (what mondeq_ref.solve returns)")
    if solution.inputs is None:
        raise InputError("solution must come from mondeq_ref.solve, which keeps the inputs")
    if solution.z.shape[1] != operator.n:
        raise InputError(f"solution must have {operator.n} units, got {solution.z.shape[1]}")
    if not solution.ok.all():
        missing = int((~solution.ok).sum())
        raise InputError(f"every row of solution must be solved, {missing} are not")
    G = frozen("dZ", dZ, solution.z.shape)
    found = adjoint(operator, solution.inputs, solution.z, G)
    return gradients_of(operator, solution.z, found.Lam, solution.x)


def _method(method: str | Method, alpha: float | None) -> Method:
    if isinstance(method, str):
        step = None if alpha is None else positive("alpha", alpha)
        return METHODS[choice("method", method, tuple(METHODS))](step)
    if not hasattr(method, "name"):
        raise InputError(f"method must be one of {', '.join(METHODS)}, got {method!r}")
    if alpha is not None:
        raise InputError("alpha belongs to a method that is given by its name")
    return method
