"""Is a stored certificate a proof?  Exit 0: verified; 1: rejected; 2: not readable.

The checker (`mondeq_ref/check_certificate.py`) knows nothing of how a proof was found and uses
integers only.  With OPERATOR the certificate must also be about that operator.
"""

import argparse

HELP = "check a stored certificate, by integers alone"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("certificate", metavar="FILE", help="a certificate, in JSON")
    parser.add_argument("operator", metavar="OPERATOR", nargs="?", help="the operator's file")
    parser.add_argument("--layout", help="what the operator's arrays are")
    parser.add_argument("--margin", type=float, metavar="M", help="m, if the file lacks it")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")


def run(args: argparse.Namespace) -> int:
    from mondeq_ref.check_certificate import verify
    from mondeq_ref.encoding import read_document
    from mondeq_ref.load import load_operator
    from mondeq_ref.report.console import console, emit

    document = read_document(args.certificate)
    operator = None
    if args.operator is not None:
        operator = load_operator(args.operator, args.layout, args.margin)
    checked = verify(document, operator)
    if args.json:
        emit({"verified": checked.accepted, "reason": checked.reason})
    else:
        verdict = "verified" if checked.accepted else "REJECTED"
        console().print(f"{verdict}: {checked.reason}", markup=False)
    return 0 if checked.accepted else 1
