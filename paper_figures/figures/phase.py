"""Margin against perturbation: the range of each condition, and the range of the conclusions.

Small random operators are perturbed by quantizers and in random directions.  For each pair the
rungs are decided (rigorously, and 5 and 6 exactly, by all minors), the radius R is enclosed by all
index sets, existence is decided in rationals for a few injections by all active sets, and
forward-backward is run where no rung proves its convergence.

`exists`: "yes" for all injections tried, "no" where one is proved to have no equilibrium, else
"undecided".  `reached`: "proved" by a rung, "yes" where some step of a sweep ended at a proved
equilibrium for every injection, else "undecided": a run that does not end proves no divergence.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, combinations

import numpy as np

from mondeq_ref.arrays import Integers, Matrix, Vector
from mondeq_ref.certificates.rungs import CONVERGENT
from mondeq_ref.certify.ladder import climb, first_that_holds
from mondeq_ref.certify.pair import Pair
from mondeq_ref.certify.uniqueness import uniqueness_radius
from mondeq_ref.instances.families import injections
from mondeq_ref.operator import Operator
from mondeq_ref.rigor.dyadic import exact, identity
from mondeq_ref.rigor.equilibria import ExactEquilibrium, ExactOperator, Rejected
from mondeq_ref.rigor.verdict import Guarantee
from mondeq_ref.solve.methods import ForwardBackward
from paper_figures.drawing import style
from paper_figures.numbers.random_pairs import operators, perturbations
from paper_figures.numbers.subject import FigureSubject
from paper_figures.numbers.table import Row, Table, ends, tabulated

TITLE = "Where the conditions stop, and where the conclusions stop"
CAPTION = (
    "Random pairs of operators. (a) The share for which each condition is proved, against "
    "||dW||_2/m; the published condition stops at 1 by definition. (b) The share for which the "
    "conclusions hold: see how far they stay up to the right of 1. FB arrives: forward-backward "
    "ends at an equilibrium for every input tried. (c) Every pair: what is left of the margin. "
    "Theorem 2 puts all points above the dashed line; where the margin is negative, uniqueness may "
    "hold (dots) or fail (crosses)."
)
COLUMNS = ("operator", "family", "kind", "ratio", "error", "margin_left", "radius", "rung")
COLUMNS = (*COLUMNS, "unique", "exists", "reached")
EDGES = (0.0, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, np.inf)
FAR = 1e100  # larger entries of an iterate are set to 0, because their squares could overflow
NEAR = 1e-6  # of the proved equilibrium: forward-backward ended there
CONDITIONS = {
    1: ("rung 1", style.SKY, ":"),
    2: ("rung 2, $\\|dW\\|_2<m$", style.BLUE, "-"),
    3: ("rung 3", style.SKY, "--"),
    4: ("rung 4, $\\tilde m>0$", style.GREEN, "-"),
    5: ("rung 5, weights", style.ORANGE, "--"),
}


@dataclass(frozen=True)
class PhaseSettings:
    operators: int = 48
    first: int = 0
    n: int = 6
    injections: int = 8
    steps: tuple[float, ...] = (0.03, 0.1, 0.3, 1.0)  # of 1/L~
    budget: int = 1500
    seed: int = 0


SETTINGS = PhaseSettings()


@tabulated(COLUMNS, ("operator", "kind"), "ratio")
def compute(subject: FigureSubject | None, settings: PhaseSettings = SETTINGS) -> Iterator[Row]:
    """The table, for random operators only; the subject is not used."""
    del subject
    for index, family, operator, rng in operators(settings.seed, settings.operators, settings.n):
        c = injections(rng, operator, settings.injections)
        changed = list(perturbations(rng, operator))
        if index < settings.first:
            continue
        radius = uniqueness_radius(operator, rng)
        for kind, perturbed in changed:
            about = {"operator": index, "family": family, "kind": kind}
            R = None if radius is None else radius.mid / operator.margin.mid
            yield {**about, **examined(operator, perturbed, c, settings, rng), "radius": R}


def examined(
    before: Operator, after: Operator, c: Matrix, settings: PhaseSettings, rng: np.random.Generator
) -> Row:
    pair = Pair(before, after, Guarantee.RIGOROUS_FLOAT)
    rung = first_that_holds(climb(pair, rng))
    ratio, error = ends(pair.sides.ratio)
    unique = rung is not None
    exists, reached = "yes" if unique else existence(after, c), "proved"
    if rung is None or rung > CONVERGENT:
        reached = "yes" if all_reached(after, c, settings) else "undecided"
    left = (pair.sides.margin_after / pair.sides.margin).mid
    return {
        "ratio": ratio,
        "error": error,
        "margin_left": left,
        "rung": rung,
        "unique": unique,
        "exists": exists,
        "reached": reached,
    }


def existence(operator: Operator, C: Matrix) -> str:
    """The answer "yes" if every injection has an equilibrium, "no" if one is proved to have none,
    else "undecided", by all active sets in rationals."""
    n = operator.n
    M, rows = ExactOperator(identity(n) - operator.exact_W), exact(C)
    sets = list(chain.from_iterable(combinations(range(n), k) for k in range(n + 1)))
    worst = "yes"
    for k in range(len(C)):
        c = rows.block([k], range(n)).T
        answers = (M.equilibrium(c, a, corrections=0) for a in _likely_first(operator, C[k], sets))
        kinds: set[Rejected] = set()
        for answer in answers:
            if isinstance(answer, ExactEquilibrium):
                break
            kinds.add(answer)
        else:
            if Rejected.SINGULAR not in kinds:
                return "no"
            worst = "undecided"
    return worst


def _likely_first(
    operator: Operator, c: Matrix, sets: list[tuple[int, ...]]
) -> list[tuple[int, ...]]:
    """The active sets, sorted by the size of wrong signs in floats, which affects only speed."""
    M = np.eye(operator.n) - operator.W

    def wrong(a: tuple[int, ...]) -> float:
        z, units = np.zeros(operator.n), list(a)
        try:
            z[units] = np.linalg.solve(M[np.ix_(units, units)], c[units])
        except np.linalg.LinAlgError:
            return np.inf
        w = M @ z - c
        w[units] = 0.0
        return float(np.maximum(-np.concatenate([z, w]), 0.0).max())

    return sorted(sets, key=wrong)


def all_reached(operator: Operator, C: Matrix, settings: PhaseSettings) -> bool:
    """Whether for every injection some step of the sweep ends near a proved equilibrium."""
    M, rows = ExactOperator(operator.exact_M), exact(C)
    reached = np.zeros(len(C), dtype=np.bool_)
    for factor in settings.steps:
        alpha = factor / operator.lipschitz.hi
        step = ForwardBackward(alpha).iteration(operator, np.float64).step
        z = np.zeros_like(C)
        with np.errstate(over="ignore", invalid="ignore"):
            for _ in range(settings.budget):
                z = np.asarray(step(z, C), dtype=np.float64)
        z = np.where(np.abs(z) < FAR, z, 0.0)
        found = M.equilibria(rows, np.asarray(z > 0))
        for k, answer in enumerate(found):
            if isinstance(answer, ExactEquilibrium):
                gap = float(np.linalg.norm(answer.z - z[k]))
                reached[k] |= gap <= NEAR * max(1.0, float(np.linalg.norm(answer.z)))
        if reached.all():
            return True
    return False


@style.styled
def draw(table: Table) -> "style.Figure":
    figure, panels = style.page((2.3, 2.1, 2.5))
    for panel, draws in zip(panels, (_conditions, _conclusions, _pairs), strict=True):
        draws(ax := panel.subplots(), table)
        style.legend(panel, ax, 3)
    return figure


def _conditions(ax: "style.Axes", table: Table) -> None:
    ratio = table.numbers("ratio")
    which, bins, _ = _binned(ratio)
    # On a logarithmic axis the first and the last bin end where the pairs do.
    edges = [float(ratio.min()), *(EDGES[k] for k in bins[1:]), float(ratio.max())]
    rung = np.nan_to_num(table.numbers("rung"), nan=99.0)
    conditions = [
        (rung <= number, name, color, look) for number, (name, color, look) in CONDITIONS.items()
    ]
    beyond = ratio < table.numbers("radius")
    for holds, name, color, look in (*conditions, (beyond, "$\\|dW\\|_2<R$", style.GRAY, "-.")):
        shares = [float(holds[which == k].mean()) for k in bins]
        ax.stairs(shares, edges, baseline=None, ls=look, ec=color, lw=1.2, label=name)
    _shares(ax, "(a) conditions: proved for so many pairs")


def _conclusions(ax: "style.Axes", table: Table) -> None:
    which, bins, middles = _binned(table.numbers("ratio"))
    kinds = (
        (np.array(table.words("exists")) == "yes", "s", style.VERMILLION, "every input has one"),
        (np.array(table.cells("unique"), dtype=np.bool_), "o", style.BLACK, "and only one"),
        (np.array(table.words("reached")) != "undecided", "^", style.BLUE, "FB arrives"),
    )
    for holds, marker, color, name in kinds:
        shares = [float(holds[which == k].mean()) for k in bins]
        ax.plot(middles, shares, marker=marker, color=color, mfc="white", lw=0.6, label=name)
    _shares(ax, "(b) conclusions: hold for so many pairs")


def _binned(ratio: Vector) -> tuple[Integers, list[int], list[float]]:
    """Bin of each pair, the bins that have any, and the median of each."""
    which = np.digitize(ratio, EDGES) - 1
    bins = [k for k in range(len(EDGES) - 1) if (which == k).any()]
    return which, bins, [float(np.median(ratio[which == k])) for k in bins]


def _shares(ax: "style.Axes", title: str) -> None:
    ax.axvline(1.0, color=style.GRAY, lw=0.8, ls="--")
    ax.set(xscale="log", ylim=(-0.03, 1.05), xlabel="$\\|dW\\|_2/m$", ylabel="share of pairs")
    ax.set_title(title)


def _pairs(ax: "style.Axes", table: Table) -> None:
    x, y = table.numbers("ratio"), table.numbers("margin_left")
    unique = np.array(table.cells("unique"), dtype=np.bool_)
    kinds = (
        (unique, "o", style.BLUE, "unique, proved"),
        (~unique, "x", style.VERMILLION, "two equilibria, proved"),
    )
    for kept, marker, color, label in kinds:
        ax.plot(x[kept], y[kept], marker, color=color, ms=2.2, mew=0.6, label=label)
    line = np.geomspace(x.min(), x.max(), 100)
    ax.plot(line, 1 - line, "--", color=style.BLACK, lw=0.9, label="$1-\\|dW\\|_2/m$")
    ax.axhline(0.0, color=style.GRAY, lw=0.6)
    ax.axvline(1.0, color=style.GRAY, lw=0.8, ls="--")
    ax.set_yscale("symlog", linthresh=1.0)
    ax.set(xscale="log", xlabel="$\\|dW\\|_2/m$", ylabel="$\\tilde m/m$")
    ax.set_title("(c) what is left of the margin")
