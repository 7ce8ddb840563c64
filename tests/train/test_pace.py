"""The race between exact passes and the published recipe measures what it says."""

import sys
from pathlib import Path

import pytest

from mondeq_ref.train.pace import pace

sys.path.insert(0, str(Path(__file__).parent))
from small import images


def test_both_are_timed_for_every_epoch_and_the_first_epoch_does_not_count():
    found = pace(images(), 3)
    assert [len(found["seconds"][name]) for name in ("exact", "paper")] == [3, 3]
    means = {name: sum(values[1:]) / 2 for name, values in found["seconds"].items()}
    assert found["mean"] == pytest.approx(means)
    assert found["ratio"] == pytest.approx(means["paper"] / means["exact"])
    assert found["ratio_with_injection_every_iteration"] > found["ratio"]
