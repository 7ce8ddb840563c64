"""Is `auto` near the best single method at every size, batch and tolerance?  And how time grows.

In short cells one burst of the machine outweighs a difference of methods, so rounds go on until a
cell has had its time, and of each method its fastest round counts: nothing makes a method faster
than it is.  A cell that still stands out is timed once more, for all methods, and the fastest of
all its rounds count.
"""

from math import inf
from time import process_time
from typing import Any

import numpy as np

from mondeq_ref.inputs import given
from mondeq_ref.instances.families import rank_deficient
from mondeq_ref.solve import METHODS, solve
from tests.benchmarks.racing import Work, race

SINGLE = ("active-set", "peaceman-rachford")  # the others never win
UNITS = (50, 100, 200, 400, 800)
BATCHES = (1, 128, 1024)
TOLERANCES = (1e-4, 1e-10)
SECONDS = 0.6  # of a cell, and again of one where auto takes longer than STANDS_OUT
ROUNDS = (2, 15)  # at least, at most
STANDS_OUT = 1.2


def choosing(quick: bool) -> dict[str, Any]:
    """auto's time over the best single method's, and both of them, at every point of a grid."""
    cells: dict[str, Any] = {}
    for n in UNITS[: 3 if quick else None]:
        rng = np.random.default_rng(n)
        operator = rank_deficient(rng, n)
        C = rng.normal(size=(max(BATCHES), n)) * 0.5 - 0.25
        for rows in BATCHES:
            injections = given(C[:rows], n)
            for tol in TOLERANCES:
                raced = {
                    name: lambda name=name, tol=tol, i=injections, o=operator: solve(
                        o, i, METHODS[name](None), tol=tol, workers=1
                    )
                    for name in ("auto", *SINGLE)
                }
                # What fails is no method here; the first run of each compiles what it needs.
                raced = {name: work for name, work in raced.items() if work().ok.all()}
                began = process_time()
                for work in raced.values():
                    work()
                once = process_time() - began
                least, over = dict.fromkeys(raced, inf), inf
                for _ in range(2):
                    if over > STANDS_OUT:
                        found = _least(raced, once)
                        least = {name: min(least[name], found[name]) for name in raced}
                        over = least["auto"] / min(least[name] for name in SINGLE if name in least)
                cells[f"n={n} rows={rows} tol={tol:g}"] = {
                    "auto_over_best": over,
                    **{name: 1e3 * least[name] for name in raced},
                }
    worst = max(cell["auto_over_best"] for cell in cells.values())
    return {"cells_ms": cells, "ratios": {"auto_worst": worst}}


def _least(raced: dict[str, Work], once: float) -> dict[str, float]:
    """The fastest of each over rounds that take SECONDS together, where one takes `once`."""
    rounds = min(max(round(SECONDS / once), ROUNDS[0]), ROUNDS[1])
    repeats = max(1, round(SECONDS / (once * rounds)))
    return {name: min(times) for name, times in race(raced, rounds, repeats).seconds.items()}
