"""Quantization of operators, with an exact definition of the quantized matrix.

    W, WUb              the float array fl(s k) is the matrix; each array has its own step
    K, KUb              the array fl(W - t I) is quantized, t being kept, and the matrix is exactly

                            W~ = t I + s k                                                  (1)

    offdiagonal(Ub)     the entries of W off its diagonal are quantized (codes on it are 0), and
                        the matrix is exactly the diagonal of W and, off the diagonal, s k
    factors, factorsUb  A and K = S - S' are quantized, and the matrix is the exact product

                            W~ = (1 - m) I - A~'A~ + K~,    A~ = s_A k_A,  K~ = s_K k_K,  (2)

In general (1) and (2) are not float arrays.  W = (1 - m) I + K has its largest entries on the
diagonal: without them the step of K is about half that of W.  The default t is 1 - m rounded to
a multiple of 2^-12, with the m of the factors or the middle of its enclosure; any t is allowed.

If k_K is skew and K~ has one step, then sym(I - W~) = m I + A~'A~, so the margin is at least
m at every bit-width.  Half-up and stochastic rounding and steps per row do not keep codes skew;
they are allowed, without a proved margin.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np

from mondeq_ref.arrays import USUAL_FLOATS, InputError, Integers, Matrix
from mondeq_ref.operator import Factors, Operator
from mondeq_ref.quantize.quantized_array import QuantizedArray, quantize_array
from mondeq_ref.quantize.quantizer import Quantizer
from mondeq_ref.rigor.balls import MatrixBall, of_exact, spectral_norm
from mondeq_ref.rigor.dyadic import Dyadic, exact, identity
from mondeq_ref.rigor.enclosure import WHOLE_LINE, Enclosure
from mondeq_ref.whats import What, checked_what, covers_input, matrix_of

_CALLED = {"K": "W - t I", "offdiagonal": "W - diag W", "factors": "S - S'"}  # K, in messages
OFFSET_UNITS = 2.0**12  # in 1; the default offset is a multiple of the reciprocal


@dataclass(frozen=True, eq=False, repr=False)
class Quantized:
    """An operator, the quantized operator, and the perturbation between the two."""

    original: Operator
    operator: Operator
    quantizer: Quantizer
    what: What
    arrays: Mapping[str, QuantizedArray]  # among W, U, b, A, K
    offset: float | None  # t of (1), where K = W - t I was quantized
    promised_margin: float | None  # a lower bound of the margin of (2), from the codes alone
    statement: str  # the definition of the quantized matrix

    def __repr__(self) -> str:
        return (
            f"Quantized({self.what} to {self.quantizer.bits} bits, {self.quantizer.name};\n"
            f"          ||W - W~||_2 = {self.perturbation:.6g}, margin {self.operator.margin:.6g})"
        )

    @property
    def codes(self) -> dict[str, Integers]:
        """The integer codes of each quantized array, by its name."""
        return {name: made.codes for name, made in self.arrays.items()}

    @property
    def step(self) -> dict[str, float | Matrix]:
        """The step of each quantized array, or its steps, by its name."""
        return {name: made.step for name, made in self.arrays.items()}

    @property
    def spec(self) -> dict[str, object]:
        """The description of the quantizer in a file; see `quantized_by_spec`."""
        return self.quantizer.spec(self.what, self.offset)

    @cached_property
    @USUAL_FLOATS
    def dW(self) -> MatrixBall:
        """W - W~, the difference of the two exact matrices, enclosed."""
        return of_exact(self.original.exact_W - self.operator.exact_W)

    @cached_property
    @USUAL_FLOATS
    def dU(self) -> MatrixBall:
        """U - U~; exactly zero where U was kept."""
        return _difference("U", self)

    @cached_property
    @USUAL_FLOATS
    def db(self) -> MatrixBall:
        """b - b~ as a column."""
        return _difference("b", self)

    @cached_property
    @USUAL_FLOATS
    def perturbation(self) -> Enclosure:
        """||W - W~||_2."""
        return spectral_norm(self.dW)

    @property
    def ratio(self) -> Enclosure:
        """||W - W~||_2 / m, below 1 in the paper's condition; the whole line unless m > 0."""
        margin = self.original.margin
        return self.perturbation / margin if margin.lo > 0 else WHOLE_LINE

    @property
    def a_priori(self) -> dict[str, float]:
        """Bounds on the Frobenius norm of each array's error, from step and shape alone."""
        return {name: made.error_above for name, made in self.arrays.items()}


def quantize(
    operator: Operator,
    quantizer: Quantizer,
    what: What = "W",
    rng: np.random.Generator | None = None,
    *,
    offset: float | None = None,
) -> Quantized:
    """Quantize the arrays named by `what`, each with its own step; the head stays in float."""
    names = arrays_of(what)
    if offset is not None and matrix_of(what) != "K":
        raise InputError(f"an offset is kept where K or KUb is quantized, not {what}")
    if matrix_of(what) == "K":
        offset = default_offset(operator) if offset is None else float(offset)
        most = 1 + operator.n * float(np.abs(operator.W).max())
        if not abs(offset) <= most:
            raise InputError(f"the offset must lie within 1 + n max|W| = {most:g}, got {offset}")
    sources = {"W": operator.W, "U": operator.U, "b": operator.b}
    if names[0] == "A":
        factors = _factors_of(operator)
        with np.errstate(over="ignore"):  # fl(S - S') is exactly skew: rounding is odd
            sources |= {"A": factors.A, "K": factors.S - factors.S.T}
    elif offset is not None:
        sources["K"] = without_offset(operator.W, offset)
    else:
        sources["K"] = operator.W
    called = {"K": _CALLED.get(matrix_of(what), "K")}
    rest = {"K"} if matrix_of(what) == "offdiagonal" else set[str]()
    arrays = {
        name: quantize_array(
            sources[name], quantizer, rng, name=called.get(name, name), off_diagonal=name in rest
        )
        for name in names
    }
    return assembled(operator, quantizer, what, arrays, offset)


def quantized_by_spec(
    operator: Operator, spec: Mapping[str, Any], rng: np.random.Generator | None = None
) -> Quantized:
    """The operator, quantized with the quantizer that `spec` describes."""
    quantizer = Quantizer.from_spec(spec)
    return quantize(operator, quantizer, spec["what"], rng, offset=spec.get("offset"))


def assembled(
    operator: Operator,
    quantizer: Quantizer,
    what: What,
    arrays: Mapping[str, QuantizedArray],
    offset: float | None = None,
) -> Quantized:
    """The quantized operator with these codes and steps."""
    promised = None
    if "W" in arrays:
        weights = replace(operator, W=arrays["W"].array, factors=None, exact_weights=None)
        statement = _dense_statement(quantizer)
    elif offset is not None:
        meant = identity(operator.n) * offset + arrays["K"].exact
        weights = replace(operator, W=_float_array(meant), factors=None, exact_weights=meant)
        statement = _offset_statement(offset)
    elif "A" not in arrays:
        meant = exact(np.diag(np.diag(operator.W))) + arrays["K"].exact
        weights = replace(operator, W=_float_array(meant), factors=None, exact_weights=meant)
        statement = _diagonal_statement()
    else:
        factors = _factors_of(operator)
        meant = _product(factors, arrays["A"], arrays["K"])
        weights = replace(operator, W=_float_array(meant), factors=None, exact_weights=meant)
        promised = factors.m if _keeps_margin(quantizer, arrays["K"]) else None
        statement = _structured_statement(factors, quantizer, promised)
    if "U" in arrays:
        weights = replace(weights, U=arrays["U"].array, b=arrays["b"].array)
        statement += " U~ and b~ are the float64 arrays fl(s k), each with its own step."
    else:
        statement += " U and b are kept."
    return Quantized(operator, weights, quantizer, what, arrays, offset, promised, statement)


def arrays_of(what: object) -> tuple[str, ...]:
    """The names of the arrays that `what` quantizes."""
    matrix = matrix_of(checked_what(what))
    names = {"W": ("W",), "factors": ("A", "K")}.get(matrix, ("K",))
    return (*names, "U", "b") if covers_input(str(what)) else names


def default_offset(operator: Operator) -> float:
    """1 - m, with the m of the factors where the operator has factors."""
    m = operator.margin.mid if operator.factors is None else operator.factors.m
    return shortened(1 - m)


def shortened(t: float) -> float:
    """The nearest multiple of 2^-12, which is the same float on every machine."""
    return float(np.rint(t * OFFSET_UNITS) / OFFSET_UNITS)


def without_offset(W: Matrix, offset: float) -> Matrix:
    """fl(W - t I)."""
    if not np.isfinite(offset):
        raise InputError(f"offset must be a finite number, got {offset!r}")
    with np.errstate(over="ignore"):
        return W - offset * np.eye(len(W))


def _factors_of(operator: Operator) -> Factors:
    if operator.factors is None:
        raise InputError(
            "this operator has no factors A, S, m to quantize: it was given as a dense W"
        )
    return operator.factors


def _product(factors: Factors, A: QuantizedArray, K: QuantizedArray) -> Dyadic:
    """(2), exactly."""
    eye = identity(factors.S.shape[0])
    return eye - eye * float(factors.m) - A.exact.T @ A.exact + K.exact


def _float_array(meant: Dyadic) -> np.ndarray:
    W = meant.rounded()
    if not np.isfinite(W).all():
        raise InputError("the product of the quantized factors overflows the floats")
    return W


def _keeps_margin(quantizer: Quantizer, K: QuantizedArray) -> bool:
    """Whether K~ is exactly skew; the codes themselves are checked."""
    one_step = quantizer.per == "tensor"
    return quantizer.odd_rounding and one_step and np.array_equal(K.codes, -K.codes.T)


def _dense_statement(quantizer: Quantizer) -> str:
    steps = {"tensor": "the step s", "row": "its row's step s", "group": "its group's step s"}
    return (
        f"W~ is the float64 array fl(s k): each code k times {steps[quantizer.per]}, rounded once."
    )


def _offset_statement(offset: float) -> str:
    return (
        f"W~ is the exact matrix t I + s k with t = {offset!r} kept and no product rounded; its "
        "float64 array is that matrix rounded once."
    )


def _diagonal_statement() -> str:
    return (
        "W~ is the exact matrix with the diagonal of W, kept, and s k off the diagonal with no "
        "product rounded; its float64 array is that matrix rounded once."
    )


def _structured_statement(factors: Factors, quantizer: Quantizer, promised: float | None) -> str:
    matrix = (
        f"W~ is the exact matrix (1 - m) I - A~'A~ + K~ with m = {factors.m!r}, A~ = s k and "
        "K~ = s k not rounded; its float64 array is that matrix rounded once."
    )
    if promised is not None:
        return f"{matrix} Its margin is at least m, because K~ is exactly skew."
    if quantizer.per != "tensor":
        lacks = f"K~_ij and K~_ji need equal steps, and each {quantizer.per} has its own"
    else:
        lacks = "K~ need not be skew"
    return f"{matrix} No margin is promised: {lacks}."


def _difference(name: Literal["U", "b"], quantized: Quantized) -> MatrixBall:
    before, after = (
        np.reshape(getattr(operator, name), (operator.n, -1))
        for operator in (quantized.original, quantized.operator)
    )
    if name not in quantized.arrays:
        return MatrixBall(np.zeros(before.shape))
    return MatrixBall(before) - MatrixBall(after)
