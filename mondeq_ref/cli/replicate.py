"""Repeat the paper's quantization experiment on the shipped operators: all seeds and bit-widths.

Writes one JSON table: margins and ||dW||_2/m as enclosures, accuracies on all test images at
exact equilibria, quantization-aware against post-training quantization, and the published
statements that the numbers support.

Example: mondeq-ref replicate --dataset mnist --out replication.json
"""

import argparse

from mondeq_ref.cli import options

HELP = "the quantization experiment on all shipped operators, as one table"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    options.value(parser, "--dataset", "NAME", "mnist, or its folder", "mnist")
    options.value(parser, "--limit", "N", "number of test images to use", kind=int, none="all")
    options.value(parser, "--out", "FILE.json", "file for the table", required=True)
    options.value(parser, "--workers", "N", "number of threads of each process", 1)
    options.add_cluster(parser)
    options.add_shown(parser)


def run(args: argparse.Namespace) -> int:
    import sys

    from mondeq_ref.cluster import executor
    from mondeq_ref.datasets.load import load
    from mondeq_ref.documents.provenance import record
    from mondeq_ref.documents.strict_json import dumps
    from mondeq_ref.files.atomic import write_atomically
    from mondeq_ref.files.outputs import probe
    from mondeq_ref.report.console import console, emit
    from mondeq_ref.report.replication_tables import tables
    from mondeq_ref.study.replication import replicate

    options.at_least_one("--workers", args.workers)
    probe([args.out], options.files_read(args))
    tested = load(args.dataset, "test", args.limit)

    def say(where: str) -> None:
        if not args.quiet:
            sys.stderr.write(f"{where}\n")

    here = 1 if args.cluster is None and args.scheduler_file is None else None
    with executor(here, args.cluster, args.scheduler_file) as pool:
        table = replicate(tested, args.workers, say, pool)
    digests = {source.role: source.sha256 for source in tested.provenance.sources}
    made = {key: value for key, value in record(digests).items() if key not in _OF_THE_MACHINE}
    found = {"provenance": made, **table}
    write_atomically(args.out, (dumps(found) + "\n").encode())
    if args.json:
        emit(found)
    screen = console(args.json)
    screen.print(*tables(found))
    screen.print(f"written to {args.out}", whole=True)
    return 0


_OF_THE_MACHINE = ("command", "platform")  # a shipped file names no folder and no machine
