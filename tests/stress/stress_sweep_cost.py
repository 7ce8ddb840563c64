"""Does a sweep of a hundred times as many cases cost a hundred times as much, and no more memory?

    python -m tests.stress.stress_sweep_cost [cases]

Processor seconds of this process, so that other programs do not count; a new process a size, so
that its peak memory is its own.
"""

import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import mondeq_ref as mq

FEW, MANY = 100, 10_000
PER_OPERATOR = 10
TOLERANCE = 0.1
REPEATED = 3  # runs of the few cases before, and after, as a machine gets slower and faster


def study(cases: int) -> dict:
    family = {"kind": "random", "families": ["generic"], "sizes": [2]}
    return {
        "title": "cheap cases",
        "operators": [family | {"count": cases // PER_OPERATOR}],
        "quantize": {"bits": list(range(2, 2 + PER_OPERATOR))},
        "measure": {"metrics": ["rung", "ratio"], "guarantee": "rigorous-float"},
    }


def measured(cases: int) -> tuple[float, float]:
    """Processor seconds, after what is compiled and imported once, and peak MiB."""
    import resource

    with TemporaryDirectory() as folder:
        mq.sweep(study(FEW), Path(folder) / "warm.jsonl")
        began = time.process_time()
        done = mq.sweep(study(cases), Path(folder) / "r.jsonl")
        seconds = time.process_time() - began
    assert done.measured == cases
    return seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def apart(cases: int) -> tuple[float, float]:
    command = [sys.executable, "-m", "tests.stress.stress_sweep_cost", "measure", str(cases)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    seconds, peak = map(float, done.stdout.split())
    print(f"{cases} cases: {seconds:.2f} s, {1000 * seconds / cases:.2f} ms a case, {peak:.0f} MiB")
    return seconds, peak


def main(many: int) -> None:
    before = [apart(FEW) for _ in range(REPEATED)]
    much, most = apart(many)
    few, least = zip(*before, *(apart(FEW) for _ in range(REPEATED)), strict=True)
    ratio = much / median(few) / (many / FEW)
    print(f"cost against cases: {ratio:.3f} of linear; memory grew by {most - min(least):.0f} MiB")
    assert ratio <= 1 + TOLERANCE


if __name__ == "__main__":
    if sys.argv[1:2] == ["measure"]:
        print(*measured(int(sys.argv[2])))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else MANY)
