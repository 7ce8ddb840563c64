"""A published statement on what quantization-aware training does to the margin."""

from typing import Any

from mondeq_ref.instances import shipped
from mondeq_ref.report.digits import shown
from proofs_checks.operators.statements_on_convergence import PUBLISHED_RECIPE, published_training
from proofs_checks.operators.subject import Answer, Part, StatementSubject, reasons, together

WIDTHS = (8, 6, 4)


def qat_margin(subject: StatementSubject) -> Answer:
    """Has W, trained as released, a smaller margin than W trained in float?  Of those that ship."""
    if not subject.trained_at_4_bits:
        return Answer("not_testable", "needs operators trained as released")
    inherited = shipped.trained(shipped.MAIN).factors.margin
    numbers: dict[str, Any] = {"float": inherited}
    parts: list[Part] = []
    for bits in WIDTHS:
        name = f"{PUBLISHED_RECIPE}-{bits}"
        if name not in shipped.names():
            return Answer("not_testable", f"{name} does not ship")
        learned, theirs = shipped.trained(name).factors.margin, published_training(bits)["margin"]
        numbers[f"{bits} bits"] = {"margin": learned, "published": theirs}
        smaller = learned.hi < inherited.lo
        said = f"{shown(learned, 3)}, published {theirs}"
        parts.append(Part(f"{bits} bits", "supported" if smaller else "not_supported", said))
    why = (
        f"trained in float here the margin is {shown(inherited, 3)}, "
        f"trained as released {reasons(parts)}"
    )
    return Answer(together(parts), why, numbers)
