"""`mondeq-ref figures`: anybody's operator, bad usage in one line, files that appear whole."""

import json

import numpy as np
import pytest

from mondeq_ref.cli.main import main
from mondeq_ref.files.checkpoint import write_checkpoint
from mondeq_ref.files.load import checkpoint_of
from mondeq_ref.instances.families import generic, negative_margin
from paper_figures.drawing import style
from paper_figures.run import NAMES
from tests.support.commands import refusal, told


@pytest.fixture
def brought(tmp_path):
    """A small operator and its injections, as a user brings them."""
    rng = np.random.default_rng(0)
    operator = generic(rng, 3)
    write_checkpoint(tmp_path / "mine.npz", checkpoint_of(operator))
    np.savez(tmp_path / "c.npz", c=rng.normal(size=(4, 3)))
    return ["--operator", str(tmp_path / "mine.npz"), "--inputs", str(tmp_path / "c.npz")]


def test_list_names_every_figure(monkeypatch, capsys):
    monkeypatch.delenv("COLUMNS", raising=False)
    assert main(["figures", "--list"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == list(NAMES)


@pytest.mark.parametrize("name", ["fig1_margin", "splitting", "iterates", "safe"])
def test_a_figure_of_anybodys_operator(name, brought, tmp_path, monkeypatch, capsys):
    if name != "splitting":  # one is drawn in earnest
        monkeypatch.setattr(style, "rendered", lambda drawing, kind, title: b"drawn")
    out = tmp_path / "out"
    printed = told(capsys, ["figures", "--only", name, *brought, "--out", str(out), "--json"])
    assert [one["name"] for one in printed["figures"]] == [name]
    kinds = {"png", "pdf", "svg", "csv", "json"}
    assert {path.name for path in out.iterdir()} == {f"{name}.{kind}" for kind in kinds}
    found = json.loads((out / f"{name}.json").read_text())
    assert found["operator"] == "mine.npz"
    assert found["provenance"]["seed"] == 0


def test_a_figure_that_needs_labels_is_left_out_without_them(
    brought, tmp_path, monkeypatch, capsys
):
    monkeypatch.setenv("COLUMNS", "40")
    out = tmp_path / "out"
    assert main(["figures", "--only", "fig3_qat", *brought, "--out", str(out)]) == 0
    said = capsys.readouterr().out
    assert "not drawn" in said
    assert f"written to {out} in" in said
    assert not out.exists() or not any(out.iterdir())


def test_shipped_injections_are_not_used_for_another_operator(brought, capsys):
    """Vectors x are anybody's; c = U x + b belongs to one operator."""
    argv = ["figures", "--only", "iterates", *brought[2:]]
    assert "injections belong to one operator" in refusal(capsys, argv)


def test_an_operator_without_a_margin_is_refused(tmp_path, capsys):
    operator = negative_margin(np.random.default_rng(0), 4)
    write_checkpoint(tmp_path / "w.npz", checkpoint_of(operator))
    np.savez(tmp_path / "c.npz", c=np.ones((2, 4)))
    files = ["--operator", str(tmp_path / "w.npz"), "--inputs", str(tmp_path / "c.npz")]
    assert "margin is proved to be positive" in refusal(capsys, ["figures", *files])


def test_the_module_is_the_same_command(capsys, monkeypatch):
    import runpy
    import sys

    monkeypatch.setattr(sys, "argv", ["paper_figures", "--list"])
    with pytest.raises(SystemExit) as end:
        runpy.run_module("paper_figures", run_name="__main__")
    assert end.value.code == 0
    assert capsys.readouterr().out.startswith("fig1_margin")
