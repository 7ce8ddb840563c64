"""Vectors as tests of somebody else's implementation."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mondeq_ref.oracle import vectors
from mondeq_ref.oracle.pytest_plugin import WrongAnswerError, assert_right
from tests.support.inaccurate import Pivoting

ROOT = Path(__file__).parents[2]
MARGINS = """
import numpy as np


class Margins:
    def margin(self, W):
        M = np.eye(len(W)) - W
        return np.linalg.eigvalsh(M + M.T)[0] / 2 + (len(W) == 1)
"""


def run(tmp_path, *words):
    (tmp_path / "mine.py").write_text(MARGINS)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "mondeq_ref.oracle.pytest_plugin"]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), str(tmp_path)])}
    environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    more = ["--mondeq-declared-error", "1e-9", "-k", "margin", *words]
    return subprocess.run(
        [*command, *more], cwd=tmp_path, env=environment, capture_output=True, text=True
    )


def test_every_vector_is_a_test(tmp_path):
    done = run(tmp_path, "--mondeq-impl", "mine:Margins")
    assert "margin/one-unit/0" in done.stdout
    assert "2 failed, 38 passed" in done.stdout, done.stdout
    assert done.returncode == 1


def test_known_failures_are_expected_and_their_pass_fails(tmp_path):
    known = tmp_path / "xfails.txt"
    known.write_text("# units\nmargin/one-unit/* n = 1 is rarely used\n")
    done = run(tmp_path, "--mondeq-impl", "mine:Margins", "--mondeq-xfails", str(known))
    assert done.returncode == 0, done.stdout
    assert "38 passed" in done.stdout
    assert "2 xfailed" in done.stdout
    known.write_text("margin/* all\n")
    done = run(tmp_path, "--mondeq-impl", "mine:Margins", "--mondeq-xfails", str(known))
    assert "38 failed" in done.stdout
    assert done.returncode == 1


def test_other_vectors_than_those_meant_are_refused(tmp_path):
    done = run(tmp_path, "--mondeq-impl", "mine:Margins", "--mondeq-vectors-version", "0")
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert f"of version {vectors.manifest()['version']}, not 0" in done.stdout + done.stderr
    done = run(tmp_path, "--mondeq-impl", "nothing.here:it")
    assert done.returncode == pytest.ExitCode.USAGE_ERROR


@pytest.fixture(scope="module")
def asked():
    return vectors.read()["solve/generic/0"]


def test_an_answer_of_one_s_own_test_is_graded(asked):
    Z = Pivoting().solve(*asked.copied())
    assert_right(asked, Z, 1e-12)
    with pytest.raises(WrongAnswerError, match="FAILED solve/generic/0"):
        assert_right(asked, Z + 1e-3, 1e-12)
    with pytest.raises(WrongAnswerError, match="not real numbers"):
        assert_right(asked, "Z")
