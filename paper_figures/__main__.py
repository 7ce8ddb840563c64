"""`python -m paper_figures` is `mondeq-ref figures`."""

import sys

from mondeq_ref.cli.main import main

if __name__ == "__main__":
    sys.exit(main(["figures", *sys.argv[1:]]))
