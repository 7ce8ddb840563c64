"""Mistakes in steps of the splitting methods and of the adjoint iteration, with their states."""

from collections.abc import Iterator

import numpy as np

from mondeq_ref.arrays import Matrix
from mondeq_ref.oracle.gradient_mistakes import adjoints
from mondeq_ref.oracle.names import Mistake, Suspect
from mondeq_ref.oracle.question import Answer, Question
from mondeq_ref.oracle.solver_mistakes import points
from mondeq_ref.oracle.splittings import METHODS
from mondeq_ref.oracle.steps import adjoint_stepped, bare, stepped


def step_mistakes(question: Question) -> Iterator[Suspect]:
    W, c, start, method, alpha, count, cell = question.arguments.values()

    def of(**changed: object) -> Answer:
        state, Z = stepped(**{**question.arguments, **changed})  # type: ignore[arg-type]
        return {"state": state, "Z": Z}

    state = question.ball("state").center
    detail = "the equilibrium is read off the state by the resolvent and the ReLU"
    yield Mistake.STATE, detail, {"state": state, "Z": state}
    transposed, symmetric = np.ascontiguousarray(W.T), (W + W.T) / 2
    yield Mistake.TRANSPOSED, "these are steps with W'", of(W=transposed)
    yield Mistake.SKEW_DROPPED, "these are steps with (W + W')/2", of(W=symmetric)
    for other in METHODS:
        if other != method:
            detail = f"these are steps of {other}, where {method} was asked for"
            yield Mistake.OTHER_METHOD, detail, of(method=other)
    for other in (count - 1, count + 1):
        detail = f"this is the state after {other} steps, where {count} were asked for"
        yield Mistake.OTHER_COUNT, detail, of(count=other)
    before = of(count=count - 1)["Z"]
    detail = "Z is read off the state of one step before"
    yield Mistake.OTHER_COUNT, detail, {"state": state, "Z": before}
    for other in _others(alpha):
        detail = f"these are steps with alpha = {other:g}, where {alpha:g} was asked for"
        yield Mistake.OTHER_ALPHA, detail, of(alpha=other)
    if start.any():
        yield Mistake.NO_START, "these are steps from zero", of(start=0 * start)
    if cell > 0:
        yield Mistake.NOT_ROUNDED, "no state is rounded to multiples of the cell", of(cell=0.0)
        last = np.rint(of(cell=0.0)["state"] / cell) * cell
        detail = "the last state alone is rounded to multiples of the cell"
        yield Mistake.NOT_ROUNDED, detail, of(start=last, count=0)
    M = np.eye(len(W)) - W
    if float(np.linalg.eigvalsh((M + M.T) / 2)[0]) > 0:
        Z = points(bare(W), c)
        fixed = Z + alpha * (Z @ M.T - c) * (method != METHODS[0])
        for limit in (Z, fixed):
            detail = "this is the equilibrium, whatever the number of steps"
            yield Mistake.LIMIT, detail, {"state": limit, "Z": Z}


def adjoint_step_mistakes(question: Question) -> Iterator[Suspect]:
    W, Z, G, alpha, count = question.arguments.values()
    D, every = Z > 0, np.ones_like(Z)
    right = question.ball("lambda").center

    def of(
        W: Matrix = W, mask: Matrix = D, G: Matrix = G, alpha: float = alpha, count: int = count
    ) -> Answer:
        return {"lambda": adjoint_stepped(W, mask, G, alpha, count)}

    yield Mistake.TRANSPOSED, "this iterates with M where M' is meant", of(W=W.T)
    yield Mistake.SKEW_DROPPED, "this iterates with the symmetric part of M", of(W=(W + W.T) / 2)
    for detail, masked in (
        ("no step is masked", of(mask=every)),
        ("the last step alone is masked", {"lambda": of(mask=every)["lambda"] * D}),
        ("dz alone is masked, and no step", of(mask=every, G=G * D)),
    ):
        yield Mistake.NO_MASK, detail, masked
    for factor, detail in (
        (alpha, f"this is alpha = {alpha:g} times lambda"),
        (1 / alpha, f"this is lambda over alpha = {alpha:g}"),
        (-1.0, "the sign is wrong"),
    ):
        if factor != 1:
            yield Mistake.FACTOR, detail, {"lambda": factor * right}
    for other in (count - 1, count + 1):
        detail = f"this is lambda after {other} steps, where {count} were asked for"
        yield Mistake.OTHER_COUNT, detail, of(count=other)
    for other in _others(alpha):
        detail = f"these are steps with alpha = {other:g}, where {alpha:g} was asked for"
        yield Mistake.OTHER_ALPHA, detail, of(alpha=other)
    yield Mistake.NO_ADJOINT, "lambda is dz on the active units", {"lambda": G * D}
    yield Mistake.NO_ADJOINT, "lambda is dz", {"lambda": G}
    detail = "this solves M_aa'lambda_a = dz_a, whatever the number of steps"
    limit = adjoints(np.eye(len(W)) - W, D, G)
    yield Mistake.LIMIT, detail, {"lambda": limit}


def _others(alpha: float) -> list[float]:
    """Step sizes that may be taken in place of this one."""
    return [other for other in (1.0, 2 * alpha, alpha / 2) if other != alpha]
