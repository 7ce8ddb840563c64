"""What training with the released recipe gives from several seeds, beside what is published of it.

The networks of one seed ship; of those of other seeds `data/seeds.json` has the numbers alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from mondeq_ref.instances import shipped

Record = dict[str, Any]
RELEASED, WITHOUT_FACTOR = "qat-released", "qat-paper"
ENOUGH = 3  # seeds: fewer give no word
RULE = (
    "reproduced: the published number, as it is rounded, lies in the range over the seeds; "
    "open: it misses it by at most the length of the range; not reproduced: by more"
)
TOO_FEW = "too few seeds"
MEANING = {
    "reproduced": "reproduced: inside",
    "open": "open: outside, by at most the range",
    "not reproduced": "not reproduced: outside, by more than the range",
    TOO_FEW: TOO_FEW,
}
# Name in a record -> name in published.json; the accuracy is in percent there, and is said to be
# that at equilibria.
NUMBERS = {
    "margin": "margin",
    "quantized_margin": "quantized_margin",
    "ratio": "ratio",
    "accuracy": "accuracy",
    "accuracy_where_training_stops": "accuracy",
}


def other_seeds() -> list[Record]:
    """The runs whose networks do not ship."""
    return shipped.document("seeds.json")["runs"]


def runs(recipe: str, bits: int) -> list[Record]:
    """Those of all seeds, the shipped one first: `recipe` is "qat-released" or "qat-paper"."""
    name = f"{recipe}-{bits}"
    known = [*shipped.document("replication.json")["qat"], *other_seeds()]
    return [run for run in known if run["name"] == name or run["name"].startswith(f"{name}-")]


@dataclass(frozen=True)
class Spread:
    """One number over the seeds, and the published one."""

    values: tuple[float, ...]
    published: float

    @property
    def ends(self) -> tuple[float, float]:
        return min(self.values), max(self.values)

    @property
    def verdict(self) -> str:
        """The word of RULE; none with fewer than three seeds.  With three seeds: of normal numbers
        a fourth lies within the range of three others 50 times in 100, and not farther from it than
        its length 87 times."""
        if len(self.values) < ENOUGH:
            return TOO_FEW
        digits = Decimal(str(self.published)).as_tuple().exponent
        assert isinstance(digits, int)
        least, greatest = self.ends
        away = max(least - self.published, self.published - greatest) - 0.5 * 10.0**digits
        if away <= 0:
            return "reproduced"
        return "open" if away <= greatest - least else "not reproduced"


def spreads(bits: int, recipe: str = RELEASED) -> dict[str, Spread]:
    """Each of NUMBERS over the seeds; accuracies in percent."""
    made = runs(recipe, bits)
    theirs = published_training(bits)
    return {
        name: Spread(tuple(_number(run[name]) for run in made), theirs[published])
        for name, published in NUMBERS.items()
        if made
    }


def published_training(bits: int) -> Mapping[str, Any]:
    """What the paper reports of its quantization-aware training at this width."""
    rows = shipped.document("published.json")["figure_3"]["companion"]["qat"]
    return next(row for row in rows if row["bits"] == bits)


def _number(cell: Any) -> float:
    """The middle of an enclosure, or a share in percent."""
    return (cell[0] + cell[1]) / 2 if isinstance(cell, list) else 100 * cell
