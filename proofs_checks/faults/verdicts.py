"""All faults or some, one tree at a time on every core, and who caught them."""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any

import numpy as np

from proofs_checks.faults.asking import Ask, InquiryError, warm
from proofs_checks.faults.catalog import FAULTS
from proofs_checks.faults.fault import Fault
from proofs_checks.faults.inquiry import Caught, failing, heard, inquire
from proofs_checks.faults.tree import has_tests, tree

Progress = Callable[[Iterator[None], int], Iterator[None]]


def chosen(number: int | None, seed: int, claim: str | None = None) -> list[Fault]:
    """Those that can be asked about here, or a seeded few of them, in the catalog's order."""
    known = [
        fault
        for fault in FAULTS
        if (fault.claims or has_tests()) and (claim is None or claim in fault.claims)
    ]
    if number is None or number >= len(known):
        return known
    picked = np.random.default_rng(seed).choice(len(known), number, replace=False)
    return [known[k] for k in sorted(picked)]


def planted(
    faults: Sequence[Fault], *, workers: int | None = None, progress: Progress | None = None
) -> dict[str, Any]:
    """The section of the audit.  What notices without any fault has noticed nothing.

    The copy without a fault is the one that the others are copies of, so that its bytecode and
    its kernels are compiled once."""
    found: dict[Fault, Caught] = {}
    controls, at_once = _controls(faults), workers or os.cpu_count() or 1

    def done() -> Iterator[None]:
        with tree(None) as base, warm(at_once) as ask, ThreadPoolExecutor(at_once) as pool:
            for _ in pool.map(lambda asked: _silent(asked, ask, base), controls):
                yield
            futures = [pool.submit(_inquired, fault, ask, base) for fault in faults]
            for future in as_completed(futures):
                answer = future.result()
                found[answer.fault] = answer
                yield

    steps = len(faults) + len(controls)
    for _ in progress(done(), steps) if progress else done():
        pass
    return section([found[fault] for fault in faults])


def section(answers: Sequence[Caught]) -> dict[str, Any]:
    """As the report has it."""
    return {
        "total": len(answers),
        "caught": sum(answer.by is not None for answer in answers),
        "not_here": len(FAULTS) - len(chosen(None, 0)),
        "faults": [
            {
                "fault": answer.fault.what,
                "file": answer.fault.file,
                "right": answer.fault.right.strip(),
                "wrong": answer.fault.wrong.strip(),
                "caught": answer.by is not None,
                "by": answer.by,
                "said": answer.said,
            }
            for answer in answers
        ],
    }


def _inquired(fault: Fault, ask: Ask, base: Path) -> Caught:
    """A fault that gets no answer is not caught, and the table says why."""
    try:
        return inquire(fault, ask, base)
    except (InquiryError, ValueError, OSError) as error:
        return Caught(fault, None, str(error))


def _controls(faults: Sequence[Fault]) -> list[tuple[str, ...]]:
    """Everyone who will be asked, each once: claims one by one, tests file by file."""
    claims = dict.fromkeys(claim for fault in faults for claim in fault.claims)
    tests = dict.fromkeys(test for fault in faults for test in fault.tests if has_tests())
    files = dict.fromkeys(test.partition("::")[0] for test in tests)
    of_file = [tuple(test for test in tests if test.partition("::")[0] == file) for file in files]
    return [*((claim,) for claim in claims), *of_file]


def _silent(asked: tuple[str, ...], ask: Ask, base: Path) -> None:
    """Nobody may notice a fault where there is none."""
    if asked[0].startswith("tests/"):
        noticed = failing(base, asked, ask)
    else:
        told = [one for one in heard(base, asked, ask=ask) if one["verdict"] != "HOLDS"]
        noticed = told[0]["claim"] if told else None
    if noticed is not None:
        raise InquiryError(f"{noticed} notices a fault where none is planted")
