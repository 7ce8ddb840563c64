"""Equilibria of a batch of inputs, each with what is proved of it.

A row is CERTIFIED when its point is proved to lie within --tol of the equilibrium.  The step
length never stops a row, and a row that is cut short by --max-steps is not called a divergence;
with --divergence it is where that is proved.

Example: mondeq-ref solve weights.npz --inputs mnist --limit 1000 --out points.npz
"""

import argparse
from typing import TYPE_CHECKING, Any

from mondeq_ref.cli import options

if TYPE_CHECKING:
    from mondeq_ref.files.load import Inputs
    from mondeq_ref.operator import Operator

HELP = "equilibria of inputs, each with a certified distance"
METHODS = (
    "auto",
    "active-set",
    "forward-backward",
    "forward-backward-forward",
    "peaceman-rachford",
    "douglas-rachford",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    options.add_operator(parser, needs_inputs=True)
    group = parser.add_argument_group("solving")
    said = "auto: active-set, or peaceman-rachford where many units are active"
    options.value(group, "--method", None, said, METHODS[0], choices=METHODS)
    said, usual = "step size of a splitting method", "the one with the best rate bound"
    options.value(group, "--alpha", "A", said, kind=float, none=usual)
    options.value(group, "--tol", "TOL", "wanted Euclidean distance to the equilibrium", 1e-10)
    options.value(group, "--max-steps", "N", "most steps per input", 10_000)
    said = "without a margin, verify active sets in rationals: about 2 ms per input at n = 100"
    options.flag(group, "--exact", said)
    said = (
        "of what forward-backward leaves open, try to prove that it never converges from zero "
        "with this step: about a second per input at n = 100; below 200 units"
    )
    options.flag(group, "--divergence", said)
    said = "file for z, status, radius, residual and steps"
    options.value(parser, "--out", "FILE.npz", said, none="not written")


def run(args: argparse.Namespace) -> int:
    import time

    from mondeq_ref import solve
    from mondeq_ref.arrays import InputError
    from mondeq_ref.files.outputs import probe
    from mondeq_ref.report.console import console, emit, table
    from mondeq_ref.report.progress import track
    from mondeq_ref.solve import BLOCK
    from mondeq_ref.solve.solution import STATUSES
    from mondeq_ref.study.streams import collected

    options.refuse(args)
    operator = options.operator(args)
    inputs = options.inputs_for(operator, args)
    if inputs is None:
        raise InputError("--inputs is needed")
    if args.out is not None and not args.out.endswith(".npz"):
        raise InputError(f"--out must end with .npz, got {args.out!r}")
    probe([args.out], options.files_read(args))
    began = time.perf_counter()
    parts = solve(
        operator,
        inputs.blocks(operator, BLOCK),
        args.method,
        alpha=args.alpha,
        tol=args.tol,
        max_steps=args.max_steps,
        exact=args.exact,
        divergence=args.divergence,
        dtype=args.dtype,
        workers=options.workers(args),
    )
    shown = track(parts, "solving", -(-len(inputs) // BLOCK), quiet=args.quiet)
    about = {} if args.out is None else _provenance(args, inputs)
    solution, classes = collected(operator, shown, len(inputs), args.out, about)
    seconds = time.perf_counter() - began
    accuracy = None
    if inputs.labels is not None and classes is not None:
        accuracy = float((classes == inputs.labels).mean())
    counts, worst = solution.counts, float(solution.radius.max())
    result = {
        "method": solution.method,
        "dtype": solution.dtype,
        "inputs": len(inputs),
        "statuses": counts,
        "max_radius": worst,
        "accuracy": accuracy,
        "seconds": seconds,
    }
    if args.json:
        emit(result)
        return 0 if solution.succeeded else 1
    screen = console()
    rows = [
        (s.name, str(counts[s.name]), f"{100 * counts[s.name] / len(inputs):.1f} %", s.value)
        for s in STATUSES
        if s.name in counts
    ]
    screen.print(table("", ["status", "inputs", "share", "meaning"], rows))
    screen.print(f"{solution.method}, iterates in {solution.dtype}; {_about_step(operator, args)}")
    screen.print(f"{solution.about_radii}; {len(inputs)} inputs in {seconds:.2f} s")
    if accuracy is not None:
        screen.print(f"accuracy {accuracy:.4f}")
    return 0 if solution.succeeded else 1


def _provenance(args: argparse.Namespace, inputs: "Inputs") -> dict[str, str]:
    from mondeq_ref.documents.provenance import record
    from mondeq_ref.documents.strict_json import dumps
    from mondeq_ref.files.load import file_digest

    digests = {args.file: file_digest(args.file), inputs.source: inputs.digest}
    return {"provenance": dumps(record(digests, args.seed), indent=None)}


def _about_step(operator: "Operator", args: argparse.Namespace) -> str:
    """Which step was taken, and for which steps convergence is promised."""
    from mondeq_ref.report.digits import at_least
    from mondeq_ref.solve import METHODS

    method: Any = METHODS[args.method](args.alpha)
    if not hasattr(method, "admissible"):
        return "no step size"
    alpha = method.resolved(operator).alpha
    highest = method.admissible(operator).lo
    if not highest > 0:
        return f"alpha {alpha:.6g}: no step is admissible, since no positive margin is proved"
    verdict = "admissible" if alpha < highest else "NOT admissible"
    return f"alpha {alpha:.6g} is {verdict}: convergence is promised on (0, {at_least(highest, 6)})"
