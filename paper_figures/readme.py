"""The text of paper_figures/README.md, computed from the JSON files of a run.

`python -m paper_figures.readme` rewrites the file from paper_figures/out.
"""

import json
from pathlib import Path
from typing import Any

from mondeq_ref.files.atomic import write_atomically
from paper_figures.run import NAMES

HERE = Path(__file__).parent
OUT = HERE / "out"
HEAD = """# The figures

Made by

```sh
mondeq-ref figures --out paper_figures/out      # the same: python -m paper_figures --out ...
python -m paper_figures.readme                  # this page, from the JSON files of that run
```

from the operators and inputs that ship, offline. Beside every picture lie a CSV with every number
in it and the numerical error of each, and a JSON with provenance, settings, and the published
values with their deviations; the run writes PDF and SVG too. For your own weights:

```sh
mondeq-ref figures --operator weights.pt --inputs mnist --out my-figures
```

Numbers come from runs only. Published numbers are overlaid from `data/published.json`. A run that
its budget cut short is called undecided, never divergent: divergence is a proof.
One figure alone: `mondeq-ref figures --only NAME`. From Python: `paper_figures/figures/NAME.py` has
`compute(subject, settings) -> Table`, `draw(table) -> Figure` and, where the paper has numbers for
it, `compare(table, numbers)`.
"""
NUMBERS = """## Every published number

Ours by the same protocol, the deviation relative to the published number, and why. "Another
trained operator" means: the published weights do not ship with this project; the operators here
were trained anew by the published recipe, with other random numbers. With the published weights
(`--operator`) and the first 64 test images Figure 1 gives its published points: iterations within
1 %, ratios to three digits up to 16 bits; a test holds it to that.
"""
TABLE = "| figure | number | published | ours | deviation | why |\n|---|---|---|---|---|---|"


def page(folder: Path = OUT) -> str:
    """The text, from the JSON files in `folder`."""
    made = [json.loads((folder / f"{name}.json").read_text(encoding="utf-8")) for name in NAMES]
    rows = [row for one in made for row in _numbers(one)]
    parts = [HEAD, *(_picture(one, folder.name) for one in made), NUMBERS]
    return "\n".join([*parts, TABLE, *rows]) + "\n"


def _picture(one: dict[str, Any], folder: str) -> str:
    files = ", ".join(f"[{kind}]({folder}/{one['name']}.{kind})" for kind in ("csv", "json"))
    return (
        f"## {one['title']}\n\n"
        f"![{one['title']}]({folder}/{one['png']})\n\n"
        f"`{one['name']}`: {one['caption']} ({one['count']} rows: {files})\n"
    )


def _numbers(one: dict[str, Any]) -> list[str]:
    found: list[str] = []
    for row in one["published"]:
        deviation = "" if row["deviation"] is None else f"{row['deviation']:+.1%}"
        numbers = f"{_shown(row['published'])} | {_shown(row['ours'])} | {deviation}"
        found.append(f"| {one['name']} | {row['what']} | {numbers} | {row['why']} |")
    return found


def _shown(value: float | bool | None) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.5g}"


def main() -> None:
    write_atomically(HERE / "README.md", page().encode())


if __name__ == "__main__":
    main()
