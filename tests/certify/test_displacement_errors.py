"""The three sides of the displacement bound, and certain classes, against exact arithmetic."""

from fractions import Fraction
from math import isqrt

import numpy as np
import pytest

from mondeq_ref.certify.decisions import UNCERTAIN, certain_class, displacement
from mondeq_ref.certify.prove import Equilibria
from mondeq_ref.inputs import Injections, given
from mondeq_ref.operator import Head
from mondeq_ref.rigor.balls import MatrixBall
from mondeq_ref.rigor.fast import norms_above

RNG = np.random.default_rng


def found(z, radius=0.0):
    z = np.array(z, dtype=float)
    ones = np.ones(len(z), dtype=np.bool_)
    return Equilibria(z, np.full(len(z), radius), ones, ~ones, z > 0)


def test_every_radius_and_error_enters_its_side_once():
    """||z|| = 3, ||image|| = |-3/2 + 3/4|, and every uncertainty far above any rounding."""
    before, after = found([[2.0]], 0.25), found([[3.0]], 0.5)
    dW = MatrixBall(np.array([[-0.5]]), 0.125)
    c = Injections(np.array([[1.0]]), np.array([0.125]))
    c_after = Injections(np.array([[0.25]]), np.array([0.0625]))
    moved = displacement(before, after, dW, 0.625, 0.5, (c, c_after))
    dc, length, gap = 0.75 + 0.125 + 0.0625, 3 + 0.5, 0.25 + 0.5
    unseen = 0.125 * length + 0.625 * 0.5 + 0.125 + 0.0625
    for side, exact in (
        (moved.actual, 1 + gap),
        (moved.sharper, (0.75 + unseen) / 0.5),
        (moved.paper, (0.625 * length + dc) / 0.5),
    ):
        assert exact <= side[0] <= exact * (1 + 1e-13)
    assert 0.25 * (1 - 1e-13) <= moved.at_least[0] <= 0.25


def drawn(rng, kind):
    """dW, z~, z* and both injections in floats, all meant exactly as they are."""
    n = int(rng.integers(1, 6))
    dW, z, near = rng.normal(size=(n, n)), np.abs(rng.normal(size=n)), np.abs(rng.normal(size=n))
    c, c_after = rng.normal(size=(2, n))
    if kind == "cancels":  # dW z~ + dc is what the rounding of dW z~ leaves
        c, c_after = -(dW @ z), np.zeros(n)
    elif kind == "products cancel":  # so that dW z~ itself is what rounding leaves
        dW, z = np.ldexp(rng.normal(size=(n + 1, n + 1)), 20), np.ldexp(np.append(z, 1.0), 20)
        dW[:, -1] = -(dW[:, :-1] @ z[:-1]) / z[-1]
        near, c, c_after = z, *np.zeros((2, n + 1))
    elif kind == "absorbed":  # dW z~ vanishes next to dc
        dW = dW * 2.0 ** -int(rng.integers(50, 56))
    elif kind == "difference rounds":
        c_after = c_after * 2.0 ** -int(rng.integers(50, 56))
        near = near * 2.0 ** -int(rng.integers(50, 56))
    elif kind == "underflows":
        dW, z = dW * 2.0**-540, z * 2.0**-534
        c, c_after = np.zeros((2, n))
    return dW, z, near, c, c_after


def squared(v):
    return sum(x * x for x in v)


def rational(v):
    return [Fraction(float(x)) for x in v]


@pytest.mark.parametrize(
    "kind", ["plain", "cancels", "products cancel", "absorbed", "difference rounds", "underflows"]
)
def test_no_rounding_puts_a_side_below_its_exact_value(kind):
    rng = RNG(1)
    for _ in range(300):
        dW, z, near, c, c_after = drawn(rng, kind)
        size = float(norms_above(dW.reshape(1, -1))[0])
        pair = given(c[None], len(c)), given(c_after[None], len(c))
        moved = displacement(found(near[None]), found(z[None]), MatrixBall(dW), size, 0.5, pair)
        x = rational(z)
        dc = [p - q for p, q in zip(rational(c), rational(c_after), strict=True)]
        image = [
            sum(w * y for w, y in zip(rational(row), x, strict=True)) + d
            for row, d in zip(dW, dc, strict=True)
        ]
        gap = [p - q for p, q in zip(x, rational(near), strict=True)]
        actual, sharper, paper, at_least = (
            Fraction(float(side[0]))
            for side in (moved.actual, moved.sharper, moved.paper, moved.at_least)
        )
        assert at_least**2 <= squared(gap) <= actual**2
        assert squared(image) <= (sharper / 2) ** 2
        rest = paper / 2 - Fraction(size) * _root_below(squared(x))
        assert rest >= 0
        assert squared(dc) <= rest**2


def _root_below(square):
    """A rational root from below, to 2^-1200: far below an ulp of any norm here."""
    return Fraction(isqrt(int(square * 4**1200)), 2**1200)


def test_an_overflow_is_an_infinite_side():
    """dW z~ = 1e310 in the first row and 1e310 - 1e310 in the second."""
    z = found([[1e5, 1e5]])
    dW = MatrixBall(np.array([[1e305, 0.0], [1e305, -1e305]]))
    c = given(np.zeros((1, 2)), 2)
    moved = displacement(found([[1.0, 1.0]]), z, dW, 1.5e305, 1.0, (c, c))
    assert moved.sharper[0] == moved.paper[0] == np.inf
    assert np.isfinite(moved.actual[0])


# ---- classes ------------------------------------------------------------------------------


def exact_winner(head, z, chosen):
    """Does `chosen` beat every other class at z, over the rationals?"""
    logits = [
        sum(Fraction(float(v)) * Fraction(float(x)) for v, x in zip(row, z, strict=True))
        + Fraction(float(d))
        for row, d in zip(head.V, head.d, strict=True)
    ]
    return all(logits[chosen] > logits[k] for k in range(len(logits)) if k != chosen)


@pytest.mark.parametrize("kind", ["products cancel", "offset cancels", "underflows"])
def test_no_class_is_certain_because_of_rounding(kind):
    rng, said = RNG(2), 0
    for _ in range(300):
        n = int(rng.integers(2, 5))
        V, z = rng.normal(size=(3, n)), np.abs(rng.normal(size=n))
        d = np.zeros(3)
        if kind == "products cancel":
            V[:, -1] = -(V[:, :-1] @ z[:-1]) / z[-1]
        elif kind == "offset cancels":
            V = np.abs(V)
            d = -np.array(
                [
                    float(sum(a * b for a, b in zip(*pair, strict=True)))
                    for pair in ((rational(row), rational(z)) for row in V)
                ]
            )
        else:
            V, z = V * 2.0**-540, z * 2.0**-533
        head = Head(V, d)
        chosen = int(certain_class(head, z[None], np.zeros(1))[0])
        said += chosen != UNCERTAIN
        assert chosen == UNCERTAIN or exact_winner(head, z, chosen)
    assert said < 300


def test_classes_are_certain_up_to_half_their_gap_only():
    head = Head(np.array([[1.0, 0.0], [0.0, 1.0]]), np.zeros(2))
    z = np.array([[3.0, 1.0]] * 4)  # the logits differ by 2, the rows by (1, -1)
    radius = np.array([0.0, np.sqrt(2) * (1 - 1e-12), np.sqrt(2) * (1 + 1e-12), np.inf])
    assert certain_class(head, z, radius).tolist() == [0, 0, UNCERTAIN, UNCERTAIN]
