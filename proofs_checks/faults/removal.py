"""The other way round: which check could be taken away without letting a fault through?

    python -m proofs_checks.faults.removal [--only TEXT] [--again TEXT] [--out FILE]

Every claim that a fault can reach is asked about it, and all their complaints are stored, one
answer a fault, so that a run that was cut short goes on where it ended.  A check (a claim, a form,
a witness) is worth having if some fault is noticed by it alone; what notices nothing alone has
its reason in `kept`, or no place in the suite.

Faults in a claim's own file say nothing for that claim, nor for a form: without the claim they
would not be there.  They are what witnesses are for.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from mondeq_ref.documents import provenance
from mondeq_ref.files.atomic import write_atomically
from mondeq_ref.report.console import console, table, track
from proofs_checks.claims import NAMES
from proofs_checks.faults.asking import Ask, InquiryError, warm
from proofs_checks.faults.catalog import FAULTS
from proofs_checks.faults.fault import Fault
from proofs_checks.faults.inquiry import heard
from proofs_checks.faults.kept import KEPT
from proofs_checks.faults.reach import reached
from proofs_checks.faults.suite import checks, named
from proofs_checks.faults.testimony import CASES, SEED
from proofs_checks.faults.tree import tree

STORED = Path(__file__).with_name("noticed.json")
CLAIMS = "proofs_checks/claims/"


@dataclass(frozen=True)
class Answer:
    """A fault, and every check that notices it."""

    fault: str
    file: str
    by: tuple[str, ...]


def digest(fault: Fault) -> str:
    return sha256("\0".join((fault.file, fault.right, fault.wrong)).encode()).hexdigest()[:16]


def asked() -> list[Fault]:
    """The faults that claims can notice; the others are left to tests."""
    return [fault for fault in FAULTS if fault.claims]


def answer(fault: Fault, ask: Ask, base: Path) -> Answer:
    with tree(fault, base) as top:
        by = complaining(top, reached(fault.file), ask)
    return Answer(fault.what, fault.file, by)


def complaining(top: Path, claims: Sequence[str], ask: Ask) -> tuple[str, ...]:
    """The checks of these claims that do not hold in this tree."""
    told = heard(top, claims, everyone=True, ask=ask)
    by = (named(one["claim"], check) for one in told for check, _ in one["said"])
    return tuple(dict.fromkeys(by))


def alone(check: str, answers: Iterable[Answer]) -> list[str]:
    """The faults that nobody notices but this check and what would go with it."""
    is_witness = ", attained: " in check or ", needed: " in check
    return [
        one.fault
        for one in answers
        if one.by
        and (is_witness or not one.file.startswith(CLAIMS))
        and all(goes_with(check, name) for name in one.by)
    ]


def goes_with(check: str, other: str) -> bool:
    """A claim takes all its checks along, and a form the witness that attains it."""
    return (
        other == check
        or other.startswith(f"{check}, ")
        or other == check.replace(", form: ", ", attained: ")
    )


def load(path: Path) -> dict[str, Answer]:
    if not path.exists():
        return {}
    stored = json.loads(path.read_text(encoding="utf-8"))
    names = stored["checks"]
    return {
        key: Answer(one["fault"], one["file"], tuple(names[k] for k in one["by"]))
        for key, one in stored["noticed"].items()
    }


def document(answers: Mapping[str, Answer]) -> str:
    """One line a fault; checks by their place in one list."""
    names = sorted({name for one in answers.values() for name in one.by})
    place = {name: k for k, name in enumerate(names)}
    kept = ("mondeq_ref", "python", *provenance.PACKAGES, "seed", "made")
    record = provenance.record({}, seed=SEED)
    head: dict[str, Any] = {
        "provenance": {**{name: record[name] for name in kept}, "cases": CASES},
        "checks": names,
    }
    lines = [
        json.dumps(key)
        + ": "
        + json.dumps({"fault": one.fault, "file": one.file, "by": [place[n] for n in one.by]})
        for key, one in sorted(answers.items(), key=lambda item: (item[1].file, item[1].fault))
    ]
    opening = json.dumps(head, indent=1)[:-2]
    return f'{opening},\n "noticed": {{\n  ' + ",\n  ".join(lines) + "\n }\n}\n"


def ask(faults: Sequence[Fault], answers: dict[str, Answer], path: Path) -> list[str]:
    """The missing answers, each stored as soon as it is there; what got none is returned."""
    failed, workers = list[str](), os.cpu_count() or 1
    with tree(None) as base, warm(workers) as asked_of, ThreadPoolExecutor(workers) as pool:
        if found := complaining(base, NAMES if faults else (), asked_of):
            raise InquiryError(f"{found} notice a fault where none is planted")
        futures = {pool.submit(answer, fault, asked_of, base): fault for fault in faults}
        for future in track(as_completed(futures), "faults", len(faults)):
            fault = futures[future]
            try:
                answers[digest(fault)] = future.result()
            except (InquiryError, ValueError, OSError) as error:
                failed.append(f"{fault.what}: {error}")
            write_atomically(path, document(answers).encode())
    return failed


def current(answers: Mapping[str, Answer]) -> list[Answer]:
    """Those to faults that are still in the catalog."""
    return [answers[key] for key in map(digest, asked()) if key in answers]


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="ask about faults with this text alone")
    parser.add_argument("--again", help="ask anew about faults with this text")
    parser.add_argument("--out", type=Path, default=STORED)
    args = parser.parse_args(argv)
    answers = load(args.out)
    missing = [
        fault
        for fault in asked()
        if _has(fault, args.only) and (digest(fault) not in answers or _has(fault, args.again))
    ]
    failed = ask(missing, answers, args.out)
    for line in failed:
        console().print(f"no answer: {line}", markup=False)
    found = current(answers)
    rows = [(check, *_standing(alone(check, found), check)) for check in checks()]
    title = f"{len(found)} faults of which claims were asked"
    console().print(table(title, ("check", "faults it alone notices", "such as"), rows))
    loose = [check for check, count, _ in rows if count == "0" and check not in KEPT]
    console().print(f"{len(loose)} checks notice nothing alone and have no reason: {loose}")
    return 1 if loose or failed else 0


def _has(fault: Fault, text: str | None) -> bool:
    return text is not None and (text in fault.what or text in fault.file)


def _standing(faults: Sequence[str], check: str) -> tuple[str, str]:
    return str(len(faults)), faults[0] if faults else KEPT.get(check, "")


if __name__ == "__main__":
    sys.exit(main())
