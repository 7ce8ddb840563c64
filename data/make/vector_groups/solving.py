"""Equilibria: ordinary layers, and those on which careless solvers go wrong."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from data.make.vector_groups.layers import Layer, bare, generic, proved, rotation, states
from data.make.vector_groups.numbers import Numbers, ball, refused, rounded
from mondeq_ref.arrays import Matrix
from mondeq_ref.instances import shipped
from mondeq_ref.oracle.question import Question

FLAGS = {
    "one-row": "a batch of one row, squeezed away",
    "one-unit": "n = 1 with an active unit: z = c / m",
    "one-input": "d = 1",
    "kinks": "z_i = w_i = 0 exactly: which side a solver thinks it is on must not matter",
    "near-kinks": "units that are active or inactive by 2^-18",
    "scale": "very small or large equilibria, graded relative to their size",
    "tiny-beside-large": "rows of size 2^-12 in a batch with rows of size one, graded relatively",
    "loud-rows": "stopping rules over the whole batch: loud rows are done first",
    "copies": "the same row many times gives the same answer many times",
    "permuted": "the rows of another test in another order",
    "row-alone": "a row of another test without its batch",
    "small-margin": "margins 2^-k: a short step proves nothing about the distance",
    "kappa": "L/m up to 1e8 with a well-conditioned active block",
    "overshoot": "steps that are too large come near and then diverge: the last is not the best",
    "skew": "M is almost a rotation: forward-backward needs a small step",
    "rank-deficient": "A has two rows: the margin is exactly m",
    "dead-units": "units that are coupled to nothing",
    "few-active": "hardly a unit is active",
    "all-active": "every unit is active: the ReLU never acts, a linear solve is right",
    "none-active": "z = 0: a start at zero looks converged",
    "triangular": "cascades and feedforward nets: solved by substitution",
    "no-margin": "every c has one equilibrium, but no splitting method is promised to find it",
    "several": "three equilibria: any one of them is right",
    "block-diagonal": "a closed form in each block",
    "no-bias": "b = 0: leaving it out is no mistake here",
    "no-input": "x = 0: leaving it out is no mistake here",
    "large": "more units than a hand-written loop was tried with",
    "trained": "a trained layer at MNIST inputs",
    "nan": "a NaN or an infinity in the question must be refused",
    "shape": "shapes that do not fit must be refused",
}
B = 4


def questions() -> Iterator[Question]:
    yield from _ordinary()
    yield from _shapes()
    yield from _kinks()
    yield from _scales()
    yield from _batches()
    yield from _hard()
    yield from _without_margin()
    yield _trained()
    yield from _refused()


def solve(
    test: str, layer: Layer, X: Matrix, flags: tuple[str, ...] = (), floor: float = 1.0
) -> Question:
    center = rounded(states(proved(layer, X)))
    arguments = {"W": layer.W, "U": layer.U, "b": layer.b, "X": X}
    alpha = layer.alpha if layer.operator.margin.lo > 0 else None
    expected = {"Z": ball(center, len(X), floor)}
    return Question(
        test, "solve", arguments, expected, "equivalence", flags, layer.factors, alpha=alpha
    )


def inputs(numbers: Numbers, layer: Layer, rows: int = B) -> Matrix:
    return numbers.over(16, -32, 32, (rows, layer.U.shape[1]))


def _many(family: str, count: int, flags: tuple[str, ...] = (), rows: int = B, **shape: object):
    for k in range(count):
        numbers = Numbers(f"solve/{family}/{k}")
        layer = generic(numbers, **shape)  # type: ignore[arg-type]
        yield solve(numbers.name, layer, inputs(numbers, layer, rows), flags)


def _ordinary() -> Iterator[Question]:
    yield from _many("generic", 24)
    yield from _many("small", 8, n=3)
    yield from _many("rank-deficient", 8, ("rank-deficient",), rank=2)
    yield from _many("skew", 8, ("skew",), skew=128)
    yield from _many("dead-units", 6, ("dead-units",), dead=3)
    yield from _many("few-active", 8, ("few-active",), n=12, bias=-3.0)
    yield from _many("all-active", 6, ("all-active",), bias=24.0, skew=4)
    yield from _many("none-active", 4, ("none-active",), bias=-24.0)
    yield from _many("large", 3, ("large",), n=32)


def _shapes() -> Iterator[Question]:
    yield from _many("one-row", 10, ("one-row",), rows=1)
    yield from _many("one-unit", 8, ("one-unit",), n=1, rank=1, bias=2.0)
    yield from _many("one-unit-one-row", 6, ("one-row", "one-unit"), rows=1, n=1, bias=2.5)
    yield from _many("one-input", 5, ("one-input",), d=1)
    for k in range(3):
        numbers = Numbers(f"solve/no-bias/{k}")
        layer = replace(generic(numbers), b=np.zeros(8))
        yield solve(numbers.name, layer, inputs(numbers, layer), ("no-bias",))
        numbers = Numbers(f"solve/no-input/{k}")
        layer = generic(numbers)
        yield solve(numbers.name, layer, np.zeros((B, layer.U.shape[1])), ("no-input",))


def _kinks() -> Iterator[Question]:
    for k in range(24):
        near = k % 2 == 1
        numbers = Numbers(f"solve/{'near-kinks' if near else 'kinks'}/{k // 2}")
        layer = generic(numbers, n=5)
        z = numbers.over(1, 1, 4, (B, 5)) * numbers.integers(0, 1, (B, 5))
        w = numbers.over(1, 1, 4, (B, 5)) * (z == 0) * numbers.integers(0, 1, (B, 5))
        z[:, 0] = w[:, 0] = 0.0
        if near:
            z[::2, 0], w[1::2, 0] = 2.0**-18, 2.0**-18
        one = bare(layer.W, layer.factors)
        c = z - z @ layer.W.T - w
        yield solve(numbers.name, one, c, ("near-kinks" if near else "kinks",))


def _scales() -> Iterator[Question]:
    for exponent in (-20, -16, -12, -8, -4, 4, 8, 12, 16, 20):
        numbers = Numbers(f"solve/scale/{exponent}")
        layer = bare(generic(numbers).W)
        c = (numbers.over(16, -16, 32, (B, 8))) * 2.0**exponent
        yield solve(numbers.name, layer, c, ("scale",), 2.0**exponent)
    for k in range(4):
        numbers = Numbers(f"solve/tiny-beside-large/{k}")
        layer = bare(generic(numbers).W)
        c = numbers.over(16, 1, 32, (B, 8)) * np.array([[1.0], [2.0**-12], [1.0], [2.0**-12]])
        yield solve(numbers.name, layer, c, ("tiny-beside-large",), 2.0**-12)


def _batches() -> Iterator[Question]:
    for k in range(6):
        numbers = Numbers(f"solve/loud-rows/{k}")
        layer = bare(generic(numbers).W)
        quiet, loud = numbers.over(16, 4, 32, (2, 8)), -numbers.over(1, 16, 64, (10, 8))
        batch = np.concatenate([loud, quiet])
        yield solve(numbers.name, layer, batch, ("loud-rows",))
        yield solve(f"solve/row-alone/{k}", layer, quiet[:1], ("row-alone", "one-row"))
        yield solve(f"solve/copies/{k}", layer, np.repeat(quiet[:1], 12, axis=0), ("copies",))
        yield solve(f"solve/permuted/{k}", layer, batch[::-1].copy(), ("permuted",))


def _hard() -> Iterator[Question]:
    for k, bits in enumerate((4, 6, 8, 10, 12, 14)):
        numbers = Numbers(f"solve/small-margin/{k}")
        layer = generic(numbers, n=6, rank=2, m=2.0**-bits)
        found = solve(numbers.name, layer, inputs(numbers, layer), ("small-margin",))
        yield replace(found, level="must" if bits <= 6 else "should")
    for exponent in range(1, 9):
        m = 2.0 ** -round(exponent * 3.3219)
        numbers = Numbers(f"solve/kappa/1e{exponent}")
        layer = rotation(m, 1.0, 3)
        z = numbers.over(1, 1, 4, (B, 6))
        c = (z - z @ layer.W.T) * 1.0
        found = solve(numbers.name, layer, c.astype(np.float32).astype(float), ("kappa", "skew"))
        yield replace(found, level="must" if exponent <= 1 else "should")
    for k in range(8):
        numbers = Numbers(f"solve/rotation/{k}")
        layer = rotation(
            float(numbers.over(16, 4, 16, 1)[0]), float(numbers.over(8, 4, 32, 1)[0]), 3
        )
        yield solve(numbers.name, layer, numbers.over(16, -16, 48, (B, 6)), ("block-diagonal",))
    for k, bits in enumerate((12, 16, 20)):
        yield _overshoot(f"solve/overshoot/{k}", 2.0**-bits, 1.0 + k / 4)


def _overshoot(test: str, part: float, s: float) -> Question:
    """M is 1 along (1, 1, 1, 1), where z* is but for a small part, and a rotation across it."""
    shift = np.roll(np.eye(4), 1, axis=1)
    M = np.eye(4) / 8 + np.full((4, 4), 7 / 32) + s / 2 * (shift - shift.T)
    z = np.ones((2, 4)) + part * np.array([[1.0, 2.0, -1.0, 0.0], [-3.0, 1.0, 1.0, 2.0]])
    return solve(test, bare(np.eye(4) - M), z @ M.T, ("overshoot", "skew", "all-active"))


def _without_margin() -> Iterator[Question]:
    for k in range(8):
        numbers = Numbers(f"solve/triangular/{k}")
        W = np.triu(numbers.over(16, -32, 32, (6, 6)), 1)
        if k % 2:
            W += np.diag(-numbers.over(16, 0, 16, 6))  # M = I - W >= 1 on its diagonal
        layer = bare(W)
        found = solve(numbers.name, layer, numbers.over(16, -16, 32, (B, 6)), ("triangular",))
        monotone = layer.operator.margin.lo > 0.05
        yield replace(found, level="must" if monotone else "should")
    M = np.array([[1.0, 0.0, 3.0], [3.0, 1.0, 0.0], [0.0, 3.0, 1.0]])
    for k in range(3):
        numbers = Numbers(f"solve/no-margin/{k}")
        c = numbers.over(4, 1, 24, (B, 3))
        found = solve(numbers.name, bare(np.eye(3) - M), c, ("no-margin",))
        yield replace(found, level="may")
    for k, scale in enumerate((1.0, 4.0, 0.125)):
        layer = bare(np.eye(2) - np.array([[1.0, 2.0], [2.0, 1.0]]))
        c = np.array([[scale, scale]])
        rights = [{"Z": ball(np.array([z]) * scale, 1)} for z in ([1.0, 0.0], [0.0, 1.0])]
        third = {"Z": ball(np.array([[scale / 3, scale / 3]]), 1)}
        arguments = {"W": layer.W, "U": layer.U, "b": layer.b, "X": c}
        yield Question(
            f"solve/several/{k}",
            "solve",
            arguments,
            rights[0],
            "equivalence",
            ("several",),
            others=(rights[1], third),
            level="may",
        )


def _trained() -> Question:
    """U = I would be half of the file: the injections of four images are columns of U."""
    operator, c = shipped.operator(), shipped.injections().c[:B]
    layer = Layer(operator.W, np.ascontiguousarray(c.T), np.zeros(operator.n))
    return solve("solve/trained/float-42", layer, np.eye(B), ("trained", "large"))


def _refused() -> Iterator[Question]:
    layer = generic(Numbers("solve/refused"))
    X = inputs(Numbers("solve/refused/X"), layer)
    right = {"W": layer.W, "U": layer.U, "b": layer.b, "X": X}
    wrong = {
        "nan-in-W": {"W": np.where(np.eye(8) > 0, np.nan, layer.W)},
        "infinity-in-b": {"b": np.full(8, np.inf)},
        "nan-in-x": {"X": X * np.nan},
        "W-not-square": {"W": layer.W[:, :7].copy()},
        "b-too-short": {"b": layer.b[:5].copy()},
        "x-too-wide": {"X": np.zeros((B, 9))},
    }
    for name, changed in wrong.items():
        flag = "nan" if "nan" in name or "infinity" in name else "shape"
        yield refused(f"solve/refused/{name}", right | changed, "equivalence", (flag,))
