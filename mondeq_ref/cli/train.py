"""Train an equilibrium network: exact equilibria, exact gradients, Adam, the published recipe.

With --qat the weights are quantized in every forward pass; --margin-penalty pushes m up while
||dW|| >= m, and --what factors keeps the margin by construction.  With --what K and --step mean
even 2 bits, and with --quantizer signs 1 bit, keep a margin that is proved.  FILE.npz is written at
the end; beside it are a checkpoint after every epoch, a log with one line per epoch, and the
provenance.

Example: mondeq-ref train --dataset glyphs --hidden 40 --epochs 5 --out small.npz
"""

import argparse
from typing import Any

from mondeq_ref.cli import options

HELP = "train an operator, with or without quantization"
ROUNDINGS = ("half-even", "half-up", "half-away", "toward-zero", "stochastic")
SETTINGS = (
    *("hidden", "rank", "epochs", "batch", "seed", "learning_rate", "decay_at", "validation"),
    *("limit", "qat", "what", "quantizer", "rounding", "step", "factor", "protocol"),
    *("margin_penalty", "penalty_until", "freeze_at", "clip", "resume", "workers"),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--dataset",
        required=True,
        metavar="NAME",
        help="mnist, glyphs (drawn here, no download), or a folder of IDX files (required)",
    )
    parser.add_argument(
        "--out", required=True, metavar="FILE.npz", help="file for the trained operator (required)"
    )
    _add_recipe(parser)
    _add_quantization(parser)
    group = parser.add_argument_group("running")
    group.add_argument(
        "--resume", action="store_true", help="continue from the last checkpoint beside FILE.npz"
    )
    group.add_argument(
        "--workers", type=int, default=1, metavar="N", help="number of threads (default 1)"
    )
    group.add_argument("--quiet", action="store_true", help="do not print one line per epoch")
    group.add_argument("--json", action="store_true", help="print one JSON object on stdout")


def _add_recipe(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("recipe")
    group.add_argument(
        "--hidden", type=int, default=100, metavar="N", help="number of units (default 100)"
    )
    group.add_argument("--rank", type=int, metavar="R", help="rows of A (default: hidden / 4)")
    group.add_argument(
        "--epochs", type=int, default=15, metavar="N", help="passes over the images (default 15)"
    )
    group.add_argument(
        "--batch", type=int, default=128, metavar="N", help="images per step (default 128)"
    )
    group.add_argument(
        "--seed", type=int, default=42, metavar="S", help="seed of all randomness (default 42)"
    )
    group.add_argument(
        "--learning-rate",
        type=float,
        default=1e-3,
        metavar="R",
        help="step of Adam (default 0.001)",
    )
    group.add_argument(
        "--decay-at",
        type=int,
        nargs="*",
        default=[10],
        metavar="EPOCH",
        help="epochs after which the learning rate falls to a tenth (default 10)",
    )
    group.add_argument(
        "--validation",
        type=int,
        default=0,
        metavar="N",
        help="number of images at the end that are kept out of training (default 0)",
    )
    group.add_argument(
        "--limit", type=int, metavar="N", help="number of training images to use (default: all)"
    )


def _add_quantization(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("quantization-aware training")
    group.add_argument(
        "--qat",
        type=int,
        metavar="BITS",
        help="bits to quantize to in every forward pass (default: do not quantize)",
    )
    options.add_what(group, "W")
    options.add_quantizer(group, or_signs=True)
    group.add_argument(
        "--step",
        choices=("largest", "power-of-two", "mean"),
        help="rule of the step (default: that of --quantizer)",
    )
    group.add_argument(
        "--factor", type=float, metavar="F", help="multiply the step by F (default 1)"
    )
    group.add_argument(
        "--rounding", choices=ROUNDINGS, help="how w/s is rounded (default: as --quantizer does)"
    )
    group.add_argument(
        "--protocol",
        choices=("exact", "paper", "released"),
        default="exact",
        help="exact equilibria, the published inexact forward-backward, or the same with the"
        " gradients as released, times its step (default exact)",
    )
    group.add_argument(
        "--margin-penalty",
        type=float,
        default=0.0,
        metavar="LAMBDA",
        help="size of a gradient that pushes m up while ||dW|| >= m (default 0)",
    )
    group.add_argument(
        "--penalty-until",
        choices=("paper", "margin"),
        default="paper",
        help="condition that ends the penalty: ||dW|| < m, or a margin of W~ (default paper)",
    )
    group.add_argument(
        "--freeze-at",
        type=int,
        metavar="EPOCH",
        help="epochs after which the codes of W stay as they are (default: never)",
    )
    group.add_argument(
        "--clip",
        type=float,
        default=0.0,
        metavar="K",
        help="clip quantized arrays to K root mean squares after every step (default 0: never)",
    )


def run(args: argparse.Namespace) -> int:
    import sys

    from mondeq_ref import train
    from mondeq_ref.report.console import console, emit
    from mondeq_ref.train.loop import TrainingStopped

    screen = console(args.json)

    def report(epoch: dict[str, Any]) -> None:
        if not args.quiet:
            screen.print(_line(epoch), whole=True)

    try:
        done = train(
            args.dataset,
            args.out,
            **{name: getattr(args, name) for name in SETTINGS},
            report=report,
        )
    except TrainingStopped as stopped:
        sys.stderr.write(f"mondeq-ref train: {stopped}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("stopped; --resume continues from the last finished epoch\n")
        return 130
    test, facts = done.provenance["test"], done.provenance["account"]
    if args.json:
        emit({"file": args.out, "epochs": args.epochs, **test, "account": facts})
    screen.print(
        f"test accuracy {test['accuracy']:.4f} ({test['correct']} of {test['inputs']}); "
        f"margin {'proved positive' if facts['margin_proved'] else 'not positive'}"
    )
    if "condition" in facts:
        screen.print(f"||dW|| < m: {facts['condition']}; ||dW||/m in {facts['ratio']}")
    screen.print(f"written to {args.out}", whole=True)
    return 0


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
