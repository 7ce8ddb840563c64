"""Plant the faults whose sentence or file contains a text, and print who caught them.

python -m proofs_checks.faults [TEXT]
"""

import sys

from mondeq_ref.report.console import console, table, track
from proofs_checks.faults.verdicts import chosen, planted


def main(argv: list[str]) -> int:
    text = " ".join(argv)
    faults = [fault for fault in chosen(None, 0) if text in fault.what or text in fault.file]
    found = planted(
        faults, progress=lambda steps, total: track(steps, "faults", total, quiet=False)
    )
    rows = [
        (one["fault"], one["file"], one["by"] or "slipped through", one["said"])
        for one in found["faults"]
    ]
    headings = ("fault", "file", "caught by", "what it said")
    console().print(table(f"{found['caught']} of {found['total']} caught", headings, rows))
    return 0 if found["caught"] == found["total"] else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
