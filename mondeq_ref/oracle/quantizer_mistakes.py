"""What quantizers return in place of the codes that were asked for."""

from collections.abc import Iterator

import numpy as np

from mondeq_ref.oracle.question import Answer, Array, Question
from mondeq_ref.oracle.report import Diagnosis, Mistake
from mondeq_ref.quantize.quantizer import Per


def quantizer_mistakes(question: Question) -> Iterator[tuple[Diagnosis, Answer]]:
    W, spec = question.arguments["W"], question.arguments["spec"]
    bits, per = spec["bits"], spec["per"]
    unclipped = spec["range"] is None
    q = 2 ** (bits - 1) - 1
    asked_reach = q + 0.5 if unclipped else float(q)
    most = q + 1 if unclipped else q
    for mistake, rounding in (
        (Mistake.HALF_UP, "half-up"),
        (Mistake.ROUNDING, "half-away"),
        (Mistake.ROUNDING, "toward-zero"),
    ):
        detail = f"ties and fractions are rounded {rounding}, not to the nearest, half to even"
        yield Diagnosis(mistake, detail), _codes(W, asked_reach, per, rounding, -most, most)
    other: Per = "row" if per == "tensor" else "tensor"
    shared = f"one step a {other}, where one a {per} was asked for"
    found = _codes(W, asked_reach, other, "half-even", -most, most)
    yield Diagnosis(Mistake.GRANULARITY, shared), found
    # A step of the wrong number of levels, under each clipping that may come with it.
    reaches = {
        f"the step is 2 max|w| / (2^{bits} - 1)": q + 0.5,
        f"the step is max|w| / (2^{bits - 1} - 1): 2^{bits} - 1 levels": float(q),
        f"the step is max|w| / 2^{bits - 1}": q + 1.0,
        f"the step is max|w| / (2^{bits} - 1)": 2.0**bits - 1,
    }
    for detail, reach in reaches.items():
        if reach == asked_reach:
            continue
        for least, greatest in ((-q, q), (-q - 1, q), (-q - 1, q + 1), (-(2**bits), 2**bits)):
            for rounding in ("half-even", "half-up"):
                found = _codes(W, reach, per, rounding, least, greatest)
                yield Diagnosis(Mistake.LEVELS, detail), found
    codes, step = question.expected["codes"].center, question.expected["step"].center
    array = codes * (step[:, None] if per == "row" else step)
    yield (
        Diagnosis(Mistake.DEQUANTIZED, "this is s k; the codes k were asked for"),
        {
            "codes": array,
            "step": step,
        },
    )


def _codes(
    W: Array, reach: float, per: Per, rounding: str, least: int, greatest: int
) -> dict[str, Array]:
    largest = np.abs(W).max(axis=1, keepdims=True) if per == "row" else np.abs(W).max(keepdims=True)
    step = largest / reach
    t = np.divide(W, step, out=np.zeros_like(W), where=np.broadcast_to(step, W.shape) > 0)
    return {"codes": np.clip(_rounded(t, rounding), least, greatest), "step": step.reshape(-1)}


def _rounded(t: Array, rounding: str) -> Array:
    match rounding:
        case "half-even":
            return np.rint(t)
        case "half-up":
            return np.floor(t + 0.5)
        case "half-away":
            return np.sign(t) * np.floor(np.abs(t) + 0.5)
        case _:
            return np.trunc(t)
