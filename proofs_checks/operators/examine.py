"""The sections of the audit about particular operators: those that ship, or one that was given."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from mondeq_ref.arrays import Integers, Matrix
from mondeq_ref.files.load import Inputs
from mondeq_ref.instances import shipped
from mondeq_ref.instances.families import injections
from mondeq_ref.instances.trained import Trained
from mondeq_ref.operator import Operator
from mondeq_ref.quantize import Quantized, Quantizer, What, quantize
from mondeq_ref.rigor.process import one_thread
from mondeq_ref.rigor.verdict import ZERO, Outcome, less
from mondeq_ref.study.bit_table import Row
from proofs_checks.audit.quick import INPUTS as QUICK_INPUTS
from proofs_checks.operators.examination import (
    Examined,
    Fed,
    answers,
    certified,
    climbed,
    described,
    ladder,
)
from proofs_checks.operators.figure_1 import figure_1
from proofs_checks.operators.statements import statements
from proofs_checks.operators.subject import StatementSubject

GIVEN = "the operator given"
WIDTHS = (8, 7, 6, 5, 4, 3, 2)
MOST_INPUTS = 2560
RANDOM_INPUTS = 64  # where an operator comes without inputs
TRAINED = {  # what each group of shipped operators was trained for
    "qat-exact": "trained for its quantizer with exact equilibria, no penalty",
    "qat-released": "trained for its quantizer as the released code does",
    "qat-paper": "the same without the factor alpha on its gradients",
    "penalty": "trained for its quantizer with a penalty on ||dW|| > m",
    "structured": "its factors quantized, and trained for that",
    "identity": "W - t I quantized with t kept, and trained for that with a penalty",
    "identityUb": "U and b quantized too, and trained for that with a penalty",
}

RowOf = Callable[[Quantized], Row]


def examine(
    operator: Operator | None = None,
    inputs: Inputs | None = None,
    *,
    seed: int = 0,
    quick: bool = False,
) -> dict[str, Any]:
    """Ladder, answers and published statements of one operator, by default of those that ship;
    quickly, the ladder of one operator with W quantized, on a few inputs."""
    with one_thread():  # matrices of a hundred units: threads of BLAS only wait
        return _shipped(quick) if operator is None else _given(operator, inputs, seed, quick)


def _shipped(quick: bool) -> dict[str, Any]:
    main = shipped.MAIN
    operator = shipped.trained(main).evaluated
    c, labels = shipped.injections(main).c, shipped.labels(main)

    def row(quantized: Quantized) -> Row:
        return certified(main, quantized)

    if quick:
        return _quickly(main, Fed(operator, c[:QUICK_INPUTS]), labels[:QUICK_INPUTS], row, "")
    held = {name: shipped.trained(name) for name in shipped.names()}
    fed = Fed(operator, c)
    dense = _post_training(fed, "W", labels, row, f"{main}, W quantized")
    factors = _post_training(fed, "factors", labels, row, f"{main}, factors quantized")
    groups = {group: _trained(group, held) for group in TRAINED}
    quantized_c = {
        int(key.removeprefix("c_")): shipped.injections(main, key).c
        for key in shipped.keys(main)
        if key != "c"
    }
    four, below = _four_bits(groups), _below_four_bits(groups)
    rungs, made = _rungs(dense), _made(dense)
    subject = StatementSubject(operator, c, rungs, quantized_c, four, labels, below, made)
    everything = {name: one.evaluated for name, one in held.items()}
    trained = [row for rows in groups.values() for row in rows]
    first = ladder(main, "W", "quantized after training, as in the paper", dense)
    safe = _chosen(subject, fed)
    return {
        "operators": described(everything),
        "ladder": [
            first,
            *_safe_ladder(main, safe),
            ladder(main, "factors", "its factors quantized after training", factors),
            *(
                ladder(group, rows[0].quantized.what, TRAINED[group], rows)
                for group, rows in groups.items()
            ),
        ],
        "figure_1": figure_1(main, subject, first["rows"]),
        "answers": answers([*dense, *safe, *factors, *trained]),
        "published": statements(subject),
    }


def _quickly(name: str, fed: Fed, labels: Integers | None, row: RowOf, said: str) -> dict[str, Any]:
    """The ladder of one operator with W quantized."""
    dense = _post_training(fed, "W", labels, row, name)
    description = f"quantized after training, as in the paper; {len(fed.c)} inputs{said}"
    return {
        "operators": described({name: fed.operator}),
        "ladder": [ladder(name, "W", description, dense)],
        "answers": answers(dense),
    }


def _given(operator: Operator, inputs: Inputs | None, seed: int, quick: bool) -> dict[str, Any]:
    if inputs is None:
        c, labels = injections(np.random.default_rng(seed), operator, RANDOM_INPUTS), None
        said = f"{RANDOM_INPUTS} random injections"
    else:
        c = inputs.injections(operator, slice(0, MOST_INPUTS)).c
        labels = None if inputs.labels is None else inputs.labels[:MOST_INPUTS]
        said = f"the first {len(c)} inputs of {inputs.source}"
    if quick:
        few = None if labels is None else labels[:QUICK_INPUTS]
        return _quickly(GIVEN, Fed(operator, c[:QUICK_INPUTS]), few, climbed, f" of {said}")
    name, fed = GIVEN, Fed(operator, c)
    dense = _post_training(fed, "W", labels, climbed, name)
    first = ladder(name, "W", f"quantized as in the paper; {said}", dense)
    rungs, made, c_quantized = _rungs(dense), _made(dense), _requantized(operator, inputs)
    subject = StatementSubject(operator, c, rungs, c_quantized, labels=labels, made=made)
    safe = _chosen(subject, fed)
    found: dict[str, Any] = {
        "operators": described({name: operator}),
        "ladder": [first, *_safe_ladder(name, safe)],
        "figure_1": figure_1(name, subject, first["rows"]),
        "answers": answers([*dense, *safe]),
        "published": statements(subject),
    }
    if operator.factors is not None:
        rows = _post_training(fed, "factors", labels, climbed, f"{name}, factors")
        found["ladder"].append(ladder(name, "factors", f"its factors quantized; {said}", rows))
    return found


def _post_training(
    fed: Fed, what: What, labels: Integers | None, row: RowOf, name: str
) -> list[Examined]:
    rows: list[Examined] = []
    for bits in WIDTHS:
        quantized = quantize(fed.operator, Quantizer.named("paper-code", bits), what)
        rows.append(Examined(name, row(quantized), fed, fed.c, labels))
    return rows


def _chosen(subject: StatementSubject, fed: Fed) -> list[Examined]:
    """The codes chosen after training, at the widths at which their aim was reached."""
    return [
        Examined(
            "codes chosen",
            Row(made.quantized, made.pair, made.steps, None),
            fed,
            fed.c,
            subject.labels,
        )
        for made in subject.safe.values()
    ]


def _safe_ladder(title: str, rows: list[Examined]) -> list[dict[str, Any]]:
    said = "W - t I, its codes chosen after training for a proof"
    return [ladder(title, "safe", said, rows)] if rows else []


def _trained(group: str, held: Mapping[str, Trained]) -> list[Examined]:
    """The operators of one group, widest first, on their own injections."""
    rows: list[Examined] = []
    for name, one in held.items():
        if one.quantized is None or not name.startswith(f"{group}-"):
            continue
        fed = Fed(one.factors, shipped.injections(name).c)
        row = certified(name, one.quantized)
        rows.append(Examined(name, row, fed, fed.c, shipped.labels(name)))
    return sorted(rows, key=lambda row: -row.bits)


def _below_four_bits(groups: Mapping[str, list[Examined]]) -> dict[str, Operator]:
    return {
        f"{group} at {row.bits} bit{'s' * (row.bits > 1)}": row.quantized.operator
        for group, rows in groups.items()
        for row in rows
        if row.bits < 4
    }


def _four_bits(groups: Mapping[str, list[Examined]]) -> dict[str, Operator]:
    return {
        group: row.quantized.operator
        for group, rows in groups.items()
        for row in rows
        if row.bits == 4
    }


def _rungs(rows: list[Examined]) -> dict[int, tuple[int | None, Outcome]]:
    """Bit-width -> the first rung, and the sign of m~."""
    return {row.bits: (row.rung, less(ZERO, row.pair.sides.margin_after)) for row in rows}


def _made(rows: list[Examined]) -> dict[int, Quantized]:
    return {row.bits: row.quantized for row in rows}


def _requantized(operator: Operator, inputs: Inputs | None) -> dict[int, Matrix]:
    """c of the operator with U and b quantized too, where x is known."""
    if inputs is None or inputs.kind != "x":
        return {}
    found: dict[int, Matrix] = {}
    for bits in (6, 8, 12, 16):
        quantized = quantize(operator, Quantizer.named("paper-code", bits), "WUb").operator
        found[bits] = inputs.injections(quantized, slice(0, MOST_INPUTS)).c
    return found
