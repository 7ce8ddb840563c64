"""Steps of forward-backward, Peaceman-Rachford and Douglas-Rachford, in rationals."""

from collections.abc import Callable, Iterator
from fractions import Fraction

import numpy as np
from flint import fmpq, fmpq_mat

from data.make.vector_groups.layers import generic, rotation
from data.make.vector_groups.numbers import Numbers, ball, identity, rational, rounded
from mondeq_ref.arrays import Matrix
from mondeq_ref.oracle.question import Question

FLAGS = {
    "one-step": "a single step: a factor, a sign or an order that is wrong shows at once",
    "trace": "many steps: states do not drift",
    "rate": "a rotation on which Douglas-Rachford is faster than Peaceman-Rachford",
    "start": "the state that was given is where it begins, not zero",
    "rounded-state": "the state is rounded half-even to multiples of a cell after every step",
    "stuck": "a cell so large that the rounded state no longer moves",
}
METHODS = ("forward-backward", "peaceman-rachford", "douglas-rachford")


def questions() -> Iterator[Question]:
    for method in METHODS:
        for alpha in (1.0, 0.5, 0.25, 0.125):
            for count in (1, 2, 3, 12):
                flag = "one-step" if count == 1 else "trace"
                yield _on_a_layer(f"{_short(method)}/{alpha}/{count}", method, alpha, count, flag)
        for k in range(3):
            numbers = Numbers(f"start/{method}/{k}")
            start = numbers.over(8, 0, 16, (2, 4))
            test = f"start-{_short(method)}/{k}"
            yield _on_a_layer(test, method, 0.25, k + 1, "start", start)
        for k, count in enumerate((1, 2, 4, 8, 16)):
            layer = rotation(0.25, 2.0)
            c = Numbers(f"rate/{k}").over(4, 1, 16, (2, 2))
            yield steps(f"rate-{_short(method)}/{k}", layer.W, c, method, 0.5, count, ("rate",))
        for k, cell in enumerate((0.5, 2.0**-4, 2.0**-8, 2.0**-12)):
            test = f"rounded-{_short(method)}/{k}"
            yield _on_a_layer(test, method, 0.25, 6, "rounded-state", cell=cell)
    for k in range(4):
        W, c = np.eye(3) * 0.5, np.full((1, 3), 0.5 + k)
        start = np.full((1, 3), 2.0 * (1 + k))
        yield steps(
            *(f"stuck/{k}", W, c, METHODS[0], 0.5, 8, ("stuck", "rounded-state"), start),
            cell=float(2**k),
        )


def _short(method: str) -> str:
    return "".join(word[0] for word in method.split("-"))


def _on_a_layer(
    test: str,
    method: str,
    alpha: float,
    count: int,
    flag: str,
    start: Matrix | None = None,
    cell: float = 0.0,
) -> Question:
    numbers = Numbers(f"steps/{test}")
    layer = generic(numbers, n=4)
    c = numbers.over(16, -16, 32, (2, 4))
    return steps(test, layer.W, c, method, alpha, count, (flag,), start, cell=cell)


def steps(
    test: str,
    W: Matrix,
    c: Matrix,
    method: str,
    alpha: float,
    count: int,
    flags: tuple[str, ...],
    start: Matrix | None = None,
    *,
    cell: float = 0.0,
) -> Question:
    begin = np.zeros_like(c) if start is None else start
    state, Z = _iterated(W, c, begin, method, alpha, count, cell)
    arguments = {"W": W, "c": c, "start": begin, "method": method}
    arguments |= {"alpha": alpha, "count": count, "cell": cell}
    expected = {"state": ball(state, len(c)), "Z": ball(Z, len(c))}
    claim = "inexact" if cell else method.replace("-", "_")
    level = "should" if cell else "must"
    return Question(f"steps/{test}", "steps", arguments, expected, claim, flags, level=level)


def _iterated(
    W: Matrix, c: Matrix, start: Matrix, method: str, alpha: float, count: int, cell: float
) -> tuple[Matrix, Matrix]:
    """Rows are states; every step is exact."""
    n, a = len(W), rational(np.array([[alpha]]))[0, 0]
    M, C, state = identity(n) - rational(W), rational(c), rational(start)
    resolvent = (identity(n) + M * a).inv().transpose()

    def reflected(s: fmpq_mat) -> fmpq_mat:
        return (s + C * a) * resolvent * fmpq(2) - s

    for _ in range(count):
        if method == "forward-backward":
            state = _entries(state - (state * M.transpose() - C) * a, _positive)
        elif method == "peaceman-rachford":
            state = _entries(reflected(state), abs)
        else:
            state = (state + _entries(reflected(state), abs)) / fmpq(2)
        if cell:
            state = _entries(state, lambda entry: _to_cell(entry, cell))
    read = state if method == "forward-backward" else _entries(reflected(state), _positive)
    return rounded(state), rounded(read)


def _entries(matrix: fmpq_mat, change: Callable[[fmpq], fmpq]) -> fmpq_mat:
    found = [change(entry) for row in matrix.table() for entry in row]
    return fmpq_mat(matrix.nrows(), matrix.ncols(), found)


def _positive(entry: fmpq) -> fmpq:
    return entry if entry > 0 else fmpq(0)


def _to_cell(entry: fmpq, cell: float) -> fmpq:
    unit = Fraction(cell)
    whole = round(Fraction(int(entry.p), int(entry.q)) / unit)  # half to even
    return fmpq(whole * unit.numerator, unit.denominator)
