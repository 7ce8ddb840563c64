"""The audit as one JSON object, from which the terminal text, the page and the file are made."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from mondeq_ref.documents.strict_json import plain
from mondeq_ref.rigor.verdict import Guarantee
from proofs_checks.audit.findings import BINS, ClaimFinding
from proofs_checks.audit.judge import instance
from proofs_checks.audit.run import shipped
from proofs_checks.claims import theorem
from proofs_checks.report.difference import digest

WORST_FIRST = ("ERROR", "REFUTED", "UNDECIDED", "HOLDS")
SECTIONS = ("operators", "answers", "ladder", "figure_1", "published", "hunter", "figures")


def result(
    findings: Sequence[ClaimFinding],
    sections: Mapping[str, Any],
    *,
    seed: int,
    cases: int,
    seconds: float,
    provenance: Mapping[str, Any],
    left_out: Sequence[str] = (),
) -> dict[str, Any]:
    """The JSON object; a section that was not run is null, and two runs of one seed differ only in
    times and provenance.  What a quick audit has `left_out` is among its settings.

    The hunter's stored cases count like drawn instances."""
    if set(sections) - set(SECTIONS):
        raise ValueError(f"sections are {', '.join(SECTIONS)}, got {', '.join(sections)}")
    hunted = {one["id"]: one for one in sections.get("hunter") or ()}
    findings = [with_hunted(found, hunted.get(found.id)) for found in findings]
    settings = {"seed": seed, "cases": cases, "claims": [found.id for found in findings]}
    made = plain(
        {
            "summary": summary(findings, quick=bool(left_out)),
            "settings": settings | ({"left_out": left_out} if left_out else {}),
            "claims": [claim(found, seed) for found in findings],
            **{name: sections.get(name) for name in SECTIONS},
            "histogram_edges": np.linspace(0, 1, BINS + 1).round(12),
            "assumptions": {kind.value: kind.assumptions for kind in Guarantee},
        }
    )
    made["digest"] = digest(made)
    return {**made, "seconds": seconds, "provenance": plain(dict(provenance))}


def with_hunted(found: ClaimFinding, hunted: Mapping[str, Any] | None) -> ClaimFinding:
    """The finding, with the verdict of the hunter's stored cases where that is worse."""
    if hunted is None or hunted["verdict"] == "HOLDS":
        return found
    verdict = min(found.verdict, hunted["verdict"], key=WORST_FIRST.index)
    added = [f"the hunter's case of {fault}" for fault in hunted["faults"]]
    added += [
        f"the hunter's case of {one['form']!r}: {one['verdict']}"
        for one in hunted["forms"]
        if one["verdict"] not in ("HOLDS", None)
    ]
    return replace(found, verdict=verdict, faults=(*found.faults, *added))


def summary(findings: Sequence[ClaimFinding], *, quick: bool = False) -> dict[str, Any]:
    """The verdict of the audit, which is the worst of its claims', and its counts."""
    verdicts, said = Counter(found.verdict for found in findings), sentence(findings)
    return {
        "verdict": min(verdicts, key=WORST_FIRST.index, default="HOLDS"),
        "sentence": f"Quick audit: {said[0].lower()}{said[1:]}" if quick else said,
        "claims": len(findings),
        "held": verdicts["HOLDS"],
        "cases": sum(found.cases for found in findings),
        "refuted": sum(found.refuted for found in findings),
        "undecided": sum(found.undecided for found in findings),
    }


def sentence(findings: Sequence[ClaimFinding]) -> str:
    """The result of the audit in one sentence."""

    def named(verdict: str) -> str:
        return ", ".join(found.id for found in findings if found.verdict == verdict)

    cases = sum(found.cases for found in findings)
    total, held = len(findings), sum(found.verdict == "HOLDS" for found in findings)
    if held == total:
        which = "The claim holds" if total == 1 else f"All {total} claims hold"
        return f"{which} in every case tried: {cases:,} cases, none refuted, none undecided."
    words = {
        "ERROR": "could not be checked because of an error",
        "REFUTED": "refuted",
        "UNDECIDED": "left undecided",
    }
    parts = [f"{words[verdict]}: {named(verdict)}" for verdict in words if named(verdict)]
    said = "; ".join(parts)
    return f"{said[0].upper()}{said[1:]}. {held} of {total} claims hold ({cases:,} cases tried)."


def claim(found: ClaimFinding, seed: int) -> dict[str, Any]:
    """A finding with its statement and proof, and the data that reproduce its tightest case."""
    return {
        **{key: value for key, value in plain(found).items() if key != "case"},
        "records": sum(found.met),
        "explained": theorem(found.id).explained.strip(),
        "replay": replay(found, seed),
    }


def replay(found: ClaimFinding, seed: int) -> dict[str, Any] | None:
    """The claim, seed and index that reproduce the tightest case, up to the last bits of LAPACK."""
    where = found.forms[0].tightest_case if found.forms else None
    if where is None:
        return None
    index, row = where
    drawn = instance(theorem(found.id), seed, index, shipped())
    return {
        "claim": found.id,
        "seed": seed,
        "index": index,
        "input": row,
        "family": drawn.family,
        "n": drawn.operator.n,
    }
