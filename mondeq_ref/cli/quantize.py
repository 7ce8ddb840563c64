"""Quantize the weights of an operator, and say what that does to its margin.

--quantizer names a published quantizer or a micro-scaling format; the options below it change it
into one of your own.  With K, W - t I is quantized and t kept exactly.  With factors, A and
S - S' are quantized instead of W, and the margin survives at every bit-width.  The file of --out
holds integer codes, steps and float arrays, and is read as the quantized operator.

--aim chooses the offset, the step and the rounding of K so that a guarantee is proved at the least
loss; inputs say which loss matters.  With 1 bit the codes are -1 and 1.  The proof is stored
beside --out as NAME.certificate.json.  Where the aim is not reached, the best that was found is
written, and the command exits with 1.

Example: mondeq-ref quantize weights.npz --bits 3 --aim margin --out codes.npz
"""

import argparse
from typing import TYPE_CHECKING, Any

from mondeq_ref.cli import options

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mondeq_ref.certify.pair import Pair
    from mondeq_ref.operator import Operator
    from mondeq_ref.quantize import Quantized, QuantizedArray, Quantizer
    from mondeq_ref.quantize.descent import Choice
    from mondeq_ref.study.safe import Safe

HELP = "codes, steps, and what quantization does to the margin"
NAMED = ("paper-code", "paper-readme", "mxint4", "mxfp4", "signs")
AIMS = ("paper", "margin", "unique", "exists")
CHOICES = {
    "range": ("narrow", "full", "unclipped"),
    "rounding": ("half-even", "half-up", "half-away", "toward-zero", "stochastic"),
    "per": ("tensor", "row", "group"),
    "step": ("largest", "power-of-two", "mean", "mx-floor"),
}

MEANING = {
    "range": "codes of B bits: from -q to q with q = 2^(B-1) - 1 (narrow), also -q-1 (full), or "
    "also -q-1 and q+1 (unclipped)",
    "rounding": "how w / step becomes a whole number: to the nearest, ties to the even one "
    "(half-even), up (half-up) or away from zero (half-away); toward zero; or at random, the "
    "nearer one more often (stochastic)",
    "per": "entries that share a step: all of an array (tensor), each row (row), or groups of G "
    "neighbors in a row (group, with --group G)",
    "step": "rule for the step: the largest |w| has the largest code (largest), the power of two "
    "next above that step (power-of-two), the mean of |w| (mean), or the shared power of two of "
    "micro-scaling formats (mx-floor)",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    options.add_operator(parser)
    group = parser.add_argument_group("quantizing")
    said = "bits per code, 2 to 32, or 1 with signs or --aim"
    options.value(group, "--bits", "B", said, kind=int, required=True)
    options.add_quantizer(group, NAMED)
    options.add_what(group, None, "W, and K with --aim")
    said = "what is to be proved: ||W - W~|| < m, m~ > 0, one equilibrium for every input, or one"
    options.value(group, "--aim", None, f"{said} at least", none="nothing is chosen", choices=AIMS)
    for name, choices in CHOICES.items():
        as_named = "that of --quantizer"
        options.value(group, f"--{name}", None, MEANING[name], none=as_named, choices=choices)
    said = "number of neighbors in a row that share a step, 32, 64 or 128; --per group needs it"
    options.value(group, "--group", "G", said, kind=int, none="no groups")
    options.value(group, "--factor", "F", "multiply the step by F", kind=float, none="1")
    options.flag(group, "--zero-point", "add a zero point; 0 stays a level")
    options.flag(group, "--reciprocal", "multiply by the rounded 1/s instead of dividing")
    said, usual = "the number t of K = W - t I", "1 - m, a multiple of 2^-12"
    options.value(group, "--offset", "T", said, kind=float, none=usual)
    said = "file for codes, steps and arrays"
    options.value(parser, "--out", "FILE.npz", said, none="not written")
    said = "file for the quantized operator alone, .npz or .safetensors"
    options.value(parser, "--checkpoint", "FILE", said, none="not written")


def run(args: argparse.Namespace) -> int:

    import numpy as np

    from mondeq_ref.arrays import InputError
    from mondeq_ref.certificates.rungs import NOTHING, RUNGS
    from mondeq_ref.files.outputs import probe
    from mondeq_ref.quantize import quantize
    from mondeq_ref.report.console import console, emit, table
    from mondeq_ref.report.digits import shown
    from mondeq_ref.report.progress import waiting
    from mondeq_ref.study.bit_table import row_of

    unused = () if args.aim is not None else options.INPUTS
    options.refuse(args, *unused, "dtype", "workers")
    operator = options.operator(args)
    if args.out is not None and not args.out.endswith(".npz"):
        raise InputError(f"--out must end with .npz, got {args.out!r}")
    beside = None if args.out is None else _certificate_path(args.out)
    probe([args.out, args.checkpoint, beside], options.files_read(args))
    _require_certificate(beside)
    if args.aim is not None and args.checkpoint is not None:
        raise InputError(
            "no checkpoint can hold the exact weights that --aim chooses: leave out --checkpoint; "
            "every command reads the file of --out"
        )
    rng = np.random.default_rng(args.seed)
    safe = None if args.aim is None else _safely(args, operator, rng)
    if safe is None:
        what = args.what or "W"
        quantized = quantize(operator, _quantizer(args), what, rng, offset=args.offset)
        with waiting("deciding what is proved", quiet=args.quiet):
            row = row_of(quantized, rng=rng)
        pair, rung = row.pair, row.rung
    else:
        quantized, pair, rung = safe.quantized, safe.pair, safe.rung
    _write(args, quantized)
    facts: dict[str, Any] = _facts(quantized, pair) | {"rung": rung, "codes_file": args.out}
    status = 0 if safe is None or safe.reached else 1
    if safe is not None:
        facts |= {"aim": safe.aim, "reached": safe.reached, "chosen": safe.chosen}
        facts |= {"why": safe.why, "certificate": _store(args, safe)}
        facts |= {"least_ratio": safe.least_ratio}
    if args.json:
        emit(facts)
        return status
    screen = console()
    rows = [(name, *_described(made)) for name, made in quantized.arrays.items()]
    screen.print(table("", ["array", "shape", "codes", "step"], rows))
    screen.print(quantized.statement)
    named = {
        "||W - W~||_2": "perturbation",
        "||W - W~||_2 / m": "ratio",
        "margin before": "margin_before",
        "margin": "margin",
    }
    found = [(name, facts[key]) for name, key in named.items()]
    values = [(name, "-" if value is None else shown(value, 8)) for name, value in found]
    screen.print(table("", ["what", "value"], values))
    promise = NOTHING if rung is None else f"rung {rung}, {RUNGS[rung].promise}"
    screen.print(f"SHA-256 W  {facts['digest_before']}\nSHA-256 W~ {facts['digest']}")
    screen.print(f"proved: {promise}")
    if safe is not None:
        screen.print(safe.why)
        if not safe.reached:
            screen.print(safe.obstacle)
    return status


def _safely(args: argparse.Namespace, operator: "Operator", rng: Any) -> "Safe":
    from contextlib import ExitStack

    from mondeq_ref.arrays import InputError
    from mondeq_ref.report.progress import track, waiting
    from mondeq_ref.study.safe import quantize_safely

    chosen = (*CHOICES, "group", "factor", "zero_point", "reciprocal", "offset")
    fixed = options.given(args, chosen)
    fixed += ["quantizer"] if args.quantizer != NAMED[0] else []
    if fixed:
        raise InputError(f"--aim chooses the quantizer: leave out --{fixed[0].replace('_', '-')}")
    inputs = options.inputs_for(operator, args)
    with ExitStack() as proving:

        def watch(found: "Iterable[Choice]", total: int) -> "Iterator[Choice]":
            yield from track(found, "choices", total, quiet=args.quiet)
            proving.enter_context(waiting("proving the best choices", quiet=args.quiet))

        what = args.what or "K"
        return quantize_safely(operator, args.bits, args.aim, what, inputs, rng=rng, watch=watch)


def _certificate_path(out: str) -> str:
    return out.removesuffix(".npz") + ".certificate.json"


def _require_certificate(path: str | None) -> None:
    """Raise InputError if a file is there that is no certificate: it would be replaced."""
    from pathlib import Path

    from mondeq_ref.arrays import InputError
    from mondeq_ref.certificates.check import KIND
    from mondeq_ref.documents.encoding import read_document

    if path is None or not Path(path).exists():
        return
    try:
        kind = read_document(path).get("kind")
    except InputError:
        kind = None
    if kind != KIND:
        raise InputError(f"cannot write {path}: a file is there that is no certificate")


def _store(args: argparse.Namespace, safe: "Safe") -> str | None:
    """The proof of the first rung that holds, beside the codes."""
    from mondeq_ref.certificates.make import certificate
    from mondeq_ref.documents.provenance import record
    from mondeq_ref.documents.strict_json import dumps
    from mondeq_ref.files.atomic import write_atomically
    from mondeq_ref.files.load import file_digest

    if args.out is None or safe.rung is None:
        return None
    step = next(step for step in safe.steps if step.rung == safe.rung)
    provenance = record({args.file: file_digest(args.file)}, args.seed)
    document = certificate(safe.pair, step, None, provenance)
    if document is None:
        return None
    path = _certificate_path(args.out)
    write_atomically(path, (dumps(document, indent=1) + "\n").encode())
    return path


def _quantizer(args: argparse.Namespace) -> "Quantizer":
    from dataclasses import replace

    from mondeq_ref.quantize import Quantizer

    given = {name: getattr(args, name) for name in (*CHOICES, "group", "factor")}
    given |= {name: getattr(args, name) or None for name in ("zero_point", "reciprocal")}
    given["step_rule"] = given.pop("step")
    changed = {name: value for name, value in given.items() if value is not None}
    return replace(Quantizer.named(args.quantizer, args.bits), **changed)


def _facts(quantized: "Quantized", pair: "Pair") -> dict[str, Any]:
    steps = {name: made.step for name, made in quantized.arrays.items()}
    return {
        "bits": quantized.quantizer.bits,
        "what": quantized.what,
        "quantizer": quantized.spec,
        "meant": quantized.statement,
        "step": None if "A" in steps else steps.get("W", steps.get("K")),
        "steps": steps,
        "perturbation": quantized.perturbation,
        "ratio": quantized.ratio,
        "one_sided": pair.sides.one_sided_ratio,
        "margin": quantized.operator.margin,
        "margin_before": quantized.original.margin,
        "margin_promised": quantized.promised_margin,
        "bounds": quantized.a_priori,
        "digest": quantized.operator.digest,
        "digest_before": quantized.original.digest,
    }


def _described(made: "QuantizedArray") -> tuple[str, str, str]:
    import numpy as np

    least, greatest = made.codes.min(initial=0), made.codes.max(initial=0)
    steps = np.atleast_1d(made.step)
    step = f"{steps[0]:.6g}" if steps.size == 1 else f"{steps.min():.3g} to {steps.max():.3g}"
    return " x ".join(map(str, made.codes.shape)), f"{least} to {greatest}", step


def _write(args: argparse.Namespace, quantized: "Quantized") -> None:
    from pathlib import Path

    from mondeq_ref.documents.provenance import record
    from mondeq_ref.documents.strict_json import dumps
    from mondeq_ref.files.checkpoint import write_checkpoint
    from mondeq_ref.files.load import checkpoint_of, file_digest
    from mondeq_ref.files.quantized import write_quantized

    metadata = {
        "quantizer": dumps(quantized.spec, indent=None),
        "meant": quantized.statement,
        "provenance": dumps(record({args.file: file_digest(args.file)}, args.seed), indent=None),
    }
    # Before anything is written: this refuses an operator that no checkpoint can hold.
    checkpoint = None if args.checkpoint is None else checkpoint_of(quantized.operator)
    if args.out is not None:  # the proof of other codes must not stay beside these
        Path(_certificate_path(args.out)).unlink(missing_ok=True)
        write_quantized(args.out, quantized, metadata)
    if args.checkpoint is not None and checkpoint is not None:
        write_checkpoint(args.checkpoint, checkpoint, metadata)
