"""Quantize an operator, and say exactly which matrix the quantized one is.

    W, WUb              the float array fl(s k) is the matrix; each array has its own step
    factors, factorsUb  A and K = S - S' are quantized, and the matrix is the exact product

                            W~ = (1 - m) I - A~'A~ + K~,    A~ = s_A k_A,  K~ = s_K k_K,  (2)

                        which in general is no float array

If k_K is skew and K~ has one step, then sym(I - W~) = m I + A~'A~, so the margin is at least
m at every bit-width, whatever was rounded away.  Half-up and stochastic rounding and steps per
row do not keep codes skew; they are allowed and promise nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal, get_args

import numpy as np

from mondeq_ref.arrays import InputError, Vector
from mondeq_ref.operator import Factors, Operator
from mondeq_ref.quantize.quantizer import QuantizedArray, Quantizer, quantize_array
from mondeq_ref.rigor.balls import MatrixBall, spectral_norm
from mondeq_ref.rigor.dyadic import Dyadic, exact, identity
from mondeq_ref.rigor.enclosure import WHOLE_LINE, Enclosure
from mondeq_ref.rigor.fast import norm_above, up

What = Literal["W", "WUb", "factors", "factorsUb"]


@dataclass(frozen=True, eq=False)
class Quantized:
    """An operator, what became of it, and the perturbation between the two."""

    original: Operator
    operator: Operator
    quantizer: Quantizer
    what: What
    arrays: Mapping[str, QuantizedArray]  # among W, U, b, A, K
    promised_margin: float | None  # the margin of (2) is at least this, without looking
    statement: str  # which matrix is meant

    @property
    def spec(self) -> dict[str, object]:
        return self.quantizer.spec(self.what)

    @cached_property
    def dW(self) -> MatrixBall:
        """W - W~, the difference of the two matrices that are meant."""
        return _ball(self.original.exact_W - self.operator.exact_W)

    @cached_property
    def dU(self) -> MatrixBall:
        """U - U~; exactly zero where U was kept."""
        return _difference("U", self)

    @cached_property
    def db(self) -> MatrixBall:
        """b - b~ as a column."""
        return _difference("b", self)

    @cached_property
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
        """Bounds of the Frobenius norm of each array's error, from step and shape alone."""
        return {name: made.error_above for name, made in self.arrays.items()}

    def stored(self) -> dict[str, np.ndarray]:
        """Everything the matrix meant is made of, for a file: codes.X and step.X of each array
        X, m where there are factors, and the float arrays of the operator."""
        operator, factors = self.operator, self.original.factors
        found = {"W": operator.W, "U": operator.U, "b": operator.b}
        if operator.head is not None:
            found |= {"V": operator.head.V, "d": operator.head.d}
        if "A" in self.arrays and factors is not None:
            found["m"] = np.asarray(factors.m)
        for name, made in self.arrays.items():
            found |= {f"codes.{name}": made.compact_codes, f"step.{name}": np.asarray(made.step)}
        return found


def quantize(
    operator: Operator,
    quantizer: Quantizer,
    what: What = "W",
    rng: np.random.Generator | None = None,
) -> Quantized:
    """Quantize the arrays named by `what`, each with its own step; the head stays in float."""
    if what not in get_args(What):
        raise InputError(f"what must be one of {', '.join(get_args(What))}, got {what!r}")

    def made(name: str, array: Vector) -> QuantizedArray:
        return quantize_array(array, quantizer, rng, name=name)

    if what in ("W", "WUb"):
        arrays = {"W": made("W", operator.W)}
        weights = replace(operator, W=arrays["W"].array, factors=None, meant=None)
        promised, statement = None, _dense_statement(quantizer)
    else:
        factors = _factors_of(operator)
        arrays = _quantized_factors(factors, made)
        meant = _product(factors, arrays["A"], arrays["K"])
        weights = replace(operator, W=_float_array(meant), factors=None, meant=meant)
        promised = factors.m if _keeps_margin(quantizer, arrays["K"]) else None
        statement = _structured_statement(factors, promised)
    if what in ("WUb", "factorsUb"):
        arrays |= {"U": made("U", operator.U), "b": made("b", operator.b)}
        weights = replace(weights, U=arrays["U"].array, b=arrays["b"].array)
        statement += " U~ and b~ are the float64 arrays fl(s k), each with its own step."
    else:
        statement += " U and b are kept."
    return Quantized(operator, weights, quantizer, what, arrays, promised, statement)


def _factors_of(operator: Operator) -> Factors:
    if operator.factors is None:
        raise InputError(
            "this operator has no factors A, S, m to quantize: it was given as a dense W"
        )
    return operator.factors


def _quantized_factors(
    factors: Factors, made: Callable[[str, Vector], QuantizedArray]
) -> dict[str, QuantizedArray]:
    """fl(S - S') is exactly skew: rounding to nearest is odd."""
    with np.errstate(over="ignore"):
        K = factors.S - factors.S.T
    return {"A": made("A", factors.A), "K": made("S - S'", K)}


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
    """The skewness of the codes is looked at, not inferred from the rounding."""
    one_step = quantizer.per == "tensor"
    return quantizer.odd_rounding and one_step and np.array_equal(K.codes, -K.codes.T)


def _dense_statement(quantizer: Quantizer) -> str:
    steps = "the step s" if quantizer.per == "tensor" else "its row's step s"
    return f"W~ is the float64 array fl(s k): each code k times {steps}, rounded once."


def _structured_statement(factors: Factors, promised: float | None) -> str:
    matrix = (
        f"W~ is the exact matrix (1 - m) I - A~'A~ + K~ with m = {factors.m!r}, A~ = s k and "
        "K~ = s k not rounded; its float64 array is that matrix rounded once."
    )
    if promised is None:
        return f"{matrix} No margin is promised: K~ need not be skew."
    return f"{matrix} Its margin is at least m, because K~ is exactly skew."


def _ball(difference: Dyadic) -> MatrixBall:
    """An exact matrix as its float array and the norm of what rounding took away."""
    center = difference.rounded()
    remainder = (difference - exact(center)).rounded()
    if not remainder.any():
        return MatrixBall(center)
    return MatrixBall(center, norm_above(np.asarray(up(np.abs(remainder)))))


def _difference(name: Literal["U", "b"], quantized: Quantized) -> MatrixBall:
    before, after = (
        np.reshape(getattr(operator, name), (operator.n, -1))
        for operator in (quantized.original, quantized.operator)
    )
    if name not in quantized.arrays:
        return MatrixBall(np.zeros(before.shape))
    return MatrixBall(before) - MatrixBall(after)
