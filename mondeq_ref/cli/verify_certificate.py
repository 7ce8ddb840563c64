"""Is a stored certificate a proof?  Exit 0: verified; 1: rejected; 2: not readable.

The checker (`mondeq_ref/certificates/check.py`) knows nothing of how a proof was found and uses
integers only.  With OPERATOR the certificate must also be about that operator.  A file whose name
says another number of bits than the certificate is rejected.
"""

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mondeq_ref.certificates.check import Checked

HELP = "check a stored certificate, by integers alone"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    from mondeq_ref.cli import options

    parser.add_argument("certificate", metavar="FILE", help="a certificate, in JSON")
    options.add_known_operator(parser)
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")


def run(args: argparse.Namespace) -> int:
    from mondeq_ref.certificates.check import verify
    from mondeq_ref.cli import options
    from mondeq_ref.documents.encoding import read_document
    from mondeq_ref.report.console import console, emit

    document = read_document(args.certificate, trust_size=args.trust_size)
    operator = options.known_operator(args)
    checked = _named(args.certificate, verify(document, operator, trust_size=args.trust_size))
    if args.json:
        emit(
            {
                "verified": checked.accepted,
                "reason": checked.reason,
                "operator": checked.operator,
                "perturbed": checked.perturbed,
                "quantizer": checked.quantizer,
                "checked": checked.checked if checked.accepted else [],
                "unchecked": checked.unchecked,
            }
        )
    else:
        for sentence in checked.sentences:
            console().print(sentence, markup=False, soft_wrap=True)
    return 0 if checked.accepted else 1


def _named(path: str, checked: "Checked") -> "Checked":
    """The verdict, unless the file's name speaks of another bit-width."""
    import re
    from dataclasses import replace
    from pathlib import Path

    told = re.search(r"(?<![0-9])0*([0-9]+)bits", Path(path).name)
    if not checked.accepted or told is None:
        return checked
    if checked.quantizer is None:
        unchecked = f"the {told[1]} bits in the file's name"
        return replace(checked, unchecked=(*checked.unchecked, unchecked))
    bits = checked.quantizer["bits"]
    if int(told[1]) == bits:
        return checked
    reason = f"the file's name says {told[1]} bits, and its W~ is of {bits} bits"
    return replace(checked, accepted=False, reason=reason)
