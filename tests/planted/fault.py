"""One wrong line, and who should detect it: read from the records beside this file."""

import ast
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

RECORDS = Path(__file__).parent
PACKAGES = ("mondeq_ref", "proofs_checks", "paper_figures")
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef)


@dataclass(frozen=True)
class Fault:
    """The text `right` occurs once in the packages; the fault is `wrong` in its place.

    `detected_by` are claims by name and tests by path, the likeliest to notice first.
    """

    what: str
    right: str
    wrong: str
    detected_by: tuple[str, ...]

    @property
    def claims(self) -> tuple[str, ...]:
        return tuple(one for one in self.detected_by if not is_test(one))

    @property
    def tests(self) -> tuple[str, ...]:
        return tuple(one for one in self.detected_by if is_test(one))

    def place(self, sources: Mapping[Path, str]) -> Path:
        """The file whose text contains the right one: there is no other, and it is there once."""
        found = [path for path, text in sources.items() for _ in range(text.count(self.right))]
        if len(found) != 1:
            where = ", ".join(map(str, found)) or "nowhere"
            raise ValueError(f"{self.what!r}: {self.right!r} must occur once, it is in: {where}")
        return found[0]

    def planted(self, source: str) -> str:
        """The wrong source.  It must still be Python, and mean something else."""
        wrong = source.replace(self.right, self.wrong)
        if meaning(wrong) == meaning(source):
            raise ValueError(f"{self.what!r}: {self.wrong!r} means the same as {self.right!r}")
        return wrong


def is_test(name: str) -> bool:
    return name.startswith("tests/")


def faults(records: Path = RECORDS) -> list[Fault]:
    """Of one file, or of all files of a folder in the order of their names."""
    files = sorted(records.glob("*.toml")) if records.is_dir() else [records]
    return [fault(one) for file in files for one in tomllib.loads(file.read_text())["fault"]]


def fault(record: Mapping[str, Any]) -> Fault:
    """A record has these four keys and no other."""
    made = Fault(**record)
    if not (isinstance(made.detected_by, list) and made.detected_by):
        raise ValueError(f"{made.what!r} must name who detects it, got {made.detected_by!r}")
    return Fault(made.what, made.right, made.wrong, tuple(made.detected_by))


def sources(top: Path) -> dict[Path, str]:
    """The text of every Python file of the packages, by its path in the tree."""
    files = (path for package in PACKAGES for path in sorted((top / package).rglob("*.py")))
    return {path.relative_to(top): path.read_text(encoding="utf-8") for path in files}


def meaning(source: str) -> str:
    """What is left of a source without its comments and docstrings."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, DOCUMENTED) and is_docstring(node.body[0] if node.body else None):
            del node.body[0]
    return ast.dump(tree)


def is_docstring(node: ast.AST | None) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
