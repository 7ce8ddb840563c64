"""The article's numbers come from runs, and the version is the same wherever it is written."""

import json
import re
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import mondeq_ref
from mondeq_ref.datasets import idx
from mondeq_ref.documents import size
from mondeq_ref.files import archive, pickles
from tests.support.made_up import full

ROOT = Path(__file__).resolve().parents[2]
PAPER = ROOT / "docs" / "paper"


def built() -> str:
    spec = spec_from_file_location("build_of_the_article", PAPER / "build.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.article(full())


def test_article_has_a_number_in_every_place():
    text = built()
    assert "{{" not in text
    assert f"{full()['summary']['cases']:,} cases" in text


def test_article_cites_exactly_what_its_bibliography_holds():
    cited = set(re.findall(r"@(\w+\d{4})", (PAPER / "paper.md").read_text(encoding="utf-8")))
    held = set(re.findall(r"^@\w+\{(\w+),", (PAPER / "paper.bib").read_text("utf-8"), re.MULTILINE))
    assert cited == held


def test_version_is_the_same_everywhere():
    version = mondeq_ref.__version__
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert re.findall(r"^version: (.*)$", citation, re.MULTILINE) == [version]
    assert json.loads((ROOT / "codemeta.json").read_text("utf-8"))["version"] == version
    assert 'dynamic = ["version"]' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")


def test_security_states_the_limits_of_the_readers():
    text = " ".join((ROOT / "SECURITY.md").read_text(encoding="utf-8").split())
    stated = {
        "2^18 instructions": pickles.MAX_INSTRUCTIONS == 2**18,
        "directories over 1 MiB": archive.MAX_DIRECTORY_BYTES == 2**20,
        "more than 16 MiB and": archive.MODEST == 2**24,
        "more than 32 times": archive.MOST_TIMES == 32,
        "more than 2^28 bytes": idx.LARGEST == 2**28,
        "nesting deeper than 40": size.MOST_DEPTH == 40,
        "more than 1024 units": size.MOST_UNITS == 1024,
        "more than 2^21 numbers": size.MOST_NUMBERS == 2**21,
        "more than 2^12 bits": size.MOST_BITS == 2**12,
    }
    assert [words for words, right in stated.items() if words not in text or not right] == []
