"""What a command answers: its JSON, or the one line in which it refuses."""

import json
from collections.abc import Sequence
from typing import Any

import pytest

from mondeq_ref.cli.main import main

Capture = pytest.CaptureFixture[str]


def ran(capsys: Capture, *argv: object) -> tuple[int, str, str]:
    """The exit code, stdout and stderr."""
    code = main([str(word) for word in argv])
    streams = capsys.readouterr()
    return code, streams.out, streams.err


def told(capsys: Capture, argv: Sequence[str]) -> Any:
    """The JSON of a command that succeeds."""
    capsys.readouterr()
    code = main(argv)
    streams = capsys.readouterr()
    assert code == 0, streams.err
    return json.loads(streams.out)


def refusal(capsys: Capture, argv: Sequence[str]) -> str:
    """Exit code 2, one line on stderr, and nothing on stdout."""
    capsys.readouterr()
    try:
        code: object = main(argv)
    except SystemExit as stop:
        code = stop.code
    streams = capsys.readouterr()
    assert (code, streams.out) == (2, "")
    assert streams.err.count("\n") == 1
    return streams.err
