"""Strict RFC 8259: an enclosure is [lo, hi] in numbers, infinities and NaN are null.

Python prints the shortest decimal of a float64, so every number reads back as the same float64.
"""

import json
from dataclasses import fields, is_dataclass
from enum import Enum
from fractions import Fraction
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np

from mondeq_ref.rigor.enclosure import Enclosure


def dumps(value: object, *, indent: int | None = 2) -> str:
    return json.dumps(plain(value), indent=indent, allow_nan=False, ensure_ascii=False)


def plain(value: Any) -> Any:
    """The value in JSON's own types."""
    if isinstance(value, Enclosure):
        return [plain(end + 0.0) for end in (value.lo, value.hi)]  # no -0
    if isinstance(value, Enum):
        return value.name
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, float):
        return value if isfinite(value) else None
    if isinstance(value, Fraction | Path):
        return str(value)
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    return value
