"""Layers of which K, U and b are quantized, every quotient away from ties: K is W - t I, or W
without its diagonal."""

from collections.abc import Iterator

import numpy as np

from data.make.vector_groups.numbers import Numbers
from data.make.vector_groups.quantizing import away, coded
from mondeq_ref.arrays import Matrix
from mondeq_ref.oracle.question import Ball, Question
from mondeq_ref.quantize import Quantizer

FLAGS = {
    "kept-offset": "t is taken off the diagonal first: W itself has another step and other codes",
    "kept-diagonal": "codes 0 on the diagonal, no part in a step: W itself has other codes",
    "own-steps": "K, U and b differ in size: a step that they share loses the smaller ones",
    "diagonal-alone": "a row of zeros off the diagonal: no code but 0, and no quotient by its step",
}
SCALES = {"K": 1.0, "U": 4.0, "b": 0.25}


def questions() -> Iterator[Question]:
    for k in range(2):
        quantizer = Quantizer(3 + k, per="row" if k % 2 else "tensor")
        numbers = Numbers(f"quantize_layer/kept-offset/{k}")
        offset = float(numbers.over(64, 33, 63, 1)[0])
        arrays = _arrays(numbers, 3, 4)
        yield _layer(numbers, arrays, offset * np.eye(3), quantizer, ("kept-offset", "own-steps"))
    for k, flags in enumerate((("kept-diagonal",), ("kept-diagonal", "diagonal-alone"))):
        quantizer = Quantizer(3 + k, per="row" if k % 2 else "tensor")
        numbers = Numbers(f"quantize_layer/kept-diagonal/{k}")
        diagonal = np.diag(numbers.over(64, 65, 127, 3))
        arrays = _arrays(numbers, 3, 2)
        np.fill_diagonal(arrays["K"], 0.0)
        if "diagonal-alone" in flags:
            arrays["K"][0] = 0.0
        yield _layer(numbers, arrays, diagonal, quantizer, flags)


def _arrays(numbers: Numbers, n: int, d: int) -> dict[str, Matrix]:
    shapes = {"K": (n, n), "U": (n, d), "b": (1, n)}
    return {
        name: numbers.over(2**12, -(2**11), 2**11, shape) * SCALES[name]
        for name, shape in shapes.items()
    }


def _layer(
    numbers: Numbers,
    arrays: dict[str, Matrix],
    kept: Matrix,
    quantizer: Quantizer,
    flags: tuple[str, ...],
) -> Question:
    """The question about W = K + kept: t I, or the diagonal of W."""
    of_offset = flags[0] == "kept-offset"
    arrays = {name: away(array, quantizer) for name, array in arrays.items()}
    expected: dict[str, Ball] = {}
    for name, array in arrays.items():
        found = coded(f"{numbers.name}/{name}", array, quantizer, ())
        codes = found.ball("codes")
        shown = codes.center.ravel() if name == "b" else codes.center
        expected[f"codes_{name}"] = Ball(shown, codes.radius)
        expected[f"step_{name}"] = found.ball("step")
    offset = float(kept[0, 0]) if of_offset else 0.0
    arguments = {
        "W": arrays["K"] + kept,
        "U": arrays["U"],
        "b": arrays["b"].ravel(),
        "offset": offset,
        "spec": quantizer.spec("KUb", offset) if of_offset else quantizer.spec("offdiagonalUb"),
    }
    return Question(numbers.name, "quantize_layer", arguments, expected, "quantizer", flags)
