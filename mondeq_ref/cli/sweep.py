"""Measure every case of a study, one JSON line each; or make tables of such lines.

A study is a TOML file, or the name of one that ships (--list): operators x what is quantized x
quantizers x bits x what is measured.  Run the same command again after an interruption: records
that FILE has are not made again.  `sweep report FILE` makes tables, CSV and figures.

Example: mondeq-ref sweep replication --workers 2 --out records.jsonl
"""

import argparse

from mondeq_ref.cli import options

HELP = "measure many operators and quantizers, on many machines if need be"
REPORT = "report"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    said = "a .toml file, or the name of a study that ships; the word report makes tables"
    parser.add_argument("study", metavar="STUDY", nargs="?", help=said)
    said = "after report: the records of a sweep"
    parser.add_argument("records", metavar="RECORDS", nargs="?", help=said)
    options.flag(parser, "--list", "list the studies that ship and stop")
    said = "file of the records, one JSON line a case; a sweep needs it"
    options.value(parser, "--out", "FILE", said, none="none")
    said = "files of operators to measure instead of those of the study (default: as it says)"
    parser.add_argument("--operators", metavar="FILE", nargs="+", help=said)
    options.value(parser, "--limit", "N", "measure the first N cases only", kind=int, none="all")
    group = parser.add_argument_group("running")
    options.value(group, "--workers", "N", "processes", kind=int, none="all cores")
    options.add_cluster(group)
    options.add_shown(group)
    group = parser.add_argument_group("report")
    options.value(group, "--csv", "FILE", "file for all records as columns", none="not written")
    options.value(group, "--figures", "DIR", "folder for the figures", none="not drawn")


def run(args: argparse.Namespace) -> int:
    from mondeq_ref.arrays import InputError
    from mondeq_ref.report.console import list_names
    from mondeq_ref.study.sweeps.definition import find_study, shipped_names

    if args.list:
        titles = {name: find_study(name).title for name in shipped_names()}
        return list_names("studies", titles, as_json=args.json)
    if args.study is None:
        raise InputError("STUDY is missing: a .toml file, a name from --list, or report RECORDS")
    if args.study == REPORT:
        return _report(args)
    for name in ("records", "csv", "figures"):
        if getattr(args, name) is not None:
            raise InputError(f"{name} belongs to `sweep report RECORDS`")
    if args.out is None:
        raise InputError("--out FILE is missing: the file of the records")
    return _sweep(args)


def _sweep(args: argparse.Namespace) -> int:
    import sys

    from mondeq_ref import sweep
    from mondeq_ref.report.console import console, emit
    from mondeq_ref.report.progress import end_progress, track
    from mondeq_ref.study.sweeps.definition import find_study
    from mondeq_ref.study.sweeps.run import count
    from mondeq_ref.workers import WorkersLostError

    if args.limit is not None:
        options.at_least_one("--limit", args.limit)
    study = find_study(args.study)
    if args.operators is not None:
        study = study.of_files(args.operators)
    total = count(study, args.limit)
    try:
        with options.executor(args) as pool:
            done = sweep(
                study,
                args.out,
                executor=pool,
                limit=args.limit,
                watched=lambda results: track(results, "parts", total, quiet=args.quiet),
            )
    except WorkersLostError as lost:
        end_progress()
        sys.stderr.write(f"mondeq-ref sweep: {lost}; run the same command again to go on\n")
        return 3
    for failure in done.failed:
        sys.stderr.write(f"{failure}\n")
    if args.json:
        emit(
            {
                "study": done.title,
                "measured": done.measured,
                "found": done.found,
                "failed": list(done.failed),
                "out": done.path,
            }
        )
    console(args.json).print(
        f"{done.measured} cases measured, {done.found} found; written to {args.out}", whole=True
    )
    return 3 if done.failed else 0


def _report(args: argparse.Namespace) -> int:
    from pathlib import Path

    from mondeq_ref.arrays import InputError
    from mondeq_ref.files.atomic import write_atomically
    from mondeq_ref.files.outputs import probe, probe_folder
    from mondeq_ref.files.reading import shown
    from mondeq_ref.report.console import console, emit
    from mondeq_ref.report.sweep_figures import figures
    from mondeq_ref.report.sweep_tables import tables
    from mondeq_ref.study.sweeps.columns import csv_bytes
    from mondeq_ref.study.sweeps.records import read_records
    from mondeq_ref.study.sweeps.summary import summary

    if args.records is None:
        raise InputError("RECORDS is missing: sweep report RECORDS")
    for name in ("out", "operators", "limit", "workers", "cluster", "scheduler_file"):
        if getattr(args, name) is not None:
            raise InputError(f"--{name.replace('_', '-')} does not belong to `sweep report`")
    probe([args.csv], [args.records])
    records = list(read_records(args.records))
    if not records:
        raise InputError(f"{shown(args.records)} has no record of a sweep")
    try:
        found = summary(records)
    except (LookupError, TypeError, ValueError, ArithmeticError, AttributeError) as fault:
        # Records carry digests: whoever changed one also signed it anew.
        raise InputError(f"{shown(args.records)} holds what no sweep writes: {fault}") from None
    screen = console(args.json)
    if args.json:
        emit(found)
    screen.print(*tables(found))
    if args.csv is not None:
        write_atomically(args.csv, csv_bytes(records))
        screen.print(f"written to {args.csv}", whole=True)
    if args.figures is not None:
        probe_folder(args.figures)
        for name, content in figures(found).items():
            write_atomically(Path(args.figures) / name, content)
            screen.print(f"written to {Path(args.figures) / name}", whole=True)
    return 0
