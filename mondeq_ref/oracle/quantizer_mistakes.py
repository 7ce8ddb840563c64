"""Mistakes of quantizers, with the codes that they give."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

from mondeq_ref.oracle.names import Mistake, Suspect
from mondeq_ref.oracle.question import Array, Question

ROUNDINGS = ("half-even", "half-up", "half-away", "toward-zero", "down")
AXES = {"tensor": None, "row": 1, "column": 0}
NAMED = {
    "half-even": Mistake.HALF_EVEN,
    "half-up": Mistake.HALF_UP,
    "half-away": Mistake.HALF_AWAY,
    "toward-zero": Mistake.TRUNCATED,
    "down": Mistake.DOWN,
}


class CodeRange(NamedTuple):
    """The range of codes, and the quotient of the largest entry and the step."""

    least: int
    most: int
    reach: float


def usual_codes(spec: Mapping[str, Any]) -> CodeRange | None:
    """None for quantizers of which no mistake is known."""
    bits, rule = spec["bits"], spec.get("step", "largest")
    usual = spec["per"] in AXES and rule in ("largest", "mean") and bits > 1
    if not usual or spec.get("zero_point", False):
        return None
    q = 2 ** (bits - 1) - 1
    unclipped, full = spec["range"] is None, spec["range"] == "full"
    most = q + 1 if unclipped else q
    return CodeRange(-q - 1 if full else -most, most, q + 0.5 if unclipped else float(q))


def quantizer_mistakes(question: Question) -> Iterator[Suspect]:
    W, spec = question.arguments["W"], question.arguments["spec"]
    per, asked, rule = spec["per"], spec["round"], spec.get("step", "largest")
    usual = usual_codes(spec)
    if usual is None or spec["what"] != "W":
        return
    least, most, reach = usual
    right = question.ball("step").center
    step = right.reshape(-1, 1) if per == "row" else right.reshape(1, 1)
    for rounding in ROUNDINGS:
        if rounding != asked:
            detail = f"ties and fractions are rounded {rounding}, where {asked} was asked for"
            yield NAMED[rounding], detail, coded(W, step, rounding, least, most)
    yield from _granularity(W, spec, reach, least, most)
    yield from _levels(W, spec, reach)
    inverse = np.divide(1.0, step, out=np.zeros_like(step), where=step > 0)
    found = np.clip(_rounded(W * inverse, asked), least, most)
    detail = "quotients next to a tie fall on the other side"
    yield Mistake.RECIPROCAL, detail, {"codes": found, "step": right}
    for round_, where in ((np.rint, "next to"), (np.ceil, "above")):
        power = np.where(step > 0, 2.0 ** round_(np.log2(np.where(step > 0, step, 1.0))), 0.0)
        detail = f"the step is the power of two {where} the right one"
        yield Mistake.POWER_OF_TWO, detail, coded(W, power, asked, least, most)
    size, per_step = ("mean|w|", 1.0) if rule == "mean" else ("max|w|", reach)
    for small in (1e-12, 1e-10, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4):
        larger = coded(W, step + small / per_step, asked, least, most)
        yield Mistake.ENLARGED, f"{size} + {small:g}", larger
        detail = f"max({size}, {small:g}), or zero below"
        at_least = coded(W, np.maximum(step, small / per_step), asked, least, most)
        yield Mistake.DEAD_ZONE, detail, at_least
        zeroed = np.where(np.abs(W) < small, 0.0, W)
        yield Mistake.DEAD_ZONE, detail, coded(zeroed, step, asked, least, most)
    codes = question.ball("codes").center
    detail = "this is s k; the codes k were asked for"
    yield Mistake.DEQUANTIZED, detail, {"codes": codes * step, "step": right}
    yield Mistake.TRANSPOSED, "the codes are transposed", {"codes": codes.T}


def _granularity(
    W: Array, spec: dict[str, object], reach: float, least: int, most: int
) -> Iterator[Suspect]:
    per = str(spec["per"])
    for other, axis in AXES.items():
        if other != per:
            detail = f"one step a {other}, where one a {per} was asked for"
            step = np.abs(W).max(axis=axis, keepdims=True) / reach
            if spec.get("step") == "mean":
                step = np.abs(W).mean(axis=axis, keepdims=True)
            made = coded(W, np.broadcast_to(step, W.shape), str(spec["round"]), least, most)
            yield Mistake.GRANULARITY, detail, made


def _levels(W: Array, spec: dict[str, object], asked_reach: float) -> Iterator[Suspect]:
    """A step of the wrong number of levels, under each clipping that may come with it."""
    bits, axis, is_mean = int(str(spec["bits"])), AXES[str(spec["per"])], spec.get("step") == "mean"
    q = 2 ** (bits - 1) - 1
    mean = np.abs(W).mean(axis=axis, keepdims=True)
    largest = np.abs(W).max(axis=axis, keepdims=True)
    spread = W.max(axis=axis, keepdims=True) - W.min(axis=axis, keepdims=True)
    lsq = 2 * mean / np.sqrt(q)  # of learned step sizes, at their start
    steps = {
        f"the step is 2 max|w| / (2^{bits} - 1)": (Mistake.LEVELS, largest / (q + 0.5)),
        f"the step is max|w| / (2^{bits - 1} - 1)": (Mistake.LEVELS, largest / q),
        f"the step is max|w| / 2^{bits - 1}": (Mistake.FULL_RANGE, largest / (q + 1.0)),
        f"the step is max|w| / (2^{bits} - 1)": (Mistake.LEVELS, largest / (2.0**bits - 1)),
        f"the step is (max w - min w) / (2^{bits} - 1)": (Mistake.LEVELS, spread / (2.0**bits - 1)),
        "the step is the mean of |w|": (Mistake.OTHER_RULE, mean),
        f"the step is 2 mean|w| / sqrt(2^{bits - 1} - 1)": (Mistake.OTHER_RULE, lsq),
    }
    for detail, (mistake, step) in steps.items():
        if np.array_equal(step, mean if is_mean else largest / asked_reach):
            continue  # the right one
        if is_mean:
            mistake = Mistake.OTHER_RULE
        for least, most in ((-q, q), (-q - 1, q), (-q - 1, q + 1), (-(2**bits), 2**bits)):
            for rounding in ("half-even", "half-up", "half-away"):
                yield mistake, detail, coded(W, step, rounding, least, most)
    detail = f"codes run from -2^{bits - 1}, and the step is that of the side that needs more"
    highest, lowest = W.max(axis=axis, keepdims=True), W.min(axis=axis, keepdims=True)
    sides = np.maximum(highest / q, -lowest / (q + 1))
    if spec["range"] != "full" and not is_mean and not np.array_equal(sides, largest / q):
        yield Mistake.FULL_RANGE, detail, coded(W, sides, "half-even", -q - 1, q)


def coded(W: Array, step: Array, rounding: str, least: int, most: int) -> dict[str, Array]:
    """The codes of this step, which is one per row or one in all."""
    by_entry = np.broadcast_to(step, W.shape)
    t = np.divide(W, by_entry, out=np.zeros_like(W), where=by_entry > 0)
    return {"codes": np.clip(_rounded(t, rounding), least, most), "step": step[:, 0]}


def _rounded(t: Array, rounding: str) -> Array:
    match rounding:
        case "half-even":
            return np.rint(t)
        case "half-up":
            return np.floor(t + 0.5)
        case "half-away":
            return np.sign(t) * np.floor(np.abs(t) + 0.5)
        case "down":
            return np.floor(t)
        case _:
            return np.trunc(t)
