"""No status says more than was shown, for any method, step size, precision and batch."""

import tracemalloc
from collections.abc import Iterator
from fractions import Fraction

import numpy as np
import pytest
from numpy.random import default_rng

import mondeq_ref as mq
from mondeq_ref.arrays import InputError
from mondeq_ref.inputs import Injections, given, inject
from mondeq_ref.instances import families
from mondeq_ref.instances.families import FAMILIES, MAY_LACK_MARGIN
from mondeq_ref.kernels import COMPILED_FROM
from mondeq_ref.operator import Operator
from mondeq_ref.solve import BLOCK, METHODS, ActiveSet, Method, solve, solve_blocks
from mondeq_ref.solve.methods import (
    DouglasRachford,
    ForwardBackward,
    ForwardBackwardForward,
    PeacemanRachford,
    Splitting,
)
from mondeq_ref.solve.solution import Status, code
from tests.support.lcp_twin import fractions, least_index, meant_M, squared_distance
from tests.support.solutions import check_fields

SPLITTINGS = (ForwardBackward, ForwardBackwardForward, PeacemanRachford, DouglasRachford)


def inputs(family: str, seed: int, rows: int = 6) -> tuple[Operator, Injections]:
    rng = default_rng(seed)
    operator = FAMILIES[family](rng)
    return operator, given(families.injections(rng, operator, rows), operator.n)


@pytest.mark.parametrize("family", FAMILIES)
def test_all_methods_agree_within_their_radii(family: str) -> None:
    """Two points within r and r' of one equilibrium are within r + r' of each other."""
    for seed in range(2):
        operator, injections = inputs(family, seed)
        solutions = [
            solve(operator, injections, make(None), tol=1e-8, max_steps=300)
            for make in METHODS.values()
        ]
        for solution in solutions:
            check_fields(operator, injections, solution, 1e-8)
            finite = np.isfinite(solution.radius)
            assert not finite.any() or operator.margin.lo > 0
        for k, one in enumerate(solutions):
            for other in solutions[:k]:
                for z, y, r, s in zip(one.z, other.z, one.radius, other.radius, strict=True):
                    if np.isfinite(r + s):
                        y_exact = fractions(y[None])[0]
                        assert squared_distance(z, y_exact) <= (Fraction(r) + Fraction(s)) ** 2


@pytest.mark.parametrize("family", sorted(set(FAMILIES) - MAY_LACK_MARGIN - {"threshold_below"}))
def test_auto_certifies_every_input_of_families_with_margin(family: str) -> None:
    operator, injections = inputs(family, 5, rows=20)
    solution = solve(operator, injections)
    assert solution.counts == {"CERTIFIED": 20}
    M = meant_M(operator).fractions()
    for z, c, radius in list(zip(solution.z, injections.c, solution.radius, strict=True))[:2]:
        true = least_index(M, fractions(c[None])[0], np.flatnonzero(z > 0).tolist())
        assert squared_distance(z, true) <= Fraction(float(radius)) ** 2 <= Fraction(1e-10) ** 2


@pytest.mark.parametrize("method", SPLITTINGS)
def test_tolerance_below_rounding_stalls_before_the_budget(method: type[Splitting]) -> None:
    operator, injections = inputs("many_active", 3)
    solution = solve(operator, injections, method(), tol=1e-16, max_steps=20_000)
    assert solution.counts == {"STALLED": 6}
    assert solution.steps.max() < 1000
    # kappa is 1.3 and z about 8: what is left is some hundred units in the last place.
    assert solution.radius.max() < 1e-13


@pytest.mark.parametrize("method", [PeacemanRachford, DouglasRachford])
def test_missing_resolvent_is_nonfinite_not_an_exception(method: type) -> None:
    operator = Operator([[2.0]], [[1.0]], [0.0])  # I + alpha M = 0 at alpha = 1
    solution = solve(operator, given([[1.0], [-1.0]], 1), method(1.0))
    assert solution.counts == {"NONFINITE": 2}


@pytest.mark.parametrize("method", METHODS.values())
@pytest.mark.parametrize("scale", [0.0, 1e-12, 1e120, 1e160, 1e300])
def test_no_method_fails_on_operators_of_extreme_size(method: object, scale: float) -> None:
    M = scale * np.array([[1.0, -2.0], [2.0, 1.0]])
    operator = Operator(np.eye(2) - M, np.eye(2), np.zeros(2))
    injections = given([[1.0, -1.0], [-1.0, -1.0], [0.0, 0.0]], 2)
    solution = solve(operator, injections, method(None), max_steps=300)  # type: ignore[operator]
    check_fields(operator, injections, solution, 1e-10)
    if scale > 1:
        assert solution.counts == {"CERTIFIED": 3}


@pytest.mark.parametrize("method", METHODS.values())
@pytest.mark.parametrize("n", [1, 5])
def test_no_inputs_give_no_answers(method: object, n: int) -> None:
    operator = Operator(np.zeros((n, n)), np.eye(n), np.zeros(n))
    solution = solve(operator, given(np.zeros((0, n)), n), method(None))  # type: ignore[operator]
    assert solution.z.shape == (0, n)
    assert solution.codes.dtype == np.int64
    assert solution.counts == {}
    assert list(solve_blocks(operator, iter(()))) == []
    (part,) = solve_blocks(operator, [given(np.zeros((0, n)), n)], method(None))  # type: ignore[operator]
    assert part.z.shape == (0, n)


@pytest.mark.parametrize("bad", [{"tol": 0.0}, {"tol": np.nan}, {"max_steps": -1}, {"workers": 0}])
def test_settings_that_mean_nothing_are_refused(bad: dict) -> None:
    operator, injections = inputs("scalar", 0)
    with pytest.raises(InputError, match="must be"):
        solve(operator, injections, **bad)


@pytest.mark.parametrize("method", [PeacemanRachford(), ActiveSet()])
def test_the_rows_of_a_batch_do_not_influence_each_other(method: Method) -> None:
    """Alone or in company, a row gets a status of its own and points that agree."""
    operator, injections = inputs("generic", 7, rows=COMPILED_FROM + 8)
    together = solve(operator, injections, method, tol=1e-9)
    for k in range(0, len(injections), 5):
        alone = solve(operator, injections.rows(slice(k, k + 1)), method, tol=1e-9)
        assert alone.codes[0] == together.codes[k] == code(Status.CERTIFIED)
        gap = squared_distance(alone.z[0], fractions(together.z[k][None])[0])
        assert gap <= (Fraction(alone.radius[0]) + Fraction(together.radius[k])) ** 2


def test_workers_get_blocks_in_order_and_certify_all() -> None:
    rng = default_rng(0)
    operator = families.generic(rng, 5)
    C = families.injections(rng, operator, 7 * BLOCK // 2)
    alone = solve(operator, given(C, 5), PeacemanRachford(), workers=1, tol=1e-8)
    for workers in (2, 5, None):
        shared = solve(operator, given(C, 5), PeacemanRachford(), workers=workers, tol=1e-8)
        assert shared.counts == alone.counts == {"CERTIFIED": len(C)}
        assert np.array_equal(shared.steps, alone.steps)
        gap = np.linalg.norm(shared.z - alone.z, axis=1)
        assert (gap <= (shared.radius + alone.radius) * (1 + 2.0**-40)).all()


class Counting:
    """A stream of blocks that knows how many of its rows are alive."""

    def __init__(self, operator: Operator, blocks: int, rows: int) -> None:
        self.operator, self.blocks, self.rows = operator, blocks, rows
        self.made = 0

    def __iter__(self) -> Iterator[Injections]:
        for k in range(self.blocks):
            self.made += 1
            X = default_rng(k).normal(size=(self.rows, self.operator.d))
            yield inject(self.operator, X)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_long_stream_is_solved_in_the_memory_of_a_few_blocks(workers: int) -> None:
    """A million rows in miniature: forty times the memory of a block pass through."""
    operator = families.few_active(default_rng(0))
    source = Counting(operator, blocks=40, rows=200)
    one_block = source.rows * operator.n * 8
    solved, ahead = 0, 0
    first = Counting(operator, blocks=1, rows=200)
    assert len(list(solve_blocks(operator, iter(first), workers=1, tol=1e-9))) == 1  # kernels load
    stream = mq.solve(operator, iter(source), workers=workers, tol=1e-9)
    tracemalloc.start()
    try:
        for part in stream:
            solved += 1
            assert part.succeeded
            assert part.inputs.error.all()  # the radius is one of the exact U x + b
            ahead = max(ahead, source.made - solved)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert solved == 40
    assert ahead <= 2 * workers
    # Under way at once: 2 workers' blocks and as many waiting, each with its work arrays.
    assert peak < 16 * (2 * workers + 2) * one_block < 40 * 3 * one_block


@pytest.mark.parametrize("workers", [1, 2])
def test_a_batch_is_injected_block_by_block(workers: int) -> None:
    """What is wrong in its last row raises one error, and c is not kept with the solution."""
    rng = default_rng(0)
    base = families.few_active(rng)
    operator = Operator(base.W, rng.normal(size=(base.n, 3)), rng.normal(size=base.n))
    X = rng.normal(size=(2 * BLOCK + 1, 3))
    found = mq.solve(operator, X, workers=workers)
    assert found.ok.all()
    assert "c" not in vars(found.inputs)
    at_once = inject(operator, X)
    assert np.array_equal(found.z, mq.solve(operator, at_once).z)
    assert found.inputs is not None
    assert np.array_equal(found.inputs.c, at_once.c)
    assert np.array_equal(found.inputs.error, at_once.error)
    X[-1, 1] = np.nan
    with pytest.raises(InputError, match="inputs must be finite"):
        mq.solve(operator, X, workers=workers)
    X[-1] = 1e308
    huge = Operator(base.W, operator.U * 1e10, operator.b)
    with pytest.raises(InputError, match="overflows"):
        mq.solve(huge, X, workers=workers)
