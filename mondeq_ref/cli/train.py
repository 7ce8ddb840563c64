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
STEPS = ("largest", "power-of-two", "mean")
PROTOCOLS = ("exact", "paper", "released")
ROUNDINGS = ("half-even", "half-up", "half-away", "toward-zero", "stochastic")
SETTINGS = (
    *("hidden", "rank", "epochs", "batch", "seed", "learning_rate", "decay_at", "validation"),
    *("limit", "qat", "what", "quantizer", "rounding", "step", "factor", "protocol"),
    *("margin_penalty", "penalty_until", "freeze_at", "clip", "resume", "workers"),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    said = "mnist, glyphs (drawn here, no download), or a folder of IDX files"
    options.value(parser, "--dataset", "NAME", said, required=True)
    options.value(parser, "--out", "FILE.npz", "file for the trained operator", required=True)
    _add_recipe(parser)
    _add_quantization(parser)
    group = parser.add_argument_group("running")
    options.flag(group, "--resume", "continue from the last checkpoint beside FILE.npz")
    options.value(group, "--workers", "N", "number of threads", 1)
    options.flag(group, "--quiet", "do not print one line per epoch")
    options.add_json(group)


def _add_recipe(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("recipe")
    options.value(group, "--hidden", "N", "number of units", 100)
    options.value(group, "--rank", "R", "rows of A", kind=int, none="hidden / 4")
    options.value(group, "--epochs", "N", "passes over the images", 15)
    options.value(group, "--batch", "N", "images per step", 128)
    options.value(group, "--seed", "S", "seed of all randomness", 42)
    options.value(group, "--learning-rate", "R", "step of Adam", 1e-3)
    group.add_argument(
        "--decay-at",
        type=int,
        nargs="*",
        default=[10],
        metavar="EPOCH",
        help="epochs after which the learning rate falls to a tenth (default 10)",
    )
    said = "number of images at the end that are kept out of training"
    options.value(group, "--validation", "N", said, 0)
    options.value(group, "--limit", "N", "number of training images to use", kind=int, none="all")


def _add_quantization(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("quantization-aware training")
    said = "bits to quantize to in every forward pass"
    options.value(group, "--qat", "BITS", said, kind=int, none="do not quantize")
    options.add_what(group, "W")
    options.add_quantizer(group, (*options.QUANTIZERS, "signs"))
    said, usual = "rule of the step", "that of --quantizer"
    options.value(group, "--step", None, said, none=usual, choices=STEPS)
    options.value(group, "--factor", "F", "multiply the step by F", kind=float, none="1")
    said, usual = "how w/s is rounded", "as --quantizer does"
    options.value(group, "--rounding", None, said, none=usual, choices=ROUNDINGS)
    said = (
        "exact equilibria, the published inexact forward-backward, or the same with the gradients "
        "as released, times its step"
    )
    options.value(group, "--protocol", None, said, PROTOCOLS[0], choices=PROTOCOLS)
    said = "size of a gradient that pushes m up while ||dW|| >= m"
    options.value(group, "--margin-penalty", "LAMBDA", said, 0.0)
    said = "condition that ends the penalty: ||dW|| < m, or a margin of W~"
    options.value(group, "--penalty-until", None, said, "paper", choices=("paper", "margin"))
    said = "epochs after which the codes of W stay as they are"
    options.value(group, "--freeze-at", "EPOCH", said, kind=int, none="never")
    said = "clip quantized arrays to K root mean squares after every step; 0: never"
    options.value(group, "--clip", "K", said, 0.0)


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
