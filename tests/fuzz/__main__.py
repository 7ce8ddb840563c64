"""Fuzz a reader, guided by coverage: `pip install 'mondeq_ref[fuzz]'`, then

    python -m tests.fuzz READER [--runs N] [--seconds S] [--out FOLDER]

Starts from the corpus in the repository.  What ends in anything but a value or an InputError is
printed, and its bytes are kept in FOLDER; the search goes on.
"""

import argparse
import sys
import traceback
from pathlib import Path
from tempfile import TemporaryDirectory

LONGEST = 8192  # bytes of an input
SLOW = 20  # seconds after which an input is a finding
MEMORY = 3000  # MiB


def main() -> None:
    import atheris

    with atheris.instrument_imports(include=["mondeq_ref"]):
        from tests.fuzz.readers import READERS, readable
    from tests.fuzz.make_corpus import CORPUS

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("reader", choices=READERS)
    parser.add_argument("--runs", type=int, default=100_000)
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--out", type=Path, default=Path("findings"))
    args = parser.parse_args()
    seen: set[tuple[str, int]] = set()

    with TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as folder:
        path = Path(folder) / "tried"

        def once(data: bytes) -> None:
            try:
                readable(args.reader, data, path)
            except Exception as error:
                last = traceback.extract_tb(error.__traceback__)[-1]
                if (last.filename, last.lineno or 0) not in seen:
                    seen.add((last.filename, last.lineno or 0))
                    args.out.mkdir(parents=True, exist_ok=True)
                    (args.out / f"found-{args.reader}-{len(seen)}").write_bytes(data)
                    traceback.print_exc()
                    print(f"FOUND {type(error).__name__} at {last.filename}:{last.lineno}")

        limits = (f"-max_len={LONGEST}", f"-timeout={SLOW}", f"-rss_limit_mb={MEMORY}")
        ends = (f"-runs={args.runs}", f"-max_total_time={args.seconds}", "-print_final_stats=1")
        grown = Path(folder) / "corpus"
        grown.mkdir()
        places = [str(grown), str(CORPUS / args.reader)]
        atheris.Setup([sys.argv[0], *limits, *ends, *places], once)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
