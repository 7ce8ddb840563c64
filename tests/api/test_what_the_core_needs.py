"""Solving, quantizing, certifying and verifying need few packages; the rest serves to show."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NOT_NEEDED = ("matplotlib", "PIL", "rich", "jinja2", "safetensors", "pooch")
CORE = """
import os, sys, tempfile
for name in sys.argv[1:]:
    sys.modules[name] = None  # importing it fails, as where it is not installed
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
"""


def test_core_runs_without_what_only_shows():
    command = [sys.executable, "-c", CORE, *NOT_NEEDED]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
