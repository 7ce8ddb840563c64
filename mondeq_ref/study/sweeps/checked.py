"""Is this a record of a sweep?  What a report takes from a record has the types that it needs."""

import re
from collections.abc import Callable, Mapping, Sequence
from math import inf
from typing import Any

from mondeq_ref.quantize.checked import MOST_BITS

Check = Callable[[Any], bool]
OUTCOMES = ("PROVED", "REFUTED", "UNDECIDED")
MOST = 1 << 53
DIGEST = re.compile(r"[0-9a-f]{64}")


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_digest(value: Any) -> bool:
    return isinstance(value, str) and DIGEST.fullmatch(value) is not None


def _whole(least: int, most: int = MOST) -> Check:
    return lambda value: type(value) is int and least <= value <= most


def _is_number(value: Any) -> bool:
    return type(value) in (int, float) and -inf < value < inf


def _or_null(check: Check) -> Check:
    return lambda value: value is None or check(value)


def _is_enclosure(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(map(_or_null(_is_number), value))


def _one_of(options: Sequence[str]) -> Check:
    return lambda value: value in options


def _table(key: Check, value: Check) -> Check:
    return lambda held: (
        isinstance(held, dict) and all(map(key, held)) and all(map(value, held.values()))
    )


FACTS: Mapping[str, Check] = {  # of the operator, all of them needed
    "n": _whole(1),
    "d": _whole(0),
    "digest": _is_digest,
    "margin": _is_enclosure,
    "lipschitz": _is_enclosure,
    "largest": _is_number,
    "largest_diagonal": _is_number,
    "root_mean_square": _is_number,
    "crowding": _or_null(_is_number),
}
FOUND: Mapping[str, Check] = {  # of what was measured, as far as it was
    "refused": _is_text,
    "rung": _or_null(_whole(1, 8)),
    "rungs": _table(_one_of(tuple("12345678")), _one_of(OUTCOMES)),
    "existence": _one_of(OUTCOMES),
    "ratio": _or_null(_is_enclosure),
    "accuracy": _or_null(_is_number),
    "accuracy_before": _or_null(_is_number),
    "equilibria_proved": _or_null(_whole(0)),
}
CLAIM: Mapping[str, Check] = {
    "hypotheses_met": _whole(0),
    "conclusions": _table(_one_of(OUTCOMES), _whole(0)),
}
CASE: Mapping[str, Check] = {
    "what": _is_text,
    "bits": _whole(1, MOST_BITS),
    "inputs": _or_null(lambda value: isinstance(value, dict) and _whole(1)(value.get("limit"))),
}


def is_record(record: Mapping[str, Any]) -> bool:
    """Whether a report can be made of it; other keys, of the data behind it, may say anything."""
    case: Any = record["case"]
    facts: Any = record.get("operator")
    counts: Any = record.get("claim")
    if not all(check(record[key]) for key, check in FOUND.items() if key in record):
        return False
    if "refused" in record:
        return True
    if not _has(facts, FACTS) or abs(facts["largest_diagonal"]) > facts["largest"]:
        return False
    if "claim" in case:
        return _is_text(case["claim"]) and _has(counts, CLAIM) and len(counts["conclusions"]) == 3
    by = case.get("aim", case.get("quantizer"))
    counted = record.get("equilibria_proved") is None or case.get("inputs") is not None
    return "claim" not in record and _has(case, CASE) and isinstance(by, str | dict) and counted


def _has(held: Any, checks: Mapping[str, Check]) -> bool:
    return isinstance(held, dict) and all(
        key in held and check(held[key]) for key, check in checks.items()
    )
