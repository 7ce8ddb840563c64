"""Distance fields of digits, held against matplotlib's own point-in-outline test."""

from types import SimpleNamespace

import numpy as np
import pytest
from matplotlib import get_data_path
from matplotlib.font_manager import FontProperties
from matplotlib.path import Path
from matplotlib.textpath import TextPath

from mondeq_ref.arrays import InputError
from mondeq_ref.datasets import prototypes as module
from mondeq_ref.datasets.prototypes import FONTS, HALF, SAMPLES, prototypes


@pytest.fixture(scope="module")
def shapes():
    return prototypes()


@pytest.mark.parametrize("font", range(0, len(FONTS), 4))
def test_ink_is_where_matplotlib_sees_the_outline(shapes, font):
    at = (np.arange(2 * HALF + 1) - HALF) / SAMPLES
    x, y = np.meshgrid(at, at)
    properties = FontProperties(fname=f"{get_data_path()}/fonts/ttf/{FONTS[font]}")
    for digit in range(10):
        outline = TextPath((0, 0), str(digit), size=100, prop=properties)
        box = outline.get_extents()
        middle, height = (box.p0 + box.p1) / 2, box.height
        points = np.column_stack([x.ravel() * height, -y.ravel() * height]) + middle
        inside = [Path(part).contains_points(points) for part in outline.to_polygons()]
        expected = np.logical_xor.reduce(inside).reshape(x.shape)  # a hole is inside two contours
        field = shapes.fields[digit, font]
        clear = np.abs(field) > 2 / SAMPLES  # arcs and sharp corners are cut differently
        assert ((field > 0) == expected)[clear].all()


def test_every_digit_is_one_unit_high_and_fits_the_field(shapes):
    ink = shapes.fields > 0
    rows = ink.any(axis=3)
    assert set(rows.sum(axis=2).ravel()) <= {SAMPLES - 1, SAMPLES, SAMPLES + 1}
    assert not ink[..., 0].any()
    assert not ink[..., -1].any()


def test_a_missing_font_is_named(monkeypatch):
    monkeypatch.setattr(module, "FONTS", ("Absent.ttf",))
    with pytest.raises(InputError, match=r"needs the font Absent\.ttf"):
        prototypes()


def test_outlines_use_raw_units_of_every_matplotlib():
    """NO_SCALE is 1 and IGNORE_TRANSFORM 2^11 in FreeType, however matplotlib spells them."""
    old = SimpleNamespace(LOAD_NO_SCALE=1, LOAD_IGNORE_TRANSFORM=2048)
    new = SimpleNamespace(LoadFlags=SimpleNamespace(NO_SCALE=1, IGNORE_TRANSFORM=2048))
    assert module._raw_units(old) == module._raw_units(new) == 2049
