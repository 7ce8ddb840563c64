"""Print the statement, hypotheses, inequalities and proof of a claim.

Example: mondeq-ref explain displacement
"""

import argparse
from typing import TYPE_CHECKING, Any

from mondeq_ref.cli import options

if TYPE_CHECKING:
    from collections.abc import Mapping

HELP = "statement, hypotheses and proof of a claim"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("claim", metavar="CLAIM", help="its name, as `mondeq-ref audit --list`")
    options.add_json(parser)


def run(args: argparse.Namespace) -> int:
    from mondeq_ref import explain
    from mondeq_ref.report.console import emit

    explanation = explain(args.claim)
    if args.json:
        emit(explanation.facts)
    else:
        print(explanation)
    return 0


PREPRINT = "the paper: arXiv:2603.10562"


def explained(name: str) -> tuple[dict[str, Any], str]:
    """The claim as a JSON object and as text."""
    from mondeq_ref.arrays import InputError
    from proofs_checks.claims import NAMES, theorem

    if name not in NAMES:
        raise InputError(f"claim must be one of {', '.join(NAMES)}, got {name!r}")
    claim = theorem(name)
    facts = {
        "id": claim.name,
        "sentence": claim.sentence,
        "source": claim.source,
        "hypotheses": [
            {"name": name, "needed": _why(claim.needed.get(name))} for name in claim.first_with
        ],
        "forms": [
            {
                "name": form.name,
                "formula": form.formula,
                "hypotheses": list(form.needs),
                "attained": _why(claim.attained.get(form.name)),
            }
            for form in claim.forms
        ],
        "explained": claim.explained.strip(),
    }
    return facts, "\n".join(_lines(facts))


def _why(witness: object) -> str | None:
    """The description of a witness, or the reason for having none."""
    return witness if isinstance(witness, str) else getattr(witness, "why", None)


def _lines(claim: "Mapping[str, Any]") -> list[str]:
    lines = [f"{claim['id']}: {claim['sentence']}", f"{claim['source']} ({PREPRINT})", ""]
    if claim["hypotheses"]:
        lines.append("Hypotheses, and what happens without each")
        lines += [f"  {one['name']:24} {one['needed'] or ''}" for one in claim["hypotheses"]]
    else:
        lines.append("No hypotheses.")
    lines += ["", "Inequalities that are checked, and where each is attained"]
    for form in claim["forms"]:
        further = f"   (when {', '.join(form['hypotheses'])})" if form["hypotheses"] else ""
        lines.append(f"  {form['name']:24} {form['formula']}{further}")
        if form["attained"]:
            lines.append(f"  {'':24} {form['attained']}")
    return [*lines, "", claim["explained"]]
