"""The operators that ship, as recipes.

Choices (penalty, rank, length of training) were made on the last 5,000 training images; the
runs below then train on all of them, and the test images are looked at once, at the end.
"""

from mondeq_ref.quantize import Quantizer, What
from mondeq_ref.train.recipe import Quantization, Recipe

FLOAT_SEEDS = (42, 0, 1, 2, 3)
QAT_BITS = (4, 6, 8)


def catalog() -> dict[str, Recipe]:
    """Name -> recipe, in the order in which they are trained."""
    runs = {f"float-{seed}": Recipe(seed=seed) for seed in FLOAT_SEEDS}
    for bits in QAT_BITS:
        runs[f"qat-exact-{bits}"] = Recipe(quantization=_quantized(bits, "WUb"))
    for bits in QAT_BITS:
        runs[f"qat-paper-{bits}"] = Recipe(quantization=_quantized(bits, "WUb"), protocol="paper")
    for bits in (4, 3):
        runs[f"penalty-{bits}"] = Recipe(quantization=_quantized(bits, "WUb"), margin_penalty=5.0)
    for bits in (4, 3, 2):
        runs[f"structured-{bits}"] = Recipe(quantization=_quantized(bits, "factorsUb"))
    return runs


def _quantized(bits: int, what: What) -> Quantization:
    return Quantization(Quantizer(bits), what)
