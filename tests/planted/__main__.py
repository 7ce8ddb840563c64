"""Plant faults in copies of the code, one at a time, and see who notices.

    python -m tests.planted [N] [--seed S] [--workers W] [--only TEXT] [--records PATH]

First everyone is asked about a copy without a fault, in which nobody may notice one.  Exit 1 if a
fault slips through, 3 if somebody complains where no fault is planted.
"""

import argparse
import os
import random
import sys
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Column, Table
from rich.text import Text

from tests.planted.asking import NoAnswerError, complaint, warm
from tests.planted.fault import RECORDS, Fault, faults, sources
from tests.planted.tree import HERE, tree

WIDTH = 160  # of a table that nobody's screen limits


@dataclass(frozen=True)
class Detected:
    """By whom a fault was detected, and what was said; `by` is None where nobody noticed."""

    fault: Fault
    where: Path
    by: str | None
    said: str


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser("python -m tests.planted", description=__doc__)
    parser.add_argument("number", nargs="?", type=int, metavar="N", help="so many; else all")
    parser.add_argument("--seed", type=int, default=0, help="chooses them (default 0)")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="trees at once")
    parser.add_argument("--only", default="", metavar="TEXT", help="those described with this text")
    parser.add_argument("--records", type=Path, default=RECORDS, help="a TOML file or a folder")
    args = parser.parse_args(argv)
    known = [fault for fault in faults(args.records) if args.only in fault.what]
    texts = sources(HERE)
    few = {fault: fault.place(texts) for fault in chosen(known, args.number, args.seed)}
    try:
        return shown(detected(few, args.workers))
    except NoAnswerError as error:
        print(error, file=sys.stderr)
        return 3


def chosen(known: Sequence[Fault], number: int | None, seed: int) -> list[Fault]:
    """A seeded few of them, in their order."""
    few = len(known) if number is None else min(number, len(known))
    return [known[k] for k in sorted(random.Random(seed).sample(range(len(known)), few))]


def detected(few: Mapping[Fault, Path], workers: int) -> list[Detected]:
    """The copy without a fault is the one that the others are copies of, so that its bytecode and
    its kernels are compiled once."""
    screen, everyone = Console(stderr=True), controls(few)
    with warm(), tree(None) as base, ThreadPoolExecutor(workers) as pool:
        silent = pool.map(lambda asked: complaint(base, asked), everyone)
        for said in track(silent, "without a fault", total=len(everyone), console=screen):
            if said is not None:
                pool.shutdown(cancel_futures=True)
                raise NoAnswerError(f"a fault is noticed where none is planted: {' '.join(said)}")
        futures = [pool.submit(inquired, *one, base) for one in few.items()]
        done = as_completed(futures)
        for _ in track(done, "planted faults", total=len(few), console=screen):
            pass
    return [future.result() for future in futures]


def controls(few: Iterable[Fault]) -> list[list[str]]:
    """Everyone who will be asked, each once: claims one by one, tests file by file."""
    asked: dict[str, dict[str, None]] = {}
    for one in (one for fault in few for one in fault.detected_by):
        asked.setdefault(one.partition("::")[0], {})[one] = None
    return [list(together) for together in asked.values()]


def inquired(fault: Fault, where: Path, base: Path) -> Detected:
    """A fault that gets no answer is not detected, and the table says why."""
    try:
        with tree(fault, base) as top:
            said = complaint(top, fault.detected_by)
    except (NoAnswerError, ValueError, OSError) as error:
        return Detected(fault, where, None, str(error))
    return Detected(fault, where, *(said or (None, "nobody who was asked noticed")))


def shown(found: Sequence[Detected]) -> int:
    """The table, and the exit code."""
    slipped = [one.fault.what for one in found if one.by is None]
    headings = ("fault", "in", "detected by", "what it said")
    table = Table(*(Column(heading, overflow="fold") for heading in headings))
    for one in found:
        by = (one.by or "NOBODY").rpartition("/")[2]
        table.add_row(*map(Text, (one.fault.what, one.where.as_posix(), by, one.said)))
    screen = Console(width=None if sys.stdout.isatty() else WIDTH)
    screen.print(table)
    for what in slipped:
        screen.print(Text(f"slipped through: {what}"))
    screen.print(Text(f"planted faults: {len(found) - len(slipped)} of {len(found)} detected"))
    return 1 if slipped else 0


if __name__ == "__main__":
    sys.exit(main())
