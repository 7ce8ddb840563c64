"""Every speed in one run: python -m tests.benchmarks [--quick] [--json OUT] [--only GROUP ...].

Contestants take turns, so a busy machine is busy for all of them; what counts are ratios.  A
ratio NAME is how many times as long the rival took as we did, injection included on both sides;
`certify_share` and `inject_share` are our own certificate over our own solve, and our injection
over the bare product of matrices.  Beside every time stands the true distance to equilibria that
were computed in rationals.
"""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tests.benchmarks.choosing import choosing
from tests.benchmarks.commands import commands
from tests.benchmarks.machine import machine, roofline
from tests.benchmarks.page import page
from tests.benchmarks.solving import SIZES, certifying, solving
from tests.benchmarks.subject import Subject, subject, usual_dataset

Group = Callable[[], dict[str, Any]]


def groups(measured: Subject, dataset: str, threads: int, quick: bool) -> dict[str, Group]:
    def trained() -> dict[str, Any]:
        try:
            import torch  # noqa: F401
        except ImportError:
            return {"skipped": "torch is not installed"}
        from tests.benchmarks.training import training

        return training(dataset, quick)

    sizes = {size: lambda size=size: solving(measured, size, threads, quick) for size in SIZES}
    return {
        **sizes,
        "certify": lambda: certifying(measured, quick),
        "auto": lambda: choosing(quick),
        "training": trained,
        "commands": lambda: commands(measured.file, quick),
    }


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds, fewer rivals")
    parser.add_argument("--json", metavar="OUT", help="write everything measured to this file")
    parser.add_argument("--page", metavar="OUT.md", help="write a page, and its plot beside it")
    parser.add_argument("--only", nargs="+", metavar="GROUP", help="10k 128 1 certify auto ...")
    parser.add_argument("--threads", type=int, default=1, help="of everybody (default 1)")
    parser.add_argument("--operator", metavar="FILE", help="default: the shipped float-42")
    parser.add_argument("--dataset", default=usual_dataset(), help="mnist, glyphs or a folder")
    args = parser.parse_args(argv)
    measured = subject(args.operator, args.dataset, max(SIZES.values()))
    found: dict[str, Any] = {
        "machine": machine(args.threads),
        "operator": measured.name,
        "roofline": roofline(args.quick),
        "ratios": {},
        "achieved": {},
        "groups": {},
    }
    for name, group in groups(measured, args.dataset, args.threads, args.quick).items():
        if args.only and name not in args.only:
            continue
        sys.stderr.write(f"{name} ...\n")
        result = found["groups"][name] = group()
        found["ratios"] |= result.pop("ratios", {})
        achieved = result.pop("achieved", {})
        found["achieved"] |= {f"{who}_{name}": error for who, error in achieved.items()}
        if args.json:  # after every group: the whole takes twenty minutes
            Path(args.json).write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    if args.page:
        page(found, Path(args.page))
    for name, ratio in found["ratios"].items():
        sys.stdout.write(f"{name:24s} {ratio:8.2f}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
