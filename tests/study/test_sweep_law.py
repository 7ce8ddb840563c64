"""The law is found where it holds, tested on other operators, and not fitted to a few."""

from dataclasses import replace
from math import ceil, log2

import numpy as np
import pytest

from mondeq_ref.operator import Operator
from mondeq_ref.quantize import Quantizer, quantize
from mondeq_ref.study.sweeps.law import LEAST, Point, features, law, least_with_diagonal, predicted
from mondeq_ref.study.sweeps.of_operator import operator_facts
from mondeq_ref.study.sweeps.summary import summary


def facts(rng) -> dict:
    m, L = 10 ** rng.uniform(-2, 0), 10 ** rng.uniform(0, 1)
    largest = rng.uniform(0.5, 3.0)
    return {
        "n": int(rng.integers(2, 100)),
        "margin": [m, m],
        "lipschitz": [L, L],
        "largest": largest,
        "largest_diagonal": -largest,
        "root_mean_square": largest * rng.uniform(0.1, 0.6),
        "crowding": rng.uniform(0.05, 1.0),
    }


def needed(of: dict) -> int:
    """From q > sqrt(n/3) max|W|/m."""
    q = (of["n"] / 3) ** 0.5 * of["largest"] / of["margin"][0]
    return max(2, ceil(1 + log2(1 + q)))


def points(count: int, rule) -> list[Point]:
    rng = np.random.default_rng(0)
    drawn = [facts(rng) for _ in range(count)]
    digests = (f"{int(rng.integers(2**32)):08x}" for _ in range(count))
    return [
        Point(digest, of["n"], features(of), rule(of), LEAST)
        for digest, of in zip(digests, drawn, strict=True)
    ]


def test_the_law_finds_the_rule_that_made_the_numbers():
    found = law(points(400, needed))
    log_n, ratio_m, *rest = found.coefficients[1:]
    assert (log_n, ratio_m) == pytest.approx((0.5, 1), abs=0.1)
    assert rest == pytest.approx([0] * len(rest), abs=0.2)
    assert found.share_within_one == 1
    assert found.exact > 0.8 * found.tested


def test_operators_that_need_the_fewest_bits_are_not_left_out():
    """Without those that need two bits or fewer, a noisy rule predicts worse."""
    few = points(800, lambda of: max(2, needed(of) - 6 + of["n"] % 5 - 2))
    known = [point for point in few if point.bits > point.floor or not point.is_fitted]
    assert law(few).share_within_one > law(known).share_within_one + 0.03


def test_a_floor_alone_is_no_law():
    """Half of the operators need exactly the fewest bits that are possible for them."""
    rng = np.random.default_rng(2)
    loose = points(400, lambda of: int(rng.integers(3, 16)))
    tight = [replace(point, floor=point.bits) for point in points(800, needed)[400:]]
    found = law(loose + tight)
    assert found.above == sum(not point.is_fitted for point in loose)
    assert found.above_within_one < 0.5 * found.above < 0.5 * found.within_one
    at_their_floor = [point for point in loose if point.is_fitted]
    assert law(at_their_floor + [point for point in tight if not point.is_fitted]) is None


def test_a_third_that_follows_no_rule_does_not_move_the_others():
    """Least squares would follow them."""
    some = points(600, lambda of: 12 if of["largest"] > 2 and of["n"] % 2 else needed(of))
    ruled = [p for p in some if p.bits != 12]
    found = law(some)
    near = [abs(predicted(found.coefficients, p.features) - p.bits) <= 1 for p in ruled]
    assert sum(near) > 0.97 * len(ruled)
    assert {n: of for n, of in found.by_size.items() if of[0] > of[1]} == {}
    assert sum(of for _, of in found.by_size.values()) == found.tested


@pytest.mark.parametrize("seed", range(5))
def test_fewer_bits_than_the_floor_leave_a_diagonal_entry(seed):
    rng = np.random.default_rng(seed)
    W = rng.normal(size=(4, 4)) * 10
    np.fill_diagonal(W, rng.uniform(0.2, 0.99, 4))
    operator = Operator(W, np.ones((4, 1)), np.zeros(4))
    made = {
        bits: quantize(operator, Quantizer.named("paper-code", bits), "W").operator.W
        for bits in range(2, 17)
    }
    lost = [bits for bits, of in made.items() if (1 - np.diag(of)).min() <= 0]
    assert least_with_diagonal(operator_facts(operator)) == max(lost, default=1) + 1


def test_the_prediction_is_the_least_width_that_satisfies_it():
    assert predicted((0.0,), (1.0,)) == 2
    assert predicted((log2(7),), (1.0,)) == 4
    assert predicted((log2(7) + 1e-9,), (1.0,)) == 5
    assert predicted((log2(7),), (1.0,), floor=6) == 6


def test_a_threshold_is_the_width_from_which_on_all_hold():
    of = {**facts(np.random.default_rng(0)), "digest": "00"}
    outcomes = {2: "PROVED", 3: "REFUTED", 4: "PROVED", 5: "PROVED"}
    records = [
        {"id": str(bits), "case": {"what": "W", "quantizer": "paper-code", "bits": bits},
         "operator": of, "rungs": {"2": outcome}, "rung": 2 if outcome == "PROVED" else None}
        for bits, outcome in outcomes.items()
    ]  # fmt: skip
    found = summary(records)
    (row,) = found["thresholds"]
    assert (row["from_bits"], row["never"], row["law"]) == ({"4": 1}, 0, None)
    assert [row["first_rungs"] for row in found["rows"]] == [{"2": 1}, {}, {"2": 1}, {"2": 1}]
    assert found == summary(records[::-1])
