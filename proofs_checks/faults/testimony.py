"""What claims say when they are run on the code around them, as it is: one JSON line each.

    python -m proofs_checks.faults.testimony [--all] CLAIM...

Run in a tree with a planted fault.  A claim that does not hold notices the fault; without --all
the first one that does ends the run.  The families are cheap and come first; trained operators
are looked at where those have noticed nothing, and with --all not at all.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence

from proofs_checks.audit.findings import Finding
from proofs_checks.audit.run import run
from proofs_checks.claims import NAMES, theorem

SEED = 0
CASES = 400  # a claim: with fewer, some forms meet no instance of theirs


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", action="store_true", help="go on when one has noticed")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("claims", nargs="+", choices=NAMES, metavar="CLAIM")
    args = parser.parse_args(argv)
    for claim in args.claims:
        found = finding_of(claim, args.seed, trained=False)
        if found.verdict == "HOLDS" and not args.all:
            found = finding_of(claim, args.seed, trained=True)
        complaints = list(said(found))
        told = {"claim": claim, "verdict": found.verdict, "said": complaints}
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()
        if found.verdict != "HOLDS" and not args.all:
            break
    return 0


def finding_of(claim: str, seed: int, *, trained: bool) -> Finding:
    return run([claim], seed=seed, cases=CASES, workers=1, trained=trained)[0]


def said(found: Finding) -> Iterator[tuple[str, str]]:
    """(check, complaint): by which of its checks a claim does not hold."""
    for form in found.forms:
        if form.verdict != "HOLDS":
            wrong = f"{form.refuted} refuted, {form.undecided} undecided of {form.cases}"
            yield f"form: {form.name}", wrong
    beginnings = dict(_of_witnesses(found.id))
    for fault in found.faults:
        checks = (check for begins, check in beginnings.items() if fault.startswith(begins))
        yield next(checks, "run"), fault


def _of_witnesses(claim: str) -> Iterator[tuple[str, str]]:
    """How the faults begin that are complaints of a witness, and which."""
    subject = theorem(claim)
    for form in subject.attained:
        yield f"the bound {form!r} is not attained", f"attained: {form}"
        yield f"there is no form {form!r}", f"attained: {form}"
    for hypothesis in subject.needed:
        yield f"the witness for {hypothesis!r} ", f"needed: {hypothesis}"
        yield f"there is no hypothesis {hypothesis!r}", f"needed: {hypothesis}"


if __name__ == "__main__":
    sys.exit(main())
