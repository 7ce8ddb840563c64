"""Seconds of whole commands, each in a process of its own, as a user waits for them."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

from tests.benchmarks.subject import DATA

WIDTHS = "2,3,4,5,6,7,8"


def commands(quick: bool) -> dict[str, Any]:
    """Median seconds; audits run once, and not where time is short."""
    layer = str(DATA / "operators" / "float-42.npz")
    inputs = str(DATA / "inputs" / "float-42.npz")
    with tempfile.TemporaryDirectory() as folder:
        audit = ["audit", "--out", str(Path(folder) / "audit")]
        often = {
            "startup": ["--help"],
            "inspect": ["inspect", layer],
            "certify_seven_widths": ["certify", layer, "--bits", WIDTHS],
            "certify_with_1792_inputs": ["certify", layer, "--bits", WIDTHS, "--inputs", inputs],
        }
        seconds = {name: median(_run(args) for _ in range(3)) for name, args in often.items()}
        if not quick:
            seconds["audit_quick"] = _run([*audit, "--quick"])
            seconds["audit"] = _run(audit)
    return {"seconds": seconds, "cores": os.cpu_count()}


def _run(arguments: list[str]) -> float:
    began = time.perf_counter()
    subprocess.run(
        [
            sys.executable,
            "-m",
            "mondeq_ref",
            *arguments,
            *(["--quiet"] if len(arguments) > 1 else []),
        ],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    return time.perf_counter() - began
