"""Mistakes in W, in the margin and in the Lipschitz constant, with the results that they give."""

from collections.abc import Iterator

import numpy as np

from mondeq_ref.oracle.names import Mistake, Suspect
from mondeq_ref.oracle.question import Question


def operator_mistakes(question: Question) -> Iterator[Suspect]:
    A, S = question.arguments["A"], question.arguments["S"]
    m, identity = question.arguments["m"], np.eye(len(S))
    skew, right = S - S.T, question.ball("W").center
    yield Mistake.TRANSPOSED, "this is W' (or S' - S in place of S - S')", {"W": right.T}
    if A.shape[0] == A.shape[1]:
        W = (1 - m) * identity - A @ A.T + skew
        yield Mistake.TRANSPOSED_FACTOR, "A is (r, n), so A'A is (n, n)", {"W": W}
    symmetric = (1 - m) * identity - A.T @ A + S + S.T
    yield Mistake.SYMMETRIC, "only a skew part leaves the margin alone", {"W": symmetric}
    missing = right + m * identity
    yield Mistake.NO_MARGIN, "the diagonal should hold 1 - m, not 1", {"W": missing}
    dropped = (1 - m) * identity - A.T @ A
    yield Mistake.SKEW_DROPPED, "this is (1 - m) I - A'A", {"W": dropped}


def number_mistakes(question: Question) -> Iterator[Suspect]:
    """Mistaken margins and Lipschitz constants; for n = 1 or symmetric W some of them are right."""
    W = question.arguments["W"]
    M = np.eye(len(W)) - W
    singular, eigenvalues = np.linalg.svd(M, compute_uv=False), np.linalg.eigvals(M)
    if question.operation == "margin":
        suspects = [
            (Mistake.EIGENVALUES, "the least real part of an eigenvalue", eigenvalues.real.min()),
            (Mistake.SINGULAR, "the least singular value of I - W", singular[-1]),
            (Mistake.OF_W, "1 - ||W||", 1 - np.linalg.norm(W, 2)),
        ]
        name = "m"
    else:
        suspects = [
            (Mistake.EIGENVALUES, "the spectral radius", np.abs(eigenvalues).max()),
            (Mistake.FROBENIUS, "the root of the sum of squares", np.linalg.norm(M)),
            (Mistake.OF_W, "||W||", np.linalg.norm(W, 2)),
            (Mistake.SQUARED, "||I - W||^2", singular[0] ** 2),
            (Mistake.SKEW_DROPPED, "the norm of sym(I - W)", np.linalg.norm((M + M.T) / 2, 2)),
        ]
        name = "L"
    for mistake, detail, value in suspects:
        yield mistake, f"this is {detail}", {name: np.array([float(value)])}
