"""Quantizers as values, what they make of an array, and what they make of an operator."""

from mondeq_ref.quantize.operators import Quantized, What, quantize
from mondeq_ref.quantize.quantizer import (
    QuantizedArray,
    Quantizer,
    quantize_array,
)

__all__ = ["Quantized", "QuantizedArray", "Quantizer", "What", "quantize", "quantize_array"]
