"""The figures of `sweep report`: how many operators are proved at each bit-width, and accuracy."""

import io
from itertools import groupby
from operator import itemgetter
from typing import Any

Found = dict[str, Any]
METADATA = {"Software": None}  # without the version of Matplotlib
RUNGS = range(1, 9)


def figures(found: Found) -> dict[str, bytes]:
    """PNG files by name; none where there are no records to draw."""
    made: dict[str, bytes] = {}
    for (what, quantizer), group in groupby(found["rows"], itemgetter("what", "quantizer")):
        rows = list(group)
        name = f"{what}-{''.join(c if c.isalnum() else '-' for c in quantizer)}"
        made[f"rungs-{name}.png"] = _rungs(f"{what}, {quantizer}", rows)
        if any(row["accuracy"] for row in rows):
            made[f"accuracy-{name}.png"] = _accuracy(f"{what}, {quantizer}", rows)
    return made


def _axes(title: str) -> tuple[Any, Any]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 3.6), layout="constrained")
    axes = figure.add_subplot()
    axes.set_title(title, fontsize=10)
    axes.set_xlabel("bits")
    return figure, axes


def _png(figure: Any) -> bytes:
    data = io.BytesIO()
    figure.savefig(data, format="png", dpi=150, metadata=METADATA)
    return data.getvalue()


def _rungs(title: str, rows: list[Found]) -> bytes:
    """The share of the operators by the first rung that is proved, one bar per bit-width."""
    from matplotlib import colormaps

    figure, axes = _axes(f"first rung that is proved: {title}")
    bits = [row["bits"] for row in rows]
    below = [0.0] * len(rows)
    for rung in RUNGS:
        shares = [row["first_rungs"].get(str(rung), 0) / row["cases"] for row in rows]
        if any(shares):
            color = colormaps["viridis"](1 - rung / len(RUNGS))
            axes.bar(bits, shares, bottom=below, color=color, label=f"rung {rung}")
            below = [a + b for a, b in zip(below, shares, strict=True)]
    nothing = [1 - share for share in below]
    axes.bar(bits, nothing, bottom=below, color="lightgray", label="none")
    axes.set_ylabel("share of the operators")
    axes.set_xticks(bits)
    axes.set_ylim(0, 1)
    figure.legend(loc="outside right", fontsize=8)
    return _png(figure)


def _accuracy(title: str, rows: list[Found]) -> bytes:
    """The median accuracy over the operators, with its range."""
    figure, axes = _axes(f"accuracy: {title}")
    rows = [row for row in rows if row["accuracy"] is not None]
    bits = [row["bits"] for row in rows]
    least, middle, most = (
        [row["accuracy"][part] for row in rows] for part in ("least", "median", "most")
    )
    axes.fill_between(bits, least, most, alpha=0.3, label="least to most")
    axes.plot(bits, middle, marker="o", label="median")
    axes.set_ylabel("accuracy")
    axes.set_xticks(bits)
    axes.legend(fontsize=8)
    return _png(figure)
