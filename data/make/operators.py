"""Train the operators that ship, one after the other; a run that was cut short is resumed.

python -m data.make.operators --dataset DIR --work DIR [--only NAME ...]
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from data.make.recipes import catalog
from data.make.shipped_files import export, license_inputs
from data.make.sums import seal
from mondeq_ref.datasets.dataset import Dataset
from mondeq_ref.datasets.load import load
from mondeq_ref.files.run_files import RunFiles
from mondeq_ref.train.finish import finish
from mondeq_ref.train.loop import Images, train
from mondeq_ref.train.recipe import Recipe


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dataset", required=True, metavar="DIR", help="mnist or a folder")
    parser.add_argument("--work", required=True, type=Path, metavar="DIR", help="runs go here")
    parser.add_argument("--only", nargs="*", metavar="NAME", help="these runs alone")
    parser.add_argument("--data", type=Path, metavar="DIR", help="then write what ships here")
    args = parser.parse_args(argv)
    taught, tested = load(args.dataset, "train"), load(args.dataset, "test")
    wanted = {k: recipe for k, recipe in catalog().items() if not args.only or k in args.only}
    train_missing(wanted, taught, tested, args.work)
    if args.data is not None:
        for name in catalog():
            export(name, args.work / f"{name}.npz", tested, args.data)
        license_inputs(args.data)
        seal(args.data)
    return 0


def train_missing(
    wanted: Mapping[str, Recipe], taught: Dataset, tested: Dataset, work: Path
) -> None:
    """One run after the other, into `work`; a finished one is left as it is."""
    work.mkdir(parents=True, exist_ok=True)
    for name, recipe in wanted.items():
        out = work / f"{name}.npz"
        if RunFiles(out).provenance.exists():
            continue
        run = train(recipe, Images.of(taught, recipe), out, resume=True, report=_say(name))
        found = finish(run, taught, tested, out, workers=1)
        sys.stdout.write(f"{name}: {json.dumps({**found['test'], **found['account']})}\n")
        sys.stdout.flush()


def _say(name: str) -> Any:
    def report(record: dict[str, Any]) -> None:
        sys.stdout.write(f"{name}: {json.dumps(record)}\n")
        sys.stdout.flush()

    return report


if __name__ == "__main__":
    sys.exit(main())
