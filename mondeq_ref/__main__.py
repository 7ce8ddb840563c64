"""python -m mondeq_ref: the same command line as `mondeq-ref`."""

import sys

from mondeq_ref.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
