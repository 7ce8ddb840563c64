"""Hunt every form of every claim, and without every hypothesis, and store the sharpest cases.

    python -m proofs_checks.hunter.collect --minutes M --out data/hunt.json

The file is written after every search.  Run again, it goes on where it was, and what is stored
can only become sharper.
"""

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from mondeq_ref.documents.encoding import read_document
from mondeq_ref.documents.provenance import PACKAGES, record
from mondeq_ref.files.atomic import write_atomically
from mondeq_ref.report.console import track
from mondeq_ref.rigor.process import one_thread
from proofs_checks.audit.instance_encoding import decode_instance
from proofs_checks.audit.replay import form_of, instance_document
from proofs_checks.claims import NAMES, theorem
from proofs_checks.hunter.hunt import fair_share
from proofs_checks.hunter.search import SIZES, Searched, search
from proofs_checks.hunter.shrinking import SAME, shrunk
from proofs_checks.hunter.stored import Aim, Document, Hunted, read, written
from proofs_checks.hunter.target import Candidate, Target

PAIR = 2  # units, whose sharpest case is stored too: one unit alone tells little of matrices


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--minutes", type=float, default=0.0, help="shared by all inequalities")
    parser.add_argument("--out", required=True, help="the file; where there is one, it goes on")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", metavar="CLAIM", choices=NAMES)
    parser.add_argument("--form", metavar="NAME", help="this inequality of the claim alone")
    parser.add_argument("--quiet", action="store_true", help="no progress")
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
    """How far its cases stay below 1: what is sharp needs little time, and leaves it to others."""
    if found is None or not found.cases:
        return 1.0
    forms = [form for case in found.cases for form in case["forms"]]
    return max((1 - form["ratio"][0] for form in forms if form["ratio"]), default=0.0)


def _run(seed: int, minutes: float) -> Document:
    """Nothing of the machine: what is found does not depend on it, but by its pace."""
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
    """More restarts than before, and then time where there is a ratio to climb on.

    One counterexample is enough."""
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
    """What is stored, without what the present code does not find in it."""
    measured = [target.measure(decode_instance(case["instance"])) for case in cases]
    return [one for one in measured if one is not None]


def _kept(target: Target, searched: Searched, old: Sequence[Candidate]) -> list[Candidate]:
    """The sharpest, and the sharpest of two units; old ones unless the new ones are sharper."""
    best, pair = searched.sharpest, searched.by_units.get(PAIR)
    if best is None:
        return []
    kept = [_sharper(shrunk(target, best), old[0] if old else None)]
    if target.dropped is None and pair is not None and kept[0].units != PAIR:
        before = next((one for one in old if one.units == PAIR), None)
        kept.append(_sharper(shrunk(target, pair, fewer_units=False), before))
    return kept


def _sharper(new: Candidate, old: Candidate | None) -> Candidate:
    """Never a smaller ratio, and more units only for one that is greater by SAME."""
    if old is None or new.measured.refuted > old.measured.refuted:
        return new
    a, b = new.measured.ratio, old.measured.ratio
    if new.units == old.units:
        return new if a > b else old
    return new if (a >= b if new.units < old.units else a > b + SAME) else old


if __name__ == "__main__":
    sys.exit(main())
