"""Search for the sharpest case of every form, with and without each hypothesis, and store it.

    python -m proofs_checks.hunter.collect --minutes M --out data/hunt.json

The file is written after every search.  A second run continues from the file, and stored cases
are replaced only by sharper ones.
"""

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from mondeq_ref.documents.encoding import read_document
from mondeq_ref.documents.provenance import PACKAGES, record
from mondeq_ref.files.atomic import write_atomically
from mondeq_ref.report.progress import track
from mondeq_ref.rigor.process import one_thread
from proofs_checks.audit.claim_replay import form_of, instance_document
from proofs_checks.audit.instance_encoding import decode_instance
from proofs_checks.claims import NAMES, theorem
from proofs_checks.hunter.hunt import fair_share
from proofs_checks.hunter.search import SIZES, Searched, search
from proofs_checks.hunter.shrinking import SAME, shrunk
from proofs_checks.hunter.stored import Aim, Document, Hunted, read, written
from proofs_checks.hunter.target import Candidate, Target

PAIR = 2  # units; the sharpest case of two units is stored too


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument(
        "--minutes", type=float, default=0.0, help="minutes to search in total (default 0)"
    )
    parser.add_argument(
        "--out", required=True, help="file to write; if it exists, the search continues from it"
    )
    parser.add_argument("--seed", type=int, default=0, help="seed of the search (default 0)")
    parser.add_argument(
        "--only", metavar="CLAIM", choices=NAMES, help="the one claim to search (default: all)"
    )
    parser.add_argument(
        "--form", metavar="NAME", help="the one inequality to search (default: all of the claim)"
    )
    parser.add_argument("--quiet", action="store_true", help="do not show progress")
    args = parser.parse_args(arguments)
    wanted = [
        aim
        for aim in aims([args.only] if args.only else NAMES)
        if args.form is None or aim == Aim(aim.claim, args.form)
    ]
    if not wanted:
        parser.error(f"{args.only or 'no claim'} has no form {args.form!r}")
    with one_thread():  # sums of a few numbers
        collect(args.out, args.minutes, args.seed, wanted, quiet=args.quiet)
    return 0


def collect(out: str, minutes: float, seed: int, wanted: Sequence[Aim], *, quiet: bool) -> None:
    document = read_document(out) if Path(out).exists() else None
    held = {} if document is None else read(document)
    runs = [] if document is None else list(document["runs"])
    runs.append(_run(seed, minutes))
    order = sorted(wanted, key=lambda aim: bluntness(held.get(aim)))
    until = time.monotonic() + 60 * minutes

    def searches() -> Iterator[None]:
        for k, aim in enumerate(order):
            share = max(until - time.monotonic(), 0.0) / (len(order) - k)
            held[aim] = hunted(aim, held.get(aim), seed, share)
            known = [(one, held[one]) for one in aims(NAMES) if one in held]
            write_atomically(out, written(known, runs).encode())
            yield

    for _ in track(searches(), "searches", len(order), quiet=quiet):
        pass


def bluntness(found: Hunted | None) -> float:
    """1 minus the least ratio of the stored cases; 1 if there are none.

    Searches run in ascending order of it, and time that a sharp form leaves goes to the others."""
    if found is None or not found.cases:
        return 1.0
    forms = [form for case in found.cases for form in case["forms"]]
    return max((1 - form["ratio"][0] for form in forms if form["ratio"]), default=0.0)


def _run(seed: int, minutes: float) -> Document:
    """The record of a run, without the machine, which affects only the speed."""
    command = ["python", "-m", "proofs_checks.hunter.collect", *sys.argv[1:]]
    found = record({}, seed)
    kept = {name: found[name] for name in ("mondeq_ref", "python", *PACKAGES, "seed", "made")}
    return {**kept, "command": command, "minutes": minutes}


def aims(claims: Sequence[str]) -> list[Aim]:
    """Every form with all its hypotheses, and the published one without each."""
    found: list[Aim] = []
    for name in claims:
        subject = theorem(name)
        found += [Aim(name, form.name) for form in subject.forms]
        found += [Aim(name, subject.forms[0].name, lost) for lost in subject.refutable]
    return found


def hunted(aim: Aim, before: Hunted | None, seed: int, seconds: float) -> Hunted:
    """The stored search continued: more restarts, then more time where a ratio can increase.

    A refuted form is not searched further."""
    until = time.monotonic() + seconds
    subject = theorem(aim.claim)
    target = Target(subject, form_of(subject, aim.form), aim.without)
    made = 0 if before is None else before.restarts
    old = [] if before is None else _measured(target, before.cases)
    found = search(target, seed, fair_share(len(subject.forms)), known=old, made=made)
    if any(one.measured.ratio > 0 for one in found.by_units.values()):
        climbed, best = list(found.by_units.values()), found.sharpest
        sizes = (PAIR,) if best is not None and best.measured.ratio >= 1 - SAME else SIZES
        found = search(
            target, seed, 0, until=until, sizes=sizes, known=climbed, made=found.restarts
        )
    kept = _kept(target, found, old)
    return Hunted(
        found.restarts,
        [instance_document(aim.claim, [aim.form], one.instance, one.measured.row) for one in kept],
    )


def _measured(target: Target, cases: Sequence[Document]) -> list[Candidate]:
    """The stored cases that the present code can measure."""
    measured = [target.measure(decode_instance(case["instance"])) for case in cases]
    return [one for one in measured if one is not None]


def _kept(target: Target, searched: Searched, old: Sequence[Candidate]) -> list[Candidate]:
    """The sharpest case and the sharpest of two units; a stored case unless the new is sharper."""
    best, pair = searched.sharpest, searched.by_units.get(PAIR)
    if best is None:
        return []
    kept = [_sharper(shrunk(target, best), old[0] if old else None)]
    if target.dropped is None and pair is not None and kept[0].units != PAIR:
        before = next((one for one in old if one.units == PAIR), None)
        kept.append(_sharper(shrunk(target, pair, fewer_units=False), before))
    return kept


def _sharper(new: Candidate, old: Candidate | None) -> Candidate:
    """The sharper of two candidates; one with more units only if its ratio is greater by SAME."""
    if old is None or new.measured.refuted > old.measured.refuted:
        return new
    a, b = new.measured.ratio, old.measured.ratio
    if new.units == old.units:
        return new if a > b else old
    return new if (a >= b if new.units < old.units else a > b + SAME) else old


if __name__ == "__main__":
    sys.exit(main())
