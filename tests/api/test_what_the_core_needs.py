"""Solving, quantizing, certifying and verifying need few packages; the rest serves to show."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from mondeq_ref.cli.main import EXTRAS

ROOT = Path(__file__).resolve().parents[2]
NOT_NEEDED = ("matplotlib", "PIL", "rich", "jinja2", "safetensors", "pooch")
CORE = """
import glob, os, sys, tempfile
for name in sys.argv[1:]:
    sys.modules[name] = None  # importing it fails, as where it is not installed
import numpy as np
import mondeq_ref as mq
folder = tempfile.mkdtemp()
layer = mq.Operator(W=[[0.5, -1.0], [1.0, 0.25]], U=[[1.0], [-1.0]], b=[0.0, 0.5])
quantized = mq.quantize(layer, bits=4)
mq.certify(layer, quantized).save(os.path.join(folder, "proof.json"))
assert mq.verify(os.path.join(folder, "proof.json"), layer).accepted
solution = mq.solve(quantized.operator, [[1.0], [2.0]], method="peaceman-rachford")
assert solution.ok.all()
mq.gradients(quantized.operator, solution, solution.z)
from mondeq_ref.instances.shipped import data_folder
mq.load(data_folder() / "operators" / "float-42.npz")
from mondeq_ref.cli.main import main
def ends(code, *words):
    assert main(list(map(str, words))) == code, words
layer_file, inputs_file, safe, proofs = (
    os.path.join(folder, name) for name in ("layer.npz", "inputs.npz", "safe.npz", "proofs")
)
np.savez(layer_file, W=layer.W, U=layer.U, b=layer.b)
np.savez(inputs_file, x=[[1.0], [2.0]])
fed = ("--inputs", inputs_file)
ends(0, "inspect", layer_file)
ends(0, "solve", layer_file, *fed, "--out", os.path.join(folder, "z.npz"))
ends(0, "quantize", layer_file, "--bits", 4, "--aim", "margin", "--out", safe)
ends(0, "certify", layer_file, "--bits", "4,8", *fed, "--certificates", proofs)
stored = glob.glob(os.path.join(folder, "**", "*.json"), recursive=True)
assert len(stored) == 4, stored
for proof in stored:
    ends(0, "verify-certificate", proof, layer_file)
ends(0, "explain", "displacement")
ends(2, "figures", "--out", os.path.join(folder, "drawn"))
"""


def test_core_runs_without_what_only_shows():
    command = [sys.executable, "-c", CORE, *NOT_NEEDED]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    wanted = "mondeq-ref figures: matplotlib is not installed: pip install 'mondeq_ref[figures]'\n"
    assert done.stderr == wanted


@pytest.mark.parametrize("extra", ["audit", "figures"])
def test_an_extra_is_what_the_core_does_without(extra):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    listed = {re.split("[>=<]", name)[0] for name in project["optional-dependencies"][extra]}
    named = {"PIL": "pillow"}
    ours = {"audit": "mondeq-ref-data", "figures": "mondeq_ref[audit]"}[extra]
    brought = {named.get(name, name) for name, by in EXTRAS.items() if by == extra}
    assert listed == {ours} | brought
