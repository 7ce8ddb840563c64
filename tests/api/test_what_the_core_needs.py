"""Solving, quantizing, certifying and verifying need few packages; the rest serves to show."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

from mondeq_ref.cli.main import SHOWN_WITH

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
from mondeq_ref.cli.main import main
assert main(["inspect", "float-42.npz"]) == 2
"""


def test_core_runs_without_what_only_shows():
    command = [sys.executable, "-c", CORE, *NOT_NEEDED]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    wanted = "mondeq-ref inspect: rich is not installed: pip install 'mondeq_ref[audit]'\n"
    assert done.stderr == wanted


def test_the_extra_is_what_the_core_does_without():
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"][
        "optional-dependencies"
    ]
    asked = {re.split("[>=<]", package)[0] for package in extras["audit"]}
    shown = {"PIL": "pillow"}
    assert asked == {"mondeq-ref-data"} | {shown.get(name, name) for name in SHOWN_WITH}
