"""An epoch of exact training against the published recipes, float and quantization-aware."""

from typing import Any

from mondeq_ref.datasets.load import load
from mondeq_ref.quantize import Quantizer
from mondeq_ref.train.loop import Images
from mondeq_ref.train.recipe import Quantization, Recipe
from tests.benchmarks.pace import plain_rivals, race
from tests.benchmarks.pace_torch import QuantizedW, torch_qat, torch_rivals

EPOCHS = 3  # the first does not count: compilers, and a step still to be tuned


def training(dataset: str, quick: bool) -> dict[str, Any]:
    """How many times longer than exact training an epoch takes, on the same batches.

    An epoch is all of the data set, as in the published recipe: exact training also saves itself
    and proves its margin at the end of each, and the rivals do not.
    """
    import torch

    torch.set_num_threads(1)
    images = Images.of(load(dataset, "train", 2_560 if quick else None), Recipe())
    epochs = 2 if quick else EPOCHS
    floats = race(images, torch_rivals(images, Recipe()) | plain_rivals(images), epochs)
    recipe = Recipe(quantization=Quantization(Quantizer(QuantizedW.bits)))
    quantized = race(images, torch_qat(images, recipe), epochs, recipe=recipe)
    return {
        "float": floats,
        "qat": quantized,
        "ratios": {
            "epoch_released": floats["cpu_ratio"]["torch_as_released"],
            "epoch_once": floats["cpu_ratio"]["torch_injected_once"],
            "epoch_numpy_released": floats["cpu_ratio"]["as_released"],
            "epoch_numpy_once": floats["cpu_ratio"]["injected_once"],
            "qat_epoch": quantized["cpu_ratio"]["torch_qat"],
        },
    }
