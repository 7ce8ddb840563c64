"""What a benchmark reports: ratios of the same round, and a page that shows what was measured."""

from tests.benchmarks.page import page
from tests.benchmarks.racing import Times, race


def test_ratio_compares_the_times_of_one_round():
    """The machine was three times slower in the second round, for both."""
    times = Times({"ours": [1.0, 3.0, 2.0], "rival": [2.0, 6.0, 20.0]})
    assert times.ratio("rival", "ours") == 2.0
    assert times.median("rival") == 6.0
    assert times.described()["ours"]["most_ms"] == 3000.0


def test_first_round_is_run_and_does_not_count():
    """Of a work that is repeated, half of the runs of every round do not count either."""
    for repeats, each in ((1, 1), (3, 6)):
        runs = []
        found = race({"one": lambda runs=runs: runs.append(1)}, rounds=2, repeats=repeats)
        assert len(runs) == 3 * each
        assert len(found.seconds["one"]) == 2


def test_page_names_ratio_target_and_true_distance(tmp_path):
    time = {"median_ms": 2.0, "least_ms": 1.0, "most_ms": 3.0, "rounds": 3}
    found = {
        "machine": {"processor": "P", "cores": 2, "threads": 1, "blas": ["B"], "versions": {}},
        "operator": "float",
        "roofline": {"sweep_float32": 80.0},
        "ratios": {"pr32_128": 4.25, "jax_pr32_128": 2.5},
        "achieved": {"ours_128": 1e-14},
        "groups": {
            "128": {"times": {"ours": time}},
            "commands": {
                "seconds": {"startup": 0.2, "inspect": 0.31, "audit": 60.0},
                "peak_MB": 275.0,
                "inputs_MB": 62.7,
            },
        },
    }
    page(found, tmp_path / "speed.md")
    text = (tmp_path / "speed.md").read_text(encoding="utf-8")
    assert "| 4.25 | at least 4 | yes |" in text
    assert "jax_pr32_128 2.50" in text
    assert "| ours, 128 | 2.00 | 1.00 | 3.00 | 1.0e-14 |" in text
    assert "| startup | 0.20 |  |  |" in text
    assert "| inspect | 0.31 | at most 0.4 | yes |" in text
    assert "| audit | 60.00 | at most 45 | no |" in text
    assert "inputs are 63 MB, and\n212 MB are the rest, wanted at most 200 (not met)" in text
    assert (tmp_path / "speed.svg").exists()
    assert "Not measured in this run: 10,000 equilibria against" in text
