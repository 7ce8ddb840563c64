"""Instructions on vectors, and what injections are made of, do what slices in NumPy do."""

import numpy as np
import pytest
from numpy.random import default_rng

from mondeq_ref.kernels.injection import PIXELS, ROWS, inject_rows
from mondeq_ref.kernels.jit import compiled
from mondeq_ref.kernels.others import others
from mondeq_ref.kernels.tiles import (
    FOUR,
    LEAST,
    MOST,
    add_products,
    in_columns,
    plain_add_products,
)
from mondeq_ref.kernels.vectors import (
    LANES,
    TILE,
    add1,
    add4,
    add4_to2,
    add_rows,
    add_to_rows,
    in_lanes,
    padded,
    plain_add1,
    plain_add4,
    plain_add_rows,
    plain_add_to_rows,
    plain_subtract_rows,
    subtract_rows,
)

pytestmark = pytest.mark.kernel


def test_vectors_of_eight_are_slices() -> None:
    rng = default_rng(0)
    source, factors = rng.normal(size=64), rng.normal(size=4).tolist()
    found = rng.normal(size=40)
    twin = found.copy()
    exercise_vectors(found, source, *factors)
    plain_add1(twin, 8, source, 3, factors[0])
    plain_add4(twin, 16, source, 0, 8, 24, 40, *factors)
    for place, these in ((24, factors), (32, factors[::-1])):
        plain_add4(twin, place, source, 0, 8, 24, 40, *these)
    # One rounding a term where products are fused with sums, two where they are not.
    assert np.abs(found - twin).max() <= 8 * np.abs(source).max() * 2.0**-50


@compiled
def exercise_vectors(target, source, a, b, c, d):
    add1(target, 8, source, 3, a)
    add4(target, 16, source, 0, 8, 24, 40, a, b, c, d)
    add4_to2(target, 24, 32, source, 0, 8, 24, 40, a, b, c, d, d, c, b, a)


@pytest.mark.parametrize("vectors", [1, TILE - 1, TILE, 2 * TILE + 1])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_rows_are_added_in_tiles_of_every_width(vectors: int, dtype: type) -> None:
    rng = default_rng(vectors)
    width = vectors * LANES
    source = in_lanes(rng.normal(size=(6, width)).astype(dtype))
    factors, start = rng.normal(size=5).astype(dtype), rng.normal(size=width).astype(dtype)
    rows = np.array([3, 0, 5, 2, 1])
    for count in (0, 1, 5):
        found, twin = np.stack([start] * 3), np.stack([start] * 3)
        to_rows, twin_to_rows = source.copy(), source.copy()
        exercise_rows(*found, source, width, rows, factors, count, to_rows)
        plain_add_rows(twin[0], source, width, rows, factors, count)
        plain_subtract_rows(twin[1], twin[2], source, width, rows, factors, count)
        plain_add_to_rows(start, twin_to_rows, width, rows, factors, count)
        # Five terms of at most 3 max |source|, a rounding each or two, on either side.
        most = 8 * np.abs(source).max() * 4 * np.finfo(dtype).eps
        assert np.abs(found - twin).max() <= most
        assert np.abs(to_rows - twin_to_rows).max() <= most
        assert count == 0 or not np.array_equal(found[0], found[2])
        assert (to_rows != source).reshape(6, width).any(axis=1).tolist() == [
            row in rows[:count] for row in range(6)
        ]


@compiled
def exercise_rows(target, less, sizes, source, width, rows, factors, count, to_rows):
    start = target.copy()
    add_rows(target, source, width, rows, factors, count)
    subtract_rows(less, sizes, source, width, rows, factors, count)
    add_to_rows(start, to_rows, width, rows, factors, count)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("many", [0, 1, 4, 9])
def test_products_are_added_to_the_rows_they_are_for(many: int, dtype: type) -> None:
    """Tiles that are full, and the last one; factors of which a row has more than are used."""
    rng = default_rng(many)
    width, places, rows = 3 * LANES, rng.permutation(12)[:many], np.array([3, 0, 5, 2, 1])
    source, start = (in_lanes(rng.normal(size=(k, width)).astype(dtype)) for k in (6, 12))
    factors = in_lanes(rng.normal(size=(9, 7)).astype(dtype))
    for count in (0, 1, 5):
        found, twin = start.copy(), start.copy()
        exercise_products(found, places, many, source, width, rows, factors, padded(7), count)
        plain_add_products(twin, places, many, source, width, rows, factors, padded(7), count)
        # As above.
        assert np.abs(found - twin).max() <= 8 * np.abs(source).max() * 4 * np.finfo(dtype).eps
        changed = np.zeros(12, dtype=bool)
        changed[places] = count > 0
        assert (found != start).reshape(12, width).any(axis=1).tolist() == changed.tolist()


@compiled
def exercise_products(target, places, many, source, width, rows, factors, length, count):
    add_products(target, places, many, source, width, rows, factors, length, count)


WIDTHS = [1, *(FOUR * vectors - 1 for vectors in range(LEAST, MOST))]  # the widest come below


@pytest.mark.parametrize(
    ("n", "d"),
    [*((n, 30) for n in WIDTHS), (FOUR * MOST + 1, 2 * PIXELS + 5), (FOUR * MOST, PIXELS)],
)
def test_an_injection_counts_and_adds_what_differs(n: int, d: int) -> None:
    rng = default_rng(5)
    U, b = rng.normal(size=(n, d)), rng.normal(size=n)
    X = np.where(rng.random((ROWS + 9, d)) < 0.3, rng.normal(size=(ROWS + 9, d)), 0.25)
    X[4] = 0.25
    tiles = in_columns(U.T)
    start, c = np.zeros(len(tiles) * tiles.shape[2]), np.empty((len(X), n))
    start[:n] = 0.25 * U.sum(axis=1) + b
    squared, longest = inject_rows(tiles, start, X, 0.25, c)
    assert c == pytest.approx(X @ U.T + b, rel=1e-12, abs=1e-12)
    parts = np.split(X != 0.25, range(PIXELS, d, PIXELS), axis=1)
    assert longest.tolist() == np.max([part.sum(axis=1) for part in parts], axis=0).tolist()
    assert squared == pytest.approx(np.square(X - 0.25).sum(axis=1), rel=1e-13)
    assert squared[4] == 0


def test_a_tile_of_columns_has_a_width_that_is_compiled() -> None:
    for n in range(1, 500):
        tiles, _, width = in_columns(np.ones((1, n))).shape
        assert width in range(FOUR * LEAST, FOUR * MOST + 1, FOUR)
        assert tiles * width >= n
        assert tiles == 1 or (tiles - 1) * FOUR * MOST < n


@pytest.mark.parametrize("usual", [False, True, 0.0, -0.0, 0.25])
@pytest.mark.parametrize("d", [0, 1, 7, 8, 9, 31])
def test_others_are_the_places_of_what_is_not_usual(d: int, usual: float | bool) -> None:
    """Behind the places that are there already; a zero of either sign is a zero."""
    rows = default_rng(d).choice([0.0, -0.0, 0.25, 3.0, 5e-324], size=(40, d))
    rows = rows > 0 if isinstance(usual, bool) else rows
    places = np.full(2 + d + LANES, -1, dtype=np.int32)
    for k, row in enumerate(rows):
        count = others(rows, k, usual, places, 2)
        assert places[2:count].tolist() == np.flatnonzero(row != usual).tolist()
        assert places[:2].tolist() == [-1, -1]
