"""Make data/certificates: proofs that take a search, or that are worth checking by hand.

    python -m data.make.certificates

For the main float operator every width from 2 to 8 bits; of the operators trained for their
quantizer those that meet the paper's own condition at 3 and 4 bits, and those whose margin is
negative.  The others are decided by enclosures whenever they are looked at.  Matrices are named
by their SHA-256: checking needs the operator's file.
"""

import shutil
import sys
from pathlib import Path

from data.make.sums import seal
from mondeq_ref.cli.main import main
from mondeq_ref.instances import shipped

DATA = Path("data")


def certify(name: str, bits: str, what: str) -> None:
    """As from the command line, so that the provenance says how to make it again."""
    sys.argv = [
        *("mondeq-ref", "certify", str(DATA / "operators" / f"{name}.npz"), "--bits", bits),
        *("--what", what, "--certificates", str(DATA / "certificates" / name)),
        *("--by-digest", "--quiet"),
    ]
    if main(sys.argv[1:]):
        sys.exit(f"{name}: certify failed")


if __name__ == "__main__":
    shutil.rmtree(DATA / "certificates", ignore_errors=True)
    certify(shipped.MAIN, "2-8", "W")
    for operator in ("penalty-3", "penalty-4", "qat-paper-4", "qat-released-4"):
        quantized = shipped.trained(operator).quantized
        if quantized is None:
            sys.exit(f"{operator} has no quantizer")
        certify(operator, str(quantized.quantizer.bits), quantized.what)
    seal(DATA)
