"""Figure 3: accuracy and ||dW||_2/m after post-training quantization and after training with it.

Rows named `... as published` use the points that Peaceman-Rachford returns under the published
settings (at 1/L~, at most 500 iterations, relative step 1e-5, float32), without bit-widths whose
m~ is not positive.  All other rows are at exact equilibria: an input counts as right when its
equilibrium is proved to exist and the class there is right.  W, U and b are quantized, but the
series named in `KEPT` keep U and b.  The marks are those of `numbers.proved_ways`.

`error` is the share of inputs whose class the certified distances leave open, or, for the
published settings, the change in float64; `sampling_error` is the binomial standard error of a
test set of this size, and `seed_low`, `seed_high` span ||dW||_2/m over the float seeds;
`seed_worst`, `seed_best` span their accuracy, where vectors x are given (injections of the other
seeds do not ship).  `recorded` is the accuracy at the equilibria of all test images; `seen` is that
on the training images, at the points where the training's solver stopped.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from mondeq_ref.arrays import Integers
from mondeq_ref.instances.shipped import document
from mondeq_ref.quantize import Quantized, Quantizer, What, quantize
from paper_figures.drawing import marks, style
from paper_figures.numbers import accuracy, proved_ways
from paper_figures.numbers.subject import FigureSubject, as_injections
from paper_figures.numbers.table import ANOTHER_OPERATOR, Cell, Comparison, Row, Table, tabulated

TITLE = "Quantization-aware against post-training quantization"
CAPTION = (
    "(a), (b) The published protocol, with our networks and, hollow, the published values; a cross "
    "at the foot: no accuracy, as in the published figure, because m~ <= 0. Every network here was "
    "trained by this project: 'released' by the released recipe, 'no alpha' without the factor "
    "alpha of its gradients. (c) to (f) Exact equilibria, so that no point is missing; left, "
    "quantized after training, right, trained to be quantized. Filled: solvers converge for every "
    "input, proved; open: every input has an equilibrium, proved; crosses: neither is. U and b are "
    "quantized too, but in the series marked with a star. Dotted: ||dW||_2 = m. Accuracy is on an "
    "axis that is logarithmic in the error rate. Thin whiskers: sampling error; thick: the range "
    "over the operators trained from other seeds."
)
COLUMNS = ("series", "bits", "accuracy", "error", "sampling_error", *proved_ways.COLUMNS)
COLUMNS = (*COLUMNS, "lipschitz", "seed_low", "seed_high", "seed_worst", "seed_best")
COLUMNS = (*COLUMNS, "inputs", "unproved", "recorded", "seen")
TOP = 0.995  # of the accuracy
APART = 0.13  # between the points of two series at one width
FLOAT = 32  # stands for the unquantized operator
PTQ_PUBLISHED, QAT_PUBLISHED = "PTQ as published", "QAT as published"
AFTER: dict[str, marks.Look] = {
    "PTQ": marks.WAYS[proved_ways.PUBLISHED],
    "PTQ, identity exact": marks.WAYS[proved_ways.IDENTITY],
    "PTQ, diagonal exact": marks.WAYS[proved_ways.DIAGONAL],
    "PTQ, safe": marks.WAYS[proved_ways.SAFE],
    "PTQ of the factors": marks.WAYS[proved_ways.STRUCTURED],
}
TRAINED: Mapping[str, tuple[str, marks.Look]] = {
    "qat-released": ("QAT, released", (style.VERMILLION, "o", ":")),
    "qat-paper": ("QAT, no alpha", (style.PURPLE, "v", ":")),
    "qat-exact": ("QAT, exact solves", (style.BLACK, "P", "--")),
    "penalty": ("QAT, margin penalty", (style.BROWN, "*", "-")),
    "structured": ("QAT of the factors", (style.GREEN, "^", "-.")),
    "identity": ("QAT, identity exact", (style.ORANGE, "s", "--")),
    "identityUb": ("QAT, identity, U, b", (style.BLUE, "p", "-")),
}
TRAINED_LOOKS: dict[str, marks.Look] = dict(TRAINED.values())
KEPT = ("PTQ, safe", "QAT, identity exact")  # series whose U and b stay in float
KINDS: tuple[tuple[str, What], ...] = (
    ("PTQ", "WUb"),
    ("PTQ, identity exact", "KUb"),
    ("PTQ, diagonal exact", "offdiagonalUb"),
    ("PTQ of the factors", "factorsUb"),
)


@dataclass(frozen=True)
class TrainedSettings:
    bits: tuple[int, ...] = (8, 6, 4, 3, 2, 1)
    published: tuple[int, ...] = (8, 6, 4)
    chosen: tuple[int, ...] = (4, 3, 2)  # at which the safe codes are looked for
    inputs: int | None = None  # all of them
    seed: int = 0


SETTINGS = TrainedSettings()


@tabulated(COLUMNS, ("series", "bits"), "accuracy")
def compute(subject: FigureSubject, settings: TrainedSettings = SETTINGS) -> Iterator[Row]:
    some = slice(settings.inputs)
    if subject.labels is not None and subject.operator.head is not None:
        yield from _after(subject, subject.labels[some], settings)
    for member in subject.members:
        quantized, kind = member.trained.quantized, member.name.rpartition("-")[0]
        if quantized is None or member.c is None or member.labels is None:
            continue
        bits = quantized.quantizer.bits
        if kind not in TRAINED or bits not in settings.bits:
            continue
        c, labels = member.c.rows(some), member.labels[some]
        about = _about(quantized, settings) | {
            "recorded": member.test["accuracy"],
            "seen": member.seen,
        }
        yield about | {"series": TRAINED[kind][0]} | accuracy.exactly(quantized.operator, c, labels)
        if kind == "qat-released":
            run = accuracy.as_published(quantized.operator, c, labels)
            yield about | {"series": QAT_PUBLISHED} | run


def _after(subject: FigureSubject, labels: Integers, settings: TrainedSettings) -> Iterator[Row]:
    """The operator as it was trained in float, and quantized after that."""
    some, operator = slice(settings.inputs), subject.operator
    about: dict[str, Cell] = {"series": "float", "bits": FLOAT}
    about |= {"margin": operator.margin.mid, "lipschitz": operator.lipschitz.mid}
    yield about | accuracy.exactly(operator, subject.c.rows(some), labels)
    for series, what in KINDS:
        if what == "factorsUb" and operator.factors is None:
            continue
        for bits in settings.bits:
            moved = subject.c_quantized.get(bits)
            if moved is None:
                continue
            quantized, c = quantize(operator, Quantizer(bits), what), moved.rows(some)
            about = _about(quantized, settings) | _seeds(subject, bits, what, some)
            yield about | {"series": series} | accuracy.exactly(quantized.operator, c, labels)
            if what == "WUb" and bits in settings.published:
                run = accuracy.as_published(quantized.operator, c, labels)
                exact = {"seed_worst": None, "seed_best": None}  # not of the published protocol
                yield about | exact | {"series": PTQ_PUBLISHED} | run
    for bits in sorted({*settings.chosen} & {*settings.bits}, reverse=True):
        for name, row in proved_ways.ways(operator, bits, settings.seed, [proved_ways.SAFE]):
            # Another machine may find other safe codes, which the error allows for.
            found = accuracy.exactly(row.quantized.operator, subject.c.rows(some), labels)
            about = {"series": "PTQ, safe", "bits": bits}
            yield about | proved_ways.cells(name, row) | accuracy.of_other_codes(found)


def _about(quantized: Quantized, settings: TrainedSettings) -> dict[str, Cell]:
    bits = quantized.quantizer.bits
    row = proved_ways.proved(quantized, np.random.default_rng([settings.seed, bits]))
    return {"bits": bits} | proved_ways.cells("", row)


def _seeds(subject: FigureSubject, bits: int, what: What, some: slice) -> dict[str, Cell]:
    """The range of the ratio, and of the accuracy, over the operators of all float seeds."""
    floats = [m.trained.factors for m in subject.members if m.trained.quantized is None]
    moved = [quantize(each, Quantizer(bits), what) for each in floats]
    ratios = [each.ratio.mid for each in moved]
    found: dict[str, Cell] = {"seed_low": min(ratios), "seed_high": max(ratios)} if ratios else {}
    if ratios and subject.vectors is not None and subject.labels is not None:
        labels = subject.labels[some]
        shares: list[float] = []
        for each in moved:
            c = as_injections(subject.vectors, each.operator).rows(some)
            shares.append(float(accuracy.is_right(each.operator, c, labels)[0].mean()))
        found |= {"seed_worst": min(shares), "seed_best": max(shares)}
    return found


@style.styled
def draw(table: Table) -> "style.Figure":
    figure, (top, below) = style.page((1.9, 4.6))
    _draw_published(top, table)
    panels = below.subplots(2, 2, sharex="col", sharey="row")
    for column, looks in enumerate((AFTER, TRAINED_LOOKS)):
        for row, name in enumerate(("accuracy", "ratio")):
            _draw_exact(panels[row, column], table, name, looks)
    style.accuracy_axis(panels[0, 0])
    panels[0, 0].set_ylim(top=TOP)
    panels[0, 0].set_title("(c) after training")
    panels[0, 1].set_title("(d) trained for it")
    panels[1, 0].set(title="(e) perturbation", ylabel="$\\|dW\\|_2/m$", yscale="log")
    panels[1, 1].set_title("(f) perturbation")
    present = set(table.words("series"))
    handles = marks.series_handles(_starred(AFTER), _starred(dict.fromkeys(present)))
    handles += marks.mark_handles({*table.words("mark")})
    handles += marks.series_handles(_starred(TRAINED_LOOKS), _starred(dict.fromkeys(present)))
    below.legend(handles=handles, loc="outside lower center", ncols=2)
    return figure


def _starred(named: dict[str, Any]) -> dict[str, Any]:
    return {f"{name} *" if name in KEPT else name: value for name, value in named.items()}


def _draw_published(panel: Any, table: Table) -> None:
    left, right = panel.subplots(1, 2)
    theirs = document("published.json")["figure_3"]["companion"]
    for series, key, color, marker, side in (
        (PTQ_PUBLISHED, "ptq", style.BLUE, "o", -0.13),
        (QAT_PUBLISHED, "qat", style.ORANGE, "s", 0.13),
    ):
        rows = table.where({"series": series}).named()
        word = key.upper()
        for ax, name, unit in ((left, "accuracy", 100.0), (right, "ratio", 1.0)):
            points = list(reversed(theirs[key]))
            x = np.arange(len(points)) + side
            ours = [rows.get((series, point["bits"]), {}) for point in points]
            found = [row.get(name) for row in ours]
            known = [isinstance(value, float) for value in found]
            y = np.array([v if k else np.nan for v, k in zip(found, known, strict=True)], float)
            ax.plot(x, y, "-", marker=marker, color=color, label=f"{word}, our training", zorder=3)
            for xi, row in zip(x, ours, strict=True):
                marks.whiskers(ax, float(xi), row, name)
                if row and not isinstance(row.get(name), float):
                    ax.plot(xi, 0.05, "x", color=color, transform=ax.get_xaxis_transform(), ms=5)
            values = [np.nan if p[name] is None else p[name] / unit for p in points]
            look = {"mfc": "none", "color": color, "ms": 6, "label": f"{word}, published"}
            ax.plot(x, values, ls="none", marker=marker, **look)
    widths = [str(point["bits"]) for point in reversed(theirs["ptq"])]
    for ax in (left, right):
        ax.set_xticks(range(len(widths)), widths)
        ax.set(xlabel="bits", xlim=(-0.5, len(widths) - 0.5))
    style.accuracy_axis(left)
    left.set_title("(a) published protocol")
    right.set(title="(b) published protocol", ylabel="$\\|dW\\|_2/m$", yscale="log", ylim=(0.1, 9))
    right.yaxis.set_minor_formatter("")
    right.axhline(1.0, color=style.BLACK, ls=":", lw=0.8)
    style.legend(panel, left, 2)


def _draw_exact(ax: "style.Axes", table: Table, name: str, looks: Mapping[str, marks.Look]) -> None:
    for place, (series, look) in enumerate(looks.items()):
        rows = table.where({"series": series})
        x = -rows.numbers("bits") + APART * (place - (len(looks) - 1) / 2)
        marks.points(ax, x, rows.numbers(name), rows.words("mark"), look)
        for xi, row in zip(x, rows.named().values(), strict=True):
            marks.whiskers(ax, float(xi), row, name)
    widths = sorted({int(bits) for bits in table.numbers("bits") if bits < FLOAT})
    ax.set_xticks([-bits for bits in widths], [str(bits) for bits in widths])
    ax.set_xlim(-widths[-1] - 0.6, -widths[0] + 0.6)
    if name == "ratio":
        ax.axhline(1.0, color=style.BLACK, ls=":", lw=0.8, zorder=1)
        ax.set_xlabel("bits")


def compare(table: Table, numbers: Mapping[str, Any]) -> Iterator[Comparison]:
    """Accuracy, ratio and quantized margin of every published bar."""
    rows = table.named()
    yield from _compare_float(rows.get(("float", FLOAT), {}), numbers["float_model"])
    for key, series in (("ptq", PTQ_PUBLISHED), ("qat", QAT_PUBLISHED)):
        for point in numbers["figure_3"]["companion"][key]:
            row = rows.get((series, point["bits"]), {})
            for name, mine, unit in (
                ("accuracy", "accuracy", 100.0),
                ("ratio", "ratio", 1.0),
                ("quantized_margin", "margin", 1.0),
            ):
                value = row.get(mine)
                assert not isinstance(value, str)
                ours = None if value is None else unit * value
                what = f"{key.upper()}, {point['bits']} bits: {name}"
                yield Comparison(what, point[name], ours, _why(key, name, row))


def _compare_float(row: Row, theirs: Mapping[str, Any]) -> Iterator[Comparison]:
    m, L, share = (row.get(name) for name in ("margin", "lipschitz", "accuracy"))
    if not (isinstance(m, float) and isinstance(L, float) and isinstance(share, float)):
        return
    ours = {"test_accuracy": 100 * share, "margin": m, "lipschitz": L, "kappa": L / m}
    for name, value in ours.items():
        why = _why("float", name.removeprefix("test_"), row)
        yield Comparison(f"float: {name}", theirs[name], value, why)


def _why(key: str, name: str, row: Mapping[str, Cell]) -> str:
    fewer = ", fewer inputs" if name == "accuracy" else ""
    seen = row.get("seen")
    if key != "qat" or not isinstance(seen, float):
        return f"{ANOTHER_OPERATOR}{fewer}"
    return (
        f"{ANOTHER_OPERATOR}{fewer}: its training stops iterating at a relative step of 1e-2, and "
        f"was right on {seen:.1%} of the training images at the points where it stopped, which "
        "need not be near equilibria"
    )
