"""Print versions, BLAS, threads, rounding mode and caches, and whether proofs are valid here.

Exit 0: floats round to nearest and keep subnormals; 1: they do not.

Example: mondeq-ref doctor
"""

import argparse

from mondeq_ref.cli import options

HELP = "versions, BLAS, threads, rounding mode, flush-to-zero, caches"
PACKAGES = ("numpy", "scipy", "numba", "python-flint", "matplotlib", "safetensors")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    options.add_json(parser)


def run(args: argparse.Namespace) -> int:
    from mondeq_ref.report.console import console, emit, table

    facts = examine()
    if args.json:
        emit(facts)
    else:
        rows = [(key, str(value)) for key, value in facts.items()]
        console().print(table("", ["what", "found"], rows))
    return 0 if facts["fit"] else 1


def examine() -> dict[str, object]:
    """The properties of this process on which the error bounds and the speed depend."""
    import os
    import platform

    import numpy as np
    from threadpoolctl import threadpool_info

    from mondeq_ref import __version__
    from mondeq_ref.documents.provenance import installed
    from mondeq_ref.rigor import machine

    _ = np.ones((2, 2)) @ np.ones((2, 2))  # the BLAS is loaded by its first use
    pools = [
        f"{pool['internal_api']} {pool.get('version')} ({pool['num_threads']} threads)"
        for pool in threadpool_info()
    ]
    rounding, subnormals = machine.rounds_to_nearest(), machine.keeps_subnormals()
    return {
        "mondeq_ref": __version__,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "cores": os.cpu_count(),
        **{package: installed(package) for package in PACKAGES},
        "blas": ", ".join(pools) or "unknown",
        "numba_cache": os.environ.get("NUMBA_CACHE_DIR", "beside the sources (__pycache__)"),
        "rounds_to_nearest": rounding,
        "keeps_subnormals": subnormals,
        "fit": rounding and subnormals,
    }
