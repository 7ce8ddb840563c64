"""What can be proved of an operator at each bit-width, and what does quantization cost?

Eight rungs, each implying the next; a row shows the first that holds and what it promises.

  1  ||W - W~||_F < m                 5  diagonal weights D make sym(D (I - W~)) definite
  2  ||W - W~||_2 < m (the paper's)   6  I - W~ is a P-matrix
  3  lambda_max(sym(W~ - W)) < m      7  I - W~ is strictly semimonotone
  4  m~ > 0                           8  every input given has a proved equilibrium

Below it the planner: the smallest bit-width of each rung, and the margin missing for one less.
"""

import argparse
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mondeq_ref.study.bit_table import Row
    from mondeq_ref.study.effects import Workload

HELP = "what can be proved at each bit-width, with certificates to store and check"
QUANTIZERS = ("paper-code", "paper-readme")
WHATS = ("W", "WUb", "K", "KUb", "factors", "factorsUb")
THREADED_FROM = 1000  # units; below, threads of BLAS wait for each other longer than they work
MOST_STORED = 1 << 20  # numbers of inputs in one certificate


def add_arguments(parser: argparse.ArgumentParser) -> None:
    from mondeq_ref.cli import options

    options.add_operator(parser)
    parser.add_argument("--bits", default="2-16", help="such as 8, 2-8 or 2,4,8 (default 2-16)")
    parser.add_argument(
        "--quantizer", choices=QUANTIZERS, default="paper-code", help="default paper-code"
    )
    parser.add_argument("--what", choices=WHATS, default="W", help="what is quantized (default W)")
    parser.add_argument(
        "--guarantee",
        choices=("exact", "rigorous-float"),
        default="exact",
        help="exact: integers decide everything below 400 units; rigorous-float: floats with "
        "proven error bounds, and integers only where those overlap (default exact)",
    )
    parser.add_argument("--certificates", metavar="DIR", help="store every proof found")
    parser.add_argument(
        "--by-digest",
        action="store_true",
        help="certificates name the matrices by SHA-256; checking them needs FILE",
    )
    options.add_inputs(parser)
    options.add_running(parser)


def run(args: argparse.Namespace) -> int:
    import time
    from contextlib import nullcontext

    import numpy as np
    from threadpoolctl import threadpool_limits

    from mondeq_ref.arrays import InputError
    from mondeq_ref.certify.pair import EXACT_BELOW
    from mondeq_ref.certify.uniqueness import uniqueness_radius
    from mondeq_ref.cli import options
    from mondeq_ref.quantize import Quantizer
    from mondeq_ref.report.bit_tables import costs, operator_line, plan_table, proofs
    from mondeq_ref.report.console import console, emit, track
    from mondeq_ref.rigor.verdict import Guarantee
    from mondeq_ref.study.bit_table import assess, plan, row_facts
    from mondeq_ref.study.effects import accuracy_before, workload

    began = time.perf_counter()
    widths, folder = bit_widths(args.bits), _folder(args.certificates)
    operator = options.operator(args)
    inputs = options.inputs_for(operator, args)
    if args.dtype != "float64":
        raise InputError("certificates are float64 or exact: --dtype does not apply")
    options.workers(args)
    guarantee, rng = Guarantee(args.guarantee), np.random.default_rng(args.seed)
    exact = guarantee is Guarantee.EXACT and operator.n < EXACT_BELOW
    with threadpool_limits(1) if operator.n < THREADED_FROM else nullcontext():
        work = None if inputs is None else workload(operator, inputs, exact=exact)
        rows: list[Row] = []
        facts: list[dict[str, Any]] = []
        for bits in track(widths, "bit-widths", len(widths), quiet=args.quiet):
            quantizer = Quantizer.named(args.quantizer, bits)
            row = assess(operator, quantizer, args.what, work, guarantee=guarantee, rng=rng)
            paths = [] if folder is None else _store(folder, args, row, work)
            rows.append(row)
            facts.append(row_facts(row) | {"certificates": paths})
        planned = plan(rows)
        radius = uniqueness_radius(operator, rng)
    about: dict[str, Any] = {
        "n": operator.n,
        "d": operator.d,
        "margin": rows[0].sides.margin,
        "lipschitz": operator.lipschitz,
        "kappa": operator.kappa,
        "uniqueness_radius": radius,
        "accuracy": None if work is None else accuracy_before(work),
        "digest": operator.digest,
    }
    if args.json:
        seconds = time.perf_counter() - began
        emit({"operator": about, "rows": facts, "planner": planned, "seconds": seconds})
        return 0
    screen = console()
    screen.print(operator_line(operator, about["margin"], radius))
    if about["accuracy"] is not None:
        screen.print(f"accuracy before quantization {about['accuracy']:.4f}")
    screen.print(proofs(rows))
    screen.print(costs(rows))
    screen.print(plan_table(planned))
    if planned.structured is not None:
        screen.print(
            f"quantizing the factors A and S keeps the margin from {planned.structured} bits on"
        )
    if planned.predicted is not None:
        screen.print(
            f"2 sqrt(n) s/sqrt(12) predicts the paper's condition from {planned.predicted} bits on"
        )
    stored = sum(len(fact["certificates"]) for fact in facts)
    if folder is not None:
        screen.print(f"{stored} certificates in {folder}: mondeq-ref verify-certificate FILE")
    screen.print(f"{time.perf_counter() - began:.1f} s")
    return 0


def bit_widths(text: str) -> list[int]:
    """ "2-16", "8" or "2,4,6-8": whole numbers, each once, descending."""
    import re

    from mondeq_ref.arrays import InputError
    from mondeq_ref.quantize.quantizer import LEAST_BITS, MOST_BITS

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


def _folder(name: str | None) -> str | None:
    from pathlib import Path

    from mondeq_ref.arrays import InputError

    if name is not None:
        try:
            Path(name).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(f"--certificates must be a folder: {error.strerror}") from None
    return name


def _store(folder: str, args: argparse.Namespace, row: "Row", work: "Workload | None") -> list[str]:
    """One file a decided rung; for rung 8 one with all located inputs."""
    from pathlib import Path

    from mondeq_ref.certificates.make import certificate
    from mondeq_ref.documents.provenance import record
    from mondeq_ref.documents.strict_json import dumps
    from mondeq_ref.files.atomic import write_atomically
    from mondeq_ref.files.load import file_digest

    digests = {args.file: file_digest(args.file)}
    if work is not None:
        digests[work.inputs.source] = work.inputs.digest
    provenance, spec = record(digests, args.seed), row.quantized.spec
    made: list[tuple[str, dict[str, Any] | None]] = []
    for step in row.steps:
        name = f"rung{step.rung}-{step.outcome.name.lower()}"
        made.append((name, certificate(row.pair, step, spec, provenance, by_digest=args.by_digest)))
    made.append(("rung8-proved", _of_inputs(row, work, provenance)))
    paths: list[str] = []
    for name, document in made:
        if document is not None:
            path = Path(folder) / f"{_about(args, row)}-{row.bits:02d}bits-{name}.json"
            write_atomically(path, (dumps(document, indent=1) + "\n").encode())
            paths.append(str(path))
    return paths


def _about(args: argparse.Namespace, row: "Row") -> str:
    """Operators and quantizers side by side in one folder do not overwrite one another."""
    from pathlib import Path

    digest = row.pair.original.digest[:8]
    return f"{Path(args.file).stem}-{digest}-{args.what}-{args.quantizer}"


def _of_inputs(
    row: "Row", work: "Workload | None", provenance: dict[str, Any]
) -> dict[str, Any] | None:
    """Where nothing is promised for every input, the equilibria of those at hand."""
    from mondeq_ref.certificates.make import certificate_of_inputs
    from mondeq_ref.certify.ladder import first_that_holds
    from mondeq_ref.documents.case import Rows

    found = row.effects
    if work is None or found is None or first_that_holds(row.steps) is not None:
        return None
    located = found.located.nonzero()[0]
    width = work.inputs.rows.shape[-1] if work.inputs.kind == "c" else work.operator.d
    kept = located[: MOST_STORED // max(width, 1)]
    if len(kept) == 0:
        return None
    inputs = Rows(work.inputs.kind, work.rows().rows[kept])
    return certificate_of_inputs(
        row.pair, inputs, found.active[kept], row.quantized.spec, provenance
    )
