"""An answer that is already known, in the form of an implementation."""

from collections.abc import Mapping
from typing import Any

from mondeq_ref.oracle.answers import Came, Refused, UnreadableError, readable
from mondeq_ref.oracle.capabilities import Capabilities
from mondeq_ref.oracle.question import Operation


class Given:
    """An implementation that gives the same answer to every question."""

    def __init__(self, operation: Operation, answer: Any) -> None:
        self.answer = answer
        self.capabilities: Capabilities = Capabilities((operation,))

    def put(self, operation: Operation, arguments: Mapping[str, Any], test: str = "") -> Came:
        try:
            return readable(operation, self.answer)
        except UnreadableError as error:
            return Refused(str(error))
