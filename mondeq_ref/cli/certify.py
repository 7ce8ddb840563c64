"""Prove what holds for an operator at each bit-width, and compute the cost of quantization.

There are eight rungs, each implying the next; a row shows the first that holds and its conclusion.

  1  ||W - W~||_F < m                 5  diagonal weights D make sym(D (I - W~)) definite
  2  ||W - W~||_2 < m (the paper's)   6  I - W~ is a P-matrix
  3  lambda_max(sym(W~ - W)) < m      7  I - W~ is strictly semimonotone
  4  m~ > 0                           8  every input given has a proved equilibrium

Below the table is the planner: for each rung the fewest bits at which it holds, and by how much
it fails one bit below.

Example: mondeq-ref certify weights.npz --bits 2-8 --inputs mnist --limit 100
"""

import argparse
from importlib import import_module
from typing import TYPE_CHECKING, Any

from mondeq_ref.cli import options

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from mondeq_ref.api.tables import BitTable

HELP = "what can be proved at each bit-width, with certificates to store and check"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    shared = "processes that share the bit-widths; with --search the default is 1"
    options.add_operator(parser, workers=shared)
    group = parser.add_argument_group("quantizing")
    options.add_bits(group, "bit-widths", "2-16")
    options.add_quantizer(group)
    options.add_what(group, "W")
    group = parser.add_argument_group("proving")
    said = (
        "exact: integers decide operators below 200 units; rigorous-float: floats with proven "
        "error bounds decide, and integers only where those overlap.  From 200 units on floats "
        "decide all rungs except 5 to 7"
    )
    guarantees = ("exact", "rigorous-float")
    options.value(group, "--guarantee", None, said, guarantees[0], choices=guarantees)
    said = (
        "for each input without a proved equilibrium, up to this many cases of branch and bound "
        "for one or for a proof that there is none; at 100 units a case takes a second, and few "
        "inputs need more than ten; below 200 units"
    )
    options.value(group, "--search", "CASES", said, 0)
    said = "folder for every proof that is found"
    options.value(group, "--certificates", "DIR", said, none="not written")
    said = "store SHA-256 digests in place of the matrices; verification then needs FILE"
    options.flag(group, "--by-digest", said)


def run(args: argparse.Namespace) -> int:
    import os
    import time

    from mondeq_ref.workers import beside, others

    began = time.perf_counter()
    options.refuse(args, "dtype")
    widths = options.bit_widths(args.bits)
    usual = 1 if args.search > 0 else os.cpu_count() or 1
    workers = min(options.workers(args) or usual, len(widths))
    with others(workers - 1) as pool:
        for _ in range(workers - 1):  # they load their modules while this process loads its own
            beside(pool, _load)
        table = _table(args, widths, workers, pool)
    _report(args, table, began)
    return 0


def _load() -> None:
    """What the other processes do first."""
    import_module("mondeq_ref.api.tables")


def _table(
    args: argparse.Namespace, widths: list[int], workers: int, pool: "Executor | None"
) -> "BitTable":
    from mondeq_ref import bit_table
    from mondeq_ref.files.outputs import probe_folder
    from mondeq_ref.report.progress import track

    operator = options.operator(args)
    inputs = options.inputs_for(operator, args)
    if args.certificates is not None:
        probe_folder(args.certificates)
    return bit_table(
        operator,
        widths,
        inputs=inputs,
        quantizer=args.quantizer,
        what=args.what,
        guarantee=args.guarantee,
        certificates=args.certificates,
        by_digest=args.by_digest,
        search=args.search,
        seed=args.seed,
        workers=workers,
        pool=pool,
        watched=lambda bits: track(bits, "bit-widths", len(widths), quiet=args.quiet),
        searched=lambda rows: track(rows, "inputs searched", len(rows), quiet=args.quiet),
    )


def _report(args: argparse.Namespace, table: "BitTable", began: float) -> None:
    import time

    from mondeq_ref.report.console import emit
    from mondeq_ref.study.bit_table import row_facts

    if args.json:
        rows = [row_facts(row) | {"certificates": table.stored.get(row.bits, [])} for row in table]
        about = _operator(table)
        found = {"operator": about, "rows": rows, "planner": table.plan}
        emit(found | {"ways": _ways(table), "seconds": time.perf_counter() - began})
    else:
        _show(table, args.certificates, began)


def _operator(table: "BitTable") -> dict[str, Any]:
    operator = table.operator
    return {
        "n": operator.n,
        "d": operator.d,
        "margin": table.margin,
        "lipschitz": operator.lipschitz,
        "kappa": operator.kappa,
        "uniqueness_radius": table.uniqueness_radius,
        "accuracy": table.accuracy,
        "digest": operator.digest,
    }


def _ways(table: "BitTable") -> list[dict[str, Any]]:
    return [
        {
            "name": way.name,
            "lasting": way.lasting,
            "rungs": {str(b): r for b, r in way.rungs.items()},
        }
        for way in table.ways
    ]


def _show(table: "BitTable", folder: str | None, began: float) -> None:
    import time

    from mondeq_ref.report import bit_tables
    from mondeq_ref.report.console import console
    from mondeq_ref.study.ways import summary

    screen, planned = console(), table.plan
    lines = bit_tables.operator_lines(table.operator, table.margin, table.uniqueness_radius)
    screen.print(*lines)
    if table.accuracy is not None:
        screen.print(f"accuracy before quantization {table.accuracy:.4f}")
    screen.print(bit_tables.proofs(table.rows), bit_tables.rates(table.rows))
    spent = bit_tables.costs(table.rows)
    screen.print("--inputs shows what quantization costs on them" if spent is None else spent)
    screen.print(*bit_tables.longest_lines(table.rows))
    screen.print(bit_tables.plan_table(planned), bit_tables.ways_table(table.ways))
    screen.print(summary(table.ways))
    if planned.predicted is not None:
        screen.print(
            f"2 sqrt(n) s/sqrt(12) predicts the paper's condition from {planned.predicted} bits on"
        )
    if folder is not None:
        stored = sum(map(len, table.stored.values()))
        said = f"certificates in {folder}: {stored} (mondeq-ref verify-certificate FILE)"
        screen.print(said, whole=True)
    screen.print(f"{time.perf_counter() - began:.1f} s")
