"""Quantization of U and b that minimizes the change of the injection, not of the arrays.

The error of the injection is (U~ - U) x + (b~ - b), to which (W~ - W) z is added.  Over inputs with
second moment S = mean x x', mean ||(U~ - T) x||^2 = tr((U~ - T) S (U~ - T)') is minimized with

    T = U - dW' mean(z x') S^-1,        dW' = W~ - W,

so that U~ also compensates the error of W~ that is linear in x.  The columns of T are rounded one
after the other, and the error of each is added to the following columns, weighted by the Cholesky
factor of S^-1 (optimal brain quantization); b compensates the mean of the remaining error.
"""

import numpy as np

from mondeq_ref.arrays import Matrix, Vector
from mondeq_ref.quantize.quantized_array import QuantizedArray
from mondeq_ref.quantize.quantizer import Quantizer
from mondeq_ref.quantize.rounding import nearest_codes
from mondeq_ref.quantize.steps import mean_step

FACTORS = np.linspace(0.15, 1.0, 35)  # of the step by the largest entry
DAMPING = 0.02  # of the mean of the diagonal of S, added to it


def least_squares(w: Vector | Matrix, quantizer: Quantizer) -> QuantizedArray:
    """Nearest codes, with the step among `FACTORS` whose error is least."""
    step = _best_step(w, quantizer)
    return _made(nearest_codes(w, step, quantizer), step, quantizer)


def in_turn(T: Matrix, S: Matrix, quantizer: Quantizer) -> QuantizedArray:
    """The columns of T rounded one after the other, for inputs whose second moment is S."""
    damped = S + DAMPING * float(np.trace(S)) / len(S) * np.eye(len(S))
    R = np.linalg.cholesky(np.linalg.inv(damped)).T
    step = _best_step(T, quantizer)
    rest, codes = T.copy(), np.zeros_like(T)
    for j in range(T.shape[1]):
        codes[:, j] = nearest_codes(rest[:, j], step, quantizer)
        error = (rest[:, j] - step * codes[:, j]) / R[j, j]
        rest[:, j + 1 :] -= np.outer(error, R[j, j + 1 :])
    return _made(codes, step, quantizer)


def answering(U: Matrix, moved: Matrix, crossed: Matrix, S: Matrix) -> Matrix:
    """T: U minus the linear prediction of (W~ - W) z from x; `crossed` is the mean of z x'."""
    damped = S + DAMPING * float(np.trace(S)) / len(S) * np.eye(len(S))
    return U - np.linalg.solve(damped, (moved @ crossed).T).T


def _best_step(w: Vector | Matrix, quantizer: Quantizer) -> float:
    if quantizer.levels == "signs":
        return mean_step(w)
    largest = float(np.abs(w).max(initial=0.0)) / quantizer.greatest_code
    if largest == 0:
        return 0.0
    errors = [
        float(np.sum((w - step * nearest_codes(w, step, quantizer)) ** 2))
        for step in largest * FACTORS
    ]
    return float(largest * FACTORS[int(np.argmin(errors))])


def _made(codes: Vector | Matrix, step: float, quantizer: Quantizer) -> QuantizedArray:
    return QuantizedArray(codes.astype(np.int64), step, quantizer)
