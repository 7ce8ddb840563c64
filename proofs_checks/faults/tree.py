"""A copy of the packages, of the tests where there are any, and one wrong line in it.

A copy and not a patch in memory: everything that runs in it, child processes and compiled kernels
included, runs the wrong line.
"""

import os
import shutil
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from mondeq_ref.instances.shipped import data_folder
from proofs_checks.faults.fault import Fault
from proofs_checks.faults.imports import closure

HERE = Path(__file__).resolve().parents[2]  # a checkout, or where a wheel was installed
PACKAGES = ("mondeq_ref", "proofs_checks", "paper_figures")
KERNELS = "mondeq_ref/kernels"
ALONE = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
PRIVATE = (  # of the caller's tree
    "NUMBA_CACHE_DIR",
    "MONDEQ_SHARED",
    "PYTHONDONTWRITEBYTECODE",
    "PYTHONPYCACHEPREFIX",
    "PYTHONPATH",
)


def has_tests() -> bool:
    """A wheel has none."""
    return (HERE / "tests").is_dir() and (HERE / "pyproject.toml").is_file()


@contextmanager
def tree(fault: Fault | None, base: Path = HERE) -> Generator[Path]:
    """A copy of `base`, with this fault or with none; gone afterwards.

    What is nobody's but ours is copied by links, which takes a tenth of the time."""
    copy = shutil.copy2 if base == HERE else _link
    with TemporaryDirectory(prefix="mondeq-fault-") as name:
        top = Path(name)
        for package in PACKAGES:
            if (base / package).is_dir():  # bytecode and kernels come along: they are still right
                ignored = shutil.ignore_patterns("_data", "out")
                shutil.copytree(base / package, top / package, ignore=ignored, copy_function=copy)
        if has_tests():
            shutil.copytree(base / "tests", top / "tests", copy_function=copy)
            copy(base / "pyproject.toml", top / "pyproject.toml")
        (top / "data").symlink_to(data_folder(), target_is_directory=True)
        if fault is not None:
            plant(top, fault)
        yield top


def _link(source: str | Path, target: str | Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # not everywhere can files be linked
        shutil.copy2(source, target)


def plant(top: Path, fault: Fault) -> None:
    path = top / fault.file
    wrong = fault.planted(path.read_text(encoding="utf-8"))
    path.unlink()  # it may be a link
    path.write_text(wrong, encoding="utf-8")
    _forget(path)
    if fault.file.startswith(KERNELS):
        # A compiled kernel does not know that another one, compiled into it, has changed.
        for kernel in (top / KERNELS).glob("*.py"):
            if fault.file in closure((f"{KERNELS}/{kernel.name}",), top):
                _forget(kernel)


def _forget(path: Path) -> None:
    """What was compiled of this file."""
    for stale in path.parent.glob(f"__pycache__/{path.stem}.*"):
        stale.unlink()


def environment(top: Path | None) -> Mapping[str, str]:
    """Of a process in the copy: it alone is imported, and each process takes one thread."""
    kept = {name: value for name, value in os.environ.items() if name not in PRIVATE}
    path = {} if top is None else {"PYTHONPATH": str(top)}
    return {**kept, **dict.fromkeys(ALONE, "1"), **path, "CI": ""}
