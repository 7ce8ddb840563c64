"""Search for the sharpest instance of every inequality of a claim, or for a counterexample.

With --drop "m > 0" the instances violate that hypothesis and no other.  Exit 0: nothing refuted
(with --drop: a counterexample was found); 1: the claim is refuted with all its hypotheses;
4: --drop found no counterexample.

Example: mondeq-ref hunt displacement --drop "m > 0"
"""

import argparse
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from mondeq_ref.cli import options

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from proofs_checks.hunter.hunt import Found
    from proofs_checks.theorem import Form, Theorem

HELP = "search for the sharpest instance of every inequality of a claim"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("claim", metavar="CLAIM", help="its name, as `mondeq-ref audit --list`")
    said = "name of the one inequality to search for"
    options.value(parser, "--form", "NAME", said, none="all of the claim")
    said = "search for counterexamples that violate this hypothesis alone"
    options.value(parser, "--drop", "HYPOTHESIS", said, none="none")
    options.add_seed(parser)
    usual = "a few seconds per inequality"
    options.value(parser, "--minutes", "M", "minutes to search", kind=float, none=usual)
    said = "file for the sharpest case, for `replay`"
    options.value(parser, "--out", "FILE", said, none="not written")
    options.add_cluster(parser)
    options.add_shown(parser)


def run(args: argparse.Namespace) -> int:
    from mondeq_ref.arrays import InputError
    from mondeq_ref.documents.strict_json import dumps
    from mondeq_ref.files.outputs import probe
    from mondeq_ref.report.console import console, emit
    from proofs_checks.claims import NAMES, theorem

    if args.claim not in NAMES:
        raise InputError(f"CLAIM must be one of {', '.join(NAMES)}, got {args.claim!r}")
    if args.seed < 0:
        raise InputError(f"--seed must not be negative, got {args.seed}")
    if args.minutes is not None and not 0 < args.minutes < float("inf"):
        raise InputError(f"--minutes must be a positive number, got {args.minutes}")
    probe([args.out])
    claim = theorem(args.claim)
    forms = _forms(args, claim)
    found = _searched(args, [form.name for form in forms])
    if args.json:
        emit({"claim": claim.name, "dropped": args.drop, "seed": args.seed, "forms": found})
    else:
        _show(console(), claim, args.drop, found)
    if args.out is not None:
        _store(args.out, found, dumps)
    refuted = any(one["outcome"] == "REFUTED" for one in found)
    if args.drop is not None:
        return 0 if refuted else 4
    return 1 if refuted else 0


def _forms(args: argparse.Namespace, claim: "Theorem") -> "list[Form]":
    from proofs_checks.audit.claim_replay import form_of

    if args.form is not None:
        return [form_of(claim, args.form)]
    return list(claim.forms if args.drop is None else claim.forms[:1])


def _searched(args: argparse.Namespace, forms: list[str]) -> list[dict[str, Any]]:
    """The results of all forms, in the order of the claim."""
    from mondeq_ref.cluster import executor
    from mondeq_ref.report.progress import track
    from mondeq_ref.workers import finished
    from proofs_checks.hunter.hunt import fair_share

    seconds = 60 * (args.minutes or 0.0) / len(forms)
    task = FormSearch(args.claim, forms[0], args.drop, args.seed, fair_share(len(forms)), seconds)
    tasks = [replace(task, form=form) for form in forms]
    here = 1 if args.cluster is None and args.scheduler_file is None else None
    with executor(here, args.cluster, args.scheduler_file) as pool:
        done = track(finished(search, tasks, pool), "forms", len(forms), quiet=args.quiet)
        found = {one.form: document for one, document in done}
    return [found[form] for form in forms]


@dataclass(frozen=True)
class FormSearch:
    """The task of one form: the number of restarts, and the seconds after them."""

    claim: str
    form: str
    dropped: str | None
    seed: int
    restarts: int
    seconds: float


def search(task: FormSearch) -> dict[str, Any]:
    """The sharpest instance of one form, in the form that the command prints and stores."""
    from mondeq_ref.rigor.process import one_thread
    from proofs_checks.audit.claim_replay import form_of
    from proofs_checks.claims import theorem
    from proofs_checks.hunter.hunt import hunt

    claim = theorem(task.claim)
    with one_thread():  # sums of a few numbers
        (found,) = hunt(
            claim,
            [form_of(claim, task.form)],
            seed=task.seed,
            dropped=task.dropped,
            restarts=task.restarts,
            seconds=task.seconds,
        )
    return _document(claim.name, found)


def _document(claim: str, found: "Found") -> dict[str, Any]:
    from proofs_checks.audit.claim_replay import instance_document

    name, case = found.form.name, found.case
    return {
        "form": name,
        "formula": found.form.formula,
        "outcome": None if found.outcome is None else found.outcome.name,
        "ratio": found.ratio,
        "exact": found.exact,
        "units": None if case is None else case.units,
        "by_units": found.by_units,
        "known": found.known,
        "restarts": found.restarts,
        "case": None
        if case is None
        else instance_document(claim, [name], case.instance, case.measured.row),
    }


def _show(
    screen: Any, claim: "Theorem", dropped: str | None, found: "Iterable[dict[str, Any]]"
) -> None:
    from mondeq_ref.report.console import table

    without = "" if dropped is None else f", without {dropped}"
    headings = ("form", "verdict", "tightest", "units", "measured/bound by units", "known supremum")
    rows = [
        (
            one["form"],
            one["outcome"] or "no instance",
            _ratio(one),
            "" if one["units"] is None else str(one["units"]),
            _by_units(one["by_units"]),
            one["known"] if dropped is None else "none: the inequality is false",
        )
        for one in found
    ]
    screen.print(table(f"{claim.name}: {claim.sentence}{without}", headings, rows))


def _by_units(ratios: "Mapping[int, float]") -> str:
    """The greatest ratios by units before shrinking, rounded down, as text."""
    from math import floor, isfinite

    shown = ((n, floor(x * 10**6) / 10**6) for n, x in ratios.items() if isfinite(x))
    return "  ".join(f"{n}: {x:.6f}" for n, x in shown)


def _ratio(one: dict[str, Any]) -> str:
    if one["ratio"] is None:
        return "-"
    from mondeq_ref.report.digits import at_least

    return "1, exactly" if one["exact"] else f"at least {at_least(one['ratio'].lo, 9)}"


def _store(path: str, found: list[dict[str, Any]], dumps: Any) -> None:
    """Write the case of a refutation, else of the sharpest ratio, else the first one."""
    from mondeq_ref.arrays import InputError
    from mondeq_ref.files.atomic import write_atomically

    def sharpness(one: dict[str, Any]) -> tuple[bool, float]:
        ratio = one["ratio"]
        return one["outcome"] == "REFUTED", -1.0 if ratio is None else min(ratio.lo, 1.0)

    stored = [one for one in found if one["case"] is not None]
    if not stored:
        raise InputError("no instance was found that meets the hypotheses: nothing is stored")
    write_atomically(path, (dumps(max(stored, key=sharpness)["case"]) + "\n").encode())
