"""Compiled kernels do what their NumPy twins do; run a second time as plain Python."""

import shutil
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from numpy.random import default_rng

from mondeq_ref.certify import residual
from mondeq_ref.certify.distance import distance, squares
from mondeq_ref.inputs import given
from mondeq_ref.instances import families
from mondeq_ref.kernels import jit
from mondeq_ref.kernels.adam import adam_step
from mondeq_ref.kernels.distance import squares_rows
from mondeq_ref.kernels.elimination import eliminate, gather, substitute, substitute_transposed
from mondeq_ref.kernels.injection import inject_rows
from mondeq_ref.kernels.lanes import SYSTEMS, eliminate_four
from mondeq_ref.kernels.newton import newton_rows
from mondeq_ref.kernels.residual import SPLITTER, dot2_rows
from mondeq_ref.kernels.sweeps import sweep_rows
from mondeq_ref.kernels.tiles import (
    in_panels,
)
from mondeq_ref.kernels.vectors import (
    INTERPRETED,
    LANES,
    in_lanes,
)
from mondeq_ref.solve import ActiveSet, active_set, solve
from mondeq_ref.solve.active_set import newton_row
from mondeq_ref.solve.lemke import lemke
from tests.support.lcp_twin import fractions
from tests.support.truth import times

pytestmark = pytest.mark.kernel


def batches() -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """W, z >= 0 with zeros, and c: ordinary ones, badly scaled ones, cancelling ones, n = 1."""
    rng = default_rng(0)
    for n, rows in ((7, 5), (1, 4), (12, 3)):
        W, Z = rng.normal(size=(n, n)), np.maximum(rng.normal(size=(rows, n)), 0.0)
        C = rng.normal(size=(rows, n))
        yield W, Z, C
        yield W * 10.0 ** rng.uniform(-9, 9, (n, n)), Z, C
        yield W, Z, Z - Z @ W.T
        yield np.ldexp(W, -1060), Z, np.zeros_like(C)


@pytest.mark.parametrize("case", range(12))
def test_compensated_rows_and_columns_are_equal_to_the_bit(case: int) -> None:
    """The same operations in the same order, so that any reordering or contraction shows."""
    W, Z, C = list(batches())[case]
    value, magnitude = dot2_rows(W, Z, C)
    twin_value, twin_magnitude = residual._dot2_columns(W, Z, C)
    assert np.array_equal(value, twin_value)
    assert np.array_equal(magnitude, twin_magnitude)
    assert SPLITTER == residual.SPLITTER


@pytest.mark.parametrize("case", range(12))
def test_the_compiled_residual_lies_within_its_error(
    case: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(residual, "COMPILED_FROM", 0)
    W, Z, C = list(batches())[case]
    found = residual.compensated(W, Z, C)
    for value, error, z, c in zip(
        found.value, found.error, fractions(Z), fractions(C), strict=True
    ):
        exact = [x - p - q for x, p, q in zip(z, times(fractions(W), z), c, strict=True)]
        for computed, bound, true in zip(value, error, exact, strict=True):
            assert abs(Fraction(float(computed)) - true) <= Fraction(float(bound))


def test_splitting_of_huge_numbers_gives_infinite_error(monkeypatch: pytest.MonkeyPatch) -> None:
    W, Z, C = np.full((1, 1), 1e305), np.ones((1, 1)), np.zeros((1, 1))
    for compiled_from in (0, 10**9):
        monkeypatch.setattr(residual, "COMPILED_FROM", compiled_from)
        with np.errstate(over="ignore", invalid="ignore"):
            assert residual.compensated(W, Z, C).error[0, 0] == np.inf


KERNEL_FAMILIES = ("generic", "rank_deficient", "dead_units", "few_active", "many_active", "scalar")


@pytest.mark.parametrize("family", KERNEL_FAMILIES)
def test_newton_settles_on_the_same_sets_within_radii(family: str) -> None:
    rng = default_rng(3)
    operator = families.FAMILIES[family](rng)
    C = families.injections(rng, operator, 8)
    M, start = np.eye(operator.n) - operator.W, C > 0
    z, steps, settled, _ = newton_rows(in_lanes(M), in_lanes(M.T), C, start, 30)
    twins = [newton_row(M, c, active, 30) for c, active in zip(C, start, strict=True)]
    twin_z = np.array([twin for twin, _, _ in twins])
    assert settled.tolist() == [done for _, _, done in twins] == [True] * len(C)
    assert steps.tolist() == [taken for _, taken, _ in twins]
    assert np.array_equal(z > 0, twin_z > 0)
    radii = [distance(operator, given(C, operator.n), points).radius for points in (z, twin_z)]
    for row, twin, reach in zip(fractions(z), fractions(twin_z), sum(radii), strict=True):
        gap = sum((x - y) ** 2 for x, y in zip(row, twin, strict=True))
        assert gap <= Fraction(float(reach)) ** 2


def eye(n: int) -> tuple[np.ndarray, np.ndarray]:
    return in_lanes(np.eye(n)), in_lanes(np.eye(n))


def test_rows_the_elimination_cannot_do_are_left_unsettled() -> None:
    """A zero pivot, an overflow, a cycle, and an ended budget: never a claim, never a crash."""
    swap = np.array([[0.0, 1.0], [-1.0, 0.0]])
    tiny = np.array([[1e-300, 0.0], [0.0, 1.0]])
    both = np.ones((1, 2), dtype=bool)
    with np.errstate(all="ignore"):
        for M, c in ((swap, [[1.0, 1.0]]), (tiny, [[1e300, 1.0]])):
            _, _, settled, accurate = newton_rows(in_lanes(M), in_lanes(M.T), np.array(c), both, 1)
            assert not settled.any()
            assert not accurate.any()
    z, steps, settled, accurate = newton_rows(*eye(2), np.ones((1, 2)), ~both, 1)
    assert not settled.any()
    assert accurate.all()
    assert not z.any()
    assert steps.tolist() == [1]
    _, steps, settled, _ = newton_rows(*eye(2), np.ones((1, 2)), both, 0)
    assert not settled.any()
    assert not steps.any()


def test_batch_is_certified_alike_with_and_without_the_kernel(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rng = default_rng(4)
    operator = families.generic(rng)
    injections = given(families.injections(rng, operator, 12), 8)
    plain = solve(operator, injections, ActiveSet())
    monkeypatch.setattr(active_set, "COMPILED_FROM", 1)
    compiled = solve(operator, injections, ActiveSet())
    assert compiled.counts == plain.counts == {"CERTIFIED": 12}
    assert np.array_equal(compiled.z > 0, plain.z > 0)


@pytest.mark.parametrize("case", range(12))
def test_the_squares_of_a_row_are_those_of_its_entries(case: int) -> None:
    """In another order of summation: to a few roundings where nothing cancels, by their bounds
    where F does."""
    W, Z, C = list(batches())[case]
    relative, absolute = residual.error_constants(len(W))
    columns = in_lanes(W.T)
    of_v, of_e = squares_rows(columns, Z, C, relative, absolute)
    F = residual.plain(W, Z, C)
    twin_v, twin_e = squares(F, Z)
    assert of_e == pytest.approx(twin_e, rel=1e-13, abs=0)
    reach = np.sqrt(twin_e)
    assert (np.abs(np.sqrt(of_v) - np.sqrt(twin_v)) <= 2 * reach + 1e-13 * np.sqrt(twin_v)).all()


@pytest.mark.parametrize("n", [1, 7, 8, 9, 30])
def test_eliminating_and_substituting_solve_both_systems(n: int) -> None:
    """Blocks of every remainder by four and eight, against LAPACK."""
    rng = default_rng(n)
    M = np.eye(n) * n + rng.normal(size=(n, n))
    y, size = rng.normal(size=n), (n // LANES + 1) * LANES
    A, L = np.empty(n * size), np.empty(n * size)
    inverse, units = np.empty(n), np.arange(n)
    gather(in_lanes(M), len(in_lanes(M)) // n, units, n, y, A, size)
    eliminate(A, size, n, L, inverse)
    x, transposed = np.empty(n), y.copy()
    substitute(A, size, n, inverse, x)
    substitute_transposed(A, size, n, L, inverse, transposed)
    assert x == pytest.approx(np.linalg.solve(M, y), rel=1e-12)
    assert transposed == pytest.approx(np.linalg.solve(M.T, y), rel=1e-12)


@pytest.mark.parametrize("n", [1, 2, 5, 12])
def test_compiled_pivots_are_those_of_numpy_to_the_bit(n: int) -> None:
    """With ties, which the artificial variable wins, rays and ended budgets."""
    rng = default_rng(n)
    endings = set[bool]()
    for shift in (-1.0, 0.0, 2.0, 2.0 * n):
        M, c = np.rint(rng.normal(size=(n, n)) * 2) / 2 + shift * np.eye(n), np.ones(n)
        for budget in (1, 60):
            z, pivots = lemke(M, c, budget)
            twin, taken = lemke(M, c, budget, compiled=True)
            assert (pivots, z is None) == (taken, twin is None)
            assert z is None or np.array_equal(z, twin)
            endings.add(z is None)
    assert endings == {False, True}


@pytest.mark.parametrize("p", range(1, 11))
def test_four_systems_are_solved_side_by_side(p: int) -> None:
    """Blocks of every remainder by four, each system against LAPACK."""
    rng = default_rng(p)
    M, y = np.eye(p) * p + rng.normal(size=(SYSTEMS, p, p)), rng.normal(size=(SYSTEMS, p))
    A = np.concatenate([M, y[:, :, None]], axis=2).transpose(1, 2, 0).ravel()
    eliminate_four(A, p, np.empty(SYSTEMS * p))
    for lane in range(SYSTEMS):
        found = A.reshape(p, p + 1, SYSTEMS)[:, p, lane]
        assert found == pytest.approx(np.linalg.solve(M[lane], y[lane]), rel=1e-12)


def test_rows_of_unlike_sizes_are_solved_together() -> None:
    """From no active unit to all of them, and fewer rows than lanes at the end."""
    rng = default_rng(1)
    n = 9
    M = 3 * np.eye(n) + rng.normal(size=(n, n)) / 3
    C = rng.normal(size=(10, n)) + np.linspace(-4, 4, 10)[:, None]
    z, _, settled, _ = newton_rows(in_lanes(M), in_lanes(M.T), C, C > 0, 30)
    sizes = (z > 0).sum(axis=1)
    assert settled.all()
    assert {0, n} <= set(sizes.tolist())
    for found, c in zip(z, C, strict=True):
        twin, _, _ = newton_row(M, c, c > 0, 30)
        assert found == pytest.approx(twin, rel=1e-12, abs=1e-14)


@pytest.mark.parametrize("n", [1, 8, 9, 16, 23, 50])
def test_compiled_sweeps_predict_the_signs_of_plain_ones(n: int) -> None:
    """Panels whole and half; sums in another order, so that only signs near zero may differ."""
    rng = default_rng(n)
    P, Q = (rng.normal(size=(n, n)).astype(np.float32) / np.float32(2 * n) for _ in range(2))
    C = rng.normal(size=(29, n))
    for sweeps in (0, 1, 3):
        active = np.empty(C.shape, dtype=np.bool_)
        sweep_rows(in_panels(P), in_panels(Q), C, sweeps, active)
        image = np.float64(C) @ Q
        for _ in range(sweeps):
            image = np.abs(image) @ np.float64(P) + C @ Q
        near = np.abs(image) <= 4 * n * 2.0**-22 * np.abs(C).max()
        assert (near | (active == (image > 0))).all()
        assert near.mean() < 0.01
        plain = active_set.swept_signs(P, Q, C, sweeps)
        assert (near | (plain == active)).all()


def test_a_kernel_is_kept_until_any_file_of_kernels_changes(tmp_path: Path) -> None:
    copies = tmp_path / "kernels"
    shutil.copytree(Path(jit.__file__).parent, copies, ignore=shutil.ignore_patterns("__*__"))
    assert jit.digest(copies) == jit.SOURCES
    with (copies / "vectors.py").open("a") as file:
        file.write("# changed")
    assert jit.digest(copies) != jit.SOURCES
    for kernel in () if INTERPRETED else (squares_rows, newton_rows, inject_rows):
        assert kernel._cache._cache_file._source_stamp == jit.SOURCES


def test_adam_in_one_pass_has_the_bits_of_its_formula() -> None:
    rng = default_rng(0)
    numbers = [np.float32(x) for x in (0.1, 0.001, 1.7, 30.0, 1e-8, 0.01)]
    a, b, first_scale, second_scale, epsilon, rate = numbers
    g = (rng.normal(size=90) * 10.0 ** rng.uniform(-30, 30, 90)).astype(np.float32)
    start = [rng.normal(size=90).astype(np.float32) for _ in range(2)]
    second = np.square(rng.normal(size=90).astype(np.float32))
    found = [start[0].copy(), g, start[1].copy(), second.copy()]
    with np.errstate(over="ignore", under="ignore"):
        assert adam_step(*found, *numbers)
        square = np.minimum(g * g, np.finfo(np.float32).max)
        first = start[1] + a * (g - start[1])
        second = second + b * (square - second)
        p = start[0] - first * first_scale / (np.sqrt(second * second_scale) + epsilon) * rate
        for made, twin in zip(found, (p, g, first, second), strict=True):
            assert np.isfinite(twin).all()
            assert np.array_equal(made, twin)
        for lost in (np.nan, np.inf, -np.inf):
            found[0][7] = lost
            assert not adam_step(*found, *numbers)
