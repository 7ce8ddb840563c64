"""Is `auto` near the best single method at every size, batch and tolerance?  And how time grows."""

from typing import Any

import numpy as np

from mondeq_ref.inputs import given
from mondeq_ref.instances.families import rank_deficient
from mondeq_ref.solve import METHODS, solve
from tests.benchmarks.racing import race

SINGLE = ("active-set", "peaceman-rachford")  # the others never win
UNITS = (50, 100, 200, 400, 800)
BATCHES = (1, 128, 1024)
TOLERANCES = (1e-4, 1e-10)


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
                solved = {name: work().ok.all() for name, work in raced.items()}
                times = race(raced, 3, max(1, 40_000 // (rows * n)))
                best = min(times.median(name) for name in SINGLE if solved[name])
                cells[f"n={n} rows={rows} tol={tol:g}"] = {
                    "auto_over_best": times.median("auto") / best,
                    **{name: 1e3 * times.median(name) for name in raced},
                }
    worst = max(cell["auto_over_best"] for cell in cells.values())
    return {"cells_ms": cells, "ratios": {"auto_worst": worst}}
