"""Make the outputs and the picture of the README again: `python docs/make_readme.py`.

A block of one command followed by a block ```text first=N or ```text last=N shows the first or
last N lines of what that command prints, at 80 columns.  `--check` compares and changes nothing.
`--picture FOLDER` takes the picture from the audit in FOLDER, with Chromium.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from difflib import unified_diff
from pathlib import Path

from PIL import Image, PngImagePlugin

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
PICTURE = ROOT / "docs" / "audit.png"
WIDTH, HEIGHT = 1280, 940  # the first screen, down to the end of both charts
UNSHOWN = b"<style>.run { display: none }</style>"  # it names a folder of who made the audit
SHOWN = re.compile(
    r"^```sh\n(?P<command>mondeq-ref [^\n]*)\n```\n\n"
    r"```text (?P<end>first|last)=(?P<count>\d+)\n(?P<output>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare and change nothing")
    parser.add_argument("--picture", metavar="FOLDER", help="folder of the audit to show")
    args = parser.parse_args()
    if args.picture is not None:
        take_picture(Path(args.picture))
        return 0
    before = README.read_text(encoding="utf-8")
    after = with_outputs(before)
    if not args.check:
        README.write_text(after, encoding="utf-8")
        return 0
    sys.stdout.writelines(unified_diff(before.splitlines(True), after.splitlines(True)))
    return int(before != after)


def with_outputs(text: str) -> str:
    """The commands run one after another, in one folder: a later one may read what one wrote."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("data", "docs"):
            (Path(folder) / name).symlink_to(ROOT / name)
        return SHOWN.sub(lambda found: _made_again(found, folder), text)


def commands(text: str) -> Iterator[str]:
    """Those whose output is shown."""
    for found in SHOWN.finditer(text):
        yield found["command"]


def _made_again(found: re.Match[str], folder: str) -> str:
    lines = _output(found["command"], folder)
    count = int(found["count"])
    kept = lines[:count] if found["end"] == "first" else lines[-count:]
    start = found.start("output") - found.start()
    whole = found.group()
    return whole[:start] + "".join(f"{line.rstrip()}\n" for line in kept) + "```"


def _output(command: str, folder: str) -> list[str]:
    here = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    made = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env={**os.environ, "COLUMNS": "80", "PATH": here},
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode not in (0, 1):
        raise SystemExit(f"{command}: {made.stderr}")
    return made.stdout.strip("\n").splitlines()


def take_picture(audit: Path) -> None:
    """The first screen of report.html; the picture says of which claims and statements it is."""
    browser = shutil.which("chromium")
    if browser is None:
        raise SystemExit("chromium is needed to take the picture")
    with tempfile.TemporaryDirectory() as folder:
        shot = Path(folder) / "shot.png"
        options = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
        options += [f"--screenshot={shot}", f"--window-size={WIDTH},{HEIGHT}"]
        page = Path(folder) / "report.html"
        page.write_bytes((audit / "report.html").read_bytes() + UNSHOWN)
        subprocess.run([browser, *options, page.as_uri()], check=True, capture_output=True)
        found = PngImagePlugin.PngInfo()
        found.add_text("audit", json.dumps(shown(json.loads((audit / "audit.json").read_text()))))
        with Image.open(shot) as image:
            image.convert("P", palette=Image.Palette.ADAPTIVE).save(
                PICTURE, pnginfo=found, optimize=True
            )


def shown(audit: dict[str, list[dict[str, str]]]) -> dict[str, list[str]]:
    """What must not have changed since."""
    return {key: [one["id"] for one in audit[key]] for key in ("claims", "published")}


if __name__ == "__main__":
    sys.exit(main())
