"""What of the paper is true, how sharply, and how do we know?  Every claim on many operators."""

import argparse

HELP = "check every claim of the paper on random and adversarial operators"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--only", metavar="CLAIM", help="check this claim alone")
    parser.add_argument("--list", action="store_true", help="list the claims and stop")
    parser.add_argument("--cases", type=int, default=2000, help="verdicts a claim (default 2000)")
    parser.add_argument("--seed", type=int, default=0, help="seed of all randomness (default 0)")
    parser.add_argument("--out", metavar="DIR", default="mondeq-audit", help="folder for the JSON")
    parser.add_argument("--json", action="store_true", help="print one JSON object on stdout")
    parser.add_argument("--workers", type=int, metavar="N", help="processes (default: all cores)")
    parser.add_argument("--strict", action="store_true", help="exit 4 when anything is undecided")
    parser.add_argument("--quiet", action="store_true", help="no progress")


def run(args: argparse.Namespace) -> int:
    import time
    from pathlib import Path

    from mondeq_ref.arrays import InputError
    from mondeq_ref.files.atomic import write_atomically
    from mondeq_ref.provenance import record
    from mondeq_ref.report.console import console, emit, shown, table, track
    from mondeq_ref.report.strict_json import dumps
    from proofs_checks.claims import NAMES, theorem
    from proofs_checks.run import run as run_claims

    if args.list:
        print(*(f"{name:18} {theorem(name).sentence}" for name in NAMES), sep="\n")
        return 0
    if args.only is not None and args.only not in NAMES:
        raise InputError(f"--only must be one of {', '.join(NAMES)}, got {args.only!r}")
    if args.cases < 1:
        raise InputError(f"--cases must be at least 1, got {args.cases}")
    names = [args.only] if args.only else list(NAMES)
    began = time.perf_counter()
    findings = run_claims(
        names,
        seed=args.seed,
        cases=args.cases,
        workers=args.workers,
        progress=lambda steps, total: track(steps, "claims", total, quiet=args.quiet),
    )
    result = {
        "claims": findings,
        "published": [],
        "planted": None,
        "seconds": time.perf_counter() - began,
        "provenance": record({}, args.seed),
    }
    folder = Path(args.out)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"--out must be a folder that can be written: {error}") from None
    write_atomically(folder / "audit.json", (dumps(result) + "\n").encode())
    if args.json:
        emit(result)
    rows = [
        (
            found.id,
            found.sentence,
            f"{found.met[0]} of {sum(found.met)}",
            str(found.cases),
            shown(found.tightest, 4) if found.tightest else "-",
            {True: "yes", False: "NO", None: "-"}[found.attained],
            found.verdict,
            found.guarantee,
        )
        for found in findings
    ]
    headings = ["claim", "what it says", "hypotheses met", "cases", "tightest", "attained"]
    screen = console(args.json)
    screen.print(table("", [*headings, "verdict", "guarantee"], rows))
    for found in findings:
        for fault in found.faults:
            screen.print(f"{found.id}: {fault}", style="bold")
    screen.print(f"written to {folder / 'audit.json'}")
    verdicts = {found.verdict for found in findings}
    if "ERROR" in verdicts:
        return 3
    if "REFUTED" in verdicts:
        return 1
    return 4 if args.strict and "UNDECIDED" in verdicts else 0
