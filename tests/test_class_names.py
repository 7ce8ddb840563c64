"""One class name exists once in the three packages."""

import ast
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def test_class_names_are_unique() -> None:
    names = Counter(
        node.name
        for package in ("mondeq_ref", "proofs_checks", "paper_figures")
        for path in (ROOT / package).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ClassDef)
    )
    assert [name for name, count in names.items() if count > 1] == []
