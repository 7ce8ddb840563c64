"""The tables of `replicate`: each bit-width over all seeds, and operators trained for theirs."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mondeq_ref.report.console import Listing, table
from mondeq_ref.report.digits import shown
from mondeq_ref.rigor.enclosure import Enclosure


def tables(found: Mapping[str, Any]) -> Iterator[Listing]:
    """The tables of the JSON object that the command writes."""
    seeds, trained = found["seeds"], found["qat"]
    if seeds:
        by_bits = zip(*(seed["bits"] for seed in seeds), strict=True)
        yield table(
            f"W quantized after training, {len(seeds)} seeds, {found['inputs']} images",
            ["bits", "||dW||/m", "condition", "m~ > 0", "equilibria", "accuracy"],
            [_over_seeds(rows) for rows in by_bits],
        )
    if trained:
        yield table(
            "Trained for the quantizer",
            ["network", "||dW||/m", "condition", "margin m~", "accuracy"],
            [_trained(one) for one in trained],
        )


def _over_seeds(rows: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """The value over the seeds; where they differ, the least and the greatest."""
    dense = [row["ptq"]["W"] for row in rows]
    return (
        str(rows[0]["bits"]),
        _range([row["ratio"][0] for row in rows], 3),
        f"{sum(row['condition'] for row in rows)} of {len(rows)}",
        f"{sum(row['margin_positive'] for row in rows)} of {len(rows)}",
        f"{sum(one['equilibria_proved'] for one in dense)} of "
        f"{sum(one['inputs_asked'] for one in dense)}",
        _range([one["accuracy"] for one in dense], 4),
    )


def _trained(one: Mapping[str, Any]) -> tuple[str, ...]:
    return (
        one["name"],
        f"{one['ratio'][0]:.3f}",
        "yes" if one["condition"] else "no",
        shown(Enclosure(*one["quantized_margin"]), 4),
        f"{one['accuracy']:.4f}",
    )


def _range(values: Sequence[float], digits: int) -> str:
    least, greatest = (f"{end(values):.{digits}f}" for end in (min, max))
    return least if least == greatest else f"{least} to {greatest}"
