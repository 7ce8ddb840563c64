"""Arguments of public functions: each check raises an InputError that names the argument."""

import operator
import os
from collections.abc import Sequence
from math import isfinite
from typing import TypeVar

import numpy as np

from mondeq_ref.arrays import InputError
from mondeq_ref.operator import Operator

T = TypeVar("T")


def instance(name: str, value: object, wanted: type[T], *, hint: str = "") -> T:
    """The value, if it is a `wanted`."""
    if not isinstance(value, wanted):
        raise InputError(f"{name} must be {_article(wanted)}{hint}, got {came(value)}")
    return value


def layer(value: object) -> Operator:
    """The operator that a public function works on."""
    hint = " (mondeq_ref.load reads one from a file)"
    return instance("operator", value, Operator, hint=hint)


def file_name(name: str, value: object) -> str:
    """The name of a file or a folder, as text."""
    if isinstance(value, str | os.PathLike):
        path = os.fspath(value)
        if isinstance(path, str):
            return path
    raise InputError(f"{name} must be the name of a file, got {came(value)}")


def choice(name: str, value: object, options: Sequence[str]) -> str:
    """The value, if it is one of the options."""
    if not (isinstance(value, str) and value in options):
        raise InputError(f"{name} must be one of {', '.join(options)}, got {value!r}")
    return value


def whole(name: str, value: object, least: int) -> int:
    """A whole number that is at least `least`; True and 2.0 raise InputError."""
    try:
        number = operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        number = None
    if number is None or isinstance(value, bool | np.bool_) or number < least:
        raise InputError(f"{name} must be a whole number >= {least}, got {value!r}")
    return number


def positive(name: str, value: object) -> float:
    """A finite number above 0."""
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        number = 0.0
    if not (isfinite(number) and number > 0):
        raise InputError(f"{name} must be a finite number > 0, got {value!r}")
    return number


def came(value: object) -> str:
    """A short description of the value for a message."""
    shape = getattr(value, "shape", None)
    described = f"{_article(type(value))} of shape {tuple(shape)}" if shape else ""
    return (
        described
        or (repr(value) if isinstance(value, str | int | float) else "")[:60]
        or ("None" if value is None else _article(type(value)))
    )


def _article(kind: type) -> str:
    return f"{'an' if kind.__name__[:1] in 'AEIOUaeiou' else 'a'} {kind.__name__}"
