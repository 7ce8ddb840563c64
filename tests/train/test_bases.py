"""What rows are seen from: an exchange is its definition, and a base decides no more than speed."""

import numpy as np
import pytest

from mondeq_ref.instances.families import injections, rank_deficient
from mondeq_ref.kernels.pivoting import exchange, transpose
from mondeq_ref.kernels.vectors import in_lanes, padded
from mondeq_ref.operator import Head
from mondeq_ref.train.passes import FEW, Bases, exact_passes

N = 12


def tableau(M: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Solve w = M z for (z_b, w_d) in terms of (w_b, z_d)."""
    eye, keep = np.eye(len(M)), np.diag(b.astype(float))
    left = keep @ M + (eye - keep)  # w_b and z_d, in terms of z
    right = keep + (eye - keep) @ M  # z_b and w_d, in terms of z
    return right @ np.linalg.inv(left)


@pytest.mark.kernel
@pytest.mark.parametrize("count", [0, 1, 3, 4, 6, 9, N])
def test_an_exchange_is_its_definition(count: int) -> None:
    rng = np.random.default_rng(count)
    M = np.eye(N) - rank_deficient(rng, N).W
    units = rng.permutation(N)[:count]
    T, columns, stride = in_lanes(M), np.zeros(N * padded(N)), padded(N)
    assert exchange(T, stride, units, count)
    transpose(T, stride, columns)
    expected = tableau(M, np.isin(np.arange(N), units))
    np.testing.assert_allclose(T.reshape(N, -1)[:, :N], expected, rtol=1e-10, atol=1e-12)
    np.testing.assert_array_equal(columns.reshape(N, -1)[:, :N], T.reshape(N, -1)[:, :N].T)


def test_no_exchange_divides_by_a_small_pivot() -> None:
    M = np.array([[1.0, 1.0], [1.0, 1.0]])
    assert exchange(in_lanes(M), padded(2), np.array([0]), 1)
    assert not exchange(in_lanes(M), padded(2), np.array([0, 1]), 2)


@pytest.mark.kernel
@pytest.mark.parametrize("pivots", ["no", "right", "wrong", "all", "refused"])
def test_a_base_changes_results_by_rounding_alone(pivots: str) -> None:
    rng = np.random.default_rng(2)
    operator = rank_deficient(rng, N)
    head, labels = Head(rng.normal(size=(4, N)), rng.normal(size=4)), np.arange(40) % 4
    M, C = np.eye(N) - operator.W, injections(rng, operator, 40)
    if pivots == "refused":
        M[0, 0] = 1e-4
        assert not exchange(in_lanes(M), padded(N), np.arange(N), N)
    expected = exact_passes(M, C, head, labels)
    active = expected.Z > 0
    chosen = {"no": active & False, "wrong": ~active, "right": active}.get(pivots, active | True)
    found = exact_passes(M, C, head, labels, Bases.guessed(chosen, labels, 4))
    np.testing.assert_array_equal(found.found, expected.found)
    for name in ("Z", "Lam", "G", "loss"):
        given, wanted = getattr(found, name), getattr(expected, name)
        np.testing.assert_allclose(given, wanted, rtol=1e-9, atol=1e-10)


def test_a_label_of_two_minds_has_the_base_of_all() -> None:
    """Of ten rows of label 0, 4 or 5 or 6 have a unit active, or 7; of label 1, all or none."""
    labels = np.arange(20) // 10
    active = np.column_stack([np.arange(20) % 10 < count for count in (4, 5, 6, 7, 4, 5, 6, 3)])
    active[10:, :4], active[10:, 4:] = False, True
    now = Bases.guessed(active, labels, 2).now()
    assert now[0].tolist() == [False] * 4 + [True] * 4
    assert now[1].tolist() == [False] * 3 + [True] + [True] * 3 + [False]


def test_few_rows_of_a_label_share_the_base_of_all() -> None:
    labels = np.array([0] * FEW + [1] * (FEW - 1) + [2] * FEW)
    bases = Bases.guessed(np.column_stack([labels == 0, labels != 0]), labels, 3)
    groups, order = bases.groups(labels)
    assert groups.tolist() == [1] * FEW + [0] * (FEW - 1) + [3] * FEW
    assert order.tolist() == np.argsort(groups, kind="stable").tolist()
    assert bases.now().tolist() == [[False, True], [True, False], [False, True], [False, True]]
    for _ in range(9):  # what was seen long ago counts no more
        bases.follow(np.ones((3, 2)) * np.bincount(labels)[:, None], labels)
    assert bases.now().all()


@pytest.mark.parametrize("parts", [1, 3])
def test_bases_follow_the_active_units_of_every_label(parts: int) -> None:
    M, head, labels = np.eye(2), Head(np.eye(3, 2), np.zeros(3)), np.arange(30) % 3
    C = np.where(labels[:, None] == [0, 1], 1.0, -1.0)  # z = max(c, 0)
    bases = Bases(2, 3)
    exact_passes(M, C, head, labels, bases, parts)
    assert bases.now().tolist() == [[False, False], [True, False], [False, True], [False, False]]
