"""Which claims run a file at all: what they import, and what that imports in turn.

Read off the sources, imports inside functions included, so that it is rather too much than too
little.  A claim out of reach of a faulty file says the same as without the fault.
"""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from proofs_checks.claims import NAMES
from proofs_checks.faults.tree import HERE

RUN = "proofs_checks/run.py"  # what every claim goes through


def reached(file: str) -> tuple[str, ...]:
    """The claims that a fault in this file can change, in the order of the paper."""
    return tuple(claim for claim in NAMES if file in _closure(claim))


@cache
def _closure(claim: str) -> frozenset[str]:
    waiting, found = [RUN, f"proofs_checks/claims/{claim}.py"], set[str]()
    while waiting:
        file = waiting.pop()
        if file not in found:
            found.add(file)
            waiting.extend(_imported(file))
    return frozenset(found)


@cache
def _imported(file: str) -> tuple[str, ...]:
    """The project's own files that this file imports, packages on the way included."""
    tree = ast.parse((HERE / file).read_text(encoding="utf-8"))
    return tuple(name for module in _modules(tree) for name in _files(module))


def _modules(tree: ast.AST) -> Iterator[str]:
    """`from a import b` may mean the module a.b as well as a name in a."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)


def _files(module: str) -> Iterator[str]:
    parts = module.split(".")
    for length in range(1, len(parts) + 1):
        path = Path(*parts[:length])
        for file in (path.with_suffix(".py"), path / "__init__.py"):
            if (HERE / file).is_file():
                yield file.as_posix()
