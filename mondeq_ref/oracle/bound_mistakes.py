"""Mistakes in displacement bounds and certificates, with the numbers and statements they give."""

from collections.abc import Iterator

import numpy as np

from mondeq_ref.arrays import Matrix
from mondeq_ref.operator import Operator
from mondeq_ref.oracle.names import Mistake, Suspect
from mondeq_ref.oracle.question import Answer, Question
from mondeq_ref.oracle.solver_mistakes import points

NEAR = 1e-9  # of the larger side, and of 1; sides nearer than this are not compared in floats
OTHER_MARGIN = "it takes m of W_after where that of W is meant"


def displacement_mistakes(question: Question) -> Iterator[Suspect]:
    W, after, U, b, X = (question.arguments[name] for name in ("W", "W_after", "U", "b", "X"))
    C = X @ U.T + b
    Z = points(Operator(W, U, b), C)
    moved = points(Operator(after, U, b), C)
    dW, size = W - after, float(np.linalg.norm(W - after, 2))
    m, frobenius = margin(W), float(np.linalg.norm(dW))
    least = _singular(W)
    both, one = (lambda Z: size * _lengths(Z)), (lambda Z: _lengths(Z @ dW.T))
    for shown, top in (("||dW|| ||z||", both), ("||dW z||", one)):
        right = top(moved)
        for mistake, detail, bound in (
            (Mistake.OTHER_BASE, "it takes z of W where that of W_after is meant", top(Z) / m),
            (Mistake.OTHER_MARGIN, OTHER_MARGIN, right / margin(after)),
            (Mistake.NO_MARGIN, "the division by m is missing", right),
            (Mistake.SINGULAR, "it divides by the least singular value of I - W", right / least),
            (Mistake.SQUARED, "it divides by m^2", right / m**2),
        ):
            yield mistake, f"in {shown} / m: {detail}", {"bound": bound}
    bound = frobenius * _lengths(moved) / m
    yield Mistake.FROBENIUS, "this is ||dW||_F ||z|| / m", {"bound": bound}
    bound = float(np.linalg.norm(after, 2)) * _lengths(moved) / m
    yield Mistake.OF_W, "this is ||W_after|| ||z|| / m", {"bound": bound}


def certificate_mistakes(question: Question) -> Iterator[Suspect]:
    """Of statements whose sides are nearly equal only NOT_STRICT says something."""
    W, after = question.arguments["W"], question.arguments["W_after"]
    dW, m = W - after, margin(W)
    eigenvalues = np.linalg.eigvalsh((dW + dW.T) / 2)
    sides = {
        "frobenius": float(np.linalg.norm(dW)),
        "norm": float(np.linalg.norm(dW, 2)),
        "one_sided": -float(eigenvalues[0]),
    }

    def below(sizes: dict[str, float], most: float) -> Answer:
        clear = [k for k, size in sizes.items() if _apart(size, most) and _apart(sides[k], m)]
        return {name: np.array([sizes[name] < most]) for name in clear}

    def positive(least: float) -> Answer:
        clear = min(abs(least), abs(margin(after))) > NEAR
        return {"margin": np.array([least > 0])} if clear else {}

    detail = "this is lambda_max(sym(W - W_after)) < m"
    yield Mistake.OTHER_SIDE, detail, below({"one_sided": float(eigenvalues[-1])}, m)
    largest = float(np.abs(eigenvalues).max())
    yield Mistake.TWO_SIDED, "this is ||sym(dW)|| < m", below({"one_sided": largest}, m)
    yield Mistake.OTHER_MARGIN, OTHER_MARGIN, below(sides, margin(after))
    detail = "it takes the margin of W where that of W_after is meant"
    yield Mistake.OTHER_MARGIN, detail, positive(m)
    for mistake, taken, of in (
        (Mistake.EIGENVALUES, "the least real part of an eigenvalue of I - W", _real),
        (Mistake.SINGULAR, "the least singular value of I - W", _singular),
        (Mistake.OF_W, "1 - ||W||", _off_norm),
    ):
        detail = f"it takes for m {taken}"
        yield mistake, detail, {**below(sides, of(W)), **positive(of(after))}
    yield Mistake.FROBENIUS, "this is ||dW||_F < m", below({"norm": sides["frobenius"]}, m)
    detail = "it takes for the norm of dW its spectral radius"
    radius = float(np.abs(np.linalg.eigvals(dW)).max())
    yield Mistake.EIGENVALUES, detail, below({"norm": radius}, m)
    if "at-threshold" in question.flags:
        gives = {name: np.array([True]) for name in sides}
        yield Mistake.NOT_STRICT, "both sides are equal here", gives


def sides_of(question: Question, name: str) -> str:
    """The two sides of a statement, as text."""
    W, after = question.arguments["W"], question.arguments["W_after"]
    dW = W - after
    if name == "margin":
        return f"the margin of W_after is {margin(after):.6g}"
    left = {
        "frobenius": ("||dW||_F", np.linalg.norm(dW)),
        "norm": ("||dW||_2", np.linalg.norm(dW, 2)),
        "one_sided": ("lambda_max(sym(W_after - W))", -margin(np.eye(len(dW)) - dW)),
    }[name]
    return f"{left[0]} is {left[1]:.6g} and m is {margin(W):.6g}"


def margin(W: Matrix) -> float:
    """The least eigenvalue of sym(I - W), in floats."""
    M = np.eye(len(W)) - W
    return float(np.linalg.eigvalsh((M + M.T) / 2)[0])


def _real(W: Matrix) -> float:
    return float(np.linalg.eigvals(np.eye(len(W)) - W).real.min())


def _singular(W: Matrix) -> float:
    return float(np.linalg.svd(np.eye(len(W)) - W, compute_uv=False)[-1])


def _lengths(Z: Matrix) -> Matrix:
    return np.asarray(np.linalg.norm(Z, axis=1))


def _off_norm(W: Matrix) -> float:
    return 1 - float(np.linalg.norm(W, 2))


def _apart(left: float, right: float) -> bool:
    return abs(left - right) > NEAR * max(abs(left), abs(right))
