"""Check a stored certificate.  Exit 0: verified; 1: rejected; 2: not readable.

The checker (`mondeq_ref/certificates/check.py`) uses integers only and does not import the search
for proofs.  With OPERATOR the certificate must also be about that operator: its W, or its W~ if
OPERATOR is the quantized one; the output states which.  A file is rejected if its name has
another number of bits or, where it is a name that certify gave, another operator, rung or outcome.

Example: mondeq-ref verify-certificate proof.json weights.npz
"""

import argparse

from mondeq_ref.cli import options

HELP = "check a stored certificate, by integers alone"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("certificate", metavar="FILE", help="the certificate, a JSON file")
    options.add_known_operator(parser)
    options.add_json(parser)


def run(args: argparse.Namespace) -> int:
    from mondeq_ref import verify
    from mondeq_ref.report.console import console, emit

    operator = options.known_operator(args)
    checked = verify(args.certificate, operator, trust_size=args.trust_size)
    if args.json:
        emit(
            {
                "verified": checked.accepted,
                "reason": checked.reason,
                "rung": checked.rung,
                "outcome": checked.outcome,
                "operator": checked.operator,
                "perturbed": checked.perturbed,
                "inputs": checked.inputs,
                "quantizer": checked.quantizer,
                "compared": checked.compared,
                "checked": checked.checked if checked.accepted else [],
                "unchecked": checked.unchecked,
            }
        )
    else:
        for sentence in checked.sentences:
            console().print(sentence, whole=True)
    return 0 if checked.accepted else 1
