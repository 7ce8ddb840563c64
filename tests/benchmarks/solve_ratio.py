"""How much faster than a textbook Peaceman-Rachford is a certified answer?  Run by hand:

    python tests/benchmarks/solve_ratio.py [runs]

10,000 inputs, n = 100 units of which about 25 are active, kappa about 8 as in the paper's
checkpoint.  The rival is PR as one would write it in NumPy, float64, stopped where the
relative step of the whole batch is below 1e-10, which certifies nothing.  Ours is `inject`,
`solve` (auto) and its certificate, in the same process, one after the other; what is reported
is the ratio of the two, because the machine is shared.  Compiling is paid before.
"""

import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from numpy.random import default_rng

from mondeq_ref.inputs import inject
from mondeq_ref.operator import Factors, Operator
from mondeq_ref.solve import solve

INPUTS, UNITS, FEATURES, RANK = 10_000, 100, 784, 25
RELATIVE_STEP = 1e-10


def layer() -> Operator:
    """Scaled so that kappa is about 8 and, by its bias, a quarter of the units is active."""
    rng = default_rng(0)
    A = rng.normal(size=(RANK, UNITS)) * 0.07
    S = rng.normal(size=(UNITS, UNITS)) * 0.05
    U = rng.normal(size=(UNITS, FEATURES)) / np.sqrt(FEATURES)
    return Factors(A, S, 0.227).operator(U, rng.normal(size=UNITS) * 0.5 - 0.75)


def textbook(operator: Operator, X: np.ndarray) -> tuple[np.ndarray, int]:
    """Winston and Kolter's Peaceman-Rachford, batch by rows, at its best alpha for the bound."""
    c = X @ operator.U.T + operator.b
    M = np.eye(operator.n) - operator.W
    alpha = 1 / np.linalg.norm(M, 2)
    resolvent = np.linalg.inv(np.eye(operator.n) + alpha * M).T
    z, u = np.zeros_like(c), np.zeros_like(c)
    for step in range(1, 10_000):
        half = 2 * z - u
        half = (half + alpha * c) @ resolvent
        u = 2 * half - 2 * z + u
        new = np.maximum(u, 0)
        moved = np.linalg.norm(new - z) / np.linalg.norm(new)
        z = new
        if moved <= RELATIVE_STEP:
            return z, step
    return z, step


def once(operator: Operator, X: np.ndarray) -> tuple[float, float]:
    began = time.perf_counter()
    textbook(operator, X)
    between = time.perf_counter()
    solution = solve(operator, inject(operator, X))
    ended = time.perf_counter()
    assert solution.counts == {"CERTIFIED": len(X)}, solution.counts
    assert solution.radius.max() <= 1e-10
    return between - began, ended - between


def peak_megabytes(what: str) -> float:
    """The peak of a process of its own that does one thing."""
    command = [sys.executable, __file__, "--peak", what]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def only(what: str) -> None:
    operator, X = layer(), default_rng(1).normal(size=(INPUTS, FEATURES))
    if what == "ours":
        solve(operator, inject(operator, X))
    elif what == "rival":
        textbook(operator, X)
    # Not ru_maxrss, which Linux hands down from the parent process.
    status = Path("/proc/self/status").read_text()
    print(int(status.split("VmHWM:")[1].split()[0]) / 1024)


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    operator, X = layer(), default_rng(1).normal(size=(INPUTS, FEATURES))
    solution = solve(operator, inject(operator, X))
    z, steps = textbook(operator, X)
    apart = np.linalg.norm(z - solution.z, axis=1).max()
    print(f"kappa {operator.kappa.mid:.2f}, active {(solution.z > 0).sum(axis=1).mean():.1f}")
    worst, median = solution.radius.max(), np.median(solution.radius)
    print(f"certified radius: worst {worst:.1e}, median {median:.1e}")
    print(f"rival: {steps} steps, worst distance from ours {apart:.1e}, certified: nothing")
    times = np.array([once(operator, X) for _ in range(runs)])
    ratios = times[:, 0] / times[:, 1]
    print(f"rival {np.median(times[:, 0]):.2f} s, ours {np.median(times[:, 1]):.2f} s (medians)")
    print(f"ratio: median {np.median(ratios):.2f}, from {ratios.min():.2f} to {ratios.max():.2f}")
    idle, rival, ours = (peak_megabytes(what) for what in ("nothing", "rival", "ours"))
    print(f"peak memory: data alone {idle:.0f} MB, rival {rival:.0f} MB, ours {ours:.0f} MB")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--peak"]:
        only(sys.argv[2])
    else:
        main()
