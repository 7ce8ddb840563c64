"""`mondeq_ref` shows functions, loads them on first use, and its examples run."""

import doctest
import importlib
import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

import mondeq_ref as mq

ROOT = Path(__file__).resolve().parents[2]
NAMES = [name for name in mq.__all__ if not name.startswith("_")]
SECTIONS = ("Parameters", "Returns", "Examples")


def fresh(code: str) -> str:
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert found.returncode == 0, found.stderr
    return found.stdout


def test_dir_lists_the_public_names_alone():
    assert dir(mq) == sorted(mq.__all__)


def test_functions_stay_when_their_rooms_are_imported():
    code = """
import mondeq_ref as mq
import mondeq_ref.certify.ladder, mondeq_ref.quantize.quantizer, mondeq_ref.solve.driver
import mondeq_ref.train.loop
from mondeq_ref.certify import ladder
print(*map(callable, (mq.certify, mq.quantize, mq.solve, mq.train, ladder.climb)))
"""
    assert fresh(code).split() == ["True"] * 5


@pytest.mark.parametrize("name", NAMES)
def test_the_examples_of_a_public_name_run(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    thing = getattr(mq, name)
    module = importlib.import_module(thing.__module__)
    parser, told = doctest.DocTestFinder(recurse=False), []
    for test in parser.find(thing, name, module=module, globs={}):
        doctest.DocTestRunner(verbose=False).run(test, out=told.append)
    assert not told, "".join(told)


@pytest.mark.parametrize("name", [name for name in NAMES if inspect.isfunction(getattr(mq, name))])
def test_a_public_function_says_what_it_takes(name):
    function = getattr(mq, name)
    text = inspect.getdoc(function) or ""
    for section in SECTIONS:
        assert f"{section}\n{'-' * len(section)}\n" in text
    described = text.partition("Parameters\n")[2].partition("Returns\n")[0]
    listed = re.findall(r"^([a-zA-Z_]\w*(?:, \w+)*) :", described, re.MULTILINE)
    assert [one for line in listed for one in line.split(", ")] == [
        *inspect.signature(function).parameters
    ]


def test_the_example_of_the_package_runs():
    assert doctest.testmod(mq).failed == 0


def test_the_snippet_of_the_readme_runs(tmp_path):
    command = [sys.executable, str(ROOT / ".ci" / "readme_snippet.py"), str(ROOT / "README.md")]
    code = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert 8 <= len(code.splitlines()) <= 12
    environment = {"PYTHONPATH": str(ROOT), "PATH": ""}
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=environment,
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.splitlines()[0].endswith("True")
