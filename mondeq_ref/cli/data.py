"""Download MNIST, or compare the files of a folder with the published ones by their checksums.

Example: mondeq-ref data fetch
"""

import argparse
from pathlib import Path

from mondeq_ref.cli import options

HELP = "fetch MNIST (checksums verified), or verify a folder that has it"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    fetch = actions.add_parser("fetch", help="download the four files, verified, from a mirror")
    where = "the cache folder that --dataset mnist reads"
    options.value(fetch, "--dest", "DIR", "folder to write", none=where)
    said = "print which files are canonical; exit 1 unless all four are"
    verify = actions.add_parser("verify", help=said)
    verify.add_argument("folder", metavar="DIR", help="folder with the four IDX files")
    for action in (fetch, verify):
        options.add_json(action)


def run(args: argparse.Namespace) -> int:
    from mondeq_ref.datasets.fetch import fetch, pooch_downloader
    from mondeq_ref.datasets.mnist import cache_folder, inspect
    from mondeq_ref.report.console import console, emit, table

    if args.action == "fetch":
        folder = Path(args.dest) if args.dest else cache_folder()
        findings = fetch(folder, pooch_downloader())
    else:
        folder = Path(args.folder)
        findings = inspect(folder)
    canonical = all(finding.status == "canonical" for finding in findings)
    if args.json:
        emit({"folder": folder, "canonical": canonical, "files": findings})
    else:
        rows = [(f.role, f.status, f.name or "", f.why) for f in findings]
        console().print(str(folder), whole=True)
        console().print(table("", ["role", "status", "file", "why"], rows))
    return 0 if canonical else 1
