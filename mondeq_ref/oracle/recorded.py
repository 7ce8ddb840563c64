"""Recorded answers: a file of JSON lines, graded like the answers of a running program.

The first line may be the answer to "start" (see `oracle.capabilities`); every other line is

    {"id": "solve/generic/0", "outputs": {"Z": array}}

or "skipped": "why", or "error": {"message": ..}, in any order.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from mondeq_ref.arrays import InputError
from mondeq_ref.files.reading import opened, size_of
from mondeq_ref.oracle.answers import Came, Refused, Skipped, UnreadableError, readable
from mondeq_ref.oracle.capabilities import Capabilities, described
from mondeq_ref.oracle.question import OPERATIONS, Operation
from mondeq_ref.oracle.wire import MalformedError, decoded, parsed

LARGEST = 2**28  # bytes of a response


def outcome(operation: Operation, message: Mapping[str, Any]) -> Came:
    """The content of one line: arrays by name, a skip with its reason, or an error."""
    if "skipped" in message:
        return Skipped(str(message["skipped"]))
    if "outputs" not in message:
        error = message.get("error", {})
        known = cast("dict[str, Any]", error if isinstance(error, dict) else {"message": error})
        said = " ".join(str(known.get("message", "no outputs")).split())
        return Refused(said, str(known.get("trace", "")))
    outputs = message["outputs"]
    if not isinstance(outputs, dict):
        return Refused("outputs is not a mapping from names to arrays")
    try:
        named = cast("dict[str, Any]", outputs)
        return readable(operation, {name: decoded(one) for name, one in named.items()})
    except (MalformedError, UnreadableError) as error:
        return Refused(str(error))


class Recorded:
    """An implementation that answers from a response file."""

    def __init__(self, path: Path) -> None:
        messages = list(_messages(path))
        start = messages.pop(0) if messages and "id" not in messages[0] else {}
        self._answers = {str(message.get("id")): message for message in messages}
        if len(self._answers) < len(messages):
            raise InputError(f"{path} answers a test twice, or has a line without an id")
        operations = {name.partition("/")[0] for name in self._answers}
        offered = [name for name in OPERATIONS if name in operations]
        self.capabilities: Capabilities = described(start, offered)

    def put(self, operation: Operation, arguments: Mapping[str, Any], test: str = "") -> Came:
        if test not in self._answers:
            return Refused("the response has no answer")
        return outcome(operation, self._answers[test])


def _messages(path: Path) -> list[dict[str, Any]]:
    with opened(path) as file:
        if size_of(file) > LARGEST:
            raise InputError(f"it has more than {LARGEST} bytes")
        try:
            lines = file.read(LARGEST).decode("utf-8").splitlines()
            return [parsed(line) for line in lines if line.strip()]
        except (MalformedError, UnicodeDecodeError) as error:
            raise InputError(str(error)) from None
