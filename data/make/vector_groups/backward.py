"""Gradients at exact equilibria: adjoint, products and sums in rationals, rounded once."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from flint import fmpq, fmpq_mat

from data.make.vector_groups.layers import (
    Layer,
    Shapes,
    adjoints,
    gap,
    generic,
    proved,
    rotation,
    states,
)
from data.make.vector_groups.numbers import Numbers, ball, identity, rational, rounded
from mondeq_ref.arrays import Matrix
from mondeq_ref.oracle.question import Question

FLAGS = {
    "alpha": "the same question at another step size: no gradient depends on it",
    "one-row": "a batch of one row, squeezed away; a mean is a sum",
    "one-unit": "n = 1 with an active unit",
    "skew": "the skew part of W decides the adjoint: symmetric solvers fail",
    "rank-deficient": "A has two rows",
    "dead-units": "units that are coupled to nothing",
    "few-active": "hardly a unit passes a gradient",
    "all-active": "no mask: a transposed system shows",
    "small-active": "units active by 2^-10: a mask above a threshold loses them",
    "slow-adjoint": "an adjoint iteration needs many steps",
    "loud-gradient": "dl/dz of very different sizes in one batch, of which a mean hides some",
    "large": "more units than a hand-written loop was tried with",
    "one-step": "a single step: W for W', a sign or a mask that is wrong shows at once",
    "trace": "many steps of the adjoint iteration: a factor alpha is lost or counted twice",
    "factors": "gradients of A, S and m: both triangles, the minus signs, the trace",
}
NEAREST = 2.0**-8  # |z_i - w_i|, so that float32 sees the same active set


def questions() -> Iterator[Question]:
    yield from _many("generic", 16)
    yield from _many("small", 6, n=3)
    yield from _many("one-row", 10, ("one-row",), rows=1)
    yield from _many("one-unit", 4, ("one-unit",), n=1, rank=1, bias=2.5)
    yield from _many("one-unit-one-row", 4, ("one-row", "one-unit"), rows=1, n=1, bias=2.5)
    yield from _many("skew", 8, ("skew",), skew=96)
    yield from _many("rank-deficient", 6, ("rank-deficient",), rank=2)
    yield from _many("dead-units", 5, ("dead-units",), dead=3)
    yield from _many("few-active", 6, ("few-active",), n=10, bias=-1.5)
    yield from _many("all-active", 5, ("all-active",), bias=24.0, skew=16)
    yield from _many("large", 2, ("large",), n=20, rows=2)
    yield from _small_active()
    for k in range(6):
        numbers = Numbers(f"gradients/slow-adjoint/{k}")
        layer = rotation(0.25, 1.0 + k / 4, 3)
        X = numbers.over(16, 8, 32, (3, 6))
        yield gradients(numbers.name, layer, X, _seeds(numbers, layer, X), ("slow-adjoint", "skew"))


def factor_questions() -> Iterator[Question]:
    shapes: Shapes = (
        ("generic", 14, ("factors",), {}),
        ("rank-deficient", 8, ("factors", "rank-deficient"), {"rank": 2}),
        ("one-row", 6, ("factors", "one-row"), {"rows": 1}),
        ("skew", 6, ("factors", "skew"), {"skew": 96}),
        ("one-unit", 4, ("factors", "one-unit"), {"n": 1, "bias": 2.5}),
    )
    for family, count, flags, shape in shapes:
        for k, question in enumerate(_many(family, count, flags, "factor_gradients", **shape)):
            yield _of_factors(f"factor_gradients/{family}/{k}", question)


def adjoint_questions() -> Iterator[Question]:
    """Steps lambda <- D (lambda - alpha (M'lambda - dz)) from zero, in rationals."""
    for alpha in (1.0, 0.25, 0.125):
        for count in (1, 3, 12):
            numbers = Numbers(f"adjoint_steps/{alpha}/{count}")
            layer = generic(numbers, n=4)
            Z = numbers.over(16, 1, 32, (2, 4)) * numbers.integers(0, 1, (2, 4))
            dZ = numbers.over(16, -32, 32, (2, 4))
            M, lam, a = identity(4) - rational(layer.W), rational(0 * dZ), fmpq(1, int(1 / alpha))
            for _ in range(count):
                lam = lam - (lam * M - rational(dZ)) * a
                lam = fmpq_mat(
                    *(
                        2,
                        4,
                        [lam[i, j] if Z[i, j] > 0 else fmpq(0) for i in (0, 1) for j in range(4)],
                    )
                )
            yield Question(
                numbers.name,
                "adjoint_steps",
                {"W": layer.W, "Z": Z, "dZ": dZ, "alpha": alpha, "count": count},
                {"lambda": ball(rounded(lam), 2)},
                "backward",
                ("one-step" if count == 1 else "trace",),
            )


def _many(
    family: str,
    count: int,
    flags: tuple[str, ...] = (),
    operation: str = "gradients",
    rows: int = 3,
    **shape: object,
) -> Iterator[Question]:
    """Every third also at half the step size."""
    for k in range(count):
        numbers = Numbers(f"{operation}/{family}/{k}")
        layer, X = _away_from_kinks(numbers, rows, **shape)
        found = gradients(numbers.name, layer, X, _seeds(numbers, layer, X), flags)
        yield found
        if operation == "gradients" and k % 3 == 0:
            half = (found.alpha or 1.0) / 2
            test = f"gradients/{family}-half-alpha/{k // 3}"
            yield replace(found, test=test, alpha=half, flags=(*flags, "alpha"))


def _away_from_kinks(numbers: Numbers, rows: int, **shape: object) -> tuple[Layer, Matrix]:
    """The first draw with every unit away from its kink and an active unit in every row."""
    while True:
        layer = generic(numbers, **shape)  # type: ignore[arg-type]
        kept: list[Matrix] = []
        for _ in range(40):
            X = numbers.over(16, -32, 32, (1, layer.U.shape[1]))
            found = proved(layer, X)
            if found[0].active and gap(layer, X, found) > NEAREST:
                kept.append(X)
            if len(kept) == rows:
                return layer, np.concatenate(kept)


def _seeds(numbers: Numbers, layer: Layer, X: Matrix) -> Matrix:
    return numbers.over(16, -32, 32, (len(X), len(layer.b)))


def _small_active() -> Iterator[Question]:
    """z is 2^-10 in some units and of size one in the others, and w >= 1 where z = 0."""
    for k in range(8):
        numbers = Numbers(f"gradients/small-active/{k}")
        layer = generic(numbers, n=6)
        kind = numbers.integers(0, 2, (2, 6))
        kind[:, 0], kind[:, 1] = 1, 2
        z = np.where(kind == 1, 2.0**-10, np.where(kind == 2, numbers.over(4, 4, 16, (2, 6)), 0.0))
        w = np.where(kind == 0, numbers.over(4, 4, 16, (2, 6)), 0.0)
        one = Layer(layer.W, np.eye(6), np.zeros(6), layer.factors)
        c = z - z @ layer.W.T - w
        yield gradients(numbers.name, one, c, _seeds(numbers, one, c), ("small-active",))


def gradients(test: str, layer: Layer, X: Matrix, dZ: Matrix, flags: tuple[str, ...]) -> Question:
    found = proved(layer, X)
    Z, Lam, rows = states(found), adjoints(layer, found, dZ), len(X)
    ones = rational(np.ones((rows, 1)))
    expected = {
        "W": ball(rounded(Lam.transpose() * Z), 1),
        "U": ball(rounded(Lam.transpose() * rational(X)), 1),
        "b": ball(rounded(Lam.transpose() * ones).reshape(-1), 1),
        "X": ball(rounded(Lam * rational(layer.U)), rows),
    }
    arguments = {"W": layer.W, "U": layer.U, "b": layer.b, "X": X, "dZ": dZ}
    return Question(
        test, "gradients", arguments, expected, "backward", flags, layer.factors, alpha=layer.alpha
    )


def _of_factors(test: str, question: Question) -> Question:
    """dl/dA = -A (H + H'), dl/dS = H - H', dl/dm = -tr H with H = dl/dW."""
    given, factors = dict(question.arguments), question.factors
    layer = Layer(given["W"], given["U"], given["b"], dict(factors))
    found = proved(layer, given["X"])
    H = adjoints(layer, found, given["dZ"]).transpose() * states(found)
    trace = sum((H[k, k] for k in range(H.nrows())), start=H[0, 0] * 0)
    expected = {
        "A": ball(rounded(rational(factors["A"]) * (H + H.transpose()) * -1), 1),
        "S": ball(rounded(H - H.transpose()), 1),
        "m": ball(np.array([-(int(trace.p) / int(trace.q))]), 1),
    }
    given.pop("W")
    return Question(
        test,
        "factor_gradients",
        {**factors, **given},
        expected,
        "backward",
        question.flags,
        alpha=question.alpha,
    )
