"""Compute a stored case again.  Exit 0: confirmed; 1: not confirmed; 2: not readable.

Cases are certificates, equilibria with their radii, displacements, and claims of the paper.

Example: mondeq-ref replay mondeq-audit/cases/displacement.json
"""

import argparse

from mondeq_ref.cli import options

HELP = "compute again what a stored case says"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("case", metavar="CASE.json", help="the case or certificate, a JSON file")
    options.add_known_operator(parser)
    options.add_json(parser)


def run(args: argparse.Namespace) -> int:
    from mondeq_ref import verify
    from mondeq_ref.arrays import InputError
    from mondeq_ref.documents.encoding import read_document
    from mondeq_ref.report.console import console, emit
    from mondeq_ref.study.cases import Replayed, kind_of, replay

    document = read_document(args.case, trust_size=args.trust_size)
    operator, kind = options.known_operator(args), kind_of(document)
    if operator is not None and kind != "certificate":
        raise InputError(f"OPERATOR is only for certificates, got a case of kind {kind}")
    if kind == "claim":
        found = Replayed(*_claim(document))
    elif kind == "certificate":  # whose file may be named after another bit-width
        checked = verify(args.case, operator, trust_size=args.trust_size)
        found = Replayed(checked.accepted, "\n".join(checked.sentences))
    else:
        found = replay(document)
    if args.json:
        emit({"same": found.same, "sentence": found.sentence})
    else:
        console().print(found.sentence, whole=True)
    return 0 if found.same else 1


def _claim(document: dict[str, object]) -> tuple[bool, str]:
    """Whether the claim's verdict is the stored one, and a sentence; from `proofs_checks`."""
    from importlib import import_module
    from importlib.util import find_spec

    from mondeq_ref.arrays import InputError

    if find_spec("proofs_checks") is None or find_spec("proofs_checks.audit.claim_replay") is None:
        raise InputError("claims are replayed by proofs_checks, which is not installed")
    return import_module("proofs_checks.audit.claim_replay").replay(document)
