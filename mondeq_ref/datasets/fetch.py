"""Downloads of MNIST, from the first mirror that sends the published bytes.

A download is limited in length, unpacked and compared with the published digest in a temporary
file, then renamed.  Existing files are never overwritten; one that is not canonical is an error.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO

from mondeq_ref.arrays import InputError
from mondeq_ref.datasets import mnist
from mondeq_ref.datasets.idx import read_with_digests
from mondeq_ref.files.atomic import replacing

MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
)
LONGEST_REASON = 80  # characters of a mirror's error message in one line
LARGEST_DOWNLOAD = 2**24  # bytes; the largest of the four gzipped files has 9.9 million

Downloader = Callable[[str, IO[bytes]], None]


class MirrorError(Exception):
    """The failure of one mirror; the next mirror is tried."""


class Bounded:
    """A file that raises OSError beyond `LARGEST_DOWNLOAD` bytes."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.room = LARGEST_DOWNLOAD

    def write(self, piece: bytes) -> int:
        self.room -= len(piece)
        if self.room < 0:
            raise OSError(f"it sent more than {LARGEST_DOWNLOAD} bytes")
        return self.file.write(piece)

    def flush(self) -> None:
        self.file.flush()


def pooch_downloader() -> Downloader:
    """HTTPS with pooch, from the optional extra `data`."""
    try:
        import pooch  # pyright: ignore[reportMissingTypeStubs]
    except ImportError:
        raise InputError(
            "fetching needs pooch, which is not installed: pip install 'mondeq_ref[data]'"
        ) from None
    http = pooch.HTTPDownloader(chunk_size=2**16)

    def download(url: str, file: IO[bytes]) -> None:
        http(url, Bounded(file), None)

    return download


def fetch(
    folder: Path, download: Downloader, mirrors: Sequence[str] = MIRRORS
) -> tuple[mnist.Finding, ...]:
    """Download the files that `folder` lacks; return the state of all four files."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{folder} cannot be made ({error.strerror or error})") from None
    for file, found in zip(mnist.PUBLISHED, mnist.inspect(folder), strict=True):
        if found.status == "canonical":
            continue
        if found.name in file.spellings():
            raise InputError(f"{found.name} in {folder} is {found.status}: move it away first")
        _fetch(folder / f"{file.name}.gz", file, download, mirrors)
    return mnist.inspect(folder)


def _fetch(
    target: Path, file: mnist.Published, download: Downloader, mirrors: Sequence[str]
) -> None:
    refusals: list[str] = []
    for mirror in mirrors:
        try:
            with replacing(target) as part:
                _fill(part, f"{mirror}{target.name}", download)
                _check(part, file)
            return
        except MirrorError as error:
            refusals.append(f"{mirror} ({error})")
    raise InputError(f"no mirror gave {target.name}: {'; '.join(refusals)}")


def _fill(part: Path, url: str, download: Downloader) -> None:
    with part.open("wb") as file:
        try:
            download(url, file)
        except OSError as error:  # the base class of the exceptions of requests
            raise MirrorError(f"{type(error).__name__}: {_short(str(error))}") from None


def _check(part: Path, file: mnist.Published) -> None:
    try:
        content = read_with_digests(part)
    except InputError as error:
        raise MirrorError(_short(str(error).replace(str(part), "what it sent"))) from None
    if content.md5 != file.md5:
        raise MirrorError(f"md5 {content.md5} unpacked, published is {file.md5}")


def _short(message: str) -> str:
    line = " ".join(message.split())
    return line if len(line) <= LONGEST_REASON else line[: LONGEST_REASON - 3] + "..."
