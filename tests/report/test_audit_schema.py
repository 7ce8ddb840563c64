"""The JSON that the audit writes, held against the schema that ships."""

import json
from copy import deepcopy
from importlib.resources import files
from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError

from tests.support.made_up import bad, full, hostile

SCHEMA = json.loads((files("proofs_checks.report") / "audit.schema.json").read_text())
CHECK = Draft202012Validator(SCHEMA)


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("audit", [full(), bad(), hostile(full())])
def test_the_made_up_audits_follow_it(audit: dict[str, Any]) -> None:
    CHECK.validate(audit)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("claims", 0, "verdict"), "PROVED"),
        (("claims", 0, "cases"), -1),
        (("claims", 0, "more"), 1),
        (("claims", 1, "tightest"), ["0.1", "0.2"]),
        (("claims", 1, "tightest"), [0.1, "inf"]),
        (("claims", 1, "tightest"), [0.1]),
        (("published", 0, "verdict"), "HOLDS"),
        (("ladder", 0, "rows", 0, "rung"), 9),
        (("ladder", 0, "rows", 0, "accuracy"), 98.2),
        (("hunter", 0, "forms", 0, "verdict"), "PROVED"),
        (("hunter", 1, "forms", 0, "sharpest", "instance", "W"), {}),
        (("claims",), []),
        (("more",), None),
    ],
)
def test_another_shape_is_refused(path: tuple[Any, ...], value: Any) -> None:
    audit = deepcopy(full())
    inner: Any = audit
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    with pytest.raises(ValidationError):
        CHECK.validate(audit)
