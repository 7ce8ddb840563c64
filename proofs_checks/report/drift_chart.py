"""Charts of the drift of equilibria at each bit-width: published bound, sharper bound, actual."""

from collections.abc import Mapping
from math import log10
from typing import Any

from markupsafe import Markup

from mondeq_ref.report.digits import percent_at_most
from proofs_checks.report.chart import LEFT, Frame, decades, picture, text

# The JSON keys and their names in the chart, in the order in which they are drawn.
SIDES = {"paper": "the paper's bound", "sharper": "the sharper bound", "actual": "actual"}
WIDTH, HEIGHT = 340.0, 210.0
DIGIT = 7.0  # at most the width of a character of a label


def drift_chart(entry: Mapping[str, Any]) -> Markup:
    """A chart of one network; empty where no drift is known."""
    rows = [row for row in entry["rows"] if row.get("drift")]
    values = [
        row["drift"][side] for row in rows for side in SIDES if row["drift"][side] is not None
    ]
    positive = [value for value in values if value > 0]
    if not positive:
        return Markup()
    low, high = decades(positive)
    powers = range(round(log10(low)), round(log10(high)) + 1)
    ticks = [(10.0**power, f"{100 * 10.0**power:,.10g} %") for power in powers]
    longest = max(len(words) for _, words in ticks)
    frame = Frame(WIDTH, HEIGHT, low, high, max(LEFT, 6 + DIGIT * longest))
    parts = [frame.axis(ticks)]
    for number, row in enumerate(rows):
        x = frame.column(number, len(rows))
        parts.append(text(x, HEIGHT - BOTTOM_LABEL, str(row["bits"])))
        for side in SIDES:
            value = row["drift"][side]
            if value is not None and value > 0:
                parts.append(_mark(side, x, frame.y(value), row["bits"], value))
    parts.append(text((WIDTH + frame.left) / 2, HEIGHT - 6, "bits"))
    title = f"Drift of {entry['operator']}, {entry['what']}"
    return picture(WIDTH, HEIGHT, title, _words(rows), Markup().join(parts))


BOTTOM_LABEL = 24.0


def _mark(side: str, x: float, y: float, bits: int, value: float) -> Markup:
    """A dash for the paper's bound, a ring for the sharper bound, a dot for the actual drift."""
    shapes = {
        "paper": '<path class="paper" d="M{left:.1f} {y:.1f}H{right:.1f}">{title}</path>',
        "sharper": '<circle class="hollow sharper" cx="{x:.1f}" cy="{y:.1f}" r="4">'
        "{title}</circle>",
        "actual": '<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="3.5">{title}</circle>',
    }
    title = Markup("<title>{} bits, {}: at most {}</title>").format(
        bits, SIDES[side], percent_at_most(value)
    )
    return Markup(shapes[side]).format(x=x, y=y, left=x - 9, right=x + 9, title=title)


def _words(rows: list[Mapping[str, Any]]) -> str:
    said = [
        f"at {row['bits']} bits at most {percent_at_most(row['drift']['actual'])}"
        for row in rows
        if row["drift"]["actual"] is not None
    ]
    return "Certified drift as a share of the equilibrium's length: " + ", ".join(said)
