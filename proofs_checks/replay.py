"""A claim's case as a small document, and the same case computed again from it.

Claim, seed and index name an instance: it is drawn again, with the same numbers on every
machine, and each form's verdict on that input is held against the stored one.
"""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from mondeq_ref.arrays import InputError
from mondeq_ref.report.strict_json import plain
from mondeq_ref.verdict import Outcome
from proofs_checks.audit import Failure, Record, records
from proofs_checks.claims import NAMES, theorem
from proofs_checks.run import shipped

KIND = "claim"


def document(claim: str, seed: int, index: int, row: int) -> dict[str, Any]:
    """What is to be said again: the outcome and measured/bound of every form."""
    return {
        "kind": KIND,
        "claim": claim,
        "seed": seed,
        "index": index,
        "input": row,
        "forms": _forms(claim, seed, index, row),
    }


def replay(stored: Mapping[str, Any]) -> tuple[bool, str]:
    """Whether the case says what it said, and a sentence."""
    claim, numbers = _named(stored)
    found = _forms(claim, *numbers)
    if not found:
        raise InputError(f"{claim} has no verdict on instance {numbers[1]}, input {numbers[2]}")
    said = "; ".join(
        f"{form['form']}: {form['outcome']}, measured/bound {_ends(form['ratio'])}"
        for form in found
    )
    if found == stored["forms"]:
        return True, f"{claim}, the same as stored: {said}"
    return False, f"{claim}, not what is stored: {said}"


def _forms(claim: str, seed: int, index: int, row: int) -> list[dict[str, Any]]:
    kept: list[dict[str, Any]] = []
    for record in records(theorem(claim), seed, range(index, index + 1), shipped()):
        if isinstance(record, Failure):
            raise ArithmeticError(f"{record.where}: {record.what}")
        if record.row == row:
            kept.append(_told(record))
    return kept


def _told(record: Record) -> dict[str, Any]:
    return plain(
        {
            "form": record.form,
            "outcome": record.conclusion.name,
            "hypotheses": record.hypotheses is Outcome.PROVED,
            "ratio": record.ratio,
        }
    )


def _named(stored: Mapping[str, Any]) -> tuple[str, tuple[int, int, int]]:
    claim = stored.get("claim")
    if claim not in NAMES:
        raise InputError(f"claim must be one of {', '.join(NAMES)}, got {claim!r}")
    numbers: list[int] = []
    for name in ("seed", "index", "input"):
        value = stored.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**32:
            raise InputError(f"{name} must be a whole number from 0 on, got {value!r}")
        numbers.append(value)
    if not isinstance(stored.get("forms"), list):
        raise InputError("forms must be a list")
    return cast(str, claim), (numbers[0], numbers[1], numbers[2])


def _ends(ratio: Sequence[str | None] | None) -> str:
    return "undefined" if ratio is None else f"[{ratio[0]}, {ratio[1]}]"
