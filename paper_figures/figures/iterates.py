"""Rounded iterates: errors with a fixed and with a shrinking grid, and as released.

Forward-backward with every iterate rounded to a grid of cell d_k (half to even), against

    fixed d        e_k <= r^k e_0 + eps (1 - r^k)/(1 - r),       eps = d sqrt(n)/2
    d_k = d g^k    e_k <= r^k e_0 + (sqrt(n)/2) d (r^k - g^k)/(r - g)

with the published r (`claimed`) and with r = ||I - alpha M|| (`sharp`).  As in the released code:
the state of Peaceman-Rachford or Douglas-Rachford rounded, whose point obeys rho times the same
bound with the rate of that method (`claimed` by the published rho, `sharp` by the one below it),
and forward-backward with the difference of two iterates rounded.  `distance` is the
largest distance to the certified equilibrium over the inputs, `error` the largest radius.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from mondeq_ref import bounds
from mondeq_ref.arrays import Matrix
from mondeq_ref.certify.prove import Equilibria
from mondeq_ref.operator import Operator
from mondeq_ref.solve.methods import DouglasRachford, ForwardBackward, PeacemanRachford
from paper_figures.drawing import style
from paper_figures.numbers import certified
from paper_figures.numbers.subject import FigureSubject
from paper_figures.numbers.table import Row, Table, tabulated

TITLE = "Rounded iterates against their bounds"
CAPTION = (
    "(a) Thick: the distance of the worst input's iterate to its exact equilibrium when every "
    "iterate is rounded. A fixed cell leaves an error proportional to it; a cell that shrinks "
    "lets the iteration reach the equilibrium itself. Dashed and dotted: the bounds from the "
    "published rate and from the sharp one, which suppose that all roundings push the same way. "
    "(b) The same where, as in the released code, the state of a splitting method is rounded, or "
    "the difference of two iterates, which stops where the difference is below half a cell."
)
COLUMNS = ("series", "iteration", "distance", "error", "claimed", "sharp")
LOOKS = {
    "cell 1e-2": (style.BLUE, "o"),
    "cell 1e-3": (style.GREEN, "s"),
    "cell 1e-4": (style.SKY, "^"),
    "shrinking": (style.VERMILLION, "D"),
}
RELEASED: dict[str, ForwardBackward | PeacemanRachford | DouglasRachford] = {
    "Peaceman-Rachford state": PeacemanRachford(),
    "Douglas-Rachford state": DouglasRachford(),
    "differences": ForwardBackward(),
}
RELEASED_LOOKS = {
    "Peaceman-Rachford state": (style.BLUE, "o"),
    "Douglas-Rachford state": (style.ORANGE, "s"),
    "differences": (style.GREEN, "^"),
}


@dataclass(frozen=True)
class IteratesSettings:
    cells: tuple[float, ...] = (1e-2, 1e-3, 1e-4)
    shrink_from: float = 1e-2
    released_cell: float = 1e-3
    inputs: int = 16
    iterations: int = 2000
    every: int = 20
    seed: int = 0


SETTINGS = IteratesSettings()


@tabulated(COLUMNS, ("series", "iteration"), "distance")
def compute(subject: FigureSubject, settings: IteratesSettings = SETTINGS) -> Iterator[Row]:
    operator = subject.operator
    if not operator.margin.lo > 0:
        return
    c = subject.c.rows(slice(0, settings.inputs))
    found = certified.equilibria(operator, c)
    method = ForwardBackward().resolved(operator)
    alpha, step = method.alpha or 1.0, method.iteration(operator, np.float64).step
    m, L, n = operator.margin.lo, operator.lipschitz.hi, operator.n
    claimed = float(np.sqrt(bounds.forward_backward_rate_squared(m, L, alpha)))
    sharp = min(claimed, certified.step_norm(operator, alpha).hi)
    first = float(np.linalg.norm(found.z, axis=1).max())
    series = [(f"cell {d:.0e}".replace("e-0", "e-"), d, 1.0) for d in settings.cells]
    series.append(("shrinking", settings.shrink_from, shrink(sharp)))
    for name, d, g in series:
        z = np.zeros_like(c.c)
        for k in range(settings.iterations + 1):
            cell = d * g**k
            if k % settings.every == 0:
                limits = (bound(k, first, rate, d, g, n) for rate in (claimed, sharp))
                yield _row(name, k, z, found, cell, *limits)
            z = np.rint(np.asarray(step(z, c.c), dtype=np.float64) / cell) * cell
    yield from as_released(operator, c.c, found, settings, first)


def as_released(
    operator: Operator, C: Matrix, found: Equilibria, settings: IteratesSettings, first: float
) -> Iterator[Row]:
    """The states of the two splitting methods rounded, and the differences of forward-backward."""
    m, L, n, d = operator.margin.lo, operator.lipschitz.hi, operator.n, settings.released_cell
    radius = float(found.radius.max())
    for name, method in RELEASED.items():
        method = method.resolved(operator)
        iteration, alpha = method.iteration(operator, np.float64), method.alpha or 1.0
        data, state, far, before = iteration.prepare(C), np.zeros_like(C), first, (1.0, 1.0)
        if isinstance(method, ForwardBackward):
            claimed = float(np.sqrt(bounds.forward_backward_rate_squared(m, L, alpha)))
            rates = claimed, min(claimed, certified.step_norm(operator, alpha).hi)
        else:
            published = bounds.published_peaceman_rachford_rate_squared(m, L, alpha)
            sharp = bounds.peaceman_rachford_rate_squared(m, L, alpha)
            before = rates = float(np.sqrt(published)), float(np.sqrt(sharp))
            if isinstance(method, DouglasRachford):
                rates = (1 + rates[0]) / 2, (1 + rates[1]) / 2
            # ||s*|| for s* = z* + alpha (M z* - c); its error is that of z*, stretched.
            fixed = found.z + alpha * operator.F(found.z, C)
            far = float(np.linalg.norm(fixed, axis=1).max()) + (1 + alpha * L) * radius
        for k in range(settings.iterations + 1):
            point = np.asarray(iteration.observe(state, data), dtype=np.float64)
            if k % settings.every == 0:
                limits = (
                    factor * bound(k, far, rate, d, 1.0, n)
                    for factor, rate in zip(before, rates, strict=True)
                )
                yield _row(name, k, point, found, d, *limits)
            image = np.asarray(iteration.advance(state, data), dtype=np.float64)
            if isinstance(method, ForwardBackward):
                state = state + np.rint((image - state) / d) * d
            else:
                state = np.rint(image / d) * d


def _row(name: str, k: int, z: Matrix, found: Equilibria, cell: float, *limits: float) -> Row:
    """A row of the table.  Its error allows for one rounding in the other direction: one cell."""
    distance, error = certified.distances(z, found).max(), found.radius.max() + cell
    return dict(zip(COLUMNS, (name, k, distance, error, *limits), strict=True))


def shrink(rate: float) -> float:
    """The factor g of the grid, slightly above the rate of the iteration."""
    return (1 + rate) / 2


def bound(k: int, first: float, r: float, d: float, g: float, n: int) -> float:
    """The bound by one of the formulas above; a fixed grid is g = 1."""
    eps = d * float(np.sqrt(n)) / 2
    return r**k * first + eps * (g**k - r**k) / (g - r)


@style.styled
def draw(table: Table) -> "style.Figure":
    figure, panels = style.page((2.7, 2.7))
    titles = "(a) every iterate rounded", "(b) as released, cell 1e-3"
    for panel, looks, title in zip(panels, (LOOKS, RELEASED_LOOKS), titles, strict=True):
        _draw_runs(panel, table, looks)
        panel.axes[0].set_title(title)
    return figure


def _draw_runs(panel: Any, table: Table, looks: Mapping[str, tuple[str, str]]) -> None:
    ax = panel.subplots()
    for series, (color, marker) in looks.items():
        rows = table.where({"series": series})
        k = rows.numbers("iteration")
        look: dict[str, Any] = {"color": color, "marker": marker, "markevery": 12}
        ax.plot(k, rows.numbers("distance"), lw=1.4, label=series, **look)
        for name, dash in (("claimed", "--"), ("sharp", ":")):
            ax.plot(k, rows.numbers(name), dash, color=color, lw=0.9)
    ax.plot([], [], "--", color=style.BLACK, lw=0.9, label="bound, published rate")
    ax.plot([], [], ":", color=style.BLACK, lw=0.9, label="bound, sharp rate")
    ax.set(yscale="log", xlabel="iteration $k$", ylabel="$\\|z_k-z^*\\|$")
    style.legend(panel, ax, 2)
