"""Published statements on what quantization-aware training does to margin and accuracy.

A network trained here speaks for the published one only as far as its numbers are the published
ones: each is compared with the range over several seeds (`mondeq_ref.study.seeds`).
"""

from collections.abc import Mapping
from typing import Any

from mondeq_ref.instances import shipped
from mondeq_ref.operator import Operator
from mondeq_ref.report.digits import shown
from mondeq_ref.study import seeds
from mondeq_ref.study.seeds import Spread
from proofs_checks.operators.subject import Answer, Part, StatementSubject, reasons, together

WIDTHS = (8, 6, 4)
SAID = {
    "quantized_margin": "m~ {}",
    "accuracy": "accuracy at equilibria, in percent, {}",
    "accuracy_where_training_stops": "accuracy where its solver stops {}",
}


def qat_recovers(subject: StatementSubject) -> Answer:
    """Has the released training at 4 bits a positive margin, for every seed?  Beside it, other
    recipes."""
    trained = subject.trained_at_4_bits
    if seeds.RELEASED not in trained:
        return Answer("not_testable", "needs an operator trained as released, at 4 bits")
    numbers: dict[str, Any] = {name: {"margin": o.margin} for name, o in trained.items()}
    made = seeds.runs(seeds.RELEASED, 4)
    numbers["margins over the seeds"] = {run["name"]: run["quantized_margin"] for run in made}
    spread = seeds.spreads(4)
    numbers |= {f"{name} over the seeds": _written(one) for name, one in spread.items()}
    proved = sum(run["margin_proved"] for run in made)
    theirs = "; ".join(SAID[name].format(_against(spread[name])) for name in SAID)
    why = (
        f"of {len(made)} seeds trained here as released, the margin is proved positive for "
        f"{proved}; {theirs}{_beside(subject, numbers)}. The rule: {seeds.RULE}"
    )
    return Answer("supported" if proved == len(made) else "not_reproduced", why, numbers)


def _against(spread: Spread) -> str:
    """The ends over the seeds, and the published number with its word."""
    least, greatest = (f"{end:.3g}" for end in spread.ends)
    said = seeds.MEANING[spread.verdict]
    return f"{least} to {greatest}, published {spread.published} ({said})"


def _written(spread: Spread) -> dict[str, Any]:
    return {
        "values": spread.values,
        "published": spread.published,
        "verdict": spread.verdict,
    }


def _beside(subject: StatementSubject, numbers: dict[str, Any]) -> str:
    """What other ways of training, fewer bits and codes chosen after training prove."""
    others = ", ".join(
        f"{recipe} {shown(operator.margin, 3)}"
        for recipe, operator in subject.trained_at_4_bits.items()
        if recipe != seeds.RELEASED and operator.margin.lo > 0
    )
    beside = (
        f"; other ways of training prove a positive margin at 4 bits: {others}" if others else ""
    )
    beside += _fewer_bits(subject.trained_below)
    if 4 in subject.safe:
        safe = subject.safe[4].pair.sides
        numbers["chosen after training"] = {"ratio": safe.ratio, "margin": safe.margin_after}
        beside += f"; without training, chosen codes {shown(safe.margin_after, 3)}"
    return beside


def _fewer_bits(trained: Mapping[str, Operator]) -> str:
    """Those with fewer than 4 bits whose margin is proved."""
    held = [f"{name} {shown(o.margin, 3)}" for name, o in trained.items() if o.margin.lo > 0]
    return f"; with fewer bits: {', '.join(held)}" if held else ""


def qat_margin(subject: StatementSubject) -> Answer:
    """Has W, trained as released, a smaller margin than W trained in float?  For every seed."""
    if not subject.trained_at_4_bits:
        return Answer("not_testable", "needs operators trained as released")
    inherited = shipped.trained(shipped.MAIN).factors.margin
    numbers: dict[str, Any] = {"float": inherited}
    parts: list[Part] = []
    for bits in WIDTHS:
        learned = seeds.spreads(bits)["margin"]
        numbers[f"{bits} bits"] = _written(learned)
        smaller = learned.ends[1] < inherited.lo
        verdict = "supported" if smaller else "not_supported"
        parts.append(Part(f"{bits} bits", verdict, _against(learned)))
    why = (
        f"trained in float here the margin is {shown(inherited, 3)}, "
        f"trained as released, over the seeds, {reasons(parts)}. The rule: {seeds.RULE}"
    )
    return Answer(together(parts), why, numbers)
