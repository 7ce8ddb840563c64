"""What the pages show runs: Python examples with their output, commands with their options."""

import doctest
import re
import shlex
import sys
from pathlib import Path

import numpy as np
import pytest

import mondeq_ref as mq
from mondeq_ref.cli.main import main, parser

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.glob("*.md"))
TEXTS = [*PAGES, *(ROOT / f"{name}.md" for name in ("ARTIFACT", "CONTRIBUTING", "SECURITY"))]
INLINE = re.compile(r"`(mondeq-ref [^`]+)`")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(path: Path, language: str) -> list[str]:
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    return [block for kind, block in BLOCK.findall(text) if kind == language]


def lines(path: Path) -> list[str]:
    return [
        line
        for block in blocks(path, "sh")
        for line in block.replace("\\\n", " ").splitlines()
        if line.startswith("mondeq-ref ")
    ]


def commands(path: Path) -> list[str]:
    return [line.partition("  #")[0] for line in lines(path)] + inline(path)


def inline(path: Path) -> list[str]:
    return INLINE.findall(BLOCK.sub("", path.read_text(encoding="utf-8"))) if path.exists() else []


@pytest.mark.parametrize("page", [page.stem for page in PAGES if blocks(page, "pycon")])
def test_examples_of_a_page_give_what_it_shows(page):
    text = "\n".join(blocks(DOCS / f"{page}.md", "pycon"))
    case = doctest.DocTestParser().get_doctest(text, {}, page, f"{page}.md", 0)
    failed, tried = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(case)
    assert tried > 0
    assert failed == 0


@pytest.mark.parametrize(
    ("name", "line"), [(path.name, line) for path in TEXTS for line in commands(path)]
)
def test_commands_of_a_page_are_accepted(name, line):
    arguments = parser().parse_args(shlex.split(line)[1:])
    assert callable(arguments.run)


@pytest.mark.parametrize(
    "page", [page.stem for page in PAGES if lines(page) and page.stem != "conform"]
)
def test_commands_of_a_page_run_one_after_another(page, tmp_path, monkeypatch, capsys):
    """All but those that are said to take minutes, in one folder, on a small layer."""
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    A, S, U = rng.standard_normal((3, 4, 4)) / 4
    layer = mq.Operator.from_factors(A, S, m=0.5, U=U, b=np.zeros(4))
    np.savez("layer.npz", A=A, S=S, m=0.5, U=U, b=np.zeros(4))
    np.savez("X.npz", x=rng.standard_normal((3, 4)))
    mq.certify(layer, mq.quantize(layer, bits=5)).save("proof.json")
    for line in lines(DOCS / f"{page}.md"):
        command, _, comment = line.partition("  #")
        if "minute" in comment:
            continue
        stored = next(map(str, Path("proofs").glob("*.json")), "")
        given = command.replace("FILE", "layer.npz").replace("proofs/NAME.json", stored)
        fewer = ["--limit", "300"] * given.startswith("mondeq-ref train")
        code = main([*shlex.split(given)[1:], *fewer])
        assert code == 0, (given, capsys.readouterr().err)


def test_every_public_name_is_on_the_reference_page():
    text = (DOCS / "api.md").read_text(encoding="utf-8")
    directive = r"auto(?:function|class|exception):: mondeq_ref\.(\w+)$"
    described = set(re.findall(directive, text, re.MULTILINE))
    assert described == set(mq.__all__) - {"__version__"}


def test_program_of_the_page_passes_its_questions(tmp_path, capfd):
    (program,) = blocks(DOCS / "conform.md", "python")
    path = tmp_path / "mine.py"
    path.write_text(program, encoding="utf-8")
    command = shlex.join([sys.executable, str(path)])
    assert main(["conform", "--cmd", command, "--random", "1"]) == 0
    assert "0 failed" in capfd.readouterr().out
