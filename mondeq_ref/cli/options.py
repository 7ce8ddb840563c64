"""Options with one meaning in every command that loads an operator.

All such commands have the whole group; an option that a command cannot use raises InputError.
"""

import argparse
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from mondeq_ref.whats import LEAST_BITS, MOST_BITS, WHATS

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


Group = argparse._ActionsContainer  # pyright: ignore[reportPrivateUsage]


def value(
    group: Group,
    name: str,
    metavar: str | None,
    said: str,
    default: object = None,
    *,
    kind: Callable[[str], object] | None = None,
    none: str = "",
    choices: Sequence[str] | None = None,
    required: bool = False,
) -> None:
    """An option with a value.  Its help ends with the default, or with what None stands for."""
    shown = f"default: {none}" if default is None else f"default {default}"
    if isinstance(default, float):
        shown = f"default {default:g}"
    group.add_argument(
        name,
        metavar=metavar,
        type=kind or (str if default is None else type(default)),
        default=default,
        choices=choices,
        required=required,
        help=f"{said} ({'required' if required else shown})",
    )


def flag(group: Group, name: str, said: str) -> None:
    group.add_argument(name, action="store_true", help=said)


def add_operator(
    parser: argparse.ArgumentParser, *, needs_inputs: bool = False, workers: str = "threads"
) -> None:
    """FILE, how to read it, its inputs, and how the work is done."""
    parser.add_argument("file", metavar="FILE", help="operator: .npz, .safetensors, .mat or .pt")
    group = parser.add_argument_group("reading the operator")
    add_layout(group)
    add_trust_size(parser)
    add_inputs(parser, required=needs_inputs)
    group = parser.add_argument_group("running")
    said = "precision of the iterates; certificates are float64 or exact"
    floats = ("float64", "float32")
    value(group, "--dtype", None, said, none="float64", choices=floats)
    value(group, "--workers", "N", f"number of {workers}", kind=int, none="one per core")
    value(group, "--seed", "S", "seed of all randomness", kind=natural, none="0")
    add_shown(group)


def add_shown(group: Group) -> None:
    """--quiet and --json."""
    flag(group, "--quiet", "do not show progress")
    add_json(group)


def add_json(group: Group) -> None:
    flag(group, "--json", "print one JSON object on stdout and no table")


def add_layout(group: Group) -> None:
    """How the file of an operator is read."""
    said = "names of the arrays: ours, companion, monotone_op_net, plain or sdp"
    value(group, "--layout", "NAME", said, none="recognized")
    said = "the parameter m > 0, for files that do not store it"
    value(group, "--margin", "M", said, kind=float, none="as stored")


def add_bits(group: Group, said: str, default: str | None = None) -> None:
    """--bits, several widths."""
    value(group, "--bits", "B", f"{said}, such as 8, 2-8 or 2,4,8", default, none="none")


def add_quantizer(group: Group, names: Sequence[str] = QUANTIZERS) -> None:
    value(group, "--quantizer", None, "named quantizer to use", names[0], choices=names)


def add_what(group: Group, default: str | None, none: str = "") -> None:
    value(group, "--what", None, WHAT_HELP, default, none=none, choices=WHATS)


def add_seed(group: Group) -> None:
    value(group, "--seed", "S", "seed of all randomness", 0)


def add_inputs(parser: argparse.ArgumentParser, *, required: bool = False) -> None:
    """The inputs and their labels."""
    group = parser.add_argument_group("inputs")
    said = (
        "an .npz that holds x or c, and perhaps labels; x=FILE.npy or c=FILE.npy, mapped from "
        "disk, so that it may exceed the memory; an IDX image file; a folder of IDX files; mnist "
        "or glyphs, their test split"
    )
    value(group, "--inputs", "X", said, none="none", required=required)
    said = "class numbers: .npz, .npy or an IDX file"
    value(group, "--labels", "Y", said, none="those stored with the inputs")
    for name, usual in (("mean", "0.1307"), ("std", "0.3081")):
        said = f"{name} that pixels in [0, 1] are normalized by"
        value(group, f"--{name}", "P", said, kind=float, none=usual)
    value(group, "--limit", "N", "number of inputs to use", kind=int, none="all")


def given(args: argparse.Namespace, names: Iterable[str]) -> list[str]:
    """Those of these options that were given, be it as 0."""
    values = {name: getattr(args, name) for name in names}
    return [name for name, x in values.items() if x is not None and x is not False]


def refuse(args: argparse.Namespace, *names: str) -> None:
    """Raise InputError if an option was given that this command cannot use; set its defaults."""
    from mondeq_ref.errors import InputError

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
    flag(
        parser,
        "--trust-size",
        "read a file however many numbers, units or bits it decodes to "
        "(default: refuse what would take gigabytes or minutes)",
    )


def known_operator(args: argparse.Namespace) -> "Operator | None":
    from mondeq_ref.errors import InputError
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
    from mondeq_ref.errors import InputError
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
    from mondeq_ref.errors import InputError

    if number < 1:
        raise InputError(f"{name} must be at least 1, got {number}")
    return number


def add_cluster(group: Group) -> None:
    """Many machines, through dask.distributed."""
    said = "scheduler of dask.distributed that does the work"
    value(group, "--cluster", "tcp://HOST:PORT", said, none="processes here")
    value(group, "--scheduler-file", "FILE", "file that says where that scheduler is", none="none")


def executor(args: argparse.Namespace) -> "AbstractContextManager[Executor | None]":
    """The processes or the cluster that do the work; None where this process does it."""
    from mondeq_ref.cluster import executor as opened

    return opened(workers(args), args.cluster, args.scheduler_file)


def bit_widths(text: str) -> list[int]:
    """ "2-16", "8" or "2,4,6-8": whole numbers, each once, descending."""
    import re

    from mondeq_ref.errors import InputError

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
    said = "error that the implementation declares, absolute below 1 and relative above"
    value(parser, "--declared-error", "E", said, kind=float, none="as it says itself, else 0")
    add_json(parser)
    flag(parser, "--strict", 'also count failures of level "should"')
    value(parser, "--junit", "FILE", "JUnit XML to write", none="none")
    value(parser, "--html", "FILE", "HTML page to write", none="none")
