"""The operations of an implementation, and the conversion of its answers to arrays.

    operator(A, S, m)           W (n, n) of Winston and Kolter's (1 - m) I - A'A + S - S'
    margin(W)                   m = lambda_min of the symmetric part of I - W
    lipschitz(W)                L = ||I - W||_2
    quantize(W, spec)           the integer codes k (n, n), a pair (codes, step), or a mapping with
                                some of "codes", "step", "zero_point" and "values" s (k - zero);
                                spec is a dict {name, bits, range, round, per, what} and more;
                                with what = "K" the codes of W - t I are wanted, t = spec["offset"]
    quantize_layer(W, U, b, offset, spec)
                                a mapping with some of "codes_K" (n, n), "codes_U" (n, d), "codes_b"
                                (n,), the codes of K, of U and of b, and "step_K", "step_U",
                                "step_b", their steps; with spec["what"] = "KUb" K is W - t I,
                                t = offset; with "offdiagonalUb" it is W without its diagonal,
                                on which codes are 0 and which has no part in a step (offset is 0)
    solve(W, U, b, X)           Z (B, n), row i the equilibrium z = ReLU(W z + U x_i + b)
    steps(W, c, start, method, alpha, count, cell)
                                (state, Z) after `count` steps of forward-backward,
                                peaceman-rachford or douglas-rachford, the state being rounded to
                                multiples of `cell` after every step (0: not rounded)
    adjoint_steps(W, Z, dZ, alpha, count)
                                rows lambda (B, n) after `count` steps from zero of
                                lambda <- D (lambda - alpha (M'lambda - dz)), D the mask of z > 0
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
    rungs(W, X)                 a mapping with some of "diagonal", "p_matrix", "semimonotone" and
                                "equilibria", each true when I - W is known to have positive
                                weights D with D (I - W) positive definite, to be a P-matrix, to be
                                strictly semimonotone, and every row c of X an equilibrium

n units, d inputs, B rows.  An array is any object that NumPy can read, or that has a method
`numpy`; tensors are detached, moved to the CPU and widened from bfloat16 first.
NotImplementedError skips a question.
"""

import os
import traceback
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, cast

import numpy as np

from mondeq_ref.oracle.forms import FORMS
from mondeq_ref.oracle.question import Answer, Array, Operation

NAMES: Mapping[Operation, tuple[str, ...]] = {
    operation: (*form.outputs, *(("values",) if operation == "quantize" else ()))
    for operation, form in FORMS.items()
}
MOST_ENTRIES = 2**23  # of an answer, far more than any question needs
TRACED = 12  # lines of a traceback that are shown


class UnreadableError(ValueError):
    """An answer that does not consist of the arrays of the operation."""


class Refused(NamedTuple):
    """No answer: what happened, in one sentence, and the traceback in the implementation."""

    sentence: str
    trace: str = ""


class Skipped(NamedTuple):
    """No answer, because the implementation does not support the question."""

    reason: str


Came = Mapping[str, Array] | Refused | Skipped


def called(implementation: object, operation: Operation, arguments: Mapping[str, Any]) -> Came:
    """The answer of one call in this process; any exception, also SystemExit, is a `Refused`."""
    folder = os.getcwd()
    by_name = () if operation in ("steps", "adjoint_steps") else ("alpha",)
    given = [value for name, value in arguments.items() if name not in by_name]
    named = {name: arguments[name] for name in by_name if name in arguments}
    try:
        return readable(operation, getattr(implementation, operation)(*given, **named))
    except NotImplementedError as error:
        return Skipped(str(error) or "not implemented")
    except UnreadableError as error:
        return Refused(str(error))
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # an exception of the implementation fails this question alone
        said = " ".join(str(error).split())[:300]
        lines = traceback.format_exc().splitlines()[-TRACED:]
        return Refused(f"raised {type(error).__name__}: {said}", "\n".join(lines))
    finally:
        os.chdir(folder)


def readable(operation: Operation, value: Any) -> Answer:
    """The arrays of an answer by name."""
    names = NAMES[operation]
    if isinstance(value, Mapping):
        named = cast("Mapping[Any, Any]", value)
    elif isinstance(value, tuple | list) and _is_row(operation, cast("Sequence[Any]", value)):
        named = dict(zip(names, cast("Sequence[Any]", value), strict=False))
    elif len(names) == 1 or operation == "quantize":
        if isinstance(value, tuple):
            count = len(cast("Sequence[Any]", value))
            raise UnreadableError(f"returned {count} things, not one array, nor (codes, step)")
        named = {names[0]: value}
    else:
        listed = ", ".join(names[:-1]) + f" and {names[-1]}"
        raise UnreadableError(f"returned {_kind(value)}, not a mapping or a tuple of {listed}")
    if not named or not set(named) <= set(names):
        shown = sorted(map(str, named))[:8]
        raise UnreadableError(f"returned a mapping with {shown}, not {', '.join(names)}")
    return {name: array(named[name], name) for name in names if name in named}


def _is_row(operation: Operation, value: Sequence[Any]) -> bool:
    """Whether the value has one item for each name, in order.  A list may also be an array."""
    if operation == "quantize":
        return isinstance(value, tuple) and len(value) == 2
    return len(NAMES[operation]) > 1 and len(value) == len(NAMES[operation])


def array(value: Any, name: str) -> Array:
    """A copy of any array of real numbers, also of tensors with gradients or on other devices.

    It is a copy because an implementation may reuse the memory for its next answer."""
    for method in ("detach", "cpu"):
        if callable(getattr(value, method, None)):
            value = getattr(value, method)()
    if "bfloat16" in str(getattr(value, "dtype", "")) and callable(getattr(value, "float", None)):
        value = value.float()  # NumPy has no such type
    if not hasattr(value, "__array__") and callable(getattr(value, "numpy", None)):
        value = value.numpy()
    if isinstance(value, np.ma.MaskedArray):
        raise UnreadableError(f"{name} is a masked array: return an array without a mask")
    try:
        found = np.asarray(value)
    except Exception as error:  # __array__ is code of the implementation
        raise UnreadableError(f"{name} is {_kind(value)}, which gives no array: {error}") from None
    if "bfloat16" in str(found.dtype):  # the type that JAX adds to NumPy
        found = found.astype(np.float32)
    if found.dtype.kind not in "fiub":
        raise UnreadableError(f"{name} is {_kind(value)} of dtype {found.dtype}, not real numbers")
    if found.size > MOST_ENTRIES:
        raise UnreadableError(f"{name} has shape {found.shape}, far more entries than any answer")
    return np.array(found)


def _kind(value: object) -> str:
    return f"a {type(value).__name__}"
