"""Mistakes in the gradients of A, S and m, with the gradients that they give."""

from collections.abc import Iterator

import numpy as np

from mondeq_ref.arrays import Matrix
from mondeq_ref.operator import Factors, Operator
from mondeq_ref.oracle.gradient_mistakes import Backward, factor, one_factor, passes, right_pass
from mondeq_ref.oracle.names import Mistake, Suspect
from mondeq_ref.oracle.question import Answer, Array, Question


def factor_gradient_mistakes(question: Question, answer: Answer) -> Iterator[Suspect]:
    A, S, m, U, b = (question.arguments[name] for name in ("A", "S", "m", "U", "b"))
    right = right_pass(Operator(Factors(A, S, m).product.rounded(), U, b), question)
    yield from factor(question, answer, int((right.Lam != 0).sum()))
    yield from _one_term(A, right.Lam.T @ right.Z)
    yield from one_factor(question, answer)
    yield from passes(question, answer, right, lambda one: _of_factors(A, one))


def _of_factors(A: Matrix, one: Backward) -> dict[str, Array]:
    H = np.swapaxes(one.Lam, -1, -2) @ one.Z
    T = np.swapaxes(H, -1, -2)
    trace = np.asarray(np.trace(H, axis1=-2, axis2=-1))
    return {"A": -A @ (H + T), "S": H - T, "m": -trace[..., None]}


def _one_term(A: Matrix, H: Matrix) -> Iterator[Suspect]:
    """Each of A and S occurs twice in W."""
    for name, right, this, gives in (
        ("A", "-A (H + H')", "-A H", -A @ H),
        ("A", "-A (H + H')", "-A H'", -A @ H.T),
        ("A", "-A (H + H')", "-2 A H", -2 * A @ H),
        ("A", "-A (H + H')", "-2 A H'", -2 * A @ H.T),
        ("S", "H - H'", "H", H),
        ("S", "H - H'", "-H'", -H.T),
    ):
        yield Mistake.ONE_TERM, f"dl/d{name} is {right}, H = dl/dW; this is {this}", {name: gives}
