"""Draw the paper's figures from runs, and further figures on the questions they leave open.

The operator and inputs are the shipped ones or those of given files.  A figure is a PNG, a PDF, an
SVG, a CSV with an error for every number, and a JSON with provenance, published values and
deviations.

Example: mondeq-ref figures --only fig1-margin --out figures
"""

import argparse

from mondeq_ref.cli import options

HELP = "draw the paper's figures from runs, with published values overlaid"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    options.value(parser, "--only", "NAME", "name of the one figure to draw", none="all")
    options.flag(parser, "--list", "print the names of the figures and stop")
    said = "file of the operator to draw"
    options.value(parser, "--operator", "FILE", said, none="the one that ships")
    options.add_layout(parser.add_argument_group("reading the operator"))
    options.add_inputs(parser)
    options.value(parser, "--out", "DIR", "folder to write", "mondeq-figures")
    group = parser.add_argument_group("running")
    options.value(group, "--workers", "N", "number of processes", kind=int, none="one per core")
    options.add_seed(group)
    options.add_shown(group)


def run(args: argparse.Namespace) -> int:
    import time
    from dataclasses import fields
    from importlib import import_module
    from pathlib import Path

    from mondeq_ref.files.outputs import probe_folder
    from mondeq_ref.report.console import console, emit, list_names, table
    from mondeq_ref.report.progress import track
    from paper_figures.run import NAMES, RunSource, figure, make_all, subject

    if args.list:
        titles = {name: figure(name).TITLE for name in NAMES}
        return list_names("figures", titles, as_json=args.json)
    names = list(NAMES) if args.only is None else [args.only]
    for name in names:
        figure(name)
    source = RunSource(**{each.name: getattr(args, each.name) for each in fields(RunSource)})
    import_module("matplotlib")  # missing, it is missed now, not after the work
    workers = options.workers(args)
    subject(source)  # what cannot be drawn is refused before there is a folder
    probe_folder(args.out)
    began = time.perf_counter()
    found = make_all(names, source, Path(args.out), workers)
    made = list(track(found, "figures", len(names), quiet=args.quiet))
    made.sort(key=lambda one: names.index(one["name"]))
    seconds = time.perf_counter() - began
    if args.json:
        emit({"figures": made, "seconds": seconds})
        return 0
    rows = [
        (
            one["name"],
            one["title"] if one["count"] else "not drawn: these inputs have nothing for it",
            str(one["count"]),
            str(len(one.get("published", []))),
            f"{one['seconds']:.1f}",
        )
        for one in made
    ]
    screen = console()
    screen.print(table("", ["figure", "what it shows", "rows", "published values", "s"], rows))
    screen.print(f"written to {args.out} in {seconds:.1f} s", whole=True)
    return 0
