"""Provenance, which is stored with every result: versions, command, seed, digests and time."""

import platform
import sys
from datetime import UTC, datetime
from typing import Any

from mondeq_ref import __version__

PACKAGES = ("numpy", "scipy", "numba", "python-flint")


def record(inputs: dict[str, str], seed: int | None = None) -> dict[str, Any]:
    """Versions, command, seed and the SHA-256 of every input."""
    return {
        "mondeq_ref": __version__,
        "python": platform.python_version(),
        "platform": platform.platform(),
        **{package: installed(package) for package in PACKAGES},
        "command": ["mondeq-ref", *sys.argv[1:]],
        "seed": seed,
        "inputs": inputs,
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def installed(package: str) -> str:
    from importlib.metadata import PackageNotFoundError, version  # which reads e-mail and more

    try:
        return version(package)
    except PackageNotFoundError:
        return "absent"
