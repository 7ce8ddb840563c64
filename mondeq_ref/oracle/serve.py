"""The program that serves a Python object: `conform MODULE:OBJECT` runs it in a new process.

See `oracle.program`.  Output of the object goes to stderr.  BLAS uses one thread, so answers do not
depend on the number of cores; a fork of this process that returns from the object ends.
"""

import json
import os
import sys
from dataclasses import asdict
from importlib import import_module
from typing import IO, Any

from mondeq_ref.arrays import InputError
from mondeq_ref.oracle.answers import Came, Refused, Skipped, called
from mondeq_ref.oracle.capabilities import capabilities_of
from mondeq_ref.oracle.wire import encoded, parsed, received


def loaded(where: str) -> object:
    """The object that MODULE:OBJECT names; a class is instantiated without arguments."""
    module, _, name = where.partition(":")
    found: object = import_module(module)
    for part in name.split("."):
        found = getattr(found, part)
    return found() if isinstance(found, type) else found


def serve(where: str, questions: IO[str], answers: IO[str]) -> None:
    """Load the object, then answer until the questions end."""

    def say(message: dict[str, Any]) -> None:
        answers.write(json.dumps(message) + "\n")
        answers.flush()

    questions.readline()
    try:
        implementation = loaded(where)
        hello = asdict(capabilities_of(implementation))
    except Exception as error:  # any exception of the module is sent to the parent
        wrong = "" if isinstance(error, InputError) else f"{type(error).__name__}: "
        say({"error": wrong + " ".join(str(error).split())[:500]})
        return
    say(hello)
    here = os.getpid()
    for line in questions:
        message = parsed(line)
        if message["cmd"] == "stop":
            return
        case = message["case"]
        given = {name: received(value) for name, value in case["arguments"].items()}
        came = called(implementation, case["operation"], given)
        if os.getpid() != here:
            os._exit(0)
        say({"seq": message["seq"], **_message(came)})


def _message(came: Came) -> dict[str, Any]:
    if isinstance(came, Skipped):
        return {"skipped": came.reason}
    if isinstance(came, Refused):
        return {"error": {"message": came.sentence, "trace": came.trace}}
    return {"outputs": {name: encoded(one) for name, one in came.items()}}


def main() -> None:
    from mondeq_ref.rigor.process import one_thread

    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    sys.path.insert(0, os.getcwd())
    with one_thread():
        serve(sys.argv[1], sys.stdin, answers)
