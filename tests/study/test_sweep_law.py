"""The law is found where it holds, tested on other operators, and not fitted to a few."""

from math import ceil, log2

import numpy as np
import pytest

from mondeq_ref.study.sweeps.law import Point, features, law, predicted
from mondeq_ref.study.sweeps.summary import summary


def facts(rng) -> dict:
    m, L = 10 ** rng.uniform(-2, 0), 10 ** rng.uniform(0, 1)
    largest = rng.uniform(0.5, 3.0)
    return {
        "n": int(rng.integers(2, 100)),
        "margin": [m, m],
        "lipschitz": [L, L],
        "largest": largest,
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
        Point(digest, features(of), rule(of), rule(of) == 2)
        for digest, of in zip(digests, drawn, strict=True)
    ]


def test_the_law_finds_the_rule_that_made_the_numbers():
    found = law(points(400, needed))
    assert found.coefficients == pytest.approx((-log2(3) / 2, 0.5, 1, 0, 0, 0), abs=0.2)
    assert found.share_within_one == 1
    assert found.exact > 0.8 * found.tested


def test_operators_that_need_the_fewest_bits_are_not_left_out():
    """Without those that need two bits or fewer, a noisy rule looks flatter than it is."""
    few = points(400, lambda of: max(2, needed(of) - 6 + of["n"] % 5 - 2))
    known = [point for point in few if not (point.at_least and point.is_fitted)]
    slopes = [law(some).coefficients[2] for some in (few, known)]
    assert abs(slopes[0] - 1) < abs(slopes[1] - 1) / 2


def test_the_law_fails_where_the_numbers_follow_no_rule():
    rng = np.random.default_rng(1)
    found = law(points(400, lambda of: int(rng.integers(3, 16))))
    assert found.share_within_one < 0.5


def test_few_operators_and_no_margin_give_no_law():
    assert law(points(40, needed)) is None
    assert features({**facts(np.random.default_rng(0)), "margin": [-0.1, 0.1]}) is None


def test_the_prediction_is_the_least_width_that_satisfies_it():
    assert predicted((0.0,), (1.0,)) == 2
    assert predicted((log2(7),), (1.0,)) == 4
    assert predicted((log2(7) + 1e-9,), (1.0,)) == 5


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
