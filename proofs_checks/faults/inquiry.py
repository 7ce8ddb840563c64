"""Who notices a fault: claims and tests, each in a process of its own on the planted copy."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from proofs_checks.faults.asking import Ask, InquiryError, cold
from proofs_checks.faults.fault import Fault
from proofs_checks.faults.tree import HERE, has_tests, tree

FAILED = re.compile(r"^(?:FAILED|ERROR) (tests/.+?)(?: - |$)", re.MULTILINE)
OPTIONS = (  # which test fails matters, and not why nor where the simplest example is
    *("-x", "-q", "-rfE", "--no-header", "--tb=no", "-p", "no:cacheprovider"),
    *("--assert=plain", "--hypothesis-profile=unshrunk"),
)
SOME_TESTS_FAILED = 1  # pytest's exit code; the others mean that it did not come to a result


@dataclass(frozen=True)
class Caught:
    """By whom, and what was said; `by` is None where nobody noticed."""

    fault: Fault
    by: str | None
    said: str


def inquire(fault: Fault, ask: Ask = cold, base: Path = HERE) -> Caught:
    """Everyone who is asked, in order, until one notices."""
    with tree(fault, base) as top:
        for claim in heard(top, fault.claims, ask=ask):
            if claim["verdict"] != "HOLDS":
                check, complaint = claim["said"][0]
                return Caught(fault, claim["claim"], f"{claim['verdict']}, {check}: {complaint}")
        if fault.tests and has_tests():
            failed = failing(top, fault.tests, ask)
            if failed is not None:
                return Caught(fault, failed, "this test fails")
    return Caught(fault, None, "nobody who was asked noticed")


def heard(
    top: Path, claims: Sequence[str], *, everyone: bool = False, ask: Ask = cold
) -> Iterator[Mapping[str, Any]]:
    """What the claims say in this tree, as proofs_checks.faults.testimony prints it."""
    if not claims:
        return
    options = ["--all"] if everyone else []
    answer = ask(top, "proofs_checks.faults.testimony", [*options, *claims])
    if answer.code != 0:
        raise InquiryError(f"claims cannot be asked: {_last(answer.complained)}")
    yield from map(json.loads, answer.said.splitlines())


def failing(top: Path, tests: Sequence[str], ask: Ask = cold) -> str | None:
    """The first of these tests that fails in this tree."""
    with TemporaryDirectory(dir=top, prefix="pytest-") as scratch:
        answer = ask(top, "pytest", [*OPTIONS, f"--basetemp={scratch}", *tests])
    if answer.code == 0:
        return None
    found = FAILED.search(answer.said)
    if answer.code != SOME_TESTS_FAILED or found is None:
        last = _last(answer.said) + " " + _last(answer.complained)
        raise InquiryError(f"tests cannot be asked, exit code {answer.code}: {last.strip()}")
    return found[1]


def _last(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1] if lines else ""
