"""Accuracy at exact equilibria, of an operator and of what quantization leaves of it.

An operator trained here with --qat is evaluated as it was trained: quantized.  With --bits, the
operator of the file (for a trained one: of its float factors) is quantized at every bit-width
asked for.  A row without a margin counts its equilibria one by one, in rationals.
"""

import argparse
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mondeq_ref.arrays import Integers, Matrix
    from mondeq_ref.operator import Operator

HELP = "accuracy at exact equilibria, at any bit-width"
NAMED = ("paper-code", "paper-readme")
WHAT = ("W", "WUb", "K", "KUb", "factors", "factorsUb")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    from mondeq_ref.cli import options

    options.add_operator(parser)
    parser.add_argument(
        "--dataset",
        required=True,
        metavar="NAME",
        help="mnist, glyphs, or a folder of IDX files; its test split",
    )
    parser.add_argument("--limit", type=int, metavar="N", help="the first N images only")
    parser.add_argument("--bits", metavar="B", help="bit-widths to quantize to: 4, 3-8 or 2,4,8")
    parser.add_argument("--what", choices=WHAT, default="WUb", help="default WUb")
    parser.add_argument("--quantizer", choices=NAMED, default="paper-code", help="its codes")
    parser.add_argument("--no-proof", action="store_true", help="prove no equilibria in rationals")
    parser.add_argument("--workers", type=int, default=1, metavar="N", help="threads (default 1)")
    parser.add_argument("--seed", type=int, default=0, help="of glyphs (default 0)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    from pathlib import Path

    import numpy as np

    from mondeq_ref.cli import options
    from mondeq_ref.datasets import load, normalize
    from mondeq_ref.instances.trained import is_trained, read_trained
    from mondeq_ref.quantize import Quantizer, quantize
    from mondeq_ref.report.console import console, emit, table
    from mondeq_ref.report.digits import shown

    dataset = load(args.dataset, "test", args.limit, args.seed)
    X, labels = normalize(dataset.images).astype(np.float64), dataset.labels
    rows: list[dict[str, Any]] = []
    if is_trained(Path(args.file)):
        trained = read_trained(Path(args.file))
        operator, evaluated = trained.factors, trained.evaluated
        quantized = trained.quantized
        spec = (None, None) if quantized is None else (quantized.quantizer.bits, quantized.what)
    else:
        operator = evaluated = options.operator(args)
        spec = (None, None)
    rows.append(_row(evaluated, *spec, X, labels, args))
    for bits in _bits(args.bits):
        quantizer = Quantizer.named(args.quantizer, bits)
        quantized = quantize(operator, quantizer, args.what)
        rows.append(_row(quantized.operator, bits, args.what, X, labels, args))
    result = {
        "accuracy": rows[0]["accuracy"],
        "inputs": len(labels),
        "margin": evaluated.margin,
        "rows": rows,
        "data": dataset.provenance.describe(),
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
    screen.print(table(f"{len(labels)} inputs", headings, shown_rows))
    return 0


def _row(
    operator: "Operator",
    bits: int | None,
    what: str | None,
    X: "Matrix",
    labels: "Integers",
    args: argparse.Namespace,
) -> dict[str, Any]:
    from mondeq_ref.study.accuracy import evaluate_images

    found = evaluate_images(operator, X, labels, prove=not args.no_proof, workers=args.workers)
    return {
        "bits": bits,
        "what": what,
        "accuracy": found.accuracy,
        "equilibria_proved": found.proved,
        "inputs": found.inputs,
        "unsolved": found.unsolved,
        "margin": operator.margin,
    }


def _bits(text: str | None) -> list[int]:
    """4, 3-8, or 2,4,8, or any mixture."""
    from mondeq_ref.arrays import InputError

    found: list[int] = []
    for part in [] if text is None else text.split(","):
        first, _, last = part.partition("-")
        try:
            ends = int(first), int(last or first)
        except ValueError:
            raise InputError(f"--bits must be like 4, 3-8 or 2,4,8, got {text!r}") from None
        if not 1 <= ends[0] <= ends[1] <= 64:
            raise InputError(f"--bits must be like 4, 3-8 or 2,4,8, got {text!r}")
        found += range(ends[0], ends[1] + 1)
    return found
