"""What backward passes return in place of the gradients."""

from collections.abc import Iterator

import numpy as np

from mondeq_ref.arrays import Matrix
from mondeq_ref.oracle.question import Answer, Array, Question
from mondeq_ref.oracle.report import Diagnosis, Mistake
from mondeq_ref.oracle.solver_mistakes import operator_of, points


def gradient_mistakes(question: Question, answer: Answer) -> Iterator[tuple[Diagnosis, Answer]]:
    operator, X, G = operator_of(question), question.arguments["X"], question.arguments["dZ"]
    C = X @ operator.U.T + operator.b
    M = np.eye(operator.n) - operator.W
    yield from _factors(question, answer)
    Z = points(operator, C)

    def of(Z: Matrix, Lam: Matrix) -> dict[str, Array]:
        return {"W": Lam.T @ Z, "U": Lam.T @ X, "b": Lam.sum(axis=0), "X": Lam @ operator.U}

    right = of(Z, _adjoints(M, Z > 0, G))
    yield (
        Diagnosis(Mistake.TRANSPOSED_GRADIENT, "dl/dW is sum lambda z', not sum z lambda'"),
        {
            **right,
            "W": right["W"].T,
        },
    )
    detail = "lambda solves M lambda = dz where M'lambda = dz is meant"
    yield Diagnosis(Mistake.TRANSPOSED, detail), of(Z, _adjoints(M.T, Z > 0, G))
    mirrored = points(operator.with_weights(np.ascontiguousarray(operator.W.T)), C)
    detail = "these are the gradients at the equilibria of W'"
    yield Diagnosis(Mistake.TRANSPOSED, detail), of(mirrored, _adjoints(M, mirrored > 0, G))
    yield Diagnosis(Mistake.TRANSPOSED, detail), of(mirrored, _adjoints(M.T, mirrored > 0, G))
    alone = points(operator, np.broadcast_to(operator.b, C.shape))
    detail = "these are the gradients at the equilibria for c = b"
    yield Diagnosis(Mistake.NO_INPUT, detail), of(alone, _adjoints(M, alone > 0, G))
    detail = "this is M'^-1 dz; only active units pass a gradient"
    yield Diagnosis(Mistake.NO_MASK, detail), of(Z, _adjoints(M, np.ones_like(Z) > 0, G))
    yield Diagnosis(Mistake.NO_ADJOINT, "lambda is dz on the active units"), of(Z, G * (Z > 0))


def _factors(question: Question, answer: Answer) -> Iterator[tuple[Diagnosis, Answer]]:
    """Each array is the right one times a number, which is 1 for those that are right."""
    rows, gives, found = len(question.arguments["X"]), dict[str, Array](), dict[str, float]()
    for name, got in answer.items():
        center = question.expected[name].center
        size = float((center * center).sum())
        t = float((np.asarray(got, np.float64) * center).sum()) / size if size > 0 else 1.0
        gives[name], found[name] = t * center, t
    shown = ", ".join(f"{t:.6g} in {name}" for name, t in found.items())
    means = [t for t in found.values() if abs(t * rows - 1) < 1e-6]  # a guess for the sentence
    hint = "; 1 over the number of rows: a mean for a sum" if rows > 1 and means else ""
    if any(t < 0 for t in found.values()):
        hint = "; the sign is wrong"
    yield Diagnosis(Mistake.FACTOR, f"exactly a factor of {shown}{hint}"), gives


def _adjoints(M: Matrix, active: Array, G: Matrix) -> Matrix:
    """Rows lambda with M_aa'lambda_a = g_a, in floats."""
    Lam = np.zeros_like(G)
    for row, (a, g) in enumerate(zip(active, G, strict=True)):
        units = np.flatnonzero(a)
        Lam[row, units] = np.linalg.solve(M[np.ix_(units, units)].T, g[units])
    return Lam
