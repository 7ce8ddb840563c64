"""The examples in docs/oracle are right implementations, wherever they can be built."""

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from mondeq_ref.oracle.capabilities import Direct
from mondeq_ref.oracle.check import examined
from mondeq_ref.oracle.lcp import FromLcp
from mondeq_ref.oracle.program import Program
from tests.support.inaccurate import Pivoting

DOCS = Path(__file__).parents[2] / "docs" / "oracle"


def judged(command, questions, operation, strict=False):
    asked = {name: q for name, q in questions.items() if q.operation == operation}
    with Program(command, 20.0) as door:
        return examined(door, questions=asked, seed=0, strict=strict)


def built(tmp_path, compiler, *words):
    if shutil.which(compiler) is None:
        pytest.skip(f"there is no {compiler} here")
    subprocess.run([compiler, *words], check=True, cwd=tmp_path)


def test_the_solver_in_c_is_right(tmp_path, questions):
    source = str(DOCS / "c" / "solver.c")
    built(tmp_path, "gcc", "-O2", "-Wall", "-Werror", "-o", "solver", source, "-lm")
    found = judged([str(tmp_path / "solver")], questions, "solve", strict=True)
    assert found.ok, str(found)
    assert found.passed >= 190


def test_the_quantizer_in_rust_is_right(tmp_path, questions):
    built(tmp_path, "rustc", "-O", "-o", "quantizer", str(DOCS / "rust" / "quantizer.rs"))
    found = judged([str(tmp_path / "quantizer")], questions, "quantize", strict=True)
    assert found.ok, str(found)
    assert found.passed >= 120


def test_the_solver_in_plain_python_is_right(questions):
    command = [sys.executable, str(DOCS / "python" / "solver.py")]
    few = dict([*questions.items()][::8])  # it is slow
    found = judged(command, few, "solve")
    assert found.ok, str(found)
    assert found.passed >= 20


def loaded(path):
    place = importlib.util.spec_from_file_location(f"{path.parent.name}_{path.stem}", path)
    assert place is not None
    module = importlib.util.module_from_spec(place)
    place.loader.exec_module(module)  # type: ignore[union-attr]
    return module


@pytest.mark.parametrize(
    ("package", "path", "name"),
    [
        ("quantecon", "lcp/lemke.py", "solver"),
        ("torch", "torch/solver.py", "Layer"),
        ("torchdeq", "torchdeq/solver.py", "Layer"),
        ("optimistix", "jax/solver.py", "Layer"),
    ],
)
def test_a_library_that_is_installed_is_right(package, path, name, questions):
    """On eight units; each shape is compiled."""
    pytest.importorskip(package)
    made = getattr(loaded(DOCS / path), name)
    asked = {q: one for q, one in questions.items() if "s/generic/" in q or "solve/generic/" in q}
    door = Direct(made() if isinstance(made, type) else made)
    found = examined(door, questions=asked, seed=0, declared_error=1e-6)
    assert found.ok, str(found)
    assert "solve" in found.counts


def test_a_solver_of_lcp_is_a_solver_of_equilibria(questions):
    adapted = FromLcp(lambda M, q: Pivoting().one(M, -q))
    asked = {name: q for name, q in questions.items() if q.test.startswith("solve/generic/")}
    found = examined(Direct(adapted), questions=asked, seed=0, declared_error=1e-12)
    assert found.ok, str(found)


def test_the_header_compiles_and_holds_the_bits(tmp_path, questions):
    from mondeq_ref.oracle.exchange import export

    export(tmp_path, c_header=True)
    (tmp_path / "main.c").write_text(
        '#include <stdio.h>\n#include <string.h>\n#include "solve.h"\n#include "quantize.h"\n'
        "int main(void) { for (unsigned k = 0; k < sizeof mondeq_solve / sizeof *mondeq_solve; k++)"
        ' if (!strcmp(mondeq_solve[k].test, "solve/generic/0"))'
        ' if (!strcmp(mondeq_solve[k].name, "W"))'
        " { double w; memcpy(&w, mondeq_solve[k].words + 1, 8);"
        ' printf("%d %d %.17g", mondeq_solve[k].shape[0], mondeq_solve[k].shape[1], w); }'
        " return mondeq_quantize[0].rank != 2; }\n"
    )
    built(tmp_path, "gcc", "-o", "main", "main.c")
    out = subprocess.run([tmp_path / "main"], capture_output=True, text=True, check=True).stdout
    W = questions["solve/generic/0"].arguments["W"]
    assert out.split() == ["8", "8", f"{W[0, 1]:.17g}"]
    assert np.isfinite(W).all()
