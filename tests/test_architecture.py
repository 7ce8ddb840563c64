"""Who loads whom: each rule starts a fresh interpreter and looks at the modules it has loaded."""

import ast
import json
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LOADED = """
import importlib, json, sys
for name in sys.argv[1:]:
    importlib.import_module(name)
print(json.dumps(sorted(sys.modules)))
"""
FRAMEWORKS = ("torch", "jax", "tensorflow")
SLOW = ("numba", "scipy")  # to load: where they are needed, and not before
# Rooms, and what importing everything in them must not load.
RULES = {
    "mondeq_ref": ("proofs_checks", "paper_figures", "tests", "data", *FRAMEWORKS),
    "proofs_checks": ("paper_figures", "tests", "data", *FRAMEWORKS),
    "paper_figures": ("tests", "data", *FRAMEWORKS),
    "mondeq_ref.certify": ("mondeq_ref.solve", "mondeq_ref.study", "mondeq_ref.train", *SLOW),
    "mondeq_ref.solve": ("mondeq_ref.study", "mondeq_ref.train", *SLOW),
    "mondeq_ref.rigor": ("mondeq_ref.operator", "mondeq_ref.quantize", "mondeq_ref.documents"),
    "mondeq_ref.instances": ("mondeq_ref.train",),
    "mondeq_ref.datasets": ("mondeq_ref.train",),
    "proofs_checks.claims": (
        "proofs_checks.hunter",
        "proofs_checks.operators",
        "proofs_checks.report",
    ),
}


def modules(room: str) -> list[str]:
    """Every module of a package, by name."""
    folder = ROOT.joinpath(*room.split("."))
    paths = [path.relative_to(ROOT).with_suffix("") for path in folder.rglob("*.py")]
    names = [".".join(path.parts).removesuffix(".__init__") for path in paths]
    return sorted(name for name in names if not name.endswith("__main__"))


@cache
def loaded(*names: str) -> frozenset[str]:
    command = [sys.executable, "-c", LOADED, *names]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return frozenset(json.loads(done.stdout))


def within(found: frozenset[str], roots: tuple[str, ...]) -> list[str]:
    return sorted(
        name for name in found for root in roots if name == root or name.startswith(f"{root}.")
    )


@pytest.mark.parametrize("room", RULES)
def test_room_loads_nothing_that_it_must_not(room):
    assert within(loaded(*modules(room)), RULES[room]) == []


@pytest.mark.parametrize("door", ["mondeq_ref", "mondeq_ref.oracle.pytest_plugin"])
def test_what_is_loaded_first_loads_nothing_heavy(door):
    heavy = ("numpy", "scipy", "numba", "flint", "rich", "matplotlib")
    assert within(loaded(door), heavy) == []


def test_rule_that_is_broken_is_seen():
    assert "mondeq_ref.certify.distance" in loaded("mondeq_ref.solve.driver")


def test_library_never_imports_its_users_not_even_in_a_function():
    for path in (ROOT / "mondeq_ref").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            roots = {name.partition(".")[0] for name in names}
            assert not roots & {"proofs_checks", "paper_figures", "tests"}, path
