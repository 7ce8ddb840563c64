"""Mistakes of backward passes, with the gradients that they give."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from mondeq_ref.arrays import Matrix
from mondeq_ref.operator import Operator
from mondeq_ref.oracle.adjoint_paths import loose_solves, too_few_steps
from mondeq_ref.oracle.names import Mistake, Suspect
from mondeq_ref.oracle.question import Answer, Array, Question
from mondeq_ref.oracle.solver_mistakes import operator_of, points

NEGLIGIBLE = 2e-3  # factors are diagnosed between this and its reciprocal
SAME = 1e-4  # relative, of the factors of different gradients
LEAST_ENTRIES = 3  # nonzero entries of lambda for the diagnosis of a factor
USUAL = (-1.0, 0.5, 2.0, -0.5, -2.0)  # factors of some gradients where the others are right
THRESHOLDS = (1e-1, 1e-2, 1e-3, 1e-4, 1e-5)


@dataclass(frozen=True, eq=False)
class Backward:
    """A backward pass: the states and adjoints that parameters' gradients are sums of.  Lam may
    have a leading axis, for several passes at once."""

    operator: Operator
    X: Matrix
    Z: Matrix
    Lam: Matrix

    def parameters(self) -> dict[str, Array]:
        columns = np.swapaxes(self.Lam, -1, -2)
        sums = {"W": columns @ self.Z, "U": columns @ self.X, "b": self.Lam.sum(axis=-2)}
        return {**sums, "X": self.Lam @ self.operator.U}


Written = Callable[[Backward], dict[str, Array]]  # the gradients that a backward pass gives


def gradient_mistakes(question: Question, answer: Answer) -> Iterator[Suspect]:
    if are_negligible(question, answer):
        return  # they are near those of every mistake that loses its gradients
    operator = operator_of(question)
    right = right_pass(operator, question)
    gives = right.parameters()
    yield from factor(question, answer, int((right.Lam != 0).sum()))
    detail = "dl/dW is sum lambda z', not sum z lambda'"
    yield Mistake.TRANSPOSED_GRADIENT, detail, {**gives, "W": gives["W"].T}
    yield from one_factor(question, answer)
    yield from passes(question, answer, right, Backward.parameters)


def are_negligible(question: Question, answer: Answer) -> bool:
    """Whether every gradient is far smaller than the right one."""
    sizes = [
        (np.linalg.norm(g), np.linalg.norm(question.ball(n).center)) for n, g in answer.items()
    ]
    return all(got <= NEGLIGIBLE * right for got, right in sizes)


def right_pass(operator: Operator, question: Question) -> Backward:
    X, G = question.arguments["X"], question.arguments["dZ"]
    Z = points(operator, X @ operator.U.T + operator.b)
    M = np.eye(operator.n) - operator.W
    return Backward(operator, X, Z, adjoints(M, Z > 0, G))


def passes(
    question: Question, answer: Answer, right: Backward, written: Written
) -> Iterator[Suspect]:
    """The gradients of mistaken backward passes."""
    operator, X, Z, G = right.operator, right.X, right.Z, question.arguments["dZ"]
    C = X @ operator.U.T + operator.b
    M = np.eye(operator.n) - operator.W
    active = Z > 0

    def of(Z: Matrix, Lam: Matrix) -> dict[str, Array]:
        return written(Backward(operator, X, Z, Lam))

    def at(Z: Matrix, M: Matrix = M) -> dict[str, Array]:
        return of(Z, adjoints(M, Z > 0, G))

    yield Mistake.TRANSPOSED, "lambda solves M lambda = dz where M'lambda = dz is meant", at(Z, M.T)
    mirrored = points(operator.with_weights(np.ascontiguousarray(operator.W.T)), C)
    for turned in (M, M.T):
        detail = "these are the gradients at the equilibria of W'"
        yield Mistake.TRANSPOSED, detail, at(mirrored, turned)
    symmetric = (M + M.T) / 2
    yield Mistake.SKEW_DROPPED, "lambda solves the symmetric part of M", at(Z, symmetric)
    even = points(operator.with_weights(np.eye(operator.n) - symmetric), C)
    detail = "these are the gradients at the equilibria of (W + W')/2"
    yield Mistake.SKEW_DROPPED, detail, at(even, symmetric)
    alone = points(operator, np.broadcast_to(operator.b, C.shape))
    yield Mistake.NO_INPUT, "these are the gradients at the equilibria for c = b", at(alone)
    bare = points(operator, X @ operator.U.T)
    yield Mistake.NO_BIAS, "these are the gradients at the equilibria for c = U x", at(bare)
    detail = "this is M'^-1 dz; only active units pass a gradient"
    yield Mistake.NO_MASK, detail, of(Z, adjoints(M, np.ones_like(active), G))
    yield Mistake.NO_ADJOINT, "lambda is dz on the active units", of(Z, G * active)
    yield Mistake.NO_ADJOINT, "lambda is dz", of(Z, G)
    for threshold in THRESHOLDS:
        detail = f"units up to {threshold:g} count as inactive"
        yield Mistake.DEAD_ZONE, detail, of(Z, adjoints(M, threshold < Z, G))
    if (right.Lam != 0).sum() < LEAST_ENTRIES:
        return
    for found, candidates in (
        too_few_steps(M, active, right.Lam, G, question.alpha),
        loose_solves(M, active, G),
    ):
        if found:
            which, gives = _nearest(question, answer, of(Z, np.array(candidates)))
            yield *found[which], gives


def _nearest(
    question: Question, answer: Answer, candidates: dict[str, Array]
) -> tuple[int, Answer]:
    """The gradients among the candidates that are nearest to the answer, with their index."""
    shares: list[Array] = []
    for name, got in answer.items():
        off = (candidates[name] - np.asarray(got, np.float64)).reshape(len(candidates[name]), -1)
        size = max(float(np.linalg.norm(got - question.ball(name).center)), 1e-300)
        shares.append(np.linalg.norm(off, axis=1) / size)
    which = int(np.argmin(np.nan_to_num(np.max(shares, axis=0), nan=np.inf)))
    return which, {name: stack[which] for name, stack in candidates.items()}


def factor(question: Question, answer: Answer, entries: int) -> Iterator[Suspect]:
    """Every gradient times one number, or a mean over the rows, which does not affect dl/dX."""
    rows = len(question.arguments["X"])
    found = {name: _ratio(question, name, got) for name, got in answer.items()}
    found = {name: t for name, t in found.items() if t is not None}
    if entries < LEAST_ENTRIES or not found:
        return
    means = {name: 1.0 if name == "X" else 1 / rows for name in found}
    if rows > 1 and all(abs(t / means[name] - 1) <= SAME for name, t in found.items()):
        detail = f"the parameters' are 1/{rows} of the right ones: a mean for a sum"
        gives = {name: question.ball(name).center * means[name] for name in found}
        yield Mistake.FACTOR, detail, gives
        return
    t = next(iter(found.values()))
    if any(abs(other / t - 1) > SAME for other in found.values()):
        return
    if not NEGLIGIBLE < abs(t) < 1 / NEGLIGIBLE or abs(t - 1) < NEGLIGIBLE:
        return
    shown = ", ".join(f"{one:.6g} in {name}" for name, one in found.items())
    hint = "; the sign is wrong" if t < 0 else ""
    if rows > 1 and abs(t * rows - 1) < SAME:
        hint = "; 1 over the number of rows: a mean for a sum"
    gives = {name: t * question.ball(name).center for name in found}
    yield Mistake.FACTOR, f"one factor for every gradient: {shown}{hint}", gives


def one_factor(question: Question, answer: Answer) -> Iterator[Suspect]:
    """One gradient, or all but that of X, times a usual factor; the others are right."""
    rows, alpha = len(question.arguments["X"]), question.alpha or 1.0
    factors = {*USUAL, 1 / rows, float(rows), alpha, 1 / alpha} - {1.0}
    parameters = [name for name in answer if name != "X"]
    groups = [[name] for name in answer]
    groups += [parameters] if 1 < len(parameters) < len(answer) else []
    for names in groups if len(answer) > 1 else []:
        for t in sorted(factors):
            listed = ", ".join(f"dl/d{name}" for name in names)
            detail = f"{t:.6g} times the right {listed}, and the others are right"
            if names == ["S"] and t == -1:
                detail += " (the sign, or S' - S for S - S')"
            gives = {name: t * question.ball(name).center for name in names}
            yield Mistake.FACTOR, detail, gives


def _ratio(question: Question, name: str, got: Array) -> float | None:
    """The least-squares factor between this array and the right one; None if 0 or undefined."""
    center = question.ball(name).center
    size = float((center * center).sum())
    t = float((np.asarray(got, np.float64) * center).sum()) / size if size > 0 else None
    return t if t else None


def adjoints(M: Matrix, active: Array, G: Matrix) -> Matrix:
    """Rows lambda with M_aa'lambda_a = g_a, in floats."""
    Lam = np.zeros_like(G)
    for row, (a, g) in enumerate(zip(active, G, strict=True)):
        units = np.flatnonzero(a)
        Lam[row, units] = np.linalg.solve(M[np.ix_(units, units)].T, g[units])
    return Lam
