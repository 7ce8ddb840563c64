"""The committed table and plot, made of what one run found."""

from pathlib import Path
from typing import Any

TARGETS = {  # of the ratios: at least, and what to reach for
    "pr32_10k": (3, 5),
    "pr64_10k": (10, 20),
    "fb32_10k": (80, 150),
    "pr32_128": (4, 10),
    "pr32_1": (5, 10),
    "epoch_released": (18, 25),
    "epoch_once": (7, 10),
    "qat_epoch": (10, 15),
}
SHARES = {"certify_share": (0.6, 0.3), "inject_share": (1.3, 1.0), "auto_worst": (1.3, 1.1)}
MEANING = {
    "pr32_10k": "10,000 equilibria against Peaceman-Rachford in PyTorch, float32 to 1e-5",
    "pr64_10k": "the same in float64 to 1e-10",
    "fb32_10k": "10,000 against forward-backward in PyTorch, float32 to 1e-5",
    "pr32_128": "a batch of 128 against Peaceman-Rachford in PyTorch, float32",
    "pr32_1": "one input against the same",
    "epoch_released": "a training epoch against PyTorch, the published recipe as released",
    "epoch_once": "the same with U x + b computed once a batch",
    "qat_epoch": "an epoch of quantization-aware training against PyTorch",
    "certify_share": "certifying over solving",
    "inject_share": "U x + b with its error bound over the bare product",
    "auto_worst": "`auto` over the best single method, at worst",
}


def page(found: dict[str, Any], out: Path) -> None:
    """A page in Markdown whose first table is the ratios, and the plot that it shows."""
    plot = out.with_suffix(".svg")
    _plot(found["ratios"], plot)
    out.write_text("\n".join(_lines(found, plot.name)) + "\n", encoding="utf-8")


def _lines(found: dict[str, Any], plot: str) -> list[str]:
    machine, ratios, achieved = found["machine"], found["ratios"], found["achieved"]
    versions = ", ".join(f"{name} {version}" for name, version in machine["versions"].items())
    lines = [
        "# Speed",
        "",
        "Made by `python -m tests.benchmarks --page`; how many times as long the rival takes,",
        "from inputs x to equilibria on both sides.  Ours are certified to 1e-10, theirs are not.",
        "",
        "With one thread the times are CPU time; the load of the machine was"
        f" {machine.get('load', 0):.0f}.",
        "",
        f"{machine['processor']}, {machine['cores']} cores, {machine['threads']} thread(s) used;",
        f"{', '.join(machine['blas'])}; {versions}. Operator {found['operator']}.",
        "",
        f"![ratios]({plot})",
        "",
        "| work | ratio | wanted | met |",
        "|---|---|---|---|",
    ]
    for name, (least, _) in TARGETS.items():
        if name in ratios:
            met = "yes" if ratios[name] >= least else "no"
            lines.append(f"| {MEANING[name]} | {ratios[name]:.2f} | at least {least} | {met} |")
    for name, (most, _) in SHARES.items():
        if name in ratios:
            met = "yes" if ratios[name] <= most else "no"
            lines.append(f"| {MEANING[name]} | {ratios[name]:.2f} | at most {most} | {met} |")
    missing = [MEANING[name] for name in TARGETS | SHARES if name not in ratios]
    if missing:
        lines += ["", f"Not measured in this run: {'; '.join(missing)}."]
    others = [name for name in ratios if name not in TARGETS | SHARES]
    lines += ["", "Other rivals, as ratios: "]
    lines[-1] += ", ".join(f"{name} {ratios[name]:.2f}" for name in others) + "."
    lines += [
        "",
        "| solver and batch | median ms | least | most | true distance |",
        "|---|---|---|---|---|",
    ]
    for size, group in found["groups"].items():
        for name, time in group.get("times", {}).items():
            true = achieved.get(f"{name}_{size}")
            shown = "" if true is None else f"{true:.1e}"
            spread = f"{time['median_ms']:.2f} | {time['least_ms']:.2f} | {time['most_ms']:.2f}"
            lines.append(f"| {name}, {size} | {spread} | {shown} |")
    if "certify" in found["groups"] and "10k" in found["groups"]:
        product = found["groups"]["certify"]["times"]["gemm"]["median_ms"]
        share = product / found["groups"]["10k"]["times"]["ours"]["median_ms"]
        lines += [
            "",
            f"The bare product U x in float64 is {share:.0%} of our time for 10,000 inputs.",
        ]
    rates = ", ".join(f"{name} {rate:.0f}" for name, rate in found["roofline"].items())
    lines += ["", f"Products of matrices at the shapes used, GFLOP/s of one thread: {rates}."]
    seconds = found["groups"].get("commands", {}).get("seconds", {})
    if seconds:
        lines += ["", "| command | seconds |", "|---|---|"]
        lines += [f"| {name} | {value:.2f} |" for name, value in seconds.items()]
    cells = found["groups"].get("auto", {}).get("cells_ms", {})
    if cells:
        lines += ["", "| size, batch, tolerance | auto ms | active set | PR | auto over best |"]
        lines += ["|---|---|---|---|---|"]
        for name, cell in cells.items():
            times = " | ".join(
                f"{cell[method]:.2f}" for method in ("auto", "active-set", "peaceman-rachford")
            )
            lines.append(f"| {name} | {times} | {cell['auto_over_best']:.2f} |")
    return lines


def _plot(ratios: dict[str, float], out: Path) -> None:
    """Bars from 1, as fast as ours, on a logarithmic axis; a line where the target is."""
    from matplotlib.figure import Figure
    from matplotlib.ticker import NullFormatter, ScalarFormatter

    names = [name for name in TARGETS if name in ratios]
    figure = Figure(figsize=(9, 0.4 * len(names) + 1))
    axes = figure.add_subplot()
    axes.barh(range(len(names)), [ratios[name] for name in names], color="0.6")
    for place, name in enumerate(names):
        axes.plot([TARGETS[name][0]] * 2, [place - 0.4, place + 0.4], color="black")
    axes.set_yticks(range(len(names)), [MEANING[name] for name in names])
    axes.set_xscale("log")
    axes.set_xlim(left=1)
    axes.set_xticks([1, 2, 5, 10, 20, 50, 100])
    axes.xaxis.set_major_formatter(ScalarFormatter())
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.invert_yaxis()
    axes.set_xlabel("times as long as ours (line: wanted at least)")
    figure.tight_layout()
    figure.savefig(out, metadata={"Date": None})
