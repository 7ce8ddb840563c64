"""Figure 3: accuracy and ||dW||_2/m after post-training quantization and after training with it.

Rows named `... as published` use the points that Peaceman-Rachford returns under the published
settings (at 1/L~, at most 500 iterations, relative step 1e-5, float32), without bit-widths whose
m~ is not positive.  All other rows are at exact equilibria: an input counts as right when its
equilibrium is proved to exist and the class there is right.  W, U and b are quantized, but
`QAT, identity exact` keeps U and b.

`error` is the share of inputs whose class the certified distances leave open, or, for the
published settings, the change in float64; `sampling_error` is the binomial standard error of a
test set of this size, and `seed_low`, `seed_high` span ||dW||_2/m over the float seeds;
`seed_worst`, `seed_best` span their accuracy, where vectors x are given (injections of the other
seeds do not ship).  `recorded` is the accuracy on all test images after training, `seen` the one
on the training images, at the points where the training's solver stopped.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mondeq_ref.quantize import Quantized, Quantizer, What, quantize
from paper_figures.drawing import bars, style
from paper_figures.numbers import accuracy
from paper_figures.numbers.published import ANOTHER_OPERATOR, published
from paper_figures.numbers.subject import FigureSubject, as_injections
from paper_figures.numbers.table import Cell, Comparison, Table, TableRows, ends
from paper_figures.run import alone

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

TITLE = "Quantization-aware against post-training quantization"
CAPTION = (
    "Top: the published protocol with the published values as diamonds; a cross marks the bar "
    "that the published figure leaves out because m~ <= 0. Below: exact equilibria everywhere, so "
    "that no bar is missing, and more ways to quantize: the factors instead of W, training with "
    "a margin penalty, training the quantized factors, training with W - t I quantized and t kept "
    "(with U and b in float, or quantized too). Dotted: the condition ||dW||_2 = m. The "
    "accuracy axis is logarithmic in the error rate. Whiskers: sampling error; for the ratio, the "
    "range over the operators trained from other seeds."
)
COLUMNS = ("series", "bits", "accuracy", "error", "sampling_error", "ratio", "ratio_error")
COLUMNS = (*COLUMNS, "margin", "lipschitz", "seed_low", "seed_high", "seed_worst", "seed_best")
COLUMNS = (*COLUMNS, "inputs", "unproved", "recorded", "seen")
FLOAT = 32  # stands for the unquantized operator
PTQ_PUBLISHED, QAT_PUBLISHED = "PTQ as published", "QAT as published"
LOOKS = {
    "PTQ": (style.SKY, ""),
    "PTQ of the factors": (style.BLUE, "///"),
    "QAT, released": (style.ORANGE, "--"),
    "QAT, no alpha": ("#CC79A7", "++"),
    "QAT, exact solves": (style.VERMILLION, "xxx"),
    "QAT, margin penalty": ("#CCCCCC", "..."),
    "QAT of the factors": (style.GREEN, "\\\\\\"),
    "QAT, identity exact": ("#F0E442", "oo"),
    "QAT, identity, U, b": (style.ORANGE, "**"),
}
TRAINED = {
    "qat-released": "QAT, released",
    "qat-paper": "QAT, no alpha",
    "qat-exact": "QAT, exact solves",
    "penalty": "QAT, margin penalty",
    "structured": "QAT of the factors",
    "identity": "QAT, identity exact",
    "identityUb": "QAT, identity, U, b",
}


@dataclass(frozen=True)
class TrainedSettings:
    bits: tuple[int, ...] = (8, 6, 4, 3, 2, 1)
    published: tuple[int, ...] = (8, 6, 4)
    inputs: int | None = None  # all of them
    seed: int = 0


SETTINGS = TrainedSettings()


def compute(subject: FigureSubject, settings: TrainedSettings = SETTINGS) -> Table:
    made = TableRows(COLUMNS)
    for row in _rows(subject, settings):
        made.add(row)
    return made.table(("series", "bits"), "accuracy")


def _rows(subject: FigureSubject, settings: TrainedSettings) -> Iterator[dict[str, Cell]]:
    some = slice(settings.inputs)
    if subject.labels is not None and subject.operator.head is not None:
        whole = accuracy.exactly(subject.operator, subject.c.rows(some), subject.labels[some])
        about: dict[str, Cell] = {
            "series": "float",
            "bits": FLOAT,
            "margin": subject.operator.margin.mid,
            "lipschitz": subject.operator.lipschitz.mid,
        }
        yield about | whole
    kinds: tuple[tuple[str, What], ...] = (("PTQ", "WUb"), ("PTQ of the factors", "factorsUb"))
    for series, what in kinds:
        if what == "factorsUb" and subject.operator.factors is None:
            continue
        for bits in settings.bits:
            moved = subject.c_quantized.get(bits)
            if moved is None or subject.labels is None or subject.operator.head is None:
                continue
            quantized = quantize(subject.operator, Quantizer(bits), what)
            c, labels = moved.rows(some), subject.labels[some]
            about = _about(quantized, bits) | _seeds(subject, bits, what, some)
            yield about | {"series": series} | accuracy.exactly(quantized.operator, c, labels)
            if what == "WUb" and bits in settings.published:
                run = accuracy.as_published(quantized.operator, c, labels)
                yield about | {"series": PTQ_PUBLISHED} | run
    for member in subject.members:
        quantized, kind = member.trained.quantized, member.name.rpartition("-")[0]
        if quantized is None or member.c is None or member.labels is None:
            continue
        bits = quantized.quantizer.bits
        if kind not in TRAINED or bits not in settings.bits:
            continue
        c, labels = member.c.rows(some), member.labels[some]
        about = _about(quantized, bits) | {"recorded": member.test["accuracy"], "seen": member.seen}
        yield about | {"series": TRAINED[kind]} | accuracy.exactly(quantized.operator, c, labels)
        if kind == "qat-released":
            run = accuracy.as_published(quantized.operator, c, labels)
            yield about | {"series": QAT_PUBLISHED} | run


def _about(quantized: Quantized, bits: int) -> dict[str, Cell]:
    ratio, error = ends(quantized.ratio)
    margin = quantized.operator.margin.mid
    return {"bits": bits, "ratio": ratio, "ratio_error": error, "margin": margin}


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
def draw(table: Table) -> "Figure":
    figure, (top, middle, bottom) = style.page((1.9, 1.75, 2.35))
    left, right = top.subplots(1, 2)
    theirs = published()["figure_3"]["companion"]
    for k, (series, key, color, hatch) in enumerate(
        (
            (PTQ_PUBLISHED, "ptq", style.SKY, ""),
            (QAT_PUBLISHED, "qat", style.ORANGE, "--"),
        )
    ):
        rows = table.where({"series": series}).named()
        for place, point in enumerate(reversed(theirs[key])):
            x, row = place + 0.4 * k - 0.2, rows.get((series, point["bits"]), {})
            bars.bar(left, x, row, "accuracy", 0.38, (color, hatch), series)
            bars.bar(right, x, row, "ratio", 0.38, (color, hatch), None)
            bars.diamond(left, x, point["accuracy"], 100.0, "published")
            bars.diamond(right, x, point["ratio"], 1.0, None)
    for ax in (left, right):
        ax.set_xticks(range(3), [f"{p['bits']}" for p in reversed(theirs["ptq"])])
        ax.set_xlabel("bits")
    bars.accuracy_axis(left)
    left.set_title("(a) published protocol")
    right.set(title="(b) published protocol", ylabel="$\\|dW\\|_2/m$", yscale="log", ylim=(0.1, 9))
    right.yaxis.set_minor_formatter("")
    right.axhline(1.0, color=style.BLACK, ls=":", lw=0.8)
    style.legend(top, left, 3)
    for panel, name in ((middle, "accuracy"), (bottom, "ratio")):
        _draw_exact(panel.subplots(), table, name)
    style.legend(bottom, bottom.axes[0], 3)
    return figure


def _draw_exact(ax: "Axes", table: Table, name: str) -> None:
    widths = sorted({int(b) for b in table.numbers("bits") if b < FLOAT}, reverse=True)
    for place, bits in enumerate(widths):
        present = [s for s in LOOKS if len(table.where({"series": s, "bits": bits}))]
        width = 0.86 / max(len(present), 1)
        for k, series in enumerate(present):
            row = table.where({"series": series, "bits": bits}).named()[series, bits]
            x = place + (k - (len(present) - 1) / 2) * width
            bars.bar(ax, x, row, name, 0.9 * width, LOOKS[series], series)
    ax.set_xticks(range(len(widths)), [str(bits) for bits in widths])
    ax.set_xlabel("bits")
    if name == "accuracy":
        bars.accuracy_axis(ax)
        ax.set_title("(c) accuracy at exact equilibria")
    else:
        ax.axhline(1.0, color=style.BLACK, ls=":", lw=0.8)
        ax.set(title="(d) perturbation", ylabel="$\\|dW\\|_2/m$", yscale="log")


def compare(table: Table, numbers: Mapping[str, Any]) -> list[Comparison]:
    """Accuracy, ratio and quantized margin of every published bar."""
    rows = table.named()
    found = _compare_float(rows.get(("float", FLOAT), {}), numbers["float_model"])
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
                found.append(Comparison(what, point[name], ours, _why(key, name, row)))
    return found


def _compare_float(row: Mapping[str, Cell], theirs: Mapping[str, Any]) -> list[Comparison]:
    m, L, share = (row.get(name) for name in ("margin", "lipschitz", "accuracy"))
    if not (isinstance(m, float) and isinstance(L, float) and isinstance(share, float)):
        return []
    ours = {"test_accuracy": 100 * share, "margin": m, "lipschitz": L, "kappa": L / m}
    return [
        Comparison(
            f"float: {name}", theirs[name], value, _why("float", name.removeprefix("test_"), row)
        )
        for name, value in ours.items()
    ]


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


def main() -> None:
    alone(Path(__file__).stem)


if __name__ == "__main__":
    main()
