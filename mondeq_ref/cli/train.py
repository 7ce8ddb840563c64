"""Train an equilibrium network: exact equilibria, exact gradients, Adam, the published recipe.

With --qat the weights are quantized in every forward pass; --margin-penalty pushes m up while
||dW|| exceeds it, and --what factorsUb keeps the margin by construction.  FILE.npz is written
at the end; beside it are a checkpoint after every epoch, a log, and the provenance.
"""

import argparse
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mondeq_ref.train.recipe import Recipe

HELP = "train an operator, with or without quantization"
NAMED = ("paper-code", "paper-readme")
WHAT = ("W", "WUb", "K", "KUb", "factors", "factorsUb")
ROUNDINGS = ("half-even", "half-up", "half-away", "toward-zero", "stochastic")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--dataset",
        required=True,
        metavar="NAME",
        help="mnist, glyphs (drawn here, no download), or a folder of IDX files",
    )
    parser.add_argument("--out", required=True, metavar="FILE.npz", help="the trained operator")
    group = parser.add_argument_group("recipe")
    group.add_argument("--hidden", type=int, default=100, metavar="N", help="units (default 100)")
    group.add_argument("--rank", type=int, metavar="R", help="rows of A (default hidden/4)")
    group.add_argument("--epochs", type=int, default=15, help="default 15")
    group.add_argument("--batch", type=int, default=128, help="default 128")
    group.add_argument("--seed", type=int, default=42, help="default 42")
    group.add_argument("--learning-rate", type=float, default=1e-3, help="default 0.001")
    group.add_argument(
        "--decay-at",
        type=int,
        nargs="*",
        default=[10],
        metavar="EPOCH",
        help="epochs after which the rate falls to a tenth (default 10)",
    )
    group.add_argument(
        "--validation", type=int, default=0, metavar="N", help="keep the last N images out"
    )
    group.add_argument("--limit", type=int, metavar="N", help="the first N images only")
    group = parser.add_argument_group("quantization-aware training")
    group.add_argument("--qat", type=int, metavar="BITS", help="quantize in every forward pass")
    group.add_argument("--what", choices=WHAT, default="WUb", help="default WUb")
    group.add_argument("--quantizer", choices=NAMED, default="paper-code", help="its codes")
    group.add_argument("--rounding", choices=ROUNDINGS, help="instead of the quantizer's own")
    group.add_argument(
        "--protocol",
        choices=("exact", "paper"),
        default="exact",
        help="exact equilibria, or the published inexact forward-backward (default exact)",
    )
    group.add_argument(
        "--margin-penalty",
        type=float,
        default=0.0,
        metavar="LAMBDA",
        help="a gradient -LAMBDA on m while ||dW|| >= m (default 0)",
    )
    group.add_argument(
        "--clip",
        type=float,
        default=0.0,
        metavar="K",
        help="clip quantized arrays to K root mean squares after every step (default: never)",
    )
    group = parser.add_argument_group("running")
    group.add_argument("--resume", action="store_true", help="go on from the last checkpoint")
    group.add_argument("--workers", type=int, default=1, metavar="N", help="threads (default 1)")
    group.add_argument("--quiet", action="store_true", help="no line an epoch")
    group.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    import sys
    from pathlib import Path

    from mondeq_ref.arrays import InputError
    from mondeq_ref.datasets import load
    from mondeq_ref.report.console import console, emit
    from mondeq_ref.train.finish import finish
    from mondeq_ref.train.loop import Images, TrainingStopped, train

    recipe, out = _recipe(args), Path(args.out)
    if out.suffix != ".npz":
        raise InputError(f"--out must end in .npz, got {args.out}")
    if args.workers < 1:
        raise InputError(f"--workers must be at least 1, got {args.workers}")
    out.parent.mkdir(parents=True, exist_ok=True)
    taught = load(args.dataset, "train", args.limit, args.seed)
    tested = load(args.dataset, "test", None, args.seed)
    screen = console(args.json)

    def report(epoch: dict[str, Any]) -> None:
        if not args.quiet:
            screen.print(_line(epoch))

    try:
        done = train(
            recipe,
            Images.of(taught, recipe),
            out,
            resume=args.resume,
            workers=args.workers,
            report=report,
        )
    except TrainingStopped as stopped:
        sys.stderr.write(f"mondeq-ref train: {stopped}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("stopped; --resume goes on from the last finished epoch\n")
        return 130
    provenance = finish(done, taught, tested, out, args.workers)
    test, facts = provenance["test"], provenance["account"]
    result = {"file": args.out, "epochs": recipe.epochs, **test, "account": facts}
    if args.json:
        emit(result)
    screen.print(
        f"test accuracy {test['accuracy']:.4f} ({test['correct']} of {test['inputs']}); "
        f"margin {'proved positive' if facts['margin_proved'] else 'not positive'}"
    )
    if "condition" in facts:
        screen.print(f"||dW|| < m: {facts['condition']}; ||dW||/m in {facts['ratio']}")
    screen.print(f"written to {args.out}")
    return 0


def _recipe(args: argparse.Namespace) -> "Recipe":
    from dataclasses import replace

    from mondeq_ref.quantize import Quantizer
    from mondeq_ref.train.recipe import Quantization, Recipe

    quantization = None
    if args.qat is not None:
        quantizer = Quantizer.named(args.quantizer, args.qat)
        if args.rounding is not None:
            quantizer = replace(quantizer, rounding=args.rounding)
        quantization = Quantization(quantizer, args.what)
    return Recipe(
        hidden=args.hidden,
        rank=args.rank,
        epochs=args.epochs,
        batch=args.batch,
        seed=args.seed,
        learning_rate=args.learning_rate,
        decay_at=tuple(args.decay_at),
        protocol=args.protocol,
        quantization=quantization,
        margin_penalty=args.margin_penalty,
        clip=args.clip,
        validation=args.validation,
    )


def _line(epoch: dict[str, Any]) -> str:
    """One epoch for people."""
    names = {
        "loss": "loss",
        "accuracy": "accuracy",
        "validation_accuracy": "validation",
        "margin": "margin",
        "quantized_margin": "quantized margin",
        "ratio": "||dW||/m",
        "lipschitz": "L",
    }
    shown = ", ".join(f"{names[key]} {epoch[key]:.4f}" for key in names if key in epoch)
    lost = f", {epoch['unsolved']} unsolved" if epoch["unsolved"] else ""
    return f"epoch {epoch['epoch']:3d}: {shown}{lost}, {epoch['seconds']:.1f} s"
