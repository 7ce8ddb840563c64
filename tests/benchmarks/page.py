"""The committed table and plot, made of what one run found."""

from math import inf
from pathlib import Path
from typing import Any

from tests.benchmarks.subject import JUDGED

TARGETS = {  # how many times as long the rival takes, at least
    "pr32_10k": 3,
    "pr64_10k": 10,
    "fb32_10k": 80,
    "pr32_128": 4,
    "pr32_1": 5,
    "epoch_released": 18,
    "epoch_once": 7,
    "qat_epoch": 10,
}
SHARES = {"certify_share": 0.6, "inject_share": 1.3, "auto_worst": 1.3}  # of our own, at most
SECONDS = {  # at most
    "inspect": 0.4,
    "certify_seven_widths": 2,
    "certify_seven_widths_given": 2,
    "audit_quick": 12,
    "audit": 45,
}
REST_MB = 200  # peak of a process that solves 10,000 inputs, without these
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
        "Made by `python -m tests.benchmarks --page`, from inputs x to equilibria on both sides.",
        f"{_certified(found['groups'])}  Theirs are not certified.",
        "A batch of 128 and one input go to a `mondeq_ref.Solver`, made before the clock starts,",
        "as is what the rivals need of the weights.",
        "A ratio is the median over rounds of the ratio within a round, so it is not the quotient",
        "of the medians below; that of `auto` is one of the fastest rounds.  That of epochs is a",
        "quotient of means, and an epoch is all training images of the data set.",
        "",
        "With one thread the times are CPU time; the load of the machine was"
        f" {machine.get('load', 0):.0f}.",
        "",
        f"{machine['processor']}, {machine['cores']} cores, {machine['threads']} thread(s) used;",
        f"{', '.join(machine['blas'])}; {versions}. Operator {found['operator']}.",
        "",
        f"![ratios]({plot})",
        "",
        "| how many times as long the rival takes | ratio | wanted | met |",
        "|---|---|---|---|",
    ]
    for name, least in TARGETS.items():
        if name in ratios:
            met = "yes" if ratios[name] >= least else "no"
            lines.append(f"| {MEANING[name]} | {ratios[name]:.2f} | at least {least} | {met} |")
    lines += ["", "| of our own work | ratio | wanted | met |", "|---|---|---|---|"]
    for name, most in SHARES.items():
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
        f"| solver and batch | median ms | least | most | true distance, first {JUDGED} rows |",
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
        lines += ["", "| command | seconds | wanted | met |", "|---|---|---|---|"]
        for name, value in seconds.items():
            wanted = f"at most {SECONDS[name]}" if name in SECONDS else ""
            met = ("yes" if value <= SECONDS[name] else "no") if name in SECONDS else ""
            lines.append(f"| {name} | {value:.2f} | {wanted} | {met} |")
        lines += ["", f"Commands are of float-42, those `given` of {found['operator']}."]
    memory = found["groups"].get("commands", {})
    if "peak_MB" in memory:
        rest = memory["peak_MB"] - memory["inputs_MB"]
        lines += [
            "",
            f"A process that solves 10,000 inputs has a peak of {memory['peak_MB']:.0f} MB in"
            f" memory: its caller's inputs are {memory['inputs_MB']:.0f} MB, and",
            f"{rest:.0f} MB are the rest, wanted at most {REST_MB}"
            f" ({'met' if rest <= REST_MB else 'not met'}), most of which is Numba and LLVM.",
            "The `coverage` of the tests, which Numba would import, is left out.",
        ]
    cells = found["groups"].get("auto", {}).get("cells_ms", {})
    if cells:
        lines += [
            "",
            "How `auto` chooses: of each method the fastest round; cells where `auto` stood out",
            "were timed once more, for all methods.",
            "",
            "| size, batch, tolerance | auto ms | active set | PR | auto over best |",
        ]
        lines += ["|---|---|---|---|---|"]
        for name, cell in cells.items():
            times = " | ".join(
                f"{cell.get(method, inf):.2f}"
                for method in ("auto", "active-set", "peaceman-rachford")
            )
            lines.append(f"| {name} | {times} | {cell['auto_over_best']:.2f} |")
    return lines


def _certified(groups: dict[str, Any]) -> str:
    """How far our points may be from the equilibria, at worst over the batches."""
    radii = [group["radius"] for group in groups.values() if "radius" in group]
    if not radii:
        return "No batch was solved in this run."
    return f"Ours are certified to within {max(radii):.0e}."


def _plot(ratios: dict[str, float], out: Path) -> None:
    """Bars from 1, as fast as ours, on a logarithmic axis; a line where the target is."""
    from matplotlib.figure import Figure
    from matplotlib.ticker import NullFormatter, ScalarFormatter

    names = [name for name in TARGETS if name in ratios]
    figure = Figure(figsize=(9, 0.4 * len(names) + 1))
    axes = figure.add_subplot()
    axes.barh(range(len(names)), [ratios[name] for name in names], color="0.6")
    for place, name in enumerate(names):
        axes.plot([TARGETS[name]] * 2, [place - 0.4, place + 0.4], color="black")
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
