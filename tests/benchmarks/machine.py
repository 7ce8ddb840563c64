"""What the numbers were measured on, and what its processor can do at the shapes that are used."""

import os
import platform
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_info, threadpool_limits

from tests.benchmarks.racing import race

SHAPES = {  # rows, inner, columns
    "injection": (10_000, 784, 100),
    "sweep": (256, 100, 100),
    "large_sweep": (256, 800, 800),
}


def machine(threads: int) -> dict[str, Any]:
    """Named by its processor and its libraries, not by whose it is."""
    versions = {"python": platform.python_version(), "numpy": np.__version__}
    for name in ("numba", "torch", "jax"):
        try:
            versions[name] = __import__(name).__version__
        except ImportError:
            versions[name] = "not installed"
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "threads": threads,
        "load": os.getloadavg()[0],
        "blas": sorted({f"{i['internal_api']} {i.get('version')}" for i in threadpool_info()}),
        "versions": versions,
    }


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if not info.exists():
        return platform.processor() or platform.machine()
    lines = [line.split(":", 1)[1].strip() for line in info.read_text().splitlines() if ":" in line]
    names = [line for line in info.read_text().splitlines() if line.startswith("model name")]
    flags = set(" ".join(lines).split())
    widest = next((f for f in ("avx512f", "avx2", "avx") if f in flags), "no AVX")
    return f"{names[0].split(':', 1)[1].strip() if names else platform.machine()}, {widest}"


def roofline(quick: bool) -> dict[str, float]:
    """GFLOP/s of a product of matrices at each shape, in both precisions, one thread."""
    rng = np.random.default_rng(0)
    found: dict[str, float] = {}
    for name, (rows, inner, columns) in SHAPES.items():
        for dtype in (np.float64, np.float32):
            A = rng.normal(size=(rows, inner)).astype(dtype)
            B, out = (
                rng.normal(size=(inner, columns)).astype(dtype),
                np.empty((rows, columns), dtype),
            )
            with threadpool_limits(1):
                repeats = max(1, 200_000_000 // (rows * inner * columns))
                times = race(
                    {"gemm": lambda A=A, B=B, out=out: np.matmul(A, B, out=out)},
                    3 if quick else 9,
                    repeats,
                )
            work = 2 * rows * inner * columns
            found[f"{name}_{np.dtype(dtype).name}"] = work / times.median("gemm") / 1e9
    return found
