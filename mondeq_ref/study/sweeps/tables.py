"""A table of a study's file, read key by key: what is missing, wrong or unknown is refused."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar, cast

from mondeq_ref.arrays import InputError
from mondeq_ref.files.reading import shown

T = TypeVar("T")
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

    def get(self, key: str, kind: type[T], default: Any = REQUIRED) -> T:
        """The value of a key; whole numbers stand for floats, truth values for nothing else."""
        self.known.append(key)
        if key not in self.held:
            if default is REQUIRED:
                raise InputError(f"{self.where} needs {key}")
            return default
        return _of(self.held[key], kind, self._name(key))

    def all(self, key: str, kind: type[T], default: Sequence[T] = REQUIRED) -> tuple[T, ...]:
        """The entries of a list, at least one and each once."""
        self.known.append(key)
        if key not in self.held:
            if default is REQUIRED:
                raise InputError(f"{self.where} needs {key}")
            return tuple(default)
        name, held = self._name(key), self.held[key]
        if not isinstance(held, list) or not held:
            raise InputError(f"{name} must be a list with at least one entry, got {shown(held)}")
        listed = cast("list[object]", held)
        if len(listed) > MOST:
            raise InputError(f"{name} must have at most {MOST} entries, got {len(listed)}")
        found = tuple(_of(entry, kind, f"each entry of {name}") for entry in listed)
        if any(entry in found[:k] for k, entry in enumerate(found)):
            raise InputError(f"{name} must have each entry once, got {shown(listed)}")
        return found

    def tables(self, key: str) -> tuple[Mapping[str, Any], ...]:
        """One table, or a list of tables."""
        if isinstance(self.held.get(key), list):
            return self.all(key, dict)
        return (self.get(key, dict),)

    def choice(self, key: str, options: Sequence[str], default: str = REQUIRED) -> str:
        """One of the options; a default is returned as it is."""
        found = self.get(key, str, default)
        return one_of(found, options, self._name(key)) if key in self.held else found

    def choices(
        self, key: str, options: Sequence[str], default: Sequence[str] = REQUIRED
    ) -> tuple[str, ...]:
        name = f"each entry of {self._name(key)}"
        return tuple(one_of(entry, options, name) for entry in self.all(key, str, default))

    def whole(self, key: str, least: int, most: int, default: Any = REQUIRED) -> int:
        """Within limits; a default is returned as it is."""
        found = self.get(key, int, default)
        return within(found, least, most, self._name(key)) if key in self.held else found

    def wholes(
        self, key: str, least: int, most: int, default: Sequence[int] = REQUIRED
    ) -> tuple[int, ...]:
        name = f"each entry of {self._name(key)}"
        return tuple(within(entry, least, most, name) for entry in self.all(key, int, default))

    def _name(self, key: str) -> str:
        return f"{key} of {self.where}"


def one_of(value: str, options: Sequence[str], name: str) -> str:
    if value not in options:
        raise InputError(f"{name} must be one of {', '.join(options)}, got {shown(value)!r}")
    return value


def within(value: int, least: int, most: int, name: str) -> int:
    if not least <= value <= most:
        raise InputError(f"{name} must lie within {least} and {most}, got {value}")
    return value


_NAMES: Mapping[type, str] = {
    int: "a whole number",
    float: "a number",
    str: "text",
    dict: "a table",
    bool: "true or false",
}


def _of(value: object, kind: type[T], name: str) -> T:
    if kind is float and type(value) is int and abs(value) < 2**53:
        value = float(value)
    if kind is not object and type(value) is not kind:
        raise InputError(f"{name} must be {_NAMES[kind]}, got {shown(repr(value))}")
    return cast("T", value)
