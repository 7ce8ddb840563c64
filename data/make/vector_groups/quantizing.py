"""Codes: ties, their neighbors, every range, rounding and sharing of steps, and odd arrays."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from data.make.vector_groups.numbers import Numbers, refused
from mondeq_ref.arrays import Matrix
from mondeq_ref.oracle.question import Ball, Question
from mondeq_ref.quantize import Quantizer, quantize_array
from mondeq_ref.quantize.quantizer import Per
from mondeq_ref.rigor.rational import fmpq_of
from proofs_checks.quantities.quantizers import group

FLAGS = {
    "ties": "half-even against half-up, half-away and truncation, at a step that is a power of two",
    "next-to-ties": "one float32 ulp beside a tie: a small number added to the step moves them",
    "zeros": "all entries zero: any step is right, no code but 0 is",
    "zero-row": "one row of zeros among others",
    "one-entry": "1 x 1: the entry is its own maximum",
    "not-square": "rows and columns are not to be confused",
    "scale": "the same codes at 2^20 and 2^-20 times the size: no absolute threshold",
    "subnormal": "the step is a subnormal float64",
    "extremes": "entries of plus and minus the largest: the ends of the range",
    "negative-largest": "the entry of largest size is negative: max w is not max |w|",
    "identity": "an array that is on the grid already comes back as it is",
    "full-range": "codes down to -2^(b-1): the step is that of the side that needs more",
    "unclipped": "2^b + 1 levels, as the README of the published code has it",
    "power-of-two": "the step is the least power of two at which nothing is clipped",
    "mean": "the step is the mean of |w|, and entries beyond the range are clipped",
    "reciprocal": "w fl(1/s) and fl(w / s) differ: next to ties by one code",
    "zero-point": "an affine quantizer: 0 is one of the levels",
    "group": "one step for 32 neighbors of a row",
    "micro-scaling": "shared powers of two, and the levels of E2M1",
    "group-index": "every group has its own size: a step of the neighbor shows",
}
ROUNDINGS = ("half-even", "half-up", "half-away", "toward-zero")


def questions() -> Iterator[Question]:
    for bits in (2, 3, 4, 8):
        for name, quantizer in _kinds(bits).items():
            usual = quantizer.rounding == "half-even" and quantizer.range != "full"
            level = "must" if usual else "should"
            family = "ties" if usual else "alternatives"
            numbers = Numbers(f"quantize/{family}/{name}-{bits}")
            found = coded(numbers.name, _ties(numbers, quantizer), quantizer, ("ties",))
            yield replace(found, level=level)
            numbers = Numbers(f"quantize/next-to-{family}/{name}-{bits}")
            W = _beside(numbers, _ties(numbers, quantizer), quantizer)
            found = coded(numbers.name, W, quantizer, ("next-to-ties",))
            yield replace(found, level=level)
        yield from _odd_arrays(bits)
    for k in range(12):
        numbers = Numbers(f"quantize/normal/{k}")
        quantizer = Quantizer((3, 4, 6, 8)[k % 4], per="row" if k % 2 else "tensor")
        W = away(numbers.over(2**12, -(2**13), 2**13, (6, 6)), quantizer)
        yield coded(numbers.name, W, quantizer, ())
    yield from _other_kinds()
    yield from _refused()


def _kinds(bits: int) -> dict[str, Quantizer]:
    found = {name: Quantizer(bits, rounding=name) for name in ROUNDINGS}  # type: ignore[arg-type]
    found |= {"row": Quantizer(bits, per="row"), "unclipped": Quantizer(bits, range="unclipped")}
    return found | {"full-range": Quantizer(bits, range="full")}


def _ties(numbers: Numbers, quantizer: Quantizer) -> Matrix:
    """Every half of a step there is, the largest entry in every row; steps are powers of two."""
    reach = quantizer.greatest_code - (0.5 if quantizer.range == "unclipped" else 0.0)
    halves = numbers.integers(-int(2 * reach), int(2 * reach), (8, 8)) / 2
    halves[:, 0] = reach * np.where(np.arange(8) % 2, -1, 1)
    if quantizer.range == "full":
        halves[:, 0], halves[0, 1] = quantizer.greatest_code, quantizer.least_code
    steps = 2.0 ** numbers.integers(-6, -1, (8, 1)) if quantizer.per == "row" else 2.0**-4
    return halves * steps


def _beside(numbers: Numbers, W: Matrix, quantizer: Quantizer) -> Matrix:
    """One float32 ulp up or down, but the largest entry of every row stays."""
    up = numbers.integers(0, 1, W.shape)
    single = W.astype(np.float32)
    moved = np.nextafter(single, np.where(up, np.float32(np.inf), np.float32(-np.inf)))
    inside = np.abs(W) < np.abs(W).max(axis=1 if quantizer.per == "row" else None, keepdims=True)
    keep = ~inside | (W == 0)
    keep[:, 0] = True
    return np.where(keep, single, moved).astype(np.float64)


def away(W: Matrix, quantizer: Quantizer) -> Matrix:
    """Entries whose quotient is near a tie become zero."""
    by_row = W if quantizer.per == "row" else W.reshape(1, -1)
    step = np.array([[quantizer.step(row)] for row in by_row])
    quotient = np.abs((by_row / np.where(step > 0, step, 1.0)).reshape(W.shape))
    near = np.abs(quotient - np.floor(quotient) - 0.5) < 0.02
    return np.where(near, 0.0, W)


def _odd_arrays(bits: int) -> Iterator[Question]:
    q, plain, row = 2 ** (bits - 1) - 1, Quantizer(bits), Quantizer(bits, per="row")
    numbers = Numbers(f"quantize/odd/{bits}")

    def codes(shape: tuple[int, ...]) -> Matrix:
        found = numbers.integers(-q, q, shape).astype(np.float64)
        found[..., 0] = q
        return found

    made: dict[str, tuple[Matrix, Quantizer, str]] = {
        "zeros": (np.zeros((3, 4)), plain, "zeros"),
        "zeros-by-row": (np.zeros((3, 4)), row, "zeros"),
        "zero-row": (codes((4, 4)) * np.array([[1.0], [0.0], [0.5], [0.0]]), row, "zero-row"),
        "one-entry": (np.array([[0.75]]), plain, "one-entry"),
        "wide": (codes((2, 9)) / 16, row, "not-square"),
        "tall": (codes((9, 2)) / 16, row, "not-square"),
        "large": (codes((4, 4)) * 2.0**20, plain, "scale"),
        "small": (codes((4, 4)) * 2.0**-20, plain, "scale"),
        "extremes": (np.where(numbers.integers(0, 1, (4, 4)), q, -q) / 8, plain, "extremes"),
        "negative-largest": (-np.abs(codes((4, 4))) / 8, plain, "negative-largest"),
        "identity": (codes((5, 5)) * 2.0**-7, plain, "identity"),
        "identity-by-row": (codes((5, 5)) * 2.0 ** -np.arange(5)[:, None], row, "identity"),
    }
    for name, (W, quantizer, flag) in made.items():
        yield coded(f"quantize/{name}/{bits}", W, quantizer, (flag,))
    tiny = codes((4, 4)) * 2.0**-1060
    yield replace(coded(f"quantize/subnormal/{bits}", tiny, plain, ("subnormal",)), level="should")


def _other_kinds() -> Iterator[Question]:
    for k in range(8):
        bits = (3, 4, 6, 8)[k % 4]
        numbers = Numbers(f"quantize/power-of-two/{k}")
        W = numbers.over(2**10, -(2**11), 2**11, (5, 6))
        quantizer = Quantizer(bits, step_rule="power-of-two", per="row" if k % 2 else "tensor")
        yield replace(_defined(numbers.name, W, quantizer, ("power-of-two",)), level="may")
    pers: tuple[tuple[int, Per], ...] = ((2, "row"), (4, "row"), (8, "tensor"))
    for bits, per in pers:
        numbers = Numbers(f"quantize/mean/{per}-{bits}")
        quantizer = Quantizer(bits, step_rule="mean", per=per)
        found = _defined(numbers.name, _of_mean(numbers), quantizer, ("mean",))
        yield replace(found, level="should")
    yield from _reciprocals()
    for k in range(8):
        numbers = Numbers(f"quantize/zero-point/{k}")
        W = numbers.over(2**8, -(2**8), 3 * 2**8, (4, 6)) * (1 if k % 2 else -1)
        quantizer = Quantizer((4, 8)[k % 2], zero_point=True)
        yield replace(_defined(numbers.name, W, quantizer, ("zero-point",)), level="may")
    for k in range(6):
        numbers = Numbers(f"quantize/group/{k}")
        W = numbers.over(2**8, -(2**8), 2**8, (2, 96)) * np.repeat([1.0, 2.0, 4.0], 32)
        quantizer = Quantizer((3, 4, 8)[k % 3], per="group", group=32)
        flags = ("group", "group-index")
        yield replace(_defined(numbers.name, W, quantizer, flags), level="may")
    for k in range(6):
        numbers = Numbers(f"quantize/micro-scaling/{k}")
        W = numbers.over(2**8, -(2**8), 2**8, (2, 64)) * np.repeat([1.0, 8.0], 32)
        quantizer = Quantizer.named("mxfp4" if k % 2 else "mxint4", 4)
        flags = ("micro-scaling", "group")
        yield replace(_defined(numbers.name, W, quantizer, flags), level="may")


def _of_mean(numbers: Numbers) -> Matrix:
    """Quarters of the mean of each row, a power of two of its own; no entry is on a tie."""
    quarters = numbers.integers(-3, 3, (3, 8))
    quarters[np.abs(quarters) == 2] += 1
    quarters[:, 7] = 32 - np.abs(quarters[:, :7]).sum(axis=1)
    return quarters / 16.0 * 2.0 ** -np.arange(3)[:, None]


def _reciprocals() -> Iterator[Question]:
    """Rows on which division and multiplication by the reciprocal give other codes."""
    for k in range(6):
        numbers, found = Numbers(f"quantize/reciprocal/{k}"), list[float]()
        bits = 8
        plain, other = Quantizer(bits), Quantizer(bits, reciprocal=True)
        largest = 127.0 * (1.0 + float(numbers.over(2**20, 1, 2**20, 1)[0]))
        step = plain.step(np.array([largest]))
        while len(found) < 8:
            half = float(numbers.integers(-126, 125, 1)[0]) + 0.5
            for w in (step * half, np.nextafter(step * half, 0), np.nextafter(step * half, 1e9)):
                pair = np.array([largest, w])
                if quantize_array(pair, plain).codes[1] != quantize_array(pair, other).codes[1]:
                    found.append(float(w))
                    break
        W = np.array([[largest, *found[:8]]])
        for quantizer, name in ((plain, "division"), (other, "reciprocal")):
            made = _defined(f"quantize/{name}/{k}", W, quantizer, ("reciprocal",))
            yield replace(made, level="should" if quantizer is plain else "may")


def coded(test: str, W: Matrix, quantizer: Quantizer, flags: tuple[str, ...]) -> Question:
    """The quotient in rationals, and the same as the library's own codes."""
    found = _defined(test, W, quantizer, flags)
    exact = _exact_codes(W, quantizer)
    if not np.array_equal(exact, found.ball("codes").center):
        raise ArithmeticError(f"{test}: the rational codes are others")
    return found


def _exact_codes(W: Matrix, quantizer: Quantizer) -> np.ndarray:
    rows = W.tolist() if quantizer.per == "row" else [W.ravel().tolist()]
    found = [group(list(map(fmpq_of, row)), quantizer).codes for row in rows]
    return np.array(found, np.int64).reshape(W.shape)


def _defined(test: str, W: Matrix, quantizer: Quantizer, flags: tuple[str, ...]) -> Question:
    """By the definition in floats: a step rounded once, a quotient rounded once.

    Codes are asked for with the zero point taken off, whatever convention an answer has."""
    made = quantize_array(W, quantizer)
    step = np.atleast_1d(np.asarray(made.step, np.float64)).reshape(-1)
    largest = float(step.max(initial=0.0))
    floor = largest if largest > 0 else 1.0
    expected = {
        "codes": Ball(made.codes, np.zeros(1)),
        "step": Ball(step, np.array([largest * 2.0**-50]), floor),
    }
    arguments = {"W": W, "spec": quantizer.spec("W")}
    return Question(test, "quantize", arguments, expected, "quantizer", flags)


def _refused() -> Iterator[Question]:
    right = {"W": np.zeros((1, 2)), "spec": Quantizer(4).spec("W")}
    wrong = {"nan": np.array([[1.0, np.nan]]), "infinity": np.array([[1.0, -np.inf]])}
    for name, W in wrong.items():
        yield refused(f"quantize/refused/{name}", right | {"W": W}, "quantizer")
