"""A copy of the packages and their tests with one wrong line in it.

A copy and not a patch in memory: everything that runs in it, child processes and compiled kernels
included, runs the wrong line.
"""

import os
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.planted.fault import PACKAGES, Fault, sources

HERE = Path(__file__).resolve().parents[2]


@contextmanager
def tree(fault: Fault | None, base: Path = HERE) -> Generator[Path]:
    """A copy of `base`, with this fault or with none; gone afterwards.

    What is nobody's but ours is copied by links, which takes a tenth of the time."""
    copy = shutil.copy2 if base == HERE else link
    with TemporaryDirectory(prefix="mondeq-fault-") as name:
        top = Path(name)
        for folder in (*PACKAGES, "tests"):  # bytecode and kernels come along: they are still right
            shutil.copytree(base / folder, top / folder, copy_function=copy)
        copy(base / "pyproject.toml", top / "pyproject.toml")
        (top / "data").symlink_to(HERE / "data", target_is_directory=True)
        if fault is not None:
            plant(top, fault)
        yield top


def link(source: str | Path, target: str | Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # not everywhere can files be linked
        shutil.copy2(source, target)


def plant(top: Path, fault: Fault) -> None:
    texts = sources(top)
    where = fault.place(texts)
    path = top / where
    path.unlink()  # it may be a link
    path.write_text(fault.planted(texts[where]), encoding="utf-8")
    for stale in path.parent.glob(f"__pycache__/{path.stem}.*"):
        stale.unlink()
