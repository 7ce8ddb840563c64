"""One wrong line, and who should notice it."""

import ast
from dataclasses import dataclass

DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef)


@dataclass(frozen=True)
class Fault:
    """In `file`, the text `right` occurs once; the fault is `wrong` in its place.

    `asked` are claims by name and tests by path, the likeliest to notice first.
    """

    what: str
    file: str
    right: str
    wrong: str
    asked: tuple[str, ...]

    def __post_init__(self) -> None:
        if not self.asked:
            raise ValueError(f"{self.what!r} asks nobody")

    @property
    def claims(self) -> tuple[str, ...]:
        return tuple(one for one in self.asked if not is_test(one))

    @property
    def tests(self) -> tuple[str, ...]:
        return tuple(one for one in self.asked if is_test(one))

    def planted(self, source: str) -> str:
        """The wrong source.  It must still be Python, and mean something else."""
        count = source.count(self.right)
        if count != 1:
            raise ValueError(f"{self.file} must contain {self.right!r} once, not {count} times")
        wrong = source.replace(self.right, self.wrong)
        if _meaning(wrong) == _meaning(source):
            raise ValueError(f"{self.wrong!r} means the same as {self.right!r} in {self.file}")
        return wrong


def is_test(asked: str) -> bool:
    return asked.startswith("tests/")


def _meaning(source: str) -> str:
    """What is left of a source without its comments and docstrings."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, DOCUMENTED) and node.body and _is_docstring(node.body[0]):
            del node.body[0]
    return ast.dump(tree)


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
