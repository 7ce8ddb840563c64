"""Quantizers, quantized arrays and quantized operators."""

from mondeq_ref.quantize.operators import Quantized, quantize, quantized_by_spec
from mondeq_ref.quantize.quantized_array import QuantizedArray, quantize_array
from mondeq_ref.quantize.quantizer import Quantizer
from mondeq_ref.whats import What

__all__ = [
    "Quantized",
    "QuantizedArray",
    "Quantizer",
    "What",
    "quantize",
    "quantize_array",
    "quantized_by_spec",
]
