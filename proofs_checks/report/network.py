"""One sentence on the given network: the bit-widths at which it is safe.

Safe means that every input has one equilibrium and solvers converge to it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from mondeq_ref.report.digits import text
from proofs_checks.operators.examine import GIVEN
from proofs_checks.report.standing import standing

SAFE = "This network is safe (solvers converge for every input)"
WORDS = {
    "one": "every input has one equilibrium, which solvers may miss",
    "every": "every input has an equilibrium, which solvers may miss",
    "tried": "all {inputs} inputs tried have an equilibrium",
    "some": "an equilibrium is proved for {proved} of {inputs} inputs tried",
    "undecided": "nothing is proved",
}


def others(audit: Mapping[str, Any]) -> str:
    """What stands before the claims, which are judged on other operators."""
    quick = bool(audit["settings"].get("left_out"))
    kinds = "random and adversarial" if quick else "random, adversarial and trained"
    return f"The paper's claims, on {kinds} operators:"


def sentence(audit: Mapping[str, Any]) -> str | None:
    """The sentence; None where no network was given."""
    for entry in audit.get("ladder") or ():
        if entry["operator"] == GIVEN:
            return said(sorted(entry["rows"], key=lambda row: -row["bits"]))
    return None


def said(rows: Sequence[Mapping[str, Any]]) -> str:
    """The sentence for the rows of one network, in descending order of bits."""
    safe = [row["bits"] for row in rows if standing(row).tone == "good"]
    others: dict[str, list[int]] = {}
    for row in rows:
        if row["bits"] not in safe:
            counts = {"proved": text(row["equilibria_proved"]), "inputs": text(row["inputs"])}
            phrase = WORDS[standing(row).key].format(**counts)
            others.setdefault(phrase, []).append(row["bits"])
    parts = [f"at {_listed(widths)} bits {phrase}" for phrase, widths in others.items()]
    return "; ".join([_safe([row["bits"] for row in rows], safe), *parts]) + "."


def _safe(widths: Sequence[int], safe: Sequence[int]) -> str:
    unsafe = [width for width in widths if width not in safe]
    above = [width for width in safe if not unsafe or width > unsafe[0]]
    below = [width for width in safe if width not in above]
    if not safe:
        return f"{SAFE} at none of {widths[0]} to {widths[-1]} bits"
    if not above:
        return f"{SAFE} at {_listed(below)} bits alone"
    return f"{SAFE} from {above[-1]} bits" + (f", and at {_listed(below)}" if below else "")


def _listed(widths: Sequence[int]) -> str:
    *most, last = map(str, widths)
    return f"{', '.join(most)} and {last}" if most else last
