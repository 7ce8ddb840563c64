"""Rewrite a checkpoint in this project's layout, as .npz or .safetensors, losing nothing."""

import argparse

HELP = "rewrite a checkpoint as .npz or .safetensors"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    from mondeq_ref.cli import options

    options.add_operator(parser)
    parser.add_argument("--out", metavar="FILE", required=True, help=".npz or .safetensors")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")


def run(args: argparse.Namespace) -> int:
    from mondeq_ref.documents.provenance import record
    from mondeq_ref.documents.strict_json import dumps
    from mondeq_ref.files.checkpoint import read_checkpoint, write_checkpoint
    from mondeq_ref.files.load import file_digest, load_operator, operator_of
    from mondeq_ref.report.console import console, emit

    checkpoint = read_checkpoint(args.file, args.layout, args.margin)
    provenance = record({args.file: file_digest(args.file)})
    write_checkpoint(args.out, checkpoint, {"provenance": dumps(provenance, indent=None)})
    operator, again = operator_of(checkpoint), load_operator(args.out)
    if again.digest != operator.digest:
        raise RuntimeError(f"{args.out} does not read back as the operator that was written")
    if args.json:
        emit({"out": args.out, "layout": checkpoint.layout, "digest": operator.digest})
    else:
        console().print(f"{args.out}: the same operator, digest {operator.digest[:16]}")
    return 0
