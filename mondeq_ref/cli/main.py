"""`mondeq-ref`: parse the arguments, run one subcommand, and return an exit code.

0 yes, 1 the answer is no, 2 bad usage or bad input (one line), 3 internal error, 4 undecided.
"""

import argparse
import errno
import gc
import os
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, NoReturn

from mondeq_ref import __version__
from mondeq_ref.cli import standard_streams
from mondeq_ref.report.progress import end_progress

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

YES, NO, BAD_INPUT, INTERNAL, UNDECIDED = range(5)
UNWRITABLE = (errno.ENOSPC, errno.EIO)  # a full disk or a lost terminal behind stdout
NEW_OBJECTS = 10_000  # between two looks for garbage; Python's default is 700 or 2000
EXTRAS = {  # what the core does without, and the extra that brings it
    "jinja2": "audit",
    "safetensors": "audit",
    "matplotlib": "figures",
    "PIL": "figures",
}
# Each command, and the module that has its options and runs it.  By name, so that the library
# imports neither the claims nor the figures.
COMMANDS = {
    "audit": "proofs_checks.commands.audit",
    "hunt": "proofs_checks.commands.hunt",
    "explain": "proofs_checks.commands.explain",
    "diff": "proofs_checks.commands.diff",
    "inspect": "mondeq_ref.cli.inspect",
    "solve": "mondeq_ref.cli.solve",
    "certify": "mondeq_ref.cli.certify",
    "verify-certificate": "mondeq_ref.cli.verify_certificate",
    "conform": "mondeq_ref.cli.conform",
    "vectors": "mondeq_ref.cli.vectors",
    "replay": "mondeq_ref.cli.replay",
    "quantize": "mondeq_ref.cli.quantize",
    "train": "mondeq_ref.cli.train",
    "evaluate": "mondeq_ref.cli.evaluate",
    "replicate": "mondeq_ref.cli.replicate",
    "sweep": "mondeq_ref.cli.sweep",
    "figures": "paper_figures.command",
    "convert": "mondeq_ref.cli.convert",
    "data": "mondeq_ref.cli.data",
    "doctor": "mondeq_ref.cli.doctor",
}


class OneLineParser(argparse.ArgumentParser):
    """A parser that reports bad usage in one line on stderr, with exit code 2."""

    def error(self, message: str) -> NoReturn:
        self.exit(BAD_INPUT, f"{self.prog}: {message} (see {self.prog} --help)\n")

    def _print_message(self, message: str, file: "SupportsWrite[str] | None" = None) -> None:
        """Also help and version, on a stdout that may be full."""
        if file is not sys.stdout:
            _say(message)
            return
        try:
            sys.stdout.write(message)
            sys.stdout.flush()
        except OSError as error:
            standard_streams.discard_stdout()
            self.exit(BAD_INPUT, f"{self.prog}: cannot write: {error.strerror}\n")


def parser(only: str | None = None) -> argparse.ArgumentParser:
    """Of every command; of one alone if `only` is its name, since all take a tenth of a second."""
    top = OneLineParser(
        prog="mondeq-ref",
        description="Monotone operator equilibrium networks with verified numerics.",
    )
    top.add_argument("--version", action="version", version=f"mondeq-ref {__version__}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name in [only] if only in COMMANDS else COMMANDS:
        module = command(name)
        sub = commands.add_parser(
            name,
            help=module.HELP,
            description=module.__doc__,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        module.add_arguments(sub)
        sub.set_defaults(run=module.run)
    return top


def command(name: str) -> ModuleType:
    return import_module(COMMANDS[name])


@contextmanager
def _ended_like_an_interrupt() -> Generator[None]:
    """Handle SIGTERM like Ctrl-C, so that temporary files are removed."""
    import signal
    import threading

    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread may set signal handlers
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def _rare_collections(*, to_the_end: bool) -> Generator[None]:
    """Look for cyclic garbage more rarely.  A short command mostly imports, what an import makes
    stays, and looking through it over and over takes a tenth of the time; so does looking through
    all of it once more at the end of a process."""
    before = gc.get_threshold()
    if before[0] > 0:  # zero: never
        gc.set_threshold(max(before[0], NEW_OBJECTS), *before[1:])
    try:
        yield
    finally:
        if to_the_end:
            gc.freeze()
        gc.set_threshold(*before)


def _say(line: str) -> None:
    with suppress(OSError):  # the exit code says it too, where stderr is full
        sys.stderr.write(line)


def main(argv: Sequence[str] | None = None) -> int:
    standard_streams.prepare()
    if "_ARGCOMPLETE" in os.environ:  # a shell asks what could come next
        from argcomplete import autocomplete

        autocomplete(parser())
    given = sys.argv[1:] if argv is None else argv
    args = parser(given[0] if given else None).parse_args(given)
    try:
        with _ended_like_an_interrupt(), _rare_collections(to_the_end=argv is None):
            try:
                code = args.run(args)
            finally:
                end_progress()
            sys.stdout.flush()
            return code
    except KeyboardInterrupt:
        _say("interrupted\n")
        return 130
    except Exception as error:
        if isinstance(error, OSError) and error.errno in UNWRITABLE and error.filename is None:
            standard_streams.discard_stdout()
            _say(f"mondeq-ref {args.command}: cannot write: {error.strerror}\n")
            return BAD_INPUT
        # Only now: arrays imports numpy, and `--help` must not wait for it.
        from mondeq_ref.arrays import InputError

        if isinstance(error, InputError):
            sentence = " ".join(str(error).split())
            _say(f"mondeq-ref {args.command}: {sentence}\n")
            return BAD_INPUT
        if isinstance(error, ModuleNotFoundError) and error.name in EXTRAS:
            _say(
                f"mondeq-ref {args.command}: {error.name} is not installed: "
                f"pip install 'mondeq_ref[{EXTRAS[error.name]}]'\n"
            )
            return BAD_INPUT
        from mondeq_ref.rigor.machine import MachineError
        from mondeq_ref.workers import WorkersLostError

        if isinstance(error, MachineError | WorkersLostError):
            hint = " (see mondeq-ref doctor)" if isinstance(error, MachineError) else ""
            _say(f"mondeq-ref {args.command}: {error}{hint}\n")
            return INTERNAL
        import traceback

        _say(traceback.format_exc())
        _say("mondeq-ref: internal error (a bug in mondeq_ref; please report it)\n")
        return INTERNAL


if __name__ == "__main__":
    sys.exit(main())
