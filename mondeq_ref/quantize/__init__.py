"""Quantizers as values, what they make of an array, and what they make of an operator."""

from mondeq_ref.quantize.operators import Quantized, What, quantize, quantized_by_spec
from mondeq_ref.quantize.quantized_array import QuantizedArray, quantize_array
from mondeq_ref.quantize.quantizer import Quantizer

__all__ = [
    "Quantized",
    "QuantizedArray",
    "Quantizer",
    "What",
    "quantize",
    "quantize_array",
    "quantized_by_spec",
]
