"""Check every claim of the paper on many operators: verdicts, sharpness and witnesses.

Writes report.html (one page, opens offline) and audit.json into --out.  Exit 0: nothing refuted;
1: a claim is refuted; 3: a claim could not be checked; 4: undecided, with --strict.

Example: mondeq-ref audit --operator weights.npz --inputs mnist --limit 100
"""

import argparse
from typing import TYPE_CHECKING, Any

from mondeq_ref.cli import options
from proofs_checks.audit import quick as quickly

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from mondeq_ref.files.load import Inputs
    from mondeq_ref.operator import Operator

    Given = tuple[Operator | None, Inputs | None, dict[str, str]]  # and digests of what was read

HELP = "check every claim of the paper on random, adversarial and trained operators"
CASES = 2000
DEEP = 10  # times as many
EXIT = {"HOLDS": 0, "REFUTED": 1, "ERROR": 3, "UNDECIDED": 0}
STRICT = {**EXIT, "UNDECIDED": 4}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("what is checked")
    options.value(group, "--only", "CLAIM", "name of the one claim to check", none="all")
    options.flag(group, "--list", "list the claims and stop")
    number = group.add_mutually_exclusive_group()
    options.value(number, "--cases", "N", "minimum number of cases per claim", CASES)
    said = (
        f"check {quickly.INSTANCES} random operators per claim and little of what ships, in "
        "seconds; what is left out is said"
    )
    options.flag(number, "--quick", said)
    options.flag(number, "--deep", f"check {DEEP * CASES} cases per claim")
    options.add_seed(group)
    options.flag(group, "--strict", "exit 4 if a claim is undecided")
    group = parser.add_argument_group("another operator than those that ship")
    said = "operator to compare the published statements with"
    options.value(group, "--operator", "FILE", said, none="those that ship")
    options.add_layout(group)
    options.add_trust_size(parser)
    options.add_inputs(parser)
    group = parser.add_argument_group("running")
    options.value(group, "--out", "DIR", "folder to write", "mondeq-audit")
    said = "folder that `mondeq-ref figures` wrote, to show its figures"
    options.value(group, "--figures", "DIR", said, none="none")
    options.value(group, "--workers", "N", "processes", kind=int, none="all cores")
    options.add_cluster(group)
    options.add_shown(group)
    options.flag(group, "--verbose", "print the long tables too")


def run(args: argparse.Namespace) -> int:
    from proofs_checks.claims import NAMES

    if args.list:
        from mondeq_ref.report.console import list_names
        from proofs_checks.claims import theorem

        sentences = {name: theorem(name).sentence for name in NAMES}
        return list_names("claims", sentences, as_json=args.json)
    _refuse(args, NAMES)
    given = _given(args)
    figures = None if args.figures is None else _figures(args.figures)
    folder = _folder(args.out)
    audit, cases = _audit(args, given, figures)
    _write(folder, audit, cases)
    from mondeq_ref.report.console import PIPED, console, emit
    from proofs_checks.report.long_tables import long_tables
    from proofs_checks.report.terminal import story

    if args.json:
        emit(audit)
    screen = console(args.json)
    screen.print(*story(audit, min(screen.width, PIPED)))
    if args.verbose:
        screen.print(*long_tables(audit))
    screen.print(f"written to {folder}: report.html, audit.json, cases", whole=True)
    if args.operator is not None and args.inputs is None:
        screen.print("no inputs were given, so random ones were drawn: --inputs FILE takes yours")
    other = f"explain {args.only}" if args.only else "quantize FILE --bits 4 --aim paper"
    screen.print(f"next: open report.html, or mondeq-ref {other}")
    return (STRICT if args.strict else EXIT)[audit["summary"]["verdict"]]


def _refuse(args: argparse.Namespace, names: "Sequence[str]") -> None:
    """Raise InputError for wrong values, before any work starts."""
    from mondeq_ref.arrays import InputError

    if args.only is not None and args.only not in names:
        raise InputError(f"--only must be one of {', '.join(names)}, got {args.only!r}")
    if args.cases < 1:
        raise InputError(f"--cases must be at least 1, got {args.cases}")
    if args.seed < 0:
        raise InputError(f"--seed must not be negative, got {args.seed}")
    options.workers(args)


def _figures(folder: str) -> Any:
    from proofs_checks.report.figures import gathered

    return gathered(folder)


def _audit(
    args: argparse.Namespace, given: "Given", figures: Any
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The JSON object from which the terminal text, the page and the file are made; and the
    tightest case of each claim."""
    import time

    from mondeq_ref.workers import beside
    from proofs_checks.claims import NAMES

    names: list[str] = [args.only] if args.only else list(NAMES)
    quick: bool = args.quick
    cases = quickly.INSTANCES if quick else DEEP * CASES if args.deep else args.cases
    operator, inputs, digests = given
    left_out = quickly.left_out(args.only, given=operator is not None) if quick else []
    began = time.perf_counter()
    with options.executor(args) as pool:
        # An operator that was given stays here: its exact matrices cannot be sent to a process.
        shared = pool if operator is None else None
        sections = beside(shared, _sections, args.only, operator, inputs, args.seed, quick)
        stored = beside(pool, _hunted, names)
        # Imported while the processes begin, and what the page needs while they work.
        from mondeq_ref.documents.provenance import record
        from mondeq_ref.report.progress import track, waiting
        from proofs_checks.audit.claim_replay import drawn_document
        from proofs_checks.audit.document import result
        from proofs_checks.audit.run import run as run_claims
        from proofs_checks.audit.run import shipped
        from proofs_checks.report.html import template

        template()
        shipped()
        findings = run_claims(
            names,
            seed=args.seed,
            cases=cases,
            workers=1,
            quick=quick,
            pool=pool,
            progress=lambda steps, total: track(steps, "claims", total, quiet=args.quiet),
        )
        with waiting("particular operators", quiet=args.quiet):
            found = {**sections(), "hunter": stored()}
        if pool is not None:  # the processes end while the page is made
            pool.shutdown(wait=False)
    audit = result(
        findings,
        {**found, "figures": figures},
        seed=args.seed,
        cases=cases,
        seconds=time.perf_counter() - began,
        provenance=record(digests, args.seed),
        left_out=left_out,
    )
    return audit, {
        one.id: drawn_document(one.id, args.seed, one.case[0].index, one.case[0].row, one.case)
        for one in findings
        if one.case
    }


def _given(args: argparse.Namespace) -> "Given":
    """The operator, its inputs and the digests of their files, read before any work starts."""
    from mondeq_ref.arrays import InputError
    from mondeq_ref.files.load import file_digest, load_operator

    if args.operator is None:
        if args.inputs is not None:
            raise InputError("--inputs needs --operator")
        return None, None, {}
    operator = load_operator(args.operator, args.layout, args.margin, trust_size=args.trust_size)
    digests = {args.operator: file_digest(args.operator)}
    inputs = options.inputs(args)
    if inputs is not None:
        digests[inputs.source] = inputs.digest
    return operator, inputs, digests


def _sections(
    only: str | None,
    operator: "Operator | None",
    inputs: "Inputs | None",
    seed: int,
    quick: bool,
) -> "Mapping[str, Any]":
    """The sections on the given operator, or without one on the shipped operators.

    They are left out with --only and no operator.
    """
    from proofs_checks.operators.examine import examine

    if operator is None and only:
        return {}
    return examine(operator, inputs, seed=seed, quick=quick)


def _hunted(names: "Sequence[str]") -> Any:
    from proofs_checks.hunter.section import section

    return section(names)


def _folder(out: str) -> "Path":
    """The output folder, made before any work starts; InputError if it cannot be written."""
    from pathlib import Path

    from mondeq_ref.files.outputs import probe_folder

    probe_folder(out, ("report.html", "audit.json"), ("cases",))
    return Path(out)


def _write(folder: "Path", audit: dict[str, Any], cases: dict[str, Any]) -> None:
    from mondeq_ref.documents.strict_json import dumps
    from mondeq_ref.files.atomic import write_atomically
    from proofs_checks.report.html import page

    made = {"report.html": page(audit), "audit.json": dumps(audit) + "\n"}
    made |= {f"cases/{claim}.json": dumps(case) + "\n" for claim, case in cases.items()}
    (folder / "cases").mkdir(exist_ok=True)
    for name, content in made.items():
        write_atomically(folder / name, content.encode())
