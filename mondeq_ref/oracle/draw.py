"""The questions of one seed, on random operators and on shipped ones.

Every operator has kappa = L / m of at most `MOST_KAPPA`, every input is a float32, and gradients
are asked away from kinks, so that a careful float32 implementation can declare 1e-4 and pass:
rounding W to float32 changes an equilibrium by about kappa 2^-24.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

import numpy as np
from numpy.random import Generator, SeedSequence

from mondeq_ref.arrays import InputError, Matrix
from mondeq_ref.instances import shipped
from mondeq_ref.instances.families import FAMILIES, skew_dominant
from mondeq_ref.operator import Factors, Operator
from mondeq_ref.oracle import expected
from mondeq_ref.oracle.draw_codes import codes, layers
from mondeq_ref.oracle.question import Ball, Question

MOST_KAPPA = 1000.0
NEAREST_KINK = 2e-2  # least |z_i - w_i| for questions about gradients
ROWS = 4
EASY_ROWS = 12  # with one hard row, against stopping rules over the whole batch
SHIPPED = ("float-42", "qat-exact-6", "structured-3")
SCALES = (-20, 20)
ATTEMPTS = 200

DRAWN: Mapping[str, Callable[[Generator], Operator]] = MappingProxyType(
    {
        name: FAMILIES[name]
        for name in (
            *("generic", "rank_deficient", "short", "dead_units", "few_active", "many_active"),
            *("scalar", "block_diagonal", "rotation_blocks"),
        )
    }
    | {"skew_dominant": lambda rng: skew_dominant(rng, size=10.0)}
)
FACTORED = ("generic", "rank_deficient", "short", "dead_units", "skew_dominant")


def drawn(seed: int, random: int = 10) -> dict[str, Question]:
    """Test name -> question: `random` random questions per operation, and the fixed ones."""
    if seed < 0 or random < 1:
        raise InputError(f"seed must be at least 0 and random at least 1, got {seed}, {random}")
    sources = [_operators, codes, _equilibria, _gradients, layers]
    rngs = [np.random.default_rng(child) for child in SeedSequence(seed).spawn(len(sources))]
    found = dict[str, Question]()
    for make, rng in zip(sources, rngs, strict=True):
        for question in make(rng, random):
            name = question.test.replace("/", "/drawn-", 1)  # unlike the names of the vectors
            found[name] = replace(question, test=name)
    return found


def _operators(rng: Generator, random: int) -> Iterator[Question]:
    for k in range(random):
        name = FACTORED[k % len(FACTORED)]
        factors = DRAWN[name](rng).factors
        assert factors is not None
        yield _operator(f"operator/{name}/{k}", factors)
    trained = shipped.trained().factors.factors
    assert trained is not None
    yield _operator("operator/shipped/float-42", trained)


def _operator(test: str, factors: Factors) -> Question:
    arguments = {"A": factors.A, "S": factors.S, "m": float(factors.m)}
    balls = {"W": expected.product_ball(factors)}
    return Question(test, "operator", arguments, balls, "parameterization")


def _equilibria(rng: Generator, random: int) -> Iterator[Question]:
    names = tuple(DRAWN)
    for k in range(random):
        name = names[k % len(names)]
        operator = _moderate(rng, DRAWN[name])
        yield _solve(f"solve/{name}/{k}", operator, _inputs(rng, operator))
    for k, name in enumerate(("generic", "skew_dominant")):
        operator = _bare(_moderate(rng, DRAWN[name]))
        c = np.concatenate(
            [-_positive(rng, (EASY_ROWS, operator.n)), _positive(rng, (1, operator.n))]
        )
        yield _solve(f"solve/mixed-batch/{k}", operator, c, ("batch",))
    for n in (3, 6):
        yield _at_kinks(rng, n)
    yield from _alone(rng)
    yield from _scaled(rng)
    for name in SHIPPED:
        operator = _bare(shipped.operator(name))
        yield _solve(f"solve/shipped/{name}", operator, shipped.injections(name).c[:ROWS])


def _at_kinks(rng: Generator, n: int) -> Question:
    """A question with exact kinks z_i = w_i = 0: in c = (I - W) z - w every number is a multiple
    of 2^-6 with few digits.  The equilibrium does not depend on the side of a kink."""
    while True:
        W = rng.integers(-24, 25, (n, n)) / 64
        operator = Operator(W - 0.25 * np.eye(n), np.eye(n), np.zeros(n))
        if operator.margin.lo > 0.25:
            break
    z = rng.integers(1, 5, (ROWS, n)) * rng.integers(0, 2, (ROWS, n))
    w = rng.integers(1, 5, (ROWS, n)) * (z == 0) * rng.integers(0, 2, (ROWS, n))
    z[:, 0] = w[:, 0] = 0
    c = z - z @ operator.W.T - w
    return _solve(f"solve/at-kinks/{n}", operator, c, ("kinks",))


def _alone(rng: Generator) -> Iterator[Question]:
    """Questions with one row or one active unit: axes of length one."""
    operator = _moderate(rng, DRAWN["generic"])
    yield _solve("solve/one-row/generic", operator, _inputs(rng, operator, 1), ("one-row",))
    W = np.array([[float(_single(rng.uniform(-1.0, 0.75, (1, 1)))[0, 0])]])
    single = Operator(W, np.ones((1, 1)), _positive(rng, (1, 1))[0])
    rows = _positive(rng, (ROWS, 1))
    yield _solve("solve/one-unit/batch", single, rows, ("one-unit",))
    yield _solve("solve/one-unit/one-row", single, rows[:1], ("one-row", "one-unit"))


def _scaled(rng: Generator) -> Iterator[Question]:
    """Questions with injections, and so equilibria, times a power of two; graded relatively."""
    for exponent in SCALES:
        operator = _bare(_moderate(rng, DRAWN["generic"]))
        c = _single(rng.normal(size=(ROWS, operator.n)) + 0.5) * 2.0**exponent
        question = _solve(f"solve/scale/{exponent}", operator, c, ("scale",))
        ball = question.ball("Z")
        relative = Ball(ball.center, ball.radius, 2.0**exponent)
        yield replace(question, expected={"Z": relative})


def _solve(test: str, operator: Operator, X: Matrix, flags: tuple[str, ...] = ()) -> Question:
    found = expected.equilibria(operator, X)
    if found is None:
        raise ArithmeticError(f"the equilibria of {test} could not be proved")
    balls = {"Z": expected.rounded_rows(found.z)}
    arguments = {"W": operator.W, "U": operator.U, "b": operator.b, "X": X}
    return Question(
        test, "solve", arguments, balls, "equivalence", flags, alpha=_step_size(operator)
    )


def _step_size(operator: Operator) -> float:
    """The power of two below the best step of forward-backward."""
    best = operator.margin.mid / operator.lipschitz.mid**2
    return float(2.0 ** np.floor(np.log2(best)))


def _gradients(rng: Generator, random: int) -> Iterator[Question]:
    names = tuple(name for name in DRAWN if name != "scalar")
    for k in range(random):
        name = names[k % len(names)]
        yield _away_from_kinks(rng, f"gradients/{name}/{k}", _moderate(rng, DRAWN[name]), None)
    operator = _moderate(rng, DRAWN["generic"])
    alone = _away_from_kinks(rng, "gradients/one-row/generic", operator, None, 1)
    yield replace(alone, flags=("one-row",))
    half = replace(alone, test="gradients/half-alpha/generic", flags=("alpha",))
    yield replace(half, alpha=(alone.alpha or 1.0) / 2)
    operator = _bare(shipped.operator())
    rows = shipped.injections().c
    yield _away_from_kinks(rng, "gradients/shipped/float-42", operator, rows)


def _away_from_kinks(
    rng: Generator, test: str, operator: Operator, rows: Matrix | None, count: int = ROWS
) -> Question:
    """A question on the first inputs at which no unit is near a kink and one unit is active."""
    kept: list[Matrix] = []
    nearest = NEAREST_KINK / max(1, operator.n // 10)  # smaller for many units
    for attempt in range(ATTEMPTS):
        X = _inputs(rng, operator, 1) if rows is None else rows[attempt : attempt + 1]
        found = expected.equilibria(operator, X)
        if found is not None and _gap(operator, X, found.z[0]) > nearest:
            kept.append(X)
        if len(kept) == count:
            break
    if not kept:
        raise ArithmeticError(f"no input of {test} is away from kinks")
    X = np.concatenate(kept)
    dZ = _single(rng.normal(size=(len(X), operator.n)))
    found = expected.equilibria(operator, X)
    assert found is not None
    balls = expected.gradient_balls(operator, X, dZ, found)
    arguments = {"W": operator.W, "U": operator.U, "b": operator.b, "X": X, "dZ": dZ}
    return Question(test, "gradients", arguments, balls, "backward", alpha=_step_size(operator))


def _gap(operator: Operator, X: Matrix, z: Matrix) -> float:
    c = X[0] @ operator.U.T + operator.b
    w = z - operator.W @ z - c
    return float(np.abs(z - w).min()) if (z > 0).any() else 0.0


def _moderate(rng: Generator, family: Callable[[Generator], Operator]) -> Operator:
    """A draw with a moderate condition number, U and b being float32 numbers."""
    for _ in range(ATTEMPTS):
        operator = family(rng)
        if operator.margin.lo > 0 and operator.kappa.hi <= MOST_KAPPA:
            return Operator(operator.W, _single(operator.U), _single(operator.b))
    raise ArithmeticError("a family gives no operator of moderate condition")


def _bare(operator: Operator) -> Operator:
    """The operator with U = I and b = 0, whose inputs are injections."""
    n = operator.n
    return Operator(operator.W, np.eye(n), np.zeros(n))


def _inputs(rng: Generator, operator: Operator, count: int = ROWS) -> Matrix:
    return _single(rng.normal(size=(count, operator.d)))


def _positive(rng: Generator, shape: tuple[int, int]) -> Matrix:
    return _single(rng.uniform(0.5, 2.0, shape))


def _single(array: Matrix) -> Matrix:
    return array.astype(np.float32).astype(np.float64)
