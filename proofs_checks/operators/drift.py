"""How far quantization moves the equilibria of the inputs at hand, and what bounds promise.

With dW = W - W~, dc = c - c~ and m the margin before quantization, every input satisfies

    ||z~ - z*|| <= ||dW z~ + dc|| / m <= (||dW|| ||z~|| + ||dc||) / m.

All three are divided by ||z*||; each is the largest over the inputs whose equilibria are known.
"""

from dataclasses import dataclass

import numpy as np

from mondeq_ref.arrays import Integers
from mondeq_ref.certify.decisions import displacement
from mondeq_ref.certify.prove import Equilibria
from mondeq_ref.inputs import given
from mondeq_ref.rigor.balls import spectral_norm
from mondeq_ref.rigor.fast import down, norms_below, up
from proofs_checks.instance import Points, change


@dataclass(frozen=True)
class Drift:
    """Upper bounds of the largest shares; None where nothing is known."""

    inputs: int  # for which both equilibria are known
    of: int
    actual: float | None
    sharper: float | None
    paper: float | None


def drift(before: Points, after: Points) -> Drift:
    """The largest certified drift over the inputs, from the equilibria before and after."""
    m, dW = before.operator.margin.lo, change(before.operator, after.operator)
    size = down(norms_below(before.z) - before.radius)
    known = np.flatnonzero(np.isfinite(before.radius + after.radius) & (size > 0))
    if len(known) == 0:
        return Drift(0, len(size), None, None, None)
    found = displacement(
        _rows(before, known),
        _rows(after, known),
        dW,
        spectral_norm(dW).hi,
        m if m > 0 else np.nan,  # then the sides that it divides are not known
        (given(before.c[known]), given(after.c[known])),
    )
    worst = [
        float(up(bound / size[known]).max()) for bound in (found.actual, found.sharper, found.paper)
    ]
    actual, sharper, paper = (share if np.isfinite(share) else None for share in worst)
    return Drift(len(known), len(size), actual, sharper, paper)


def _rows(points: Points, which: Integers) -> Equilibria:
    z, everywhere = points.z[which], np.ones(len(which), np.bool_)
    return Equilibria(z, points.radius[which], everywhere, ~everywhere, z > 0)
