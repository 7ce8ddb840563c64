"""Mistakes of quantizers of layers: those of one array made in K, U and b alike, the identity or
the diagonal that is quantized, and steps that are shared."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from mondeq_ref.oracle.names import Mistake, Suspect
from mondeq_ref.oracle.quantizer_mistakes import AXES, coded, quantizer_mistakes, usual_codes
from mondeq_ref.oracle.question import Answer, Array, Ball, Question
from mondeq_ref.whats import matrix_of


def layer_mistakes(question: Question) -> Iterator[Suspect]:
    W, U, b, offset, spec = question.arguments.values()
    usual = usual_codes(spec)
    if usual is None or spec.get("step", "largest") != "largest":
        return
    of_offset = matrix_of(spec["what"]) == "K"
    K = W - (offset * np.eye(len(W)) if of_offset else np.diag(np.diag(W)))
    alike = [_alike(question, name, of) for name, of in (("K", K), ("U", U), ("b", b[None]))]
    for mistake, detail in alike[0]:
        made = (each.get((mistake, detail), []) for each in alike)
        for of_K, of_U, of_b in zip(*made, strict=False):
            yield mistake, detail, {**of_K, **of_U, **of_b}

    def step(of: Array) -> Array:
        return np.abs(of).max(axis=AXES[spec["per"]], keepdims=True) / usual.reach

    def by(name: str, array: Array, step: Array) -> Answer:
        made = coded(array, step, spec["round"], usual.least, usual.most)
        return _named(question, name, made)

    right = {
        name: ball.center for name, ball in question.expected.items() if isinstance(ball, Ball)
    }
    mistake, detail = Mistake.DIAGONAL, "the codes are those of W with its diagonal"
    if of_offset:
        mistake, detail = Mistake.IDENTITY, f"the codes are those of W, not of W - {offset:g} I"
    else:
        yield mistake, detail, {**right, **by("K", W, step(K))}
    yield mistake, detail, {**right, **by("K", W, step(W))}
    column = b[:, None]
    of_U, of_b = by("U", U, step(K)), by("b", column, step(K))
    for whose, shared in (("U", of_U), ("b", of_b), ("U and b", {**of_U, **of_b})):
        detail = f"{whose} by the step of K, where each has one of its own"
        yield Mistake.GRANULARITY, detail, {**right, **shared}
    joint = step(np.hstack([K, U, column]))
    together = {**by("K", K, joint), **by("U", U, joint), **by("b", column, joint)}
    yield Mistake.GRANULARITY, "one step for K, U and b, that of the largest", together


def _alike(question: Question, name: str, array: Array) -> dict[tuple[Mistake, str], list[Answer]]:
    """What the mistakes of one array give for this one."""
    codes, step = question.ball(f"codes_{name}"), question.ball(f"step_{name}")
    codes = Ball(codes.center.reshape(array.shape), codes.radius)
    spec = question.arguments["spec"] | {"what": "W"}
    arguments = {"W": array, "spec": spec}
    alone = replace(question, arguments=arguments, expected={"codes": codes, "step": step})
    found = defaultdict[tuple[Mistake, str], list[Answer]](list)
    for mistake, detail, gives in quantizer_mistakes(alone):
        found[mistake, detail].append(_named(question, name, gives))
    return found


def _named(question: Question, name: str, gives: Answer) -> Answer:
    """The answer under the names and with the shapes of the question, where it has its sizes."""
    shapes = {of: question.ball(f"{of}_{name}").center.shape for of in gives}
    return {
        f"{of}_{name}": array.reshape(shapes[of]) if array.size == np.prod(shapes[of]) else array
        for of, array in gives.items()
    }
