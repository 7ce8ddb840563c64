"""`pytest --mondeq-impl MODULE:OBJECT`: every vector is a test of that implementation.

    --mondeq-impl MODULE:OBJECT       or --mondeq-cmd COMMAND, a program for JSON lines
    --mondeq-vectors-version 1.0      required version of the vectors (default: any)
    --mondeq-xfails FILE              lines "PATTERN reason": known failures; a pass fails
    --mondeq-declared-error E         error allowed to the implementation (default: its own, else 0)

The oracle is imported only when an implementation is named.  `questions("solve")` parametrizes a
test of your own, and `assert_right` grades its answer.
"""

from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from mondeq_ref.oracle.program import Program
    from mondeq_ref.oracle.question import Question


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("mondeq", "conformance of an equilibrium layer")
    group.addoption("--mondeq-impl", metavar="MODULE:OBJECT", help="Python object to test")
    group.addoption("--mondeq-cmd", metavar="COMMAND", help="program to test, over JSON lines")
    group.addoption("--mondeq-vectors-version", metavar="V", help="required version (default: any)")
    group.addoption(
        "--mondeq-xfails", metavar="FILE", help='known failures, in lines "PATTERN reason"'
    )
    group.addoption(
        "--mondeq-declared-error",
        metavar="E",
        type=float,
        help="error allowed in all operations (default: as the implementation declares)",
    )


def pytest_collection_modifyitems(
    session: pytest.Session, config: pytest.Config, items: list[pytest.Item]
) -> None:
    where, command = config.getoption("mondeq_impl"), config.getoption("mondeq_cmd")
    if where or command:
        items.extend(_items(session, config, where, command))


def _items(
    session: pytest.Session, config: pytest.Config, where: str | None, command: str | None
) -> Iterator[pytest.Item]:
    import shlex

    from mondeq_ref.arrays import InputError
    from mondeq_ref.oracle import vectors
    from mondeq_ref.oracle.program import Program, python_command

    wanted, found = config.getoption("mondeq_vectors_version"), vectors.manifest()["version"]
    if wanted and f"{found}.".find(f"{wanted}.") != 0:
        raise pytest.UsageError(f"the vectors are of version {found}, not {wanted}")
    known = dict(_xfails(config.getoption("mondeq_xfails")))
    try:
        door = Program(shlex.split(command) if command else python_command(where or ""), 60.0, 3e3)
    except InputError as error:
        raise pytest.UsageError(str(error)) from None
    config.add_cleanup(lambda: door.__exit__(None, None, None))
    for name, question in vectors.read().items():
        item = VectorItem.from_parent(session, name=f"mondeq::{name}", question=question, door=door)
        reasons = [reason for pattern, reason in known.items() if fnmatchcase(name, pattern)]
        if reasons:
            item.add_marker(
                pytest.mark.xfail(reason=reasons[0], strict=True, raises=WrongAnswerError)
            )
        yield item


def _xfails(path: str | None) -> Iterator[tuple[str, str]]:
    for line in Path(path).read_text(encoding="utf-8").splitlines() if path else ():
        pattern, _, reason = line.strip().partition(" ")
        if pattern and not pattern.startswith("#"):
            yield pattern, reason.strip() or "known"


class WrongAnswerError(AssertionError):
    """A wrong answer; the message is the whole report on it."""


class VectorItem(pytest.Item):
    """The test of one vector with the implementation from the command line."""

    def __init__(self, *, question: "Question", door: "Program", **more: Any) -> None:
        super().__init__(**more)
        self.question, self.door = question, door

    def runtest(self) -> None:
        from mondeq_ref.oracle.check import examined

        test = self.question.test
        declared = self.config.getoption("mondeq_declared_error")
        found = examined(
            self.door, questions={test: self.question}, seed=0, declared_error=declared
        )
        if found.failures:
            raise WrongAnswerError(str(found.failures[0]))
        if test in found.skipped:
            pytest.skip(found.skipped[test])

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, WrongAnswerError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, None, str]:
        return self.path, None, self.name


def questions(*operations: str) -> Callable[[Callable[..., Any]], Any]:
    """A decorator: one test for each vector of these operations, as the argument `question`."""
    from mondeq_ref.oracle import vectors

    asked = [one for one in vectors.read().values() if one.operation in operations]
    return pytest.mark.parametrize("question", asked, ids=[one.test for one in asked])


def assert_right(question: "Question", answer: Any, declared_error: float = 0.0) -> None:
    """Raise WrongAnswerError unless this is a right answer, in the form of `oracle.answers`."""
    from types import SimpleNamespace

    from mondeq_ref.oracle.capabilities import Direct
    from mondeq_ref.oracle.check import examined

    found = examined(
        Direct(SimpleNamespace(**{question.operation: lambda *asked: answer})),
        questions={question.test: question},
        seed=0,
        declared_error=declared_error,
    )
    if found.failures:
        raise WrongAnswerError(str(found.failures[0]))
