"""Seconds of whole commands, each in a process of its own, as a user waits for them; and the
memory of a process that solves."""

import json
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
SOLVED = """
import json, sys
sys.modules["coverage"] = None  # Numba imports it where it is installed, as it is for tests
import numpy as np
import mondeq_ref as mq

layer, rng = mq.load(sys.argv[1]), np.random.default_rng(0)
X = np.full((10_000, layer.d), -0.4)
for row in X:  # like images: four fifths are background
    row[rng.integers(0, layer.d, layer.d // 5)] = rng.random(layer.d // 5)
X.setflags(write=False)  # a writable X is copied, since the solution keeps it
assert mq.solve(layer, X).ok.all()
peak = open("/proc/self/status").read().split("VmHWM:")[1].split()[0]
print(json.dumps({"peak_MB": int(peak) / 1e3, "inputs_MB": X.nbytes / 1e6}))
"""


def commands(given: str, quick: bool) -> dict[str, Any]:
    """Median seconds; audits run once, and not where time is short.  `given` is the file of the
    operator that the other groups measure."""
    layer = str(DATA / "operators" / "float-42.npz")
    inputs = str(DATA / "inputs" / "float-42.npz")
    with tempfile.TemporaryDirectory() as folder:
        audit = ["audit", "--out", str(Path(folder) / "audit")]
        often = {
            "startup": ["--help"],
            "inspect": ["inspect", layer],
            "certify_seven_widths": ["certify", layer, "--bits", WIDTHS],
            "certify_seven_widths_given": ["certify", given, "--bits", WIDTHS],
            "certify_with_1792_inputs": ["certify", layer, "--bits", WIDTHS, "--inputs", inputs],
        }
        seconds = {name: median(_run(args) for _ in range(3)) for name, args in often.items()}
        if not quick:
            seconds["audit_quick"] = _run([*audit, "--quick"])
            seconds["audit"] = _run(audit)
    return {"seconds": seconds, "cores": os.cpu_count(), **_memory(given)}


def _memory(given: str) -> dict[str, float]:
    """Where Linux tells: the peak of a process that solves 10,000 rows, and what of it they are."""
    if not Path("/proc/self/status").exists():
        return {}
    command = [sys.executable, "-c", SOLVED, given]
    for _ in range(2):  # the first may compile
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


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
