"""A run's figures travel inside the page, small, and nothing else is taken for one."""

import base64
import io
import json
from pathlib import Path

import pytest
from PIL import Image

from mondeq_ref.arrays import InputError
from proofs_checks.report import figures
from proofs_checks.report.figures import MOST_ROWS, WIDTH, gathered

OUT = Path(__file__).parents[2] / "paper_figures" / "out"


def test_committed_figures_are_gathered_with_captions():
    found = gathered(str(OUT))
    assert len(found) == len(list(OUT.glob("*.png")))
    for figure in found:
        assert figure["caption"]
        head, _, data = figure["png"].partition(",")
        assert head == "data:image/png;base64"
        with Image.open(io.BytesIO(base64.b64decode(data))) as image:
            assert image.width == WIDTH
        table = figure["table"]
        if table is not None:
            assert len(table["rows"]) <= MOST_ROWS
            assert all(len(row) == len(table["columns"]) for row in table["rows"])
    assert sum(len(figure["png"]) for figure in found) < 600_000  # as the page itself


@pytest.mark.parametrize("content", [None, "{", '{"png": "x.png"}', "[1]"])
def test_a_folder_without_figures_is_refused(tmp_path, content):
    if content is not None:
        (tmp_path / "x.json").write_text(content)
    if content == '{"png": "x.png"}':
        (tmp_path / "x.png").write_bytes(b"no picture")
    with pytest.raises(InputError):
        gathered(str(tmp_path))


def test_a_file_of_more_bytes_than_a_page_can_carry_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(figures, "MOST_BYTES", 20)
    (tmp_path / "x.json").write_text('{"png": "x.png"}')
    Image.new("RGB", (8, 8)).save(tmp_path / "x.png")
    with pytest.raises(InputError, match=r"x\.png is larger than 20 bytes"):
        gathered(str(tmp_path))


def test_a_picture_outside_the_folder_is_not_read(tmp_path):
    inside = tmp_path / "run"
    inside.mkdir()
    Image.new("RGB", (8, 8)).save(tmp_path / "other.png")
    (inside / "x.json").write_text(json.dumps({"png": "../other.png", "caption": "c"}))
    with pytest.raises(InputError, match="cannot read"):
        gathered(str(inside))
