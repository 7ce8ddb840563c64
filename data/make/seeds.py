"""Train with the released recipe from other seeds, and write what each run gave: numbers alone.

python -m data.make.seeds --dataset DIR --work DIR [--data DIR]

A finished run in --work is not repeated, one that was cut short is resumed.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from data.make.operators import train_missing
from data.make.recipes import other_seeds
from data.make.sums import seal
from mondeq_ref.datasets.load import load
from mondeq_ref.documents.provenance import record
from mondeq_ref.documents.strict_json import dumps, plain
from mondeq_ref.files.atomic import write_atomically
from mondeq_ref.files.run_files import RunFiles
from mondeq_ref.instances.trained import read_trained
from mondeq_ref.study.replication import trained_record
from mondeq_ref.train.loop import Images
from mondeq_ref.train.recipe import Recipe


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dataset", required=True, metavar="DIR", help="mnist or a folder")
    parser.add_argument("--work", required=True, type=Path, metavar="DIR", help="runs go here")
    parser.add_argument(
        "--data", type=Path, default=Path("data"), metavar="DIR", help="folder (default data)"
    )
    args = parser.parse_args(argv)
    taught, tested = load(args.dataset, "train"), load(args.dataset, "test")
    wanted, images = other_seeds(), Images.of(tested, Recipe())
    train_missing(wanted, taught, tested, args.work)
    runs = []
    for name, recipe in wanted.items():
        places = RunFiles(args.work / f"{name}.npz")
        described = json.loads(places.provenance.read_text(encoding="utf-8"))["recipe"]
        if described != plain(recipe.described()):
            raise ValueError(f"{places.provenance} is of another recipe")
        trained = read_trained(places.out)
        runs.append(plain(trained_record(name, trained, described, images, workers=1)))
        sys.stdout.write(f"{name}: accuracy {runs[-1]['accuracy']}\n")
    sources = {s.role: s.sha256 for d in (taught, tested) for s in d.provenance.sources}
    made = {k: v for k, v in record(sources).items() if k not in ("command", "platform", "seed")}
    table = {"provenance": made, "inputs": len(tested), "runs": runs}
    write_atomically(args.data / "seeds.json", (dumps(table) + "\n").encode())
    seal(args.data)
    return 0


if __name__ == "__main__":
    sys.exit(main())
