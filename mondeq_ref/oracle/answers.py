"""What an implementation may return, and how it becomes arrays.

    operator(A, S, m)           W (n, n) of Winston and Kolter's (1 - m) I - A'A + S - S'
    margin(W)                   m = lambda_min of the symmetric part of I - W
    lipschitz(W)                L = ||I - W||_2
    quantize(W, spec)           the integer codes k (n, n), a pair (codes, step), or a mapping with
                                some of "codes", "step", "zero_point" and "values" s (k - zero);
                                spec is a dict {name, bits, range, round, per, what}
    solve(W, U, b, X)           Z (B, n), row i the equilibrium z = ReLU(W z + U x_i + b)
    steps(W, c, start, method, alpha, count, cell)
                                (state, Z) after `count` steps of forward-backward,
                                peaceman-rachford or douglas-rachford, the state being rounded to
                                multiples of `cell` after every step (0: not rounded)
    gradients(W, U, b, X, dZ)   with dZ (B, n) = dl/dz at the equilibria: a mapping with some of
                                "W" (n, n), "U" (n, d), "b" (n,), summed over the rows, and
                                "X" (B, d); or all four as a tuple in this order
    factor_gradients(A, S, m, U, b, X, dZ)
                                a mapping with some of "A", "S" and "m"; or a tuple of them
    displacement(W, W_after, U, b, X)
                                (B,) upper bounds of the distance of the equilibria of W_after
                                from those of W
    certificate(W, W_after)     a mapping with some of "frobenius", "norm", "one_sided" and
                                "margin", each true when ||dW||_F < m, ||dW||_2 < m,
                                lambda_max(sym(W_after - W)) < m and margin(W_after) > 0 are known

n units, d inputs, B rows.  Arrays are whatever NumPy can read: tensors are detached and brought
to the processor first.  NotImplementedError skips a question.
"""

import os
import traceback
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, cast

import numpy as np

from mondeq_ref.oracle.question import Answer, Array, Operation

NAMES: Mapping[Operation, tuple[str, ...]] = {
    "operator": ("W",),
    "margin": ("m",),
    "lipschitz": ("L",),
    "quantize": ("codes", "step", "zero_point", "values"),
    "solve": ("Z",),
    "steps": ("state", "Z"),
    "gradients": ("W", "U", "b", "X"),
    "factor_gradients": ("A", "S", "m"),
    "displacement": ("bound",),
    "certificate": ("frobenius", "norm", "one_sided", "margin"),
}
MOST_ENTRIES = 2**23  # of an answer; none that was asked for comes near
TRACED = 12  # lines of a traceback that are shown


class UnreadableError(ValueError):
    """An answer that is not made of the arrays that were asked for."""


class Refused(NamedTuple):
    """No answer: what happened instead, in one sentence, and where in the stranger's code."""

    sentence: str
    trace: str = ""


class Skipped(NamedTuple):
    """The implementation says that it does not do this."""

    reason: str


Came = Mapping[str, Array] | Refused | Skipped


def called(implementation: object, operation: Operation, arguments: Mapping[str, Any]) -> Came:
    """One call in this process: whatever it raises, also SystemExit, fails this question alone."""
    folder = os.getcwd()
    alpha = {"alpha": arguments["alpha"]} if _wants_alpha(operation, arguments) else {}
    given = [value for name, value in arguments.items() if name not in alpha]
    try:
        return readable(operation, getattr(implementation, operation)(*given, **alpha))
    except NotImplementedError as error:
        return Skipped(str(error) or "not implemented")
    except UnreadableError as error:
        return Refused(str(error))
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # whatever a stranger's code raises fails this question alone
        said = " ".join(str(error).split())[:300]
        lines = traceback.format_exc().splitlines()[-TRACED:]
        return Refused(f"raised {type(error).__name__}: {said}", "\n".join(lines))
    finally:
        os.chdir(folder)


def _wants_alpha(operation: Operation, arguments: Mapping[str, Any]) -> bool:
    return operation != "steps" and "alpha" in arguments


def readable(operation: Operation, value: Any) -> Answer:
    """The arrays of an answer by name."""
    names = NAMES[operation]
    if isinstance(value, Mapping):
        named = cast("Mapping[Any, Any]", value)
    elif isinstance(value, tuple | list) and _is_row(operation, cast("Sequence[Any]", value)):
        named = dict(zip(names, cast("Sequence[Any]", value), strict=False))
    elif len(names) == 1 or operation == "quantize":
        if isinstance(value, tuple):
            raise UnreadableError(f"returned {len(cast('Sequence[Any]', value))} things, {_row()}")
        named = {names[0]: value}
    else:
        raise UnreadableError(f"returned {_kind(value)}, not a mapping or a tuple of {_and(names)}")
    if not named or not set(named) <= set(names):
        shown = sorted(map(str, named))[:8]
        raise UnreadableError(f"returned a mapping with {shown}, not {', '.join(names)}")
    return {name: array(named[name], name) for name in names if name in named}


def _is_row(operation: Operation, value: Sequence[Any]) -> bool:
    """Whether this is one thing a name, in order.  A list may also be an array of numbers."""
    if operation == "quantize":
        return isinstance(value, tuple) and len(value) == 2
    return len(NAMES[operation]) > 1 and len(value) == len(NAMES[operation])


def _row() -> str:
    return "not one array, nor (codes, step)"


def array(value: Any, name: str) -> Array:
    """Any array of real numbers; tensors that carry a gradient or live elsewhere too.

    A copy: an implementation may write its next answer into the same memory."""
    for method in ("detach", "cpu"):
        if callable(getattr(value, method, None)):
            value = getattr(value, method)()
    if "bfloat16" in str(getattr(value, "dtype", "")) and callable(getattr(value, "float", None)):
        value = value.float()  # NumPy has no such type
    if isinstance(value, np.ma.MaskedArray):
        raise UnreadableError(f"{name} is a masked array: which numbers are meant?")
    try:
        found = np.asarray(value)
    except Exception as error:  # __array__ is a stranger's code as well
        raise UnreadableError(f"{name} is {_kind(value)}, which gives no array: {error}") from None
    if "bfloat16" in str(found.dtype):  # the type that JAX adds to NumPy
        found = found.astype(np.float32)
    if found.dtype.kind not in "fiub":
        raise UnreadableError(f"{name} is {_kind(value)} of dtype {found.dtype}, not real numbers")
    if found.size > MOST_ENTRIES:
        raise UnreadableError(f"{name} has shape {found.shape}, far more than was asked for")
    return np.array(found)


def _kind(value: object) -> str:
    return f"a {type(value).__name__}"


def _and(names: Sequence[str]) -> str:
    return ", ".join(names[:-1]) + f" and {names[-1]}"
