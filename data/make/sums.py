"""Write data/SHA256SUMS, by which every shipped file is checked before it is used.

    python -m data.make.sums

The other programs of this folder end with it; run it after any other change of a file in data/.
"""

from hashlib import sha256
from pathlib import Path

from mondeq_ref.files.atomic import write_atomically
from mondeq_ref.instances.shipped import SUMS

UNREAD = (
    "make",
    "README.md",
    "pyproject.toml",
    SUMS,
    "__pycache__",
)  # no program reads these as data


def seal(data: Path) -> None:
    """Write the SHA-256 of every file below `data` that a program reads, for `sha256sum -c`."""
    write_atomically(data / SUMS, sums(data).encode())


def sums(data: Path) -> str:
    inner = (path.relative_to(data) for path in data.rglob("*") if path.is_file())
    names = sorted(path.as_posix() for path in inner if not set(path.parts) & set(UNREAD))
    return "".join(f"{sha256((data / name).read_bytes()).hexdigest()}  {name}\n" for name in names)


if __name__ == "__main__":
    seal(Path("data"))
