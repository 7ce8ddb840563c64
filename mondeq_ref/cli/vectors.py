"""Export the test vectors (questions with exact or certified answers), or grade a response.

`export` writes them as JSON with schemas, as lines of hexadecimal words that scanf and $readmemh
read, and as C headers.  `grade` reads a response of JSON lines {"id": .., "outputs": {..}}, the
first of which may be a description (`pydoc mondeq_ref.oracle.recorded`).
Exit 0: all tests passed; 1: a test failed; 2: the response cannot be read.

Example: mondeq-ref vectors export vectors --c-header
"""

import argparse

from mondeq_ref.cli import options

HELP = "questions as data: export them, or grade a response"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    what = parser.add_subparsers(dest="what", metavar="export|grade", required=True)
    export = what.add_parser("export", help="write the vectors for other languages")
    export.add_argument("folder", metavar="DIR", help="folder to write")
    options.flag(export, "--prompts-only", "write no answers")
    options.flag(export, "--c-header", "also write one C header per operation")
    grade = what.add_parser("grade", help="grade a response")
    grade.add_argument("response", metavar="RESPONSE", help="file of JSON lines with the answers")
    options.add_report(grade)


def run(args: argparse.Namespace) -> int:
    return _export(args) if args.what == "export" else _grade(args)


def _export(args: argparse.Namespace) -> int:
    from pathlib import Path

    from mondeq_ref.oracle.exchange import export

    folder = Path(args.folder)
    count = export(folder, prompts_only=args.prompts_only, c_header=args.c_header)
    print(f"{count} tests in {folder}; start with {folder / 'README.md'}")
    return 0


def _grade(args: argparse.Namespace) -> int:
    from pathlib import Path

    from mondeq_ref.files.outputs import probe
    from mondeq_ref.oracle import vectors
    from mondeq_ref.oracle.check import examined
    from mondeq_ref.oracle.outputs import deliver
    from mondeq_ref.oracle.recorded import Recorded
    from mondeq_ref.rigor.process import one_thread

    probe([args.junit, args.html], options.files_read(args))
    door = Recorded(Path(args.response))
    with one_thread():
        report = examined(
            door,
            questions=vectors.read(),
            seed=0,
            declared_error=args.declared_error,
            strict=args.strict,
        )
    name = door.capabilities.name
    return deliver(report, name, json=args.json, xml=args.junit, html=args.html)
