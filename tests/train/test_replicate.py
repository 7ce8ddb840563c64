"""The replication table: every cell from a run, and statements that follow from the cells."""

import json

import pytest

from mondeq_ref import shipped
from mondeq_ref.datasets import load
from mondeq_ref.report.strict_json import dumps
from mondeq_ref.rigor.enclosure import Enclosure
from mondeq_ref.train import replicate as module
from mondeq_ref.train.replicate import replicate, statements


@pytest.fixture(scope="module")
def table():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "BITS", (3, 4, 5))
        patch.setattr(module, "PROVED_ROWS", 10)
        patch.setattr(shipped, "names", lambda: (shipped.MAIN, "penalty-4", "structured-3"))
        return replicate(load("glyphs", "test", 40), 1, lambda where: None)


def test_every_cell_is_there(table):
    assert json.loads(dumps(table)) == table
    (seed,) = table["seeds"]
    assert seed["seed"] == 42
    assert [row["bits"] for row in seed["bits"]] == [3, 4, 5]
    for row in seed["bits"]:
        assert set(row["ptq"]) == {"W", "WUb", "factors", "factorsUb"}
        assert all(0 <= cell["accuracy"] <= 1 for cell in row["ptq"].values())
        assert row["condition"] in (True, False)
    assert [run["name"] for run in table["qat"]] == ["penalty-4", "structured-3"]


def test_without_a_margin_fewer_inputs_are_asked_and_it_says_how_many(table):
    cells = {row["bits"]: row["ptq"]["W"] for row in table["seeds"][0]["bits"]}
    assert (cells[5]["equilibria_proved"], cells[5]["inputs_asked"]) == (40, 40)
    assert cells[3]["inputs_asked"] == 10
    assert cells[3]["equilibria_proved"] <= 10


def test_quantized_factors_keep_the_margin_in_every_cell(table):
    seed = table["seeds"][0]
    for row in seed["bits"]:
        kept = float(row["ptq"]["factors"]["quantized_margin"][0])
        assert kept >= float(seed["margin"][0]) - 1e-9  # the enclosure is of a rounded product


def seed_with(ratio: float, margin: float, unsolved: int) -> dict:
    cell = {"accuracy": 0.5, "unsolved": unsolved, "equilibria_proved": 1, "inputs_asked": 1}
    row = {
        "ratio": Enclosure.of(ratio),
        "condition": ratio < 1,
        "quantized_margin": Enclosure.of(margin),
        "margin_positive": margin > 0,
        "ptq": {"W": cell},
    }
    return {"bits": [{"bits": bits, **row} for bits in module.BITS]}


@pytest.mark.parametrize(
    ("seed", "transition", "diverge"),
    [
        ((0.5, 0.1, 0), True, False),
        ((2.0, -0.1, 3), True, True),
        ((2.0, 0.1, 0), False, False),  # a margin above the threshold: conservative
    ],
)
def test_the_statements_follow_from_the_numbers(seed, transition, diverge):
    found = {entry["id"]: entry["supported"] for entry in statements([seed_with(*seed)], [])}
    assert found == {"phase-transition": transition, "ptq-3-4-diverge": diverge, "qat-4": False}
