"""The differences of two audits, without times and provenance."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mondeq_ref.documents.encoding import digest_of

VOLATILE = frozenset({"seconds", "provenance"})  # two runs of one seed may differ here only
DERIVED = frozenset({"digest"})  # computed from the other members
NAMES = ("id", "name", "form", "hypothesis", "question", "fault")  # keys that identify list items


@dataclass(frozen=True)
class Change:
    where: str
    before: Any  # None: absent or null
    after: Any


def lasting(value: Any, without: frozenset[str] = VOLATILE) -> Any:
    """The value without its volatile keys, at any depth."""
    if isinstance(value, Mapping):
        kept = {str(key): item for key, item in value.items() if key not in without}
        return {key: lasting(item, without) for key, item in kept.items()}
    if isinstance(value, list):
        return [lasting(item, without) for item in value]
    return value


def digest(audit: Mapping[str, Any]) -> str:
    """SHA-256 of the audit without volatile keys, equal for two runs of one seed."""
    return digest_of(lasting(audit))


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    ignored = VOLATILE | DERIVED
    return list(_changes("", lasting(before, ignored), lasting(after, ignored)))


def _changes(where: str, before: Any, after: Any) -> Iterator[Change]:
    before, after = _by_name(before), _by_name(after)
    if isinstance(before, dict) and isinstance(after, dict):
        for key in [*before, *(key for key in after if key not in before)]:
            inner = f"{where}.{key}" if where else str(key)
            yield from _changes(inner, before.get(key), after.get(key))
    elif type(before) is not type(after) or before != after:
        yield Change(where, _short(before), _short(after))


def _by_name(value: Any) -> Any:
    """A list of named items as a mapping, so that one more item is one change, not many."""
    if not isinstance(value, list) or not value:
        return value
    if not all(isinstance(item, dict) for item in value):
        return value
    for key in (*NAMES, "bits"):
        names = [item.get(key) for item in value]
        if all(isinstance(name, str | int) for name in names) and len(set(names)) == len(names):
            return {f"{key}={name}": item for name, item in zip(names, value, strict=True)}
    return dict(enumerate(value))


def _short(value: Any) -> Any:
    """The value; an object that was added or removed as a whole is described by its length."""
    if isinstance(value, dict):
        return f"an object with {len(value)} entries"
    return value
