"""Mistakes in the rungs of certificates, with the statements that they give.

Signs of minors are exact.  Eigenvalues are floats, and a mistake says nothing where they are near
zero.
"""

from collections.abc import Iterator
from itertools import combinations, pairwise

import numpy as np

from mondeq_ref.oracle.names import Mistake, Suspect
from mondeq_ref.oracle.question import Answer, Question, Statements
from mondeq_ref.oracle.steps import bare
from mondeq_ref.rigor.dyadic import Dyadic

NEAR = 1e-9
MOST_UNITS = 8  # with 2^n minors
ORDER = ("diagonal", "p_matrix", "semimonotone", "equilibria")


def rung_mistakes(question: Question) -> Iterator[Suspect]:
    M = bare(question.arguments["W"]).exact_M
    truths = {n: _holds(question, n) for n in ORDER}
    for shift, detail in ((1, "the next"), (-1, "the one before")):
        moved = {a: truths[b] for a, b in (pair[::shift] for pair in pairwise(ORDER))}
        yield Mistake.OTHER_RUNG, f"each rung holds {detail}", _said(**moved)
    for name in ORDER:
        yield Mistake.UNSOUND, f"{name} is claimed of every operator", _said(**{name: True})
        for other in ORDER:
            if other != name:
                detail = f"{name} is claimed where {other} holds"
                yield Mistake.OTHER_RUNG, detail, _said(**{name: truths[other]})
    if M.shape[0] <= MOST_UNITS:
        yield from _of_minors(M)
    yield from _of_floats(np.eye(len(question.arguments["W"])) - question.arguments["W"])


def _of_minors(M: Dyadic) -> Iterator[Suspect]:
    n = M.shape[0]
    minors = _signs(M)
    leading = all(minors[tuple(range(k))] > 0 for k in range(1, n + 1))
    yield Mistake.LEADING, "only the leading principal minors are positive", _said(p_matrix=leading)
    detail = "only the determinant is positive"
    yield Mistake.LEADING, detail, _said(p_matrix=minors[tuple(range(n))] > 0)
    entries = all(minors[(k,)] > 0 for k in range(n))
    for name in ("p_matrix", "semimonotone"):
        detail = f"{name} is claimed where the diagonal is positive"
        yield Mistake.LEADING, detail, _said(**{name: entries})
    detail = "a minor may be zero, where it must be positive"
    weakly = all(sign >= 0 for sign in minors.values())
    yield Mistake.NOT_STRICT, detail, _said(p_matrix=weakly)
    definite = all(sign > 0 for sign in _signs(M + M.T).values())
    for name in ORDER[:-1]:
        detail = f"{name} is claimed where I - W has a positive definite symmetric part"
        yield Mistake.DEFINITE, detail, _said(**{name: definite})
    W = bare(np.zeros((n, n))).exact_M - M
    detail = "these are the minors of W"
    of_w = all(sign > 0 for sign in _signs(W).values())
    yield Mistake.OF_W, detail, _said(p_matrix=of_w)


def _of_floats(M: np.ndarray) -> Iterator[Suspect]:
    least = float(np.linalg.eigvals(M).real.min())
    for name in ORDER[:-1]:
        detail = f"{name} is claimed where the eigenvalues of I - W have positive real parts"
        gives = _said(**{name: least > 0}) if abs(least) > NEAR else {}
        yield Mistake.EIGENVALUES, detail, gives


def _signs(M: Dyadic) -> dict[tuple[int, ...], int]:
    """The sign of every principal minor."""
    every = range(M.shape[0])
    subsets = [s for size in range(1, len(every) + 1) for s in combinations(every, size)]
    minors = {s: int(M.block(s, s).integers.det()) for s in subsets}
    return {s: (minor > 0) - (minor < 0) for s, minor in minors.items()}


def _holds(question: Question, name: str) -> bool:
    right = question.expected[name]
    assert isinstance(right, Statements)
    return bool(right.holds[0])


def _said(**claims: bool) -> Answer:
    return {name: np.array([claim]) for name, claim in claims.items()}
