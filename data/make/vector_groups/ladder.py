"""Rungs 5 to 8, on both sides of each threshold: what is true follows from a closed form."""

from collections.abc import Iterator
from itertools import combinations, product

import numpy as np
from flint import fmpq, fmpq_mat

from data.make.vector_groups.numbers import rational
from mondeq_ref.arrays import Matrix
from mondeq_ref.oracle.question import Question, Statements

FLAGS = {
    "cycle": "three units in a cycle of gain k: a P-matrix for every k > 0, with weights for k < 2",
    "leading": "every leading principal minor is positive, and another is not",
    "nonnegative": "strictly semimonotone for every t, a P-matrix for t < 1",
    "z-matrix": "entries off the diagonal are <= 0: rungs 5, 6 and 7 hold together",
    "diagonal": "an entry of the diagonal decides, and determinants of blocks do not",
    "near": "1 ulp from the threshold, or at it: the inequality is strict",
    "no-equilibrium": "an input without any equilibrium",
}
ULP = 2.0**-52
SIDES = {"below": 1 - ULP, "at": 1.0, "above": 1 + ULP, "half": 0.5, "twice": 2.0}


def questions() -> Iterator[Question]:
    """`holds` are rungs 5, 6 and 7."""
    for side, share in SIDES.items():
        less = share < 1
        flags = ("near",) if side in ("below", "at", "above") else ()
        k, one = 2 * share, np.eye(3)
        cycle = one + k * np.array([[0.0, 0.0, 1.0], [-1.0, 0.0, 0.0], [0.0, -1.0, 0.0]])
        yield _rungs(f"cycle/{side}", cycle, (less, True, True), ("cycle", *flags))
        rescaled = np.diag([4.0, 1.0, 0.5]) @ cycle @ np.diag([1.0, 0.25, 8.0])
        yield _rungs(f"cycle-rescaled/{side}", rescaled, (less, True, True), ("cycle", *flags))
        together = np.array([[1.0, share], [share, 1.0]])
        yield _rungs(f"nonnegative/{side}", together, (less, less, True), ("nonnegative", *flags))
        apart = np.array([[1.0, -2.0], [-share / 2, 1.0]])
        yield _rungs(f"z-matrix/{side}", apart, (less, less, less), ("z-matrix", *flags))
    for k, d in enumerate((-1.0, -ULP, 0.0, ULP, 1.0)):
        M = np.array([[1.0, 1.0], [-1.0, d]])
        flags = ("diagonal", "leading", *(("near",) if abs(d) <= ULP else ()))
        yield _rungs(f"diagonal/{k}", M, (d > 0, d > 0, d > 0), flags)
    yield _rungs("diagonal/5", -np.eye(1), (False, False, False), ("diagonal",))
    yield _rungs("diagonal/6", np.diag([1.0, 2.0, 3.0, 4.0]), (True, True, True), ("diagonal",))
    yield _rungs("nonnegative/3", 2 - np.eye(3), (False, False, True), ("nonnegative",))


def _rungs(
    test: str, M: Matrix, holds: tuple[bool, bool, bool], flags: tuple[str, ...]
) -> Question:
    n = len(M)
    X = np.array([np.ones(n), np.where(np.arange(n) % 2, -3.0, 1.0)])
    solvable = all(_has_equilibrium(rational(M), rational(x[None])) for x in X)
    if holds[1] != all(minor > 0 for minor in _minors(rational(M)).values()):
        raise ArithmeticError(f"{test}: the minors say otherwise")
    rungs = ("diagonal", "p_matrix", "semimonotone", "equilibria")
    truths = dict(zip(rungs, (*holds, solvable), strict=True))
    clear = "near" not in flags
    expected = {
        name: Statements(np.array([one]), np.array([clear])) for name, one in truths.items()
    }
    flags = flags if solvable else (*flags, "no-equilibrium")
    arguments = {"W": np.eye(n) - M, "X": X}
    return Question(f"rungs/{test}", "rungs", arguments, expected, "certificate", flags)


def _minors(M: fmpq_mat) -> dict[tuple[int, ...], fmpq]:
    every = range(M.nrows())
    subsets = [s for size in range(1, M.nrows() + 1) for s in combinations(every, size)]
    return {s: _block(M, s).det() for s in subsets}


def _block(M: fmpq_mat, units: tuple[int, ...]) -> fmpq_mat:
    return fmpq_mat(len(units), len(units), [M[i, j] for i in units for j in units])


def _has_equilibrium(M: fmpq_mat, c: fmpq_mat) -> bool:
    """By trying every set of active units; where a block is singular, "none" needs a u >= 0 with
    u'M <= 0 and u'c > 0, because M z >= c would give 0 < u'c <= u'M z <= 0."""
    n, minors = M.nrows(), _minors(M)
    if all(c[0, i] <= 0 for i in range(n)):
        return True
    for units, minor in minors.items():
        if minor == 0:
            continue
        right = fmpq_mat(len(units), 1, [c[0, i] for i in units])
        found = _block(M, units).solve(right)
        z = fmpq_mat(n, 1, [fmpq(0)] * n)
        for place, unit in enumerate(units):
            z[unit, 0] = found[place, 0]
        rest = M * z - c.transpose()
        if all(z[i, 0] >= 0 and rest[i, 0] >= 0 for i in range(n)):
            return True
    if all(minor != 0 for minor in minors.values()):
        return False
    for u in product(range(3), repeat=n):
        row = fmpq_mat(1, n, [fmpq(one) for one in u])
        if (row * c.transpose())[0, 0] > 0 and all((row * M)[0, i] <= 0 for i in range(n)):
            return False
    raise ArithmeticError("neither an equilibrium nor a proof that there is none")
