"""Long parametrizations: a few of them always, all of them with --deep."""

from collections.abc import Iterable
from typing import Any

import pytest


def some(items: Iterable[Any], every: int) -> list[Any]:
    """The first of every `every` items runs always; the others are marked deep."""
    return [
        pytest.param(item, marks=() if number % every == 0 else pytest.mark.deep)
        for number, item in enumerate(items)
    ]
