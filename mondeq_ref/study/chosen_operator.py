"""From codes, step and offset that were chosen to the operator that has them."""

import numpy as np

from mondeq_ref.operator import Operator
from mondeq_ref.quantize.descent import Choice
from mondeq_ref.quantize.input_layer import answering, in_turn, least_squares
from mondeq_ref.quantize.operators import OFFSET_UNITS, Quantized, assembled, without_offset
from mondeq_ref.quantize.quantized_array import QuantizedArray
from mondeq_ref.quantize.quantizer import Quantizer
from mondeq_ref.quantize.rounding import nearest_codes
from mondeq_ref.study.calibration import Calibration
from mondeq_ref.whats import What, covers_input


def operator_of(
    operator: Operator, quantizer: Quantizer, what: What, choice: Choice, seen: Calibration | None
) -> tuple[Quantized, float]:
    """The operator of these codes, with an offset of few digits, and the share of nearest codes."""
    offset = float(np.floor(choice.offset * OFFSET_UNITS) / OFFSET_UNITS)
    K = without_offset(operator.W, offset)
    nearest = nearest_codes(K, choice.step, quantizer)
    arrays = {"K": QuantizedArray(choice.codes.astype(np.int64), choice.step, quantizer)}
    if covers_input(what):
        moved = choice.step * choice.codes - K
        arrays |= _input_layer(operator, quantizer, moved, seen)
    quantized = assembled(operator, quantizer, what, arrays, offset)
    return quantized, float(np.mean(nearest == choice.codes))


def _input_layer(
    operator: Operator, quantizer: Quantizer, moved: np.ndarray, seen: Calibration | None
) -> dict[str, QuantizedArray]:
    if seen is None or seen.X is None:
        return {
            "U": least_squares(operator.U, quantizer),
            "b": least_squares(operator.b, quantizer),
        }
    X, Z = seen.X, seen.Z
    S = X.T @ X / len(X)
    U = in_turn(answering(operator.U, moved, Z.T @ X / len(X), S), S, quantizer)
    left = (U.array - operator.U) @ X.mean(axis=0) + moved @ Z.mean(axis=0)
    return {"U": U, "b": least_squares(operator.b - left, quantizer)}
