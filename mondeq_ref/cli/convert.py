"""Write an operator in this project's layout, as .npz or .safetensors, losing nothing.

Example: mondeq-ref convert weights.pt --out weights.npz
"""

import argparse

from mondeq_ref.cli import options

HELP = "write an operator as .npz or .safetensors"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    said = "file to write: .npz or .safetensors"
    options.value(parser, "--out", "FILE", said, required=True)
    options.add_operator(parser)


def run(args: argparse.Namespace) -> int:
    from mondeq_ref.documents.provenance import record
    from mondeq_ref.documents.strict_json import dumps
    from mondeq_ref.files.checkpoint import read_checkpoint, write_checkpoint
    from mondeq_ref.files.load import file_digest, load_operator, operator_of
    from mondeq_ref.files.outputs import probe
    from mondeq_ref.report.console import console, emit

    options.refuse(args, *options.INPUTS, "dtype", "workers", "seed")
    checkpoint = read_checkpoint(args.file, args.layout, args.margin, trust_size=args.trust_size)
    operator = operator_of(checkpoint)
    probe([args.out], options.files_read(args))
    provenance = record({args.file: file_digest(args.file)})
    write_checkpoint(args.out, checkpoint, {"provenance": dumps(provenance, indent=None)})
    if load_operator(args.out).arrays_digest != operator.arrays_digest:
        raise RuntimeError(f"{args.out} does not read back as the operator that was written")
    if args.json:
        emit({"out": args.out, "layout": checkpoint.layout, "digest": operator.digest})
    else:
        said = f"{args.out}: the same operator, digest {operator.digest[:16]}"
        console().print(said, whole=True)
    return 0
