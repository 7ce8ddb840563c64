"""The replication table: every cell from a run, and statements that follow from the cells."""

import numpy as np
import pytest

from mondeq_ref.datasets.load import load
from mondeq_ref.instances import shipped
from mondeq_ref.instances.trained import Trained, quantized_for_good
from mondeq_ref.quantize import Quantizer
from mondeq_ref.study import replication as module
from mondeq_ref.study.replication import replicate, statements
from mondeq_ref.train.parameters import initial
from mondeq_ref.train.recipe import Recipe


def tiny(spec: dict | None) -> Trained:
    """An untrained operator with six units, big enough factors, and a head."""
    rng = np.random.default_rng(0)
    parameters = initial(Recipe(hidden=6), 784, 10, rng)
    parameters.views()["A"][...] = 0.5 * rng.standard_normal((1, 6))
    parameters.views()["S"][...] = 0.5 * rng.standard_normal((6, 6))
    operator = parameters.operator()
    return Trained(operator, quantized_for_good(operator, spec), {})


@pytest.fixture(scope="module")
def table():
    specs = {"float-1": None, "structured-3": Quantizer(3).spec("factorsUb")}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "PROVED_ROWS", 10)
        patch.setattr(shipped, "names", lambda: tuple(specs))
        patch.setattr(shipped, "trained", lambda name: tiny(specs[name]))
        patch.setattr(shipped, "provenance", lambda name: {"recipe": {"seed": 1}})
        return replicate(load("glyphs", "test", 40), 1, lambda where: None)


def test_fewer_inputs_without_a_margin_and_the_count_is_said(table):
    for row in table["seeds"][0]["bits"]:
        cell = row["ptq"]["W"]
        assert cell["inputs_asked"] == (40 if row["margin_positive"] else 10)
        assert cell["equilibria_proved"] <= cell["inputs_asked"]
    positive = [row["margin_positive"] for row in table["seeds"][0]["bits"]]
    assert True in positive
    assert False in positive


def test_quantized_factors_keep_the_margin_in_every_cell(table):
    seed = table["seeds"][0]
    for row in seed["bits"]:
        kept = float(row["ptq"]["factors"]["quantized_margin"][0])
        assert kept >= float(seed["margin"][0]) - 1e-9  # the enclosure is of a rounded product


def seed_with(ratio: float, margin: float, unsolved: int) -> dict:
    cell = {"accuracy": 0.5, "unsolved": unsolved, "equilibria_proved": 1, "inputs_asked": 1}
    row = {
        "ratio": [str(ratio)] * 2,
        "condition": ratio < 1,
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
    found = {e["id"]: e["verdict"] for e in statements([seed_with(*seed)], [])}
    verdicts = {True: "supported", False: "not_supported"}
    assert found == {
        "phase-transition": verdicts[transition],
        "ptq-3-4-diverge": verdicts[diverge],
        "qat-4": "not_reproduced",
    }
