"""A table of a study's file, read key by key: what is missing, wrong or unknown is refused."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar, cast

from mondeq_ref.arrays import InputError
from mondeq_ref.files.reading import shown

T = TypeVar("T")
Reader = Callable[[object, str], T]  # of a value with its name
REQUIRED: Any = object()
MOST = 100_000  # entries of a list


class StrictTable:
    """Keys are read inside a `with` block; leaving it refuses keys that were not read."""

    def __init__(self, held: object, where: str) -> None:
        if not isinstance(held, Mapping):
            raise InputError(f"{where} must be a table, got {shown(held)}")
        self.held = dict(cast("Mapping[str, Any]", held))
        self.where = where
        self.known: list[str] = []

    def __enter__(self) -> "StrictTable":
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        unknown = [key for key in self.held if key not in self.known]
        if kind is None and unknown:
            known = ", ".join(self.known)
            raise InputError(
                f"{self.where} has the unknown key {shown(unknown[0])}; it has {known}"
            )

    def get(self, key: str, read: Reader[T], default: Any = REQUIRED) -> T:
        """The value of a key; a default is returned as it is."""
        self.known.append(key)
        if key in self.held:
            return read(self.held[key], f"{key} of {self.where}")
        if default is REQUIRED:
            raise InputError(f"{self.where} needs {key}")
        return default

    def all(
        self, key: str, read: Reader[T], default: Sequence[T] | None = REQUIRED
    ) -> tuple[T, ...]:
        """The entries of a list, at least one and each once."""
        return self.get(key, lambda value, name: _entries(value, read, name), default)

    def tables(self, key: str) -> tuple[Mapping[str, Any], ...]:
        """One table, or a list of tables."""
        table = a(dict)
        return (
            self.all(key, table)
            if isinstance(self.held.get(key), list)
            else (self.get(key, table),)
        )


def a(kind: type[T]) -> Reader[T]:
    """A value of this kind; whole numbers stand for floats, truth values for nothing else."""

    def read(value: object, name: str) -> T:
        if kind is float and type(value) is int and abs(value) < 2**53:
            value = float(value)
        if kind is not object and type(value) is not kind:
            raise InputError(f"{name} must be {_NAMES[kind]}, got {shown(repr(value))}")
        return cast("T", value)

    return read


def one_of(options: Sequence[str]) -> Reader[str]:
    def read(value: object, name: str) -> str:
        found = a(str)(value, name)
        if found not in options:
            raise InputError(f"{name} must be one of {', '.join(options)}, got {shown(found)!r}")
        return found

    return read


def within(least: int, most: int) -> Reader[int]:
    def read(value: object, name: str) -> int:
        found = a(int)(value, name)
        if not least <= found <= most:
            raise InputError(f"{name} must lie within {least} and {most}, got {found}")
        return found

    return read


_NAMES: Mapping[type, str] = {
    int: "a whole number",
    float: "a number",
    str: "text",
    dict: "a table",
    bool: "true or false",
}


def _entries(held: object, read: Reader[T], name: str) -> tuple[T, ...]:
    if not isinstance(held, list) or not held:
        raise InputError(f"{name} must be a list with at least one entry, got {shown(held)}")
    listed = cast("list[object]", held)
    if len(listed) > MOST:
        raise InputError(f"{name} must have at most {MOST} entries, got {len(listed)}")
    found = tuple(read(entry, f"each entry of {name}") for entry in listed)
    if any(entry in found[:k] for k, entry in enumerate(found)):
        raise InputError(f"{name} must have each entry once, got {shown(listed)}")
    return found
