"""The README's picture and outputs are those of the program that lies beside it."""

import json
import shlex
import subprocess
import sys
from pathlib import Path

from PIL import Image

from mondeq_ref.cli.main import parser
from proofs_checks.claims import NAMES

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "docs" / "make_readme.py"


def module():
    """The script's functions."""
    names: dict[str, object] = {"__name__": "readme", "__file__": str(SCRIPT)}
    exec(compile(SCRIPT.read_text(encoding="utf-8"), SCRIPT, "exec"), names)
    return names


def test_picture_shows_the_claims_and_statements_of_today():
    with Image.open(ROOT / "docs" / "audit.png") as image:
        pictured = json.loads(image.info["audit"])
    published = json.loads((ROOT / "data" / "published.json").read_text(encoding="utf-8"))
    assert pictured["claims"] == list(NAMES)
    assert pictured["published"] == [one["id"] for one in published["statements"]]


def test_commands_of_the_readme_are_accepted():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    lines = list(module()["commands"](text))
    assert len(lines) >= 4
    for line in lines:
        assert callable(parser().parse_args(shlex.split(line)[1:]).run)


def test_output_of_a_command_is_replaced(tmp_path):
    text = "```sh\nmondeq-ref --version\n```\n\n```text last=1\nold\n```\n"
    found = module()["SHOWN"].search(text)
    assert found["command"] == "mondeq-ref --version"
    made = module()["_made_again"](found, str(tmp_path))
    said = subprocess.run(
        [sys.executable, "-m", "mondeq_ref.cli.main", "--version"], capture_output=True, text=True
    ).stdout
    assert made == f"```sh\nmondeq-ref --version\n```\n\n```text last=1\n{said}```"
