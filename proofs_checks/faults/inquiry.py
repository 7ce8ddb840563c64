"""Who notices a fault: claims and tests, each in a process of its own on the planted copy."""

import json
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from proofs_checks.faults.fault import Fault
from proofs_checks.faults.tree import environment, has_tests, python, tree

SECONDS = 600  # for one question; many times what the slowest takes
FAILED = re.compile(r"^(?:FAILED|ERROR) (tests/\S+)", re.MULTILINE)
SOME_TESTS_FAILED = 1  # pytest's exit code; the others mean that it did not come to a result


class InquiryError(Exception):
    """A question that got no answer: the fault is neither caught nor has it slipped through."""


@dataclass(frozen=True)
class Caught:
    """By whom, and what was said; `by` is None where nobody noticed."""

    fault: Fault
    by: str | None
    said: str


def inquire(fault: Fault) -> Caught:
    """Everyone who is asked, in order, until one notices."""
    with tree(fault) as top:
        for claim in heard(top, fault.claims):
            if claim["verdict"] != "HOLDS":
                check, complaint = claim["said"][0]
                return Caught(fault, claim["claim"], f"{claim['verdict']}, {check}: {complaint}")
        if fault.tests and has_tests():
            failed = failing(top, fault.tests)
            if failed is not None:
                return Caught(fault, failed, "this test fails")
    return Caught(fault, None, "nobody who was asked noticed")


def heard(
    top: Path, claims: Sequence[str], *, everyone: bool = False
) -> Iterator[Mapping[str, Any]]:
    """What the claims say in this tree, as proofs_checks.faults.testimony prints it."""
    if not claims:
        return
    options = ["--all"] if everyone else []
    answer = _asked(top, ["-m", "proofs_checks.faults.testimony", *options, *claims])
    if answer.returncode != 0:
        raise InquiryError(f"claims cannot be asked: {_last(answer.stderr)}")
    yield from map(json.loads, answer.stdout.splitlines())


def failing(top: Path, tests: Sequence[str]) -> str | None:
    """The first of these tests that fails in this tree."""
    options = ["-x", "-q", "-rfE", "--no-header", "-p", "no:cacheprovider"]
    answer = _asked(top, ["-m", "pytest", *options, *tests])
    if answer.returncode == 0:
        return None
    found = FAILED.search(answer.stdout)
    if answer.returncode != SOME_TESTS_FAILED or found is None:
        said = _last(answer.stdout) + " " + _last(answer.stderr)
        raise InquiryError(f"tests cannot be asked: {said.strip()}")
    return found[1]


def _asked(top: Path, arguments: Sequence[str]) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            python(*arguments),
            cwd=top,
            env=environment(top),
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise InquiryError(f"no answer in {SECONDS} seconds") from None


def _last(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1] if lines else ""
