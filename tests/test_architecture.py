"""Who may import whom, read off the source."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FILES = sorted(
    path.relative_to(ROOT)
    for package in ("mondeq_ref", "proofs_checks", "paper_figures")
    for path in (ROOT / package).rglob("*.py")
)
SOLVERS = ("mondeq_ref.solve", "mondeq_ref.kernels.newton", "mondeq_ref.train.published_protocol")
# What mondeq_ref/__init__ and the command line may import before a command runs.
LIGHT = {"argparse", "collections", "contextlib", "importlib", "os", "pathlib", "sys", "types"}
LIGHT |= {"typing", "dataclasses", "mondeq_ref"}


def imported(path: Path, *, on_import: bool = False) -> set[str]:
    """Every module a file imports; with `on_import` only what runs when it is imported."""
    names: set[str] = set()
    waiting: list[ast.AST] = [ast.parse((ROOT / path).read_text())]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            module = node.module or ""
            names |= {module} | {f"{module}.{alias.name}" for alias in node.names}
        elif on_import and _runs_later(node):
            continue
        waiting += ast.iter_child_nodes(node)
    return names


def _runs_later(node: ast.AST) -> bool:
    """A function's body runs when it is called, and TYPE_CHECKING is never true."""
    if isinstance(node, ast.If):
        return "TYPE_CHECKING" in ast.unparse(node.test)
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)


def reaches(path: Path, *roots: str, on_import: bool = False) -> set[str]:
    names = imported(path, on_import=on_import)
    return {name for name in names for root in roots if name == root or name.startswith(root + ".")}


@pytest.mark.parametrize("path", FILES, ids=str)
def test_layers(path: Path) -> None:
    top, part = path.parts[0], path.parts[1]
    assert not reaches(path, "torch", "jax", "tensorflow")
    if part != "kernels":
        assert not reaches(path, "numba")
    if top == "mondeq_ref" and part not in ("cli", "__main__.py"):
        assert not reaches(path, "proofs_checks", "paper_figures", "mondeq_ref.cli")
    if top == "proofs_checks":
        assert not reaches(path, "paper_figures")
    if top == "paper_figures":
        assert not reaches(path, "proofs_checks")
    if part == "certify":
        assert not reaches(path, *SOLVERS)
    if part == "rigor":
        assert not reaches(path, "mondeq_ref.solve", "mondeq_ref.certify", "mondeq_ref.operator")
    if part in ("certify", "solve"):
        # Numba takes a second to load: a kernel is imported where a batch is large enough.
        assert not reaches(path, "mondeq_ref.kernels", on_import=True)


FIRST = [p for p in FILES if p.parts[0] == "mondeq_ref" and p.parts[1] in ("__init__.py", "cli")]


@pytest.mark.parametrize("path", FIRST, ids=str)
def test_nothing_heavy_is_imported_before_a_command_runs(path: Path) -> None:
    names = imported(path, on_import=True)
    assert {name.split(".")[0] for name in names} <= LIGHT
    ours = {name for name in names if name.startswith("mondeq_ref.")}
    assert all(name.startswith("mondeq_ref.cli") or name.endswith("__version__") for name in ours)


def test_a_file_that_breaks_a_layer_would_be_seen(tmp_path: Path) -> None:
    bad = tmp_path / "bad.py"
    bad.write_text("def f():\n    from mondeq_ref.solve import solve\nimport numba.core\n")
    assert reaches(bad, *SOLVERS, "numba") == {
        "mondeq_ref.solve",
        "mondeq_ref.solve.solve",
        "numba.core",
    }
    assert reaches(bad, *SOLVERS, on_import=True) == set()
