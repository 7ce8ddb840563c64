"""Options that mean the same in every command that loads an operator."""

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mondeq_ref.files.load import Inputs
    from mondeq_ref.operator import Operator


def add_operator(parser: argparse.ArgumentParser) -> None:
    """FILE and how to read it."""
    parser.add_argument("file", metavar="FILE", help="an operator: .npz, .safetensors or .pt")
    group = parser.add_argument_group("reading the operator")
    group.add_argument("--layout", help="what the arrays are, when their names do not tell")
    group.add_argument(
        "--margin", type=float, metavar="M", help="m, for checkpoints that do not store it"
    )


def add_inputs(parser: argparse.ArgumentParser, *, required: bool = False) -> None:
    """What is fed in."""
    group = parser.add_argument_group("inputs")
    group.add_argument(
        "--inputs",
        metavar="X",
        required=required,
        help="an .npz with x or c (and labels); x=FILE.npy or c=FILE.npy, mapped from disk, for "
        "more than fits into memory; an IDX image file, a folder of IDX files, mnist or glyphs",
    )
    group.add_argument("--labels", metavar="Y", help="class numbers: .npz, .npy or an IDX file")
    group.add_argument("--mean", type=float, default=0.1307, help="of the pixels (default 0.1307)")
    group.add_argument("--std", type=float, default=0.3081, help="of the pixels (default 0.3081)")
    group.add_argument("--limit", type=int, metavar="N", help="the first N inputs only")


def add_running(parser: argparse.ArgumentParser) -> None:
    """How the work is done and shown."""
    group = parser.add_argument_group("running")
    group.add_argument(
        "--dtype",
        choices=("float64", "float32"),
        default="float64",
        help="of the iterates; certificates are always float64 or exact (default float64)",
    )
    group.add_argument("--workers", type=int, metavar="N", help="threads (default: all cores)")
    group.add_argument("--seed", type=natural, default=0, help="seed of all randomness (default 0)")
    group.add_argument("--quiet", action="store_true", help="no progress")
    group.add_argument("--json", action="store_true", help="one JSON object on stdout, no table")


def operator(args: argparse.Namespace) -> "Operator":
    from mondeq_ref.files.load import load_operator

    return load_operator(args.file, args.layout, args.margin)


def add_known_operator(parser: argparse.ArgumentParser) -> None:
    """OPERATOR, where a stored document may be about one."""
    parser.add_argument(
        "operator",
        metavar="OPERATOR",
        nargs="?",
        help="the operator's file: certificates that name it by digest need it",
    )
    parser.add_argument("--layout", help="what OPERATOR's arrays are")
    parser.add_argument("--margin", type=float, metavar="M", help="m, if OPERATOR lacks it")
    add_trust_size(parser)


def add_trust_size(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--trust-size",
        action="store_true",
        help="read a file however many numbers, units or bits it decodes to "
        "(default: refuse what would take gigabytes or minutes)",
    )


def known_operator(args: argparse.Namespace) -> "Operator | None":
    from mondeq_ref.arrays import InputError
    from mondeq_ref.files.load import load_operator

    if args.operator is not None:
        return load_operator(args.operator, args.layout, args.margin)
    if args.layout is not None or args.margin is not None:
        raise InputError("--layout and --margin belong to an OPERATOR")
    return None


def natural(text: str) -> int:
    """A seed: a whole number from 0 on."""
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise argparse.ArgumentTypeError(f"must be a whole number from 0 on, got {text!r}")
    return int(text)


def inputs(args: argparse.Namespace) -> "Inputs | None":
    from mondeq_ref.arrays import InputError
    from mondeq_ref.files.load import load_inputs

    if args.inputs is None:
        if args.labels is not None or args.limit is not None:
            raise InputError("--labels and --limit belong to --inputs")
        return None
    return load_inputs(
        args.inputs, args.labels, mean=args.mean, std=args.std, limit=args.limit, seed=args.seed
    )


def inputs_for(operator: "Operator", args: argparse.Namespace) -> "Inputs | None":
    """The inputs, their labels held against the classes of the operator's head."""
    from mondeq_ref.files.load import check_labels

    found = inputs(args)
    if found is not None:
        check_labels(found, operator)
    return found


def workers(args: argparse.Namespace) -> int | None:
    from mondeq_ref.arrays import InputError

    if args.workers is not None and args.workers < 1:
        raise InputError(f"--workers must be at least 1, got {args.workers}")
    return args.workers
