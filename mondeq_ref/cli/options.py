"""Options with one meaning in every command that loads an operator.

All such commands have the whole group; an option that a command cannot use raises InputError.
"""

import argparse
from collections.abc import Iterable
from typing import TYPE_CHECKING

from mondeq_ref.whats import WHATS

if TYPE_CHECKING:
    from concurrent.futures import Executor
    from contextlib import AbstractContextManager

    from mondeq_ref.files.load import Inputs
    from mondeq_ref.operator import Operator

QUANTIZERS = ("paper-code", "paper-readme")
WHAT_HELP = (
    "arrays to quantize: W; K, which is W - t I with the number t kept; offdiagonal, which is W "
    "with its diagonal kept; factors, which are A and S - S'; with Ub, also U and b"
)
INPUTS = ("inputs", "labels", "mean", "std", "limit")


def add_operator(parser: argparse.ArgumentParser, *, needs_inputs: bool = False) -> None:
    """FILE, how to read it, its inputs, and how the work is done."""
    parser.add_argument("file", metavar="FILE", help="operator: .npz, .safetensors, .mat or .pt")
    group = parser.add_argument_group("reading the operator")
    add_layout(group)
    add_trust_size(parser)
    add_inputs(parser, required=needs_inputs)
    add_running(parser)


def add_layout(group: argparse._ActionsContainer) -> None:  # pyright: ignore[reportPrivateUsage]
    """How the file of an operator is read."""
    group.add_argument(
        "--layout",
        metavar="NAME",
        help="names of the arrays: ours, companion, monotone_op_net, plain or sdp "
        "(default: recognized)",
    )
    group.add_argument(
        "--margin",
        type=float,
        metavar="M",
        help="the parameter m > 0, for files that do not store it (default: as stored)",
    )


def add_quantizer(group: argparse._ActionsContainer, *, or_signs: bool = False) -> None:  # pyright: ignore[reportPrivateUsage]
    """--quantizer, one of the published ones."""
    choices = (*QUANTIZERS, "signs") if or_signs else QUANTIZERS
    said = "published quantizer to use" + (", or signs for 1 bit" if or_signs else "")
    group.add_argument(
        "--quantizer", choices=choices, default="paper-code", help=f"{said} (default paper-code)"
    )


def add_what(group: argparse._ActionsContainer, default: str | None, otherwise: str = "") -> None:  # pyright: ignore[reportPrivateUsage]
    """--what; `otherwise` says what None stands for."""
    shown = otherwise or f"default {default}"
    group.add_argument("--what", choices=WHATS, default=default, help=f"{WHAT_HELP} ({shown})")


def add_inputs(parser: argparse.ArgumentParser, *, required: bool = False) -> None:
    """The inputs and their labels."""
    group = parser.add_argument_group("inputs")
    group.add_argument(
        "--inputs",
        metavar="X",
        required=required,
        help="an .npz that holds x or c, and perhaps labels; x=FILE.npy or c=FILE.npy, mapped "
        "from disk, so that it may exceed the memory; an IDX image file; a folder of IDX files; "
        "mnist or glyphs, their test split" + (" (required)" if required else " (default: none)"),
    )
    group.add_argument(
        "--labels",
        metavar="Y",
        help="class numbers: .npz, .npy or an IDX file (default: those stored with the inputs)",
    )
    for name, value in (("mean", "0.1307"), ("std", "0.3081")):
        group.add_argument(
            f"--{name}",
            type=float,
            metavar="P",
            help=f"{name} that pixels in [0, 1] are normalized by (default {value})",
        )
    group.add_argument(
        "--limit", type=int, metavar="N", help="number of inputs to use (default: all)"
    )


def add_running(parser: argparse.ArgumentParser) -> None:
    """How the work is done and shown."""
    group = parser.add_argument_group("running")
    group.add_argument(
        "--dtype",
        choices=("float64", "float32"),
        help="precision of the iterates; certificates are float64 or exact (default float64)",
    )
    group.add_argument(
        "--workers", type=int, metavar="N", help="number of threads (default: one per core)"
    )
    group.add_argument(
        "--seed", type=natural, metavar="S", help="seed of all randomness (default 0)"
    )
    group.add_argument("--quiet", action="store_true", help="do not show progress")
    group.add_argument(
        "--json", action="store_true", help="print one JSON object on stdout and no table"
    )


def given(args: argparse.Namespace, names: Iterable[str]) -> list[str]:
    """Those of these options that were given, be it as 0."""
    values = {name: getattr(args, name) for name in names}
    return [name for name, x in values.items() if x is not None and x is not False]


def refuse(args: argparse.Namespace, *names: str) -> None:
    """Raise InputError if an option was given that this command cannot use; set its defaults."""
    from mondeq_ref.arrays import InputError

    for name in given(args, names):
        raise InputError(f"--{name} does not apply to this command")
    args.seed = args.seed or 0
    args.dtype = args.dtype or "float64"


def files_read(args: argparse.Namespace) -> list[str]:
    """Every path that these arguments may name as something to read."""
    import os
    from pathlib import Path

    named = [
        getattr(args, name, None) for name in ("file", "operator", "response", "inputs", "labels")
    ]
    paths = [path for path in named if path is not None]
    folders = [*paths, getattr(args, "dataset", None) or ""]
    listed = [Path(folder).glob("*-ubyte*") for folder in folders if os.path.isdir(folder)]
    images = [str(image) for found in listed for image in found]
    return [*paths, *(path.partition("=")[2] for path in paths if "=" in path), *images]


def operator(args: argparse.Namespace) -> "Operator":
    from mondeq_ref.files.load import load_operator

    return load_operator(args.file, args.layout, args.margin, trust_size=args.trust_size)


def add_known_operator(parser: argparse.ArgumentParser) -> None:
    """OPERATOR, where a stored document may be about one."""
    parser.add_argument(
        "operator",
        metavar="OPERATOR",
        nargs="?",
        help="file of the operator that the document must be about; certificates by digest need it",
    )
    add_layout(parser.add_argument_group("reading OPERATOR"))
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
        return load_operator(args.operator, args.layout, args.margin, trust_size=args.trust_size)
    if args.layout is not None or args.margin is not None:
        raise InputError("--layout and --margin need OPERATOR")
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
        for name in INPUTS:
            if getattr(args, name) is not None:
                raise InputError(f"--{name} needs --inputs")
        return None
    return load_inputs(
        args.inputs,
        args.labels,
        mean=args.mean,
        std=args.std,
        limit=args.limit,
        seed=args.seed or 0,
        trust_size=getattr(args, "trust_size", False),
    )


def inputs_for(operator: "Operator", args: argparse.Namespace) -> "Inputs | None":
    """The inputs, their labels held against the classes of the operator's head."""
    from mondeq_ref.files.load import check_labels

    found = inputs(args)
    if found is not None:
        check_labels(found, operator)
    return found


def workers(args: argparse.Namespace) -> int | None:
    return None if args.workers is None else at_least_one("--workers", args.workers)


def at_least_one(name: str, number: int) -> int:
    from mondeq_ref.arrays import InputError

    if number < 1:
        raise InputError(f"{name} must be at least 1, got {number}")
    return number


def add_cluster(group: argparse._ActionsContainer) -> None:  # pyright: ignore[reportPrivateUsage]
    """Many machines, through dask.distributed."""
    group.add_argument(
        "--cluster",
        metavar="tcp://HOST:PORT",
        help="scheduler of dask.distributed that does the work (default: processes here)",
    )
    group.add_argument(
        "--scheduler-file",
        metavar="FILE",
        help="file that says where that scheduler is (default: none)",
    )


def executor(args: argparse.Namespace) -> "AbstractContextManager[Executor | None]":
    """The processes or the cluster that do the work; None where this process does it."""
    from mondeq_ref.cluster import executor as opened

    return opened(workers(args), args.cluster, args.scheduler_file)


def bit_widths(text: str) -> list[int]:
    """ "2-16", "8" or "2,4,6-8": whole numbers, each once, descending."""
    import re

    from mondeq_ref.arrays import InputError
    from mondeq_ref.quantize.checked import LEAST_BITS, MOST_BITS

    found: set[int] = set()
    for part in text.split(","):
        ends = re.fullmatch(r"([0-9]{1,2})(?:-([0-9]{1,2}))?", part.strip())
        if ends is None:
            raise InputError(f"--bits must be such as 8, 2-8 or 2,4,8, got {text!r}")
        first, last = int(ends[1]), int(ends[2] or ends[1])
        if not LEAST_BITS <= first <= last <= MOST_BITS:
            raise InputError(f"--bits must lie within {LEAST_BITS}-{MOST_BITS}, got {text!r}")
        found |= set(range(first, last + 1))
    return sorted(found, reverse=True)


def add_report(parser: argparse.ArgumentParser) -> None:
    """What counts in a conformance report, and the forms in which it is given."""
    parser.add_argument("--json", action="store_true", help="print one JSON object on stdout")
    parser.add_argument(
        "--strict", action="store_true", help='also count failures of level "should"'
    )
    parser.add_argument("--junit", metavar="FILE", help="JUnit XML to write (default: none)")
    parser.add_argument("--html", metavar="FILE", help="HTML page to write (default: none)")
