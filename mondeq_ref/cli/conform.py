"""Judge an implementation against answers that are exact or certified.

MODULE:OBJECT names any Python object with some of operator(A, S, m), quantize(W, spec),
solve(W, U, b, X) and gradients(W, U, b, X, dZ); `pydoc mondeq_ref.oracle.answers` says what each
returns.  It runs in a process of its own.  Nothing is tolerated beyond the certified radius and
the error it declares.  Exit 0: all passed; 1: something failed.
"""

import argparse

HELP = "judge another implementation against exact answers"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("object", nargs="?", metavar="MODULE:OBJECT", help="the implementation")
    parser.add_argument("--self", action="store_true", help="judge this project's own")
    parser.add_argument(
        "--declared-error",
        type=float,
        metavar="E",
        help="the error it says it makes: absolute below one, relative above (default 0)",
    )
    parser.add_argument(
        "--random", type=int, default=10, metavar="N", help="draws an operation (default 10)"
    )
    parser.add_argument("--seed", type=int, default=0, help="seed of all randomness (default 0)")
    parser.add_argument(
        "--timeout", type=float, default=60.0, metavar="S", help="an answer (default 60 s)"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")


def run(args: argparse.Namespace) -> int:
    from mondeq_ref.arrays import InputError
    from mondeq_ref.oracle.check import examined
    from mondeq_ref.oracle.draw import drawn
    from mondeq_ref.oracle.own import DECLARED_ERROR
    from mondeq_ref.oracle.process import Process
    from mondeq_ref.report.console import emit
    from mondeq_ref.rigor.process import one_thread

    if args.self == (args.object is not None):
        raise InputError("give either MODULE:OBJECT or --self")
    where = "mondeq_ref.oracle.own:OwnImplementation" if args.self else args.object
    declared = args.declared_error
    if declared is None:
        declared = DECLARED_ERROR if args.self else 0.0
    with one_thread(), Process(where, args.timeout) as process:
        report = examined(
            process.ask,
            process.operations,
            questions=drawn(args.seed, args.random),
            seed=args.seed,
            random=args.random,
            declared_error=declared,
            where=where,
        )
    if args.json:
        emit(report.record())
    else:
        print(report)
    return 0 if report.ok else 1
