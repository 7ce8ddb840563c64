"""Random matrices in every mode of quantization, against its definition in rationals.

    python -m tests.stress.stress_quantize [number of quantizations, default 2000] [seed]

Steps, codes, values and dW must be equal, not near.  It stops at the first contradiction and prints
the quantizer and the matrix.
"""

import sys
from collections import Counter
from fractions import Fraction
from itertools import product
from math import floor
from time import perf_counter

import numpy as np

from mondeq_ref.operator import Operator
from mondeq_ref.quantize import Quantizer, quantize, quantize_array

E2M1 = tuple(Fraction(k) for k in (0, 1, 2, 3, 4, 6, 8, 12))  # in halves; an even place wins a tie
PROGRESS_EVERY = 5000
ROUNDINGS = ("half-even", "half-up", "half-away", "toward-zero")


def modes() -> list[dict]:
    """Every combination that a quantizer accepts, but for its bits."""
    per = [{"per": "tensor"}, {"per": "row"}, {"per": "group", "group": 32}]
    shared = [one | {"reciprocal": flag} for one, flag in product(per, (False, True))]
    steps = [("largest", 1.0), ("largest", 0.55), ("power-of-two", 1.0), ("mean", 1.5)]
    found = [
        one | {"range": limits, "rounding": rounding, "step_rule": rule, "factor": factor}
        for one in shared
        for limits in ("narrow", "full", "unclipped")
        for rounding in ROUNDINGS
        for rule, factor in steps
    ]
    found += [one | {"zero_point": True, "rounding": rule} for one in shared for rule in ROUNDINGS]
    found += [one | {"step_rule": "mx-floor", "levels": "e2m1"} for one in shared]
    found += [one | {"step_rule": "mx-floor"} for one in shared]
    return found + [one | {"step_rule": "mean", "levels": "signs"} for one in shared]


def bits_of(mode: dict, rng: np.random.Generator) -> int:
    fixed = {"e2m1": 4, "signs": 1}.get(mode.get("levels", "integers"))
    return int(rng.integers(2, 17)) if fixed is None else fixed


def matrix(rng: np.random.Generator) -> np.ndarray:
    """Normal, few multiples of an eighth (ties), or with an outlier; at scales far apart."""
    n = 40 if rng.random() < 0.01 else int(rng.integers(1, 6))
    W = rng.normal(size=(n, n))
    kind = rng.integers(3)
    if kind == 1:
        W = rng.integers(-16, 17, (n, n)) / 8
    elif kind == 2:
        W[0, 0] *= 100
    return W * 2.0 ** rng.integers(-30, 31)


def nearest(value: Fraction) -> float:
    """The float next to it, a tie to even."""
    return value.numerator / value.denominator


def step_of(w: list[Fraction], q: Quantizer) -> float:
    above, below = max([*w, Fraction(0)]), -min([*w, Fraction(0)])
    largest, top = max(above, below), 2 ** (q.bits - 1) - 1
    if q.step_rule == "mx-floor":
        return power_of_two(largest, q)
    if q.step_rule == "mean":
        total = nearest(sum((abs(x) for x in w), Fraction(0)))
        step = nearest(Fraction(total) / len(w))
    elif q.zero_point:
        step = nearest(Fraction(nearest(above + below)) / (2**q.bits - 1))
    elif q.range == "full":
        step = max(nearest(above / top), nearest(below / (top + 1)))
    else:
        step = nearest(largest / (top + Fraction(q.range == "unclipped") / 2))
    step = nearest(Fraction(step) * Fraction(q.factor))
    if q.step_rule != "power-of-two" or step == 0:
        return step
    power = Fraction(1)
    while power < step:
        power *= 2
    while power / 2 >= step:
        power /= 2
    return nearest(power)


def power_of_two(largest: Fraction, q: Quantizer) -> float:
    """2^(floor(log2 largest) - e), as the step between levels."""
    if largest == 0:
        return 0.0
    power = Fraction(1)
    while power > largest:
        power /= 2
    while power * 2 <= largest:
        power *= 2
    return nearest(power / 4 / 2) if q.levels == "e2m1" else nearest(power / 2 ** (q.bits - 2))


def code_of(t: Fraction, q: Quantizer) -> int:
    """The code next to t, not clipped."""
    if q.levels == "signs":
        return -1 if t < 0 else 1
    if q.levels == "e2m1":
        ranked = sorted((abs(abs(t) - level), place % 2, place) for place, level in enumerate(E2M1))
        return int(E2M1[ranked[0][2]]) * (-1 if t < 0 else 1)
    match q.rounding:
        case "half-even":
            return round(t)
        case "half-up":
            return floor(t + Fraction(1, 2))
        case "half-away":
            return floor(abs(t) + Fraction(1, 2)) * (-1 if t < 0 else 1)
        case _:
            return int(t)


def codes_of(w: list[Fraction], step: float, q: Quantizer) -> list[int]:
    inverse = Fraction(nearest(1 / Fraction(step))) if step else Fraction(0)
    least, greatest = -(2 ** (q.bits - 1)) + (q.range == "narrow"), 2 ** (q.bits - 1)
    greatest -= q.range != "unclipped"
    if q.levels != "integers":
        greatest = 12 if q.levels == "e2m1" else 1
        least = -greatest
    if q.zero_point:
        below = -min([*w, Fraction(0)])
        zero = round(Fraction(nearest(below / Fraction(step)))) if step else 0
        least, greatest = -zero, 2**q.bits - 1 - zero
    found: list[int] = []
    for x in w:
        t = x * inverse if q.reciprocal else (x / Fraction(step) if step else Fraction(0))
        found.append(min(max(code_of(Fraction(nearest(t)), q), least), greatest))
    return found


def parts(n: int, q: Quantizer) -> list[list[tuple[int, int]]]:
    """Index pairs that share a step."""
    if q.per == "tensor":
        return [[(i, j) for i in range(n) for j in range(n)]]
    width = q.group or n
    return [
        [(i, j) for j in range(start, min(start + width, n))]
        for i in range(n)
        for start in range(0, n, width)
    ]


def check(W: np.ndarray, q: Quantizer) -> None:
    """The array alone, and as K of an operator whose offset, or whose diagonal, is kept."""
    n = len(W)
    made = quantize_array(W, q)
    steps, values = np.broadcast_to(made.steps, W.shape), made.exact.fractions()
    for part in parts(n, q):
        w = [Fraction(float(W[at])) for at in part]
        step = step_of(w, q)
        for (i, j), code in zip(part, codes_of(w, step, q), strict=True):
            assert steps[i, j] == step
            assert made.codes[i, j] == code
            assert values[i][j] == Fraction(step) * code
            assert made.array[i, j] == nearest(Fraction(step) * code)
    operator = Operator(W, np.ones((n, 1)), np.zeros(n))
    kept = quantize(operator, q, "K", offset=float(W[0, 0]))
    K = quantize_array(W - float(W[0, 0]) * np.eye(n), q).exact.fractions()
    dW = (operator.exact_W - kept.operator.exact_W).fractions()
    for i, j in product(range(n), repeat=2):
        offset = Fraction(float(W[0, 0])) * (i == j)
        assert dW[i][j] == Fraction(float(W[i, j])) - offset - K[i][j]
    kept = quantize(operator, q, "offdiagonal")
    K = quantize_array(W, q, off_diagonal=True).exact.fractions()
    dW = (operator.exact_W - kept.operator.exact_W).fractions()
    for i, j in product(range(n), repeat=2):
        assert dW[i][j] == (0 if i == j else Fraction(float(W[i, j])) - K[i][j])


def main(count: int = 2000, seed: int = 0) -> None:
    rng, every, tally = np.random.default_rng(seed), modes(), Counter[str]()
    began = perf_counter()
    for k in range(count):
        mode = every[k % len(every)]
        q, W = Quantizer(bits_of(mode, rng), **mode), matrix(rng)
        try:
            check(W, q)
        except AssertionError:
            raise AssertionError(f"case {k}: {q} of {W.tolist()}") from None
        tally[q.step_rule] += 1
        if (k + 1) % PROGRESS_EVERY == 0:
            sys.stdout.write(f"{k + 1} agree, {perf_counter() - began:.0f} s\n")
            sys.stdout.flush()
    seconds = perf_counter() - began
    sys.stdout.write(f"{count} quantizations in {len(every)} modes agree: {dict(tally)}")
    sys.stdout.write(f"; {seconds:.0f} s\n")


if __name__ == "__main__":
    main(*(int(text) for text in sys.argv[1:3]))
