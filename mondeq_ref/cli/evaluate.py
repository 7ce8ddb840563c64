"""Compute the accuracy at exact equilibria, of an operator and of its quantized versions.

An operator from `train --qat` is evaluated in its quantized form.  With --bits, the operator of
the file (for a trained one, of its float factors) is also quantized to every given bit-width.
Where m > 0 is not proved, equilibria are proved input by input, in rationals.

Example: mondeq-ref evaluate weights.npz --inputs mnist --bits 3-8
"""

import argparse
from typing import TYPE_CHECKING, Any

from mondeq_ref.cli import options

if TYPE_CHECKING:
    from mondeq_ref.files.load import Inputs
    from mondeq_ref.operator import Operator

HELP = "accuracy at exact equilibria, at any bit-width"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    options.add_operator(parser, needs_inputs=True)
    group = parser.add_argument_group("quantizing")
    options.add_bits(group, "bit-widths to quantize to")
    options.add_what(group, "W")
    options.add_quantizer(group)
    options.flag(parser, "--no-proof", "without a margin, do not prove equilibria in rationals")


def run(args: argparse.Namespace) -> int:
    from mondeq_ref import quantize
    from mondeq_ref.arrays import InputError
    from mondeq_ref.report.console import console, emit, table
    from mondeq_ref.report.digits import shown

    options.refuse(args, "dtype")
    widths = [] if args.bits is None else options.bit_widths(args.bits)
    operator, evaluated, spec = _operators(args)
    inputs = options.inputs_for(evaluated, args)
    if inputs is None:
        raise InputError("--inputs is needed")
    rows = [_row(evaluated, *spec, inputs, args)]
    for bits in sorted(widths):
        made = quantize(operator, bits, quantizer=args.quantizer, what=args.what, seed=args.seed)
        rows.append(_row(made.operator, bits, args.what, inputs, args))
    result = {
        "accuracy": rows[0]["accuracy"],
        "inputs": len(inputs),
        "margin": evaluated.margin,
        "rows": rows,
        "data": {"source": inputs.source, "sha256": inputs.digest},
    }
    if args.json:
        emit(result)
    screen = console(args.json)
    shown_rows = [
        (
            "-" if row["bits"] is None else str(row["bits"]),
            row["what"] or "as stored",
            f"{row['accuracy']:.4f}",
            shown(row["margin"]),
            "-" if row["equilibria_proved"] is None else str(row["equilibria_proved"]),
            str(row["unsolved"]),
        )
        for row in rows
    ]
    headings = ["bits", "what", "accuracy", "margin", "equilibria proved", "unsolved"]
    screen.print(table(f"{len(inputs)} inputs", headings, shown_rows))
    return 0


def _operators(
    args: argparse.Namespace,
) -> "tuple[Operator, Operator, tuple[int | None, str | None]]":
    """The operator to quantize, the one to evaluate, and the bits and arrays between the two."""
    from pathlib import Path

    from mondeq_ref.files.checkpoint import is_quantized, read_arrays
    from mondeq_ref.instances.trained import is_trained, read_trained

    path, plain = Path(args.file), (None, None)
    given = args.layout is not None or args.margin is not None
    if given or is_quantized(read_arrays(path)) or not is_trained(path):
        operator = options.operator(args)
        return operator, operator, plain
    trained = read_trained(path)
    made = trained.quantized
    spec = plain if made is None else (made.quantizer.bits, made.what)
    return trained.factors, trained.evaluated, spec


def _row(
    operator: "Operator",
    bits: int | None,
    what: str | None,
    inputs: "Inputs",
    args: argparse.Namespace,
) -> dict[str, Any]:
    from mondeq_ref import evaluate

    found = evaluate(operator, inputs, no_proof=args.no_proof, workers=options.workers(args))
    return {
        "bits": bits,
        "what": what,
        "accuracy": found.accuracy,
        "equilibria_proved": found.proved,
        "inputs": found.inputs,
        "unsolved": found.unsolved,
        "margin": operator.margin,
    }
