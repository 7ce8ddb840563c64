"""What an implementation may return, and how it becomes arrays.

    operator(A, S, m)           W (n, n) of Winston and Kolter's (1 - m) I - A'A + S - S'
    quantize(W, spec)           the integer codes (n, n), or a pair (codes, step); spec is a dict
                                {name, bits, range, round, per, what}, round being half-even
    solve(W, U, b, X)           Z (B, n), row i the equilibrium z = ReLU(W z + U x_i + b)
    gradients(W, U, b, X, dZ)   with dZ (B, n) = dl/dz at the equilibria: a mapping with some of
                                "W" (n, n), "U" (n, d), "b" (n,), summed over the rows, and
                                "X" (B, d); or all four as a tuple in this order

n units, d inputs, B rows.  Arrays are whatever NumPy can read: tensors are detached and brought
to the processor first.  NotImplementedError skips a question.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol, cast

import numpy as np

from mondeq_ref.oracle.question import Answer, Array, Operation, Question

GRADIENTS = ("W", "U", "b", "X")


class UnreadableError(ValueError):
    """An answer that is not made of the arrays that were asked for."""


class Refused(NamedTuple):
    """No answer: what happened instead, in one sentence."""

    sentence: str


class Skipped(NamedTuple):
    """The implementation says that it does not do this."""

    reason: str


Came = Mapping[str, Array] | Refused | Skipped


class Ask(Protocol):
    """How a question reaches the implementation, and what comes back."""

    def __call__(self, operation: Operation, arguments: Sequence[Any]) -> Came: ...


def direct(implementation: object) -> Ask:
    """In this process: nothing bounds the time an answer takes."""

    def ask(operation: Operation, arguments: Sequence[Any]) -> Came:
        try:
            return readable(operation, getattr(implementation, operation)(*arguments))
        except NotImplementedError as error:
            return Skipped(str(error) or "not implemented")
        except UnreadableError as error:
            return Refused(str(error))
        except Exception as error:  # whatever a stranger's code raises fails this question alone
            return Refused(f"raised {type(error).__name__}: {' '.join(str(error).split())[:300]}")

    return ask


def readable(operation: Operation, value: Any) -> Answer:
    """The arrays of an answer by name."""
    if operation == "operator":
        return {"W": array(value, "W")}
    if operation == "solve":
        return {"Z": array(value, "Z")}
    if operation == "quantize":
        if isinstance(value, tuple):
            if len(value) != 2:
                raise UnreadableError(f"returned {len(value)} things, not codes or (codes, step)")
            step = np.atleast_1d(array(value[1], "step")).reshape(-1)
            return {"codes": array(value[0], "codes"), "step": step}
        return {"codes": array(value, "codes")}
    return _gradients(value)


def _gradients(value: Any) -> Answer:
    if isinstance(value, Mapping):
        named = cast("Mapping[Any, Any]", value)
    elif isinstance(value, list | tuple) and len(cast("Sequence[Any]", value)) == len(GRADIENTS):
        named = dict(zip(GRADIENTS, cast("Sequence[Any]", value), strict=True))
    else:
        raise UnreadableError(f"returned {_kind(value)}, not a mapping or a tuple of W, U, b and X")
    if not named or not set(named) <= set(GRADIENTS):
        raise UnreadableError(f"returned a mapping with {sorted(map(str, named))}, not W, U, b, X")
    return {name: array(named[name], name) for name in GRADIENTS if name in named}


def array(value: Any, name: str) -> Array:
    """Any array of real numbers; tensors that carry a gradient or live elsewhere too."""
    for method in ("detach", "cpu"):
        if callable(getattr(value, method, None)):
            value = getattr(value, method)()
    try:
        found = np.asarray(value)
    except Exception as error:  # __array__ is a stranger's code as well
        raise UnreadableError(f"{name} is {_kind(value)}, which gives no array: {error}") from None
    if found.dtype.kind not in "fiub":
        raise UnreadableError(f"{name} is {_kind(value)} of dtype {found.dtype}, not real numbers")
    return found


def misfit(question: Question, answer: Answer) -> str | None:
    """Wrong shapes, a NaN or an infinity, in one sentence."""
    for name, got in answer.items():
        wanted = question.expected[name].center.shape
        if got.shape != wanted:
            return f"{name} has shape {got.shape}, not {wanted}"
        lost = got.size - int(np.isfinite(got).sum())
        if lost:
            return f"{name} holds {lost} of {got.size} entries that are NaN or infinite"
    return None


def _kind(value: object) -> str:
    return f"a {type(value).__name__}"
