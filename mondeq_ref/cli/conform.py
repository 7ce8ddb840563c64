"""Test an implementation against exact or certified answers.

MODULE:OBJECT names any Python object with some of the operations that
`pydoc mondeq_ref.oracle.answers` lists; --cmd names a program in any language that reads and
writes JSON lines (`pydoc mondeq_ref.oracle.program`).  It runs in a process group of its own,
which is ended with it.  An answer may differ by the certified radius plus the declared error.
Exit 0: all tests passed; 1: a test failed; 2: the implementation cannot be loaded.

Example: mondeq-ref conform mymodule:implementation --declared-error 1e-6
"""

import argparse

from mondeq_ref.cli import options

HELP = "judge another implementation against exact answers"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("object", nargs="?", metavar="MODULE:OBJECT", help="Python object to test")
    said = "program to test, which reads and writes JSON lines"
    options.value(parser, "--cmd", "COMMAND", said, none="none")
    options.flag(parser, "--self", "test this project's own implementation")
    options.value(parser, "--random", "N", "number of random questions per operation", 10)
    options.add_seed(parser)
    options.value(parser, "--timeout", "S", "seconds allowed per answer", 60.0)
    options.value(parser, "--budget", "S", "seconds allowed for the whole run", 600.0)
    said = "memory that a process may use, where the system can limit it; 0: any"
    options.value(parser, "--memory", "GB", said, 8.0)
    options.add_report(parser)


def run(args: argparse.Namespace) -> int:
    import shlex

    from mondeq_ref.arrays import InputError
    from mondeq_ref.files.outputs import probe
    from mondeq_ref.oracle.check import all_questions, examined
    from mondeq_ref.oracle.outputs import deliver
    from mondeq_ref.oracle.program import Program, python_command
    from mondeq_ref.report.progress import track
    from mondeq_ref.rigor.process import one_thread

    if (args.self, args.object is not None, args.cmd is not None).count(True) != 1:
        raise InputError("give either MODULE:OBJECT, --cmd or --self")
    where = "mondeq_ref.oracle.own:OwnImplementation" if args.self else args.object
    probe([args.junit, args.html])
    questions = all_questions(args.seed, args.random)
    command = shlex.split(args.cmd) if args.cmd is not None else python_command(where)
    with one_thread(), Program(command, args.timeout, args.budget, args.memory) as door:
        report = examined(
            door,
            questions=questions,
            seed=args.seed,
            random=args.random,
            declared_error=args.declared_error,
            where=where,
            strict=args.strict,
            watched=lambda some: track(some, "questions", len(questions), quiet=args.json),
        )
    name = door.capabilities.name
    return deliver(report, name, json=args.json, xml=args.junit, html=args.html)
