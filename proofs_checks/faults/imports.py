"""Which of the project's own files a file imports, read off the sources."""

import ast
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path


def closure(files: Sequence[str], top: Path) -> frozenset[str]:
    """These files, what they import, and what that imports in turn."""
    waiting, found = list(files), set[str]()
    while waiting:
        file = waiting.pop()
        if file not in found:
            found.add(file)
            waiting.extend(imported(file, top))
    return frozenset(found)


@cache
def imported(file: str, top: Path) -> tuple[str, ...]:
    """Packages on the way and imports inside functions included."""
    tree = ast.parse((top / file).read_text(encoding="utf-8"))
    return tuple(name for module in _modules(tree) for name in _files(module, top))


def _modules(tree: ast.AST) -> Iterator[str]:
    """`from a import b` may mean the module a.b as well as a name in a."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)


def _files(module: str, top: Path) -> Iterator[str]:
    parts = module.split(".")
    for length in range(1, len(parts) + 1):
        path = Path(*parts[:length])
        for file in (path.with_suffix(".py"), path / "__init__.py"):
            if (top / file).is_file():
                yield file.as_posix()
