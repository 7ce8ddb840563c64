"""What a claim says when it is run on the code around it, as it is: one JSON line.

    python -m tests.planted.testimony CLAIM

The families are cheap and come first; trained operators are looked at where those have noticed
nothing.
"""

import json
import sys

from proofs_checks.audit.run import run

CASES = 400  # with fewer, some forms meet no instance of theirs


def main(claim: str) -> None:
    for trained in (False, True):
        found = run([claim], seed=0, cases=CASES, workers=1, trained=trained)[0]
        if found.verdict != "HOLDS":
            break
    forms = [f"form {one.name!r}" for one in found.forms if one.verdict != "HOLDS"]
    complaint = next(iter([*forms, *found.faults]), "")
    sys.stdout.write(json.dumps({"verdict": found.verdict, "said": complaint}) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
