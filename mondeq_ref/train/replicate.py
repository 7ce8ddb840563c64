"""The paper's quantization experiment on the operators that ship, as found.

For every float seed: margin, L, accuracy, and at 2 to 8 bits ||dW||_2/m, m~ and the accuracy of
post-training quantization at exact equilibria, of W, of W, U and b, and of the factors.  Beside
them the operators trained with quantization, and what of the published statements this supports.
"""

from collections.abc import Callable
from typing import Any

from mondeq_ref import shipped
from mondeq_ref.datasets import Dataset
from mondeq_ref.evaluate import Evaluation, evaluate_images
from mondeq_ref.operator import Operator
from mondeq_ref.quantize import Quantizer, What, quantize
from mondeq_ref.report.strict_json import plain
from mondeq_ref.train.account import account, perturbed, positive_margin
from mondeq_ref.train.loop import Images
from mondeq_ref.train.recipe import Recipe

BITS = (2, 3, 4, 5, 6, 7, 8)
WHATS: tuple[What, ...] = ("W", "WUb", "factors", "factorsUb")
PROVED_ROWS = 500  # inputs whose equilibria are proved one by one where there is no margin

Record = dict[str, Any]


def replicate(tested: Dataset, workers: int, say: Callable[[str], None]) -> Record:
    """The whole table, in JSON's types."""
    images = Images.of(tested, Recipe())
    floats, trained = [], []
    for name in shipped.names():
        say(name)
        if shipped.trained(name).quantized is None:
            floats.append(_float_seed(name, images, workers, say))
        else:
            trained.append(_trained(name, images, workers))
    return plain(
        {
            "data": tested.provenance.describe(),
            "inputs": len(tested),
            "seeds": floats,
            "qat": trained,
            "statements": statements(floats, trained),
        }
    )


def _float_seed(name: str, images: Images, workers: int, say: Callable[[str], None]) -> Record:
    operator = shipped.trained(name).factors
    rows: list[Record] = []
    for bits in BITS:
        say(f"{name}, {bits} bits")
        dense = quantize(operator, Quantizer(bits), "W")
        row: Record = {"bits": bits, **perturbed(dense)}
        row["margin_positive"] = positive_margin(dense.operator)
        row["ptq"] = {
            what: _measured(quantize(operator, Quantizer(bits), what).operator, images, workers)
            for what in WHATS
        }
        rows.append(row)
    return {
        "name": name,
        "seed": shipped.provenance(name)["recipe"]["seed"],
        "margin": operator.margin,
        "lipschitz": operator.lipschitz,
        "kappa": operator.kappa,
        **_measured(operator, images, workers),
        "bits": rows,
    }


def _trained(name: str, images: Images, workers: int) -> Record:
    trained, recipe = shipped.trained(name), shipped.provenance(name)["recipe"]
    return {
        "name": name,
        "recipe": recipe,
        **account(trained),
        **_measured(trained.evaluated, images, workers),
    }


def _measured(operator: Operator, images: Images, workers: int) -> Record:
    """Accuracy on all images; without a margin, equilibria proved among the first few."""
    found = _evaluated(operator, images, workers)
    measured: Record = {
        "accuracy": found.accuracy,
        "unsolved": found.unsolved,
        "quantized_margin": operator.margin,
        "equilibria_proved": found.proved,
        "inputs_asked": found.inputs,
    }
    if found.proved is None:
        first = images.rows(slice(0, PROVED_ROWS))
        some = evaluate_images(operator, first.X.astype("float64"), first.labels, workers=workers)
        measured |= {"equilibria_proved": some.proved, "inputs_asked": some.inputs}
    return measured


def _evaluated(operator: Operator, images: Images, workers: int) -> Evaluation:
    rows = images.X.astype("float64")
    return evaluate_images(operator, rows, images.labels, prove=False, workers=workers)


def statements(floats: list[Record], trained: list[Record]) -> list[Record]:
    """What of the published statements these operators support, with the numbers."""
    by_bits = {bits: [_at(seed, bits) for seed in floats] for bits in BITS}
    below = {
        bits: {
            "seeds_with_margin": sum(row["margin_positive"] for row in rows),
            "seeds_meeting_condition": sum(bool(row["condition"]) for row in rows),
            "seeds": len(rows),
            "ratio": [row["ratio"] for row in rows],
            "accuracy_W": [row["ptq"]["W"]["accuracy"] for row in rows],
            "unsolved_W": [row["ptq"]["W"]["unsolved"] for row in rows],
            "equilibria_proved_W": [row["ptq"]["W"]["equilibria_proved"] for row in rows],
            "inputs_asked_W": [row["ptq"]["W"]["inputs_asked"] for row in rows],
        }
        for bits, rows in by_bits.items()
    }
    qat = [
        {
            key: run[key]
            for key in ("name", "accuracy", "ratio", "condition", "quantized_margin")
            if key in run
        }
        for run in trained
    ]
    least_solved = {
        bits: all(row["ptq"]["W"]["unsolved"] == 0 for row in rows)
        for bits, rows in by_bits.items()
    }
    return [
        {
            "id": "ptq-3-4-diverge",
            "supported": not least_solved[4] and not least_solved[3],
            "why": "an equilibrium was found for every test input and seed"
            f" at 4 bits: {least_solved[4]}, at 3 bits: {least_solved[3]}",
            "numbers": {bits: below[bits] for bits in (3, 4, 5)},
        },
        {
            "id": "phase-transition",
            "supported": all(
                (row["quantized_margin"].lo > 0) == bool(row["condition"])
                for rows in by_bits.values()
                for row in rows
            ),
            "why": "supported would mean: the margin is positive exactly where ||dW||_2 < m",
            "numbers": below,
        },
        {
            "id": "qat-4",
            "supported": any(
                "-4" in run["name"] and run["name"].startswith("qat") and bool(run["condition"])
                for run in trained
            ),
            "why": "supported would mean: ||dW||_2 < m after plain quantization-aware training"
            " at 4 bits; the penalized and the structured runs are listed beside it",
            "numbers": qat,
        },
    ]


def _at(seed: Record, bits: int) -> Record:
    return next(row for row in seed["bits"] if row["bits"] == bits)
