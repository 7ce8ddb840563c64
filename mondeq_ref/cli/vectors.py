"""Export the test vectors (questions with exact or certified answers), or grade a response.

`export` writes them as JSON with schemas, as lines of hexadecimal words that scanf and $readmemh
read, and as C headers.  `grade` reads a response of JSON lines {"id": .., "outputs": {..}}, the
first of which may be a description (`pydoc mondeq_ref.oracle.recorded`).
Exit 0: all tests passed; 1: a test failed; 2: the response cannot be read.

Example: mondeq-ref vectors export vectors --c-header
"""

import argparse

HELP = "questions as data: export them, or grade a response"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    what = parser.add_subparsers(dest="what", metavar="export|grade", required=True)
    export = what.add_parser("export", help="write the vectors for other languages")
    export.add_argument("folder", metavar="DIR", help="folder to write")
    export.add_argument("--prompts-only", action="store_true", help="write no answers")
    export.add_argument(
        "--c-header", action="store_true", help="also write one C header per operation"
    )
    grade = what.add_parser("grade", help="grade a response")
    grade.add_argument("response", metavar="RESPONSE", help="file of JSON lines with the answers")
    grade.add_argument(
        "--strict", action="store_true", help='also count failures of level "should"'
    )
    grade.add_argument(
        "--declared-error",
        type=float,
        metavar="E",
        help="error allowed to the answers (default: as the response declares)",
    )
    grade.add_argument("--json", action="store_true", help="one JSON object on stdout")
    grade.add_argument("--junit", metavar="FILE", help="JUnit XML to write (default: none)")


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

    from mondeq_ref.arrays import InputError
    from mondeq_ref.oracle import vectors
    from mondeq_ref.oracle.check import examined
    from mondeq_ref.oracle.junit import junit
    from mondeq_ref.oracle.recorded import Recorded
    from mondeq_ref.report.console import emit
    from mondeq_ref.rigor.process import one_thread

    path = Path(args.response)
    if not path.is_file():
        raise InputError(f"{path}: there is no such file")
    door = Recorded(path)
    with one_thread():
        report = examined(
            door,
            questions=vectors.read(),
            seed=0,
            declared_error=args.declared_error,
            strict=args.strict,
        )
    if args.junit:
        Path(args.junit).write_text(junit(report, door.capabilities.name), encoding="utf-8")
    if args.json:
        emit(report.record())
    else:
        print(report)
    return 0 if report.ok else 1
