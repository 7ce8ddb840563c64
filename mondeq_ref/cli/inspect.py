"""What an operator's file holds: its layout, its sizes, and rigorous bounds of its spectrum.

Example: mondeq-ref inspect weights.npz
"""

import argparse

from mondeq_ref.cli import options

HELP = "layout, sizes, margin and Lipschitz constant of an operator"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    options.add_operator(parser)


def run(args: argparse.Namespace) -> int:
    from mondeq_ref.files.load import operator_and_layout
    from mondeq_ref.report.console import console, emit, table
    from mondeq_ref.report.digits import shown
    from mondeq_ref.rigor.dyadic import exact
    from mondeq_ref.rigor.enclosure import Enclosure

    options.refuse(args, *options.INPUTS, "dtype", "workers", "seed")
    operator, layout = operator_and_layout(
        args.file, args.layout, args.margin, trust_size=args.trust_size
    )
    factors = operator.factors
    facts = {
        "layout": layout,
        "stored": operator.stored,
        "n": operator.n,
        "d": operator.d,
        "classes": None if operator.head is None else len(operator.head.d),
        "margin": operator.margin,
        "lipschitz": operator.lipschitz,
        "kappa": operator.kappa,
        "m_stored": None if factors is None else factors.m,
        # of A', which has no columns to reduce but those of the pivots
        "rank_A": None if factors is None else exact(factors.A.T).integers.rank(),
        "dead_units": list(operator.dead_units),
        "digest": operator.digest,
    }
    if args.json:
        emit(facts)
        return 0
    rows = [
        (key, shown(value, 12) if isinstance(value, Enclosure) else str(value))
        for key, value in facts.items()
    ]
    console().print(table("", ["quantity", "value"], rows))
    return 0
