"""Compare two audits without timings and provenance.  Exit 0: no difference; 1: differences.

Example: mondeq-ref diff before/ after/
"""

import argparse
from typing import TYPE_CHECKING

from mondeq_ref.cli import options

if TYPE_CHECKING:
    from mondeq_ref.documents.encoding import Json

HELP = "what changed between two audits"
LONGEST = 60  # characters of a value in the table; --json has all of it


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("before", metavar="A.json", help="an audit.json, or its folder")
    parser.add_argument("after", metavar="B.json", help="another one")
    options.add_json(parser)


def run(args: argparse.Namespace) -> int:
    from mondeq_ref.report.console import console, emit, table
    from proofs_checks.report.difference import changes

    found = changes(_audit(args.before), _audit(args.after))
    if args.json:
        emit({"same": not found, "changes": found})
    elif not found:
        console().print("the same, timings and provenance aside")
    else:
        rows = [(one.where, _brief(one.before), _brief(one.after)) for one in found]
        console().print(table("", ["where", "before", "after"], rows))
        console().print(f"{len(found)} differences")
    return 1 if found else 0


def _audit(path: str) -> "dict[str, Json]":
    import os
    from pathlib import Path

    from mondeq_ref.arrays import InputError
    from mondeq_ref.documents.encoding import read_document

    file = Path(path) / "audit.json" if os.path.isdir(path) else Path(path)
    document = read_document(file)
    if not isinstance(document.get("claims"), list) or "provenance" not in document:
        raise InputError(f"{path} is not a file of an audit: it has no claims or no provenance")
    return document


def _brief(value: object) -> str:
    from mondeq_ref.report.digits import text

    words = text(value)
    return words if len(words) <= LONGEST else f"{words[: LONGEST - 3]}..."
