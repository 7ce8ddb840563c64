"""MNIST on this machine: fetch it, or say of a folder which of its files are the published ones."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mondeq_ref.datasets.mnist import Finding

HELP = "fetch MNIST (checksums verified), or verify a folder that has it"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    fetch = actions.add_parser("fetch", help="download the four files, verified, from a mirror")
    fetch.add_argument(
        "--dest",
        metavar="DIR",
        help="where to (default: the cache folder that --dataset mnist reads)",
    )
    verify = actions.add_parser(
        "verify",
        help="canonical, not canonical or missing, file by file; exit 1 if not all canonical",
    )
    verify.add_argument("folder", metavar="DIR")
    for action in (fetch, verify):
        action.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    if args.action == "fetch":
        from mondeq_ref.datasets.fetch import fetch, pooch_downloader
        from mondeq_ref.datasets.mnist import cache_folder

        folder = Path(args.dest) if args.dest else cache_folder()
        return _report(folder, fetch(folder, pooch_downloader()), as_json=args.json)
    from mondeq_ref.datasets.mnist import inspect

    folder = Path(args.folder)
    return _report(folder, inspect(folder), as_json=args.json)


def _report(folder: Path, findings: "tuple[Finding, ...]", *, as_json: bool) -> int:
    from mondeq_ref.report.console import console, emit, table

    canonical = all(finding.status == "canonical" for finding in findings)
    if as_json:
        emit({"folder": folder, "canonical": canonical, "files": findings})
    else:
        rows = [(f.role, f.status, f.name or "", f.why) for f in findings]
        console().print(table(str(folder), ["role", "status", "file", "why"], rows))
    return 0 if canonical else 1
