"""The descent on the norm: exact prices of moves, a smaller norm, and then a smaller loss."""

import numpy as np
import pytest

from mondeq_ref.instances import shipped
from mondeq_ref.instances.families import generic
from mondeq_ref.quantize import Quantizer
from mondeq_ref.quantize.descent import Loss
from mondeq_ref.quantize.norm_descent import NormDescent, _derivatives


def descent(n: int = 8, limit: float = 0.5, step: float = 0.2) -> NormDescent:
    rng = np.random.default_rng(n)
    A, B = rng.normal(size=(2, n, n))
    operator = generic(rng, n)
    return NormDescent(operator.W, Quantizer(3), Loss(A @ A.T, B @ B.T), step, 0.5, limit)


def price(found: NormDescent, theta: float, weight: float) -> float:
    E = found.E
    determinant = np.linalg.det(np.eye(len(E)) - E.T @ E / theta)
    return weight * found.loss(E) - np.log(determinant)


@pytest.mark.parametrize("weight", [0.0, 0.01])
def test_no_single_move_lowers_the_price_of_a_swept_row(weight: float) -> None:
    """The last row of a sweep ends where no code of it can be moved to advantage."""
    found = descent()
    theta = (1.1 * np.linalg.norm(found.E, 2)) ** 2
    before = price(found, theta, weight)
    found.sweep(theta, weight)
    after = price(found, theta, weight)
    assert after < before
    for j in range(8):
        for d in (-1, 1):
            found.codes[-1, j] += d
            inside = np.linalg.norm(found.E, 2) ** 2 < theta
            if abs(found.codes[-1, j]) <= 3 and inside:
                assert price(found, theta, weight) > after - 1e-6
            found.codes[-1, j] -= d


def test_derivatives_are_central_differences() -> None:
    found, h = descent(), 1e-5
    theta, D = 4 * np.linalg.norm(found.E, 2) ** 2, (found.codes, np.eye(8))
    slope, bend = _derivatives(found.loss, theta, 0.1, found.E, D)

    def at(x: float, y: float) -> float:
        E = found.E + x * D[0] + y * D[1]
        return 0.1 * found.loss(E) - np.linalg.slogdet(theta * np.eye(8) - E.T @ E)[1]

    assert slope[0] == pytest.approx((at(h, 0) - at(-h, 0)) / (2 * h), rel=1e-5)
    assert slope[1] == pytest.approx((at(0, h) - at(0, -h)) / (2 * h), rel=1e-5)
    h = 1e-4
    mixed = (at(h, h) - at(h, -h) - at(-h, h) + at(-h, -h)) / (4 * h * h)
    assert bend[0, 1] == pytest.approx(mixed, rel=1e-3)
    assert bend[1, 1] == pytest.approx((at(0, h) - 2 * at(0, 0) + at(0, -h)) / h**2, rel=1e-3)


def test_norm_shrinks_to_where_nearest_rounding_does_not_reach() -> None:
    """At 4 bits the nearest codes exceed the margin of a trained operator, and others do not."""
    operator = shipped.operator("float-3")
    n, m = operator.n, operator.margin.mid
    plain = Loss(np.eye(n), np.eye(n))
    found = NormDescent(operator.W, Quantizer(4), plain, 0.039, 0.775, 0.995 * m)
    choices = list(found.shrink(8))
    assert choices[0].value > m
    assert choices[-1].kept
    settled = list(found.settle(6))
    assert all(choice.kept for choice in settled)
    assert settled[-1].loss < 0.97 * settled[0].loss
