"""Operators, margins, Lipschitz constants, displacements and certificates."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from flint import fmpq

from data.make.vector_groups.layers import Layer, Shapes, bare, generic, proved, rotation, states
from data.make.vector_groups.numbers import (
    Numbers,
    ball,
    eigenvalues,
    identity,
    margin,
    nearest,
    norm,
    rational,
    real_ball,
    refused,
)
from mondeq_ref.arrays import Matrix
from mondeq_ref.oracle.question import Bounds, Question, Statements

FLAGS = {
    "rank-deficient": "A has fewer rows than columns: A'A is (n, n), and the margin is m",
    "tall": "A has more rows than columns",
    "one-unit": "n = 1",
    "symmetric": "S = 0: the margin is an eigenvalue of I - W",
    "skew": "the skew part changes L but not the margin: eigenvalues of I - W mislead",
    "non-normal": "triangular M: eigenvalues say nothing about the margin or the norm",
    "negative": "the margin is negative",
    "small-margin": "margins down to 2^-30 beside L of size one",
    "zero": "A = 0 and S = 0",
    "scale": "entries of very different size",
    "threshold": "1 ulp to either side of norm(dW) = m: never claimed above or at it",
    "at-threshold": "exactly at the threshold: the inequality is strict",
    "norms-differ": "the Frobenius norm is above the margin and the 2-norm below it",
    "one-sided": "dW helps: only its symmetric part, and only in one direction, can hurt",
    "skew-dW": "a skew dW larger than m leaves the margin alone",
    "no-margin": "m <= 0: no certificate may be claimed",
    "bits": "a layer rounded to few bits",
    "unmoved": "dW z~ = 0: nothing moves",
    "attained": "the bound of the displacement is attained",
    "refused": "factors that make no operator",
}


def operator_questions() -> Iterator[Question]:
    shapes: Shapes = (
        ("generic", 20, (), {}),
        ("rank-deficient", 8, ("rank-deficient",), {"rank": 2}),
        ("tall", 4, ("tall",), {"rank": 12}),
        ("one-unit", 4, ("one-unit",), {"n": 1, "rank": 1}),
        ("symmetric", 4, ("symmetric",), {"skew": 0}),
        ("skew", 4, ("skew",), {"skew": 512}),
        ("small-margin", 6, ("small-margin",), {"m": 2.0**-12}),
    )
    for family, count, flags, shape in shapes:
        for k in range(count):
            numbers = Numbers(f"operator/{family}/{k}")
            yield _operator(numbers.name, generic(numbers, **shape), flags)
    zero = generic(Numbers("zero"), skew=0)
    zero = Layer(np.eye(8) * 0.5, zero.U, zero.b, _factors(np.zeros((1, 8)), np.zeros((8, 8)), 0.5))
    yield _operator("operator/zero/0", zero, ("zero",))
    for name, changed in {
        "nan-in-A": {"A": np.full((8, 8), np.nan)},
        "S-not-square": {"S": np.zeros((8, 7))},
        "m-is-nan": {"m": float("nan")},
    }.items():
        arguments = {**_factors(np.zeros((8, 8)), np.zeros((8, 8)), 0.5), **changed}
        yield refused(f"operator/refused/{name}", arguments, "parameterization", ("refused",))


def _factors(A: Matrix, S: Matrix, m: float) -> dict[str, object]:
    return {"A": A, "S": S, "m": m}


def _operator(test: str, layer: Layer, flags: tuple[str, ...]) -> Question:
    expected = {"W": ball(layer.W, 1)}
    return Question(test, "operator", layer.factors, expected, "parameterization", flags)


def _matrices(which: str) -> Iterator[tuple[str, Matrix, tuple[str, ...]]]:
    shapes: Shapes = (
        ("generic", 8, (), {"n": 6}),
        ("rank-deficient", 5, ("rank-deficient",), {"n": 6, "rank": 2}),
        ("symmetric", 3, ("symmetric",), {"n": 6, "skew": 0}),
        ("skew", 5, ("skew",), {"n": 6, "skew": 256}),
        ("one-unit", 2, ("one-unit",), {"n": 1, "rank": 1}),
        ("small-margin", 3, ("small-margin",), {"n": 5, "rank": 2, "m": 2.0**-10}),
    )
    for family, count, flags, shape in shapes:
        for k in range(count):
            numbers = Numbers(f"{which}/{family}/{k}")
            yield numbers.name, generic(numbers, **shape).W, flags
    for k in range(5):
        numbers = Numbers(f"{which}/non-normal/{k}")
        yield numbers.name, np.triu(numbers.over(16, -64, 64, (4, 4)), 1), ("non-normal",)
        numbers = Numbers(f"{which}/negative/{k}")
        yield numbers.name, numbers.over(16, -32, 48, (4, 4)) + np.eye(4), ("negative",)
    for k in range(4):
        yield f"{which}/rotation/{k}", rotation(2.0 ** -(10 * k), 1.0 + k).W, ("skew",)


def number_questions() -> Iterator[Question]:
    for test, W, flags in _matrices("margin"):
        level = "must" if "negative" not in flags else "should"
        found = {"m": real_ball(margin(W))}
        yield Question(test, "margin", {"W": W}, found, "margin", flags, level=level)
    for test, W, flags in _matrices("lipschitz"):
        found = {"L": real_ball(norm(identity(len(W)) - rational(W)))}
        yield Question(test, "lipschitz", {"W": W}, found, "forward_backward", flags)


def displacement_questions() -> Iterator[Question]:
    for k in range(24):
        numbers = Numbers(f"displacement/bits/{k}")
        layer = generic(numbers, n=6)
        step = 2.0 ** -(2 + k % 4)
        after = replace(layer, W=np.rint(layer.W / step) * step, factors={})
        if after.operator.margin.lo <= 0.01:
            continue
        X = numbers.over(16, -16, 48, (3, 3))
        yield _displacement(numbers.name, layer, after, X, ("bits",))
    for k in range(3):
        numbers = Numbers(f"displacement/unmoved/{k}")
        layer = bare(generic(numbers, n=4).W)
        z = np.array([[1.0, 2.0, 0.0, 0.0]])
        W = layer.W.copy()
        W[:, 2] += numbers.over(16, -4, 4, 4)
        X = z - z @ layer.W.T - np.array([[0.0, 0.0, 2.0, 3.0]])
        yield _displacement(numbers.name, layer, bare(W), X, ("unmoved",))
    for k in range(4):
        layer, d = bare(0.5 * np.eye(3)), 0.25 * 2.0**-k
        after = bare((0.5 + d) * np.eye(3))
        yield _displacement(
            f"displacement/attained/{k}", layer, after, np.array([[1.0, 2.0, 2.0]]), ("attained",)
        )


def _displacement(
    test: str, layer: Layer, after: Layer, X: Matrix, flags: tuple[str, ...]
) -> Question:
    """From the exact distance to the paper's bound norm(dW) norm(z~)/m, both rounded outward."""
    before, moved = states(proved(layer, X)), states(proved(after, X))
    dW, m = rational(layer.W) - rational(after.W), margin(layer.W)
    least, most = [], []
    for row in range(len(X)):
        gap = [before[row, i] - moved[row, i] for i in range(before.ncols())]
        least.append(_root(sum((q * q for q in gap), fmpq(0))) * (1 - 2.0**-50))
        length = _root(sum((moved[row, i] ** 2 for i in range(moved.ncols())), fmpq(0)))
        bound = nearest(norm(dW)) * length / nearest(m)
        most.append(bound * (1 + 2.0**-40) + 2.0**-60)
    arguments = {"W": layer.W, "W_after": after.W, "U": layer.U, "b": layer.b, "X": X}
    expected = {"bound": Bounds(np.array(least), np.array(most))}
    return Question(test, "displacement", arguments, expected, "displacement", flags)


def _root(square: fmpq) -> float:
    """The root of a rational, to the nearest float."""
    from flint import arb, ctx

    ctx.prec = 200
    return nearest(arb(square).sqrt()) if square > 0 else 0.0


def certificate_questions() -> Iterator[Question]:
    for k in range(8):
        numbers = Numbers(f"certificate/threshold/{k}")
        m, axis = 1.0 + float(numbers.over(2**20, 0, 2**20, 1)[0]), k % 3
        W = np.diag(np.full(3, 1.0 - m))
        for name, t in (
            *(("below", m - 2.0**-52), ("at", m), ("above", m + 2.0**-52)),
            *(("half", m / 2), ("twice", 2 * m)),
        ):
            after = W.copy()
            after[axis, axis] += t
            flag = "at-threshold" if name == "at" else "threshold"
            yield _certificate(f"certificate/{name}/{k}", W, after, (flag,))
    for k in range(5):
        m = 0.5 + k / 8
        W = (1 - m) * np.eye(4)
        yield _certificate(
            f"certificate/norms-differ/{k}", W, W + 0.75 * m * np.eye(4), ("norms-differ",)
        )
        yield _certificate(f"certificate/one-sided/{k}", W, W - 3 * m * np.eye(4), ("one-sided",))
        J = np.kron(np.eye(2), np.array([[0.0, 1.0], [-1.0, 0.0]]))
        yield _certificate(f"certificate/skew-dW/{k}", W, W + 2 * m * J, ("skew-dW",))
        bad = (1.0 + k / 8) * np.eye(4)
        found = _certificate(
            f"certificate/no-margin/{k}", bad, bad + np.eye(4) / 64, ("no-margin",)
        )
        yield replace(found, result="undetermined")
    for k in range(12):
        numbers = Numbers(f"certificate/bits/{k}")
        W = generic(numbers, n=6).W
        step = 2.0 ** -(1 + k % 5)
        yield _certificate(numbers.name, W, np.rint(W / step) * step, ("bits",))


def _certificate(test: str, W: Matrix, after: Matrix, flags: tuple[str, ...]) -> Question:
    dW, m = rational(W) - rational(after), margin(W)
    squares = sum((dW[i, j] ** 2 for i in range(dW.nrows()) for j in range(dW.ncols())), fmpq(0))
    sides = {
        "frobenius": (_root(squares), nearest(m)),
        "norm": (nearest(norm(dW)), nearest(m)),
        "one_sided": (-nearest(eigenvalues((dW + dW.transpose()) / fmpq(2))[0]), nearest(m)),
        "margin": (0.0, nearest(margin(after))),
    }
    expected = {name: _statement(*pair) for name, pair in sides.items()}
    arguments = {"W": W, "W_after": after}
    return Question(test, "certificate", arguments, expected, "certificate", flags)


def _statement(left: float, right: float) -> Statements:
    """left < right: both are the nearest floats to numbers that are floats or far apart."""
    clear = right - left > 1e-3 * max(abs(left), abs(right))
    return Statements(np.array([left < right]), np.array([clear]))
