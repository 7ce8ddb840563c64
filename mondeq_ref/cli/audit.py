"""What of the paper is true, how sharply, and how do we know?  Every claim on many operators."""

import argparse

HELP = "check every claim of the paper on random and adversarial operators"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--only", metavar="CLAIM", help="check this claim alone")
    parser.add_argument("--list", action="store_true", help="list the claims and stop")
    parser.add_argument("--cases", type=int, default=200, help="cases a claim (default 200)")
    parser.add_argument("--seed", type=int, default=0, help="seed of all randomness (default 0)")
    parser.add_argument("--out", metavar="DIR", default="mondeq-audit", help="folder for the JSON")
    parser.add_argument("--json", action="store_true", help="print one JSON object on stdout")
    parser.add_argument("--strict", action="store_true", help="exit 4 when anything is undecided")
    parser.add_argument("--quiet", action="store_true", help="no progress")


def run(args: argparse.Namespace) -> int:
    import time
    from pathlib import Path

    from threadpoolctl import threadpool_limits

    from mondeq_ref.arrays import InputError
    from mondeq_ref.report.console import console, emit, shown, table, track
    from mondeq_ref.report.strict_json import dumps
    from proofs_checks.audit import CLAIMS, audit

    if args.list:
        print(*(f"{name:14} {claim.sentence}" for name, claim in CLAIMS.items()), sep="\n")
        return 0
    if args.only is not None and args.only not in CLAIMS:
        raise InputError(f"--only must be one of {', '.join(CLAIMS)}, got {args.only!r}")
    if args.cases < 1:
        raise InputError(f"--cases must be at least 1, got {args.cases}")
    names = [args.only] if args.only else list(CLAIMS)
    began = time.perf_counter()
    with threadpool_limits(1):  # results must not depend on how many threads share the work
        findings = [
            audit(CLAIMS[name], args.seed, args.cases)
            for name in track(names, "claims", len(names), quiet=args.quiet)
        ]
    result = {
        "claims": findings,
        "published": [],
        "planted": None,
        "seconds": time.perf_counter() - began,
        "seed": args.seed,
    }
    folder = Path(args.out)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "audit.json").write_text(dumps(result) + "\n", encoding="utf-8")
    except OSError as error:
        raise InputError(f"--out must be a folder that can be written: {error}") from None
    if args.json:
        emit(result)
    rows = [
        (
            found.id,
            found.sentence,
            f"{found.cases - found.refuted - found.undecided} of {found.cases}",
            shown(found.tightest) if found.tightest else "-",
            {True: "yes", False: "no", None: "-"}[found.attained],
            found.verdict,
            found.guarantee,
        )
        for found in findings
    ]
    headings = ["claim", "what it says", "proved", "tightest", "attained", "verdict", "guarantee"]
    screen = console(args.json)
    screen.print(table("", headings, rows))
    for found in findings:
        for note in found.notes:
            screen.print(f"{found.id}: {note}")
    screen.print(f"written to {folder / 'audit.json'}")
    verdicts = {found.verdict for found in findings}
    if "ERROR" in verdicts:
        return 3
    if "REFUTED" in verdicts:
        return 1
    return 4 if args.strict and "UNDECIDED" in verdicts else 0
