"""Every claim's file has the same parts in the same order, under the same names."""

import ast
import inspect
import re
from dataclasses import fields
from importlib import import_module

import pytest

from proofs_checks.claims import NAMES, theorem
from proofs_checks.theorem import Theorem

LABEL = re.compile(r"\n\n([A-Z][A-Za-z0-9 -]{2,40})\.  ")  # it opens a paragraph


@pytest.mark.parametrize("name", NAMES)
def test_docstring_has_statement_proof_and_sharpness(name: str) -> None:
    text = theorem(name).explained
    labels = LABEL.findall(text)
    assert re.match(r"[A-Z][^()\n]*\([^()\n]+\)\.\n", text)
    assert labels[:2] == ["Statement", "Proof"]
    assert labels[labels.index("Attained") + 1 :] in ([], ["Needed"])


@pytest.mark.parametrize("name", NAMES)
def test_fields_of_every_claim_are_in_one_order(name: str) -> None:
    tree = ast.parse(inspect.getsource(import_module(f"proofs_checks.claims.{name}")))
    call = tree.body[-1]
    assert isinstance(call, ast.Assign)
    assert isinstance(call.value, ast.Call)
    given = [keyword.arg for keyword in call.value.keywords]
    assert given == [field.name for field in fields(Theorem) if field.name in given]
    assert given[-1] == "explained"
