"""Who takes how long, in turn: a busy machine is then busy for everybody.

Each round runs every contestant once; what is compared are the times of one round, and what is
reported are medians over the rounds with their spread.  A first round that does not count pays
for compilers, caches and page faults.  With one thread the clock is the process's CPU time, which
other processes change less.  It counts what a rival's threads still do after the rival has
answered, and they slow down whoever comes next; so a work that is repeated runs as often before its
clock starts.  Garbage is collected between two times, not within one: with the rivals' libraries
loaded that alone takes a sixth of a second.
"""

import gc
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any

Work = Callable[[], object]


@dataclass(frozen=True)
class Times:
    """Seconds of every contestant in every round."""

    seconds: dict[str, list[float]]

    def median(self, name: str) -> float:
        return median(self.seconds[name])

    def ratio(self, slower: str, faster: str) -> float:
        """The median, over rounds, of how many times as long `slower` took as `faster`."""
        pairs = zip(self.seconds[slower], self.seconds[faster], strict=True)
        return median(a / b for a, b in pairs)

    def described(self) -> dict[str, Any]:
        """Milliseconds: median, least and most."""
        return {
            name: {
                "median_ms": 1e3 * median(values),
                "least_ms": 1e3 * min(values),
                "most_ms": 1e3 * max(values),
                "rounds": len(values),
            }
            for name, values in self.seconds.items()
        }


def race(
    contestants: Mapping[str, Work], rounds: int, repeats: int = 1, *, threads: int = 1
) -> Times:
    """Time `repeats` runs of everyone, `rounds` times, after one round that does not count."""
    seconds: dict[str, list[float]] = {name: [] for name in contestants}
    clock = time.process_time if threads == 1 else time.perf_counter
    for number in range(rounds + 1):
        for name, work in contestants.items():
            gc.collect()
            gc.disable()
            try:
                for _ in range(repeats if repeats > 1 else 0):
                    work()
                began = clock()
                for _ in range(repeats):
                    work()
                took = clock() - began
            finally:
                gc.enable()
            if number:
                seconds[name].append(took / repeats)
    return Times(seconds)
