"""What is written is JSON for every reader: no NaN, no infinity, no type of anybody's own."""

import json
from dataclasses import dataclass
from fractions import Fraction
from math import inf, nan
from pathlib import Path

import numpy as np
import pytest

from mondeq_ref.documents.strict_json import dumps
from mondeq_ref.rigor.enclosure import Enclosure
from mondeq_ref.rigor.verdict import Outcome


@dataclass
class Made:
    bits: int
    ends: tuple[float, ...]


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (Enclosure(0.1, inf), [0.1, None]),
        (Outcome.PROVED, "PROVED"),
        ({2: np.float64(0.5), "n": np.int64(3)}, {"2": 0.5, "n": 3}),
        (np.array([[1.0, nan], [-inf, 2.0]]), [[1.0, None], [None, 2.0]]),
        ((np.bool_(True), np.float32(0.25), None), [True, 0.25, None]),
        (Fraction(1, 3), "1/3"),
        (Path("a") / "b", "a/b"),
        (Made(4, (1.0, inf)), {"bits": 4, "ends": [1.0, None]}),
    ],
)
def test_every_value_is_written_in_the_types_of_json(value, written):
    assert json.loads(dumps(value), parse_constant=pytest.fail) == written


def test_an_enclosure_of_zero_has_no_sign():
    assert dumps(Enclosure(-0.0, -0.0), indent=None) == "[0.0, 0.0]"


def test_what_has_no_form_in_json_is_not_made_up():
    with pytest.raises(TypeError):
        dumps({"x": object()})
