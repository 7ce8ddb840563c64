"""The questions of one seed about quantizer codes, of arrays and of layers."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.random import Generator

from mondeq_ref.arrays import Matrix
from mondeq_ref.oracle import expected
from mondeq_ref.oracle.forms import LAYERS
from mondeq_ref.oracle.question import Ball, Question
from mondeq_ref.quantize import Quantizer
from mondeq_ref.quantize.quantizer import Per

NEAREST_TIE = 0.02  # of a quotient, so that the float type of the division does not matter
PER: tuple[Per, ...] = ("tensor", "row")
SIZES = {"K": ((5, 5), 1.0), "U": ((5, 3), 4.0), "b": ((1, 5), 0.25)}  # shape and scale


def codes(rng: Generator, random: int) -> Iterator[Question]:
    for bits in (2, 3, 4, 8):
        kinds = [Quantizer(bits), Quantizer(bits, per="row"), Quantizer.named("paper-readme", bits)]
        for quantizer in kinds:
            label = "paper-readme" if quantizer.range == "unclipped" else quantizer.per
            yield _quantize(f"quantize/ties/{label}-{bits}", _ties(rng, quantizer), quantizer)
    yield _quantize("quantize/zeros/tensor-4", np.zeros((3, 3)), Quantizer(4))
    for k in range(random):
        bits = (3, 4, 6, 8)[k % 4]
        quantizer = Quantizer(bits, per="row" if k % 2 else "tensor")
        W = _away_from_ties(rng.normal(size=(6, 6)).astype(np.float32), quantizer)
        yield _quantize(f"quantize/normal/{k}", W, quantizer)
    yield from _unpublished_codes(rng)


def _unpublished_codes(rng: Generator) -> Iterator[Question]:
    """Codes that the paper does not have, whose questions need not be answered: W - t I quantized
    and t kept, which a float32 holds exactly; signs; and the mean of |w| as the step, which counts
    where answers are graded strictly."""
    for per in PER:
        for kind, bits in (("offset", 3), ("offset", 4), ("mean", 2), ("mean", 4), ("signs", 1)):
            usual = Quantizer(bits, per=per) if bits > 1 else Quantizer.named("signs", 1)
            quantizer = replace(usual, per=per, step_rule="largest" if kind == "offset" else "mean")
            offset = float(rng.integers(1, 64)) / 64 if kind == "offset" else None
            K = _array(rng, (6, 6))
            K[1, 2] = 0.0
            K = K if kind == "signs" else _away_from_ties(K.astype(np.float32), quantizer)
            found = _quantize(f"quantize/{kind}/{per}-{bits}", K, quantizer, offset)
            yield replace(found, level="should" if kind == "mean" else "may")


def _quantize(test: str, K: Matrix, quantizer: Quantizer, offset: float | None = None) -> Question:
    """The codes of K, where W = K, or W = K + t I with an offset t."""
    whole = Ball(expected.codes(K, quantizer), np.zeros(1))
    flags = ("ties",) if "/ties/" in test else ()
    W = K if offset is None else K + offset * np.eye(len(K))
    spec = quantizer.spec("W" if offset is None else "K", offset)
    arguments = {"W": W, "spec": spec}
    balls = {"codes": whole, "step": expected.step_ball(K, quantizer)}
    return Question(test, "quantize", arguments, balls, "quantizer", flags)


def _ties(rng: Generator, quantizer: Quantizer) -> Matrix:
    """Halves and eighths times powers of two, with plus and minus the largest entry in every row.

    The step is a power of two and every tie is a tie in any binary float type; the eighths
    distinguish another rounding from another step."""
    eighths = 8 * quantizer.greatest_code - 4 * (quantizer.range == "unclipped")
    W = rng.integers(-eighths, eighths + 1, (8, 12)) / 8
    W[:, :6] = np.array([eighths, -eighths, 4, -4, 3, 7]) / 8
    W[:, 6:9] = np.sign(W[:, 6:9]) * (np.floor(np.abs(W[:, 6:9])) + 0.5)
    W = np.clip(W, -eighths / 8, eighths / 8)
    scale = 2.0 ** rng.integers(-6, 0, (8, 1)) if quantizer.per == "row" else 2.0**-3
    return W * scale


def _away_from_ties(W: np.ndarray, quantizer: Quantizer) -> Matrix:
    """Entries whose quotient is near a tie become zero, until the step that this gives has none."""
    wide = W.astype(np.float64)
    while True:
        quotient = np.abs(wide / expected.steps(wide, quantizer)[:, None])
        near = np.abs(quotient - np.floor(quotient) - 0.5) < NEAREST_TIE
        if not near.any():
            return wide
        wide = np.where(near, 0.0, wide)


def _array(rng: Generator, shape: tuple[int, int]) -> np.ndarray:
    return np.rint(rng.normal(size=shape) * 2.0**12) / 2.0**12


def layers(rng: Generator, _: int) -> Iterator[Question]:
    """Layers of which t, or the diagonal of W, is kept, and U and b are quantized, too."""
    for k, what in enumerate(LAYERS * 2):
        quantizer = Quantizer(3 + k % 2, per=PER[k // 2])
        arrays = {name: _array(rng, shape) * scale for name, (shape, scale) in SIZES.items()}
        offset, diagonal = None, rng.integers(65, 128, len(arrays["K"])) / 64
        if what == "KUb":
            offset = float(diagonal[0])
            diagonal[:] = offset
        else:
            np.fill_diagonal(arrays["K"], 0.0)
        arrays = {
            name: _away_from_ties(array.astype(np.float32), quantizer)
            for name, array in arrays.items()
        }
        right: dict[str, Ball] = {}
        for name, array in arrays.items():
            found = expected.codes(array, quantizer)
            right[f"codes_{name}"] = Ball(found[0] if name == "b" else found, np.zeros(1))
            right[f"step_{name}"] = expected.step_ball(array, quantizer)
        arguments = {"W": arrays["K"] + np.diag(diagonal), "U": arrays["U"], "b": arrays["b"][0]}
        arguments |= {"offset": offset or 0.0, "spec": quantizer.spec(what, offset)}
        test = f"quantize_layer/{what}/{quantizer.per}"
        yield Question(test, "quantize_layer", arguments, right, "quantizer")
