"""Pictures of two units are to scale, and name what they show."""

import re
from math import hypot
from typing import Any

import pytest

from proofs_checks.report.plane import WIDE, plane, signed
from tests.support.made_up import DISC, RANGE

NUMBER = r"(-?[\d.]+)"


def found(drawn: dict[str, Any], pattern: str) -> list[tuple[float, ...]]:
    svg = str(plane(drawn, "a picture"))
    return [tuple(map(float, match.groups())) for match in re.finditer(pattern, svg)]


def circles(drawn: dict[str, Any], kind: str) -> list[tuple[float, ...]]:
    return found(drawn, rf'class="{kind}" cx="{NUMBER}" cy="{NUMBER}" r="{NUMBER}"')


@pytest.mark.parametrize("at", [[3.25, 0.5], [2.0, 1.75], [1.25, -0.5]])
def test_a_point_on_the_bound_lies_on_the_circle(at: list[float]) -> None:
    radius = hypot(at[0] - 2.0, at[1] - 0.5)
    drawn = DISC | {"points": DISC["points"] | {"z~": at}, "radius": radius}
    ((x, y, r),) = circles(drawn, "allowed")
    (a, b, _), (u, v, _) = circles(drawn, "point strong")
    assert hypot(a - u, b - v) == pytest.approx(r, abs=0.2)  # coordinates have one decimal
    assert (x, y) == pytest.approx((a, b), abs=0.1)


@pytest.mark.parametrize("drawn", [DISC, RANGE])
@pytest.mark.parametrize("scale", [0.01, 1.0, 100.0])
def test_everything_is_inside(drawn: dict[str, Any], scale: float) -> None:
    svg = str(plane(scaled(drawn, scale), "a picture"))
    high = float(re.findall(r'viewBox="0 0 \d+ (\d+)"', svg)[0])
    places = re.findall(rf'(?:cx|x)="{NUMBER}" (?:cy|y)="{NUMBER}"', svg)
    assert len(places) >= 3
    assert all(0 <= float(x) <= WIDE and 0 <= float(y) <= high for x, y in places)


def scaled(drawn: dict[str, Any], by: float) -> dict[str, Any]:
    def times(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: times(item) for key, item in value.items()}
        if isinstance(value, list):
            return [times(item) for item in value]
        return value * by if isinstance(value, float) else value

    return times(drawn)


def test_upward_is_up_and_the_orthant_is_shaded_where_points_live_in_it() -> None:
    drawn = DISC | {"points": DISC["points"] | {"z~": [2.0, 1.75]}}
    (_, low, _), (_, high, _) = circles(drawn, "point strong")
    assert high < low
    assert 'class="orthant"' in plane(drawn, "a picture")
    assert 'class="orthant"' not in plane(drawn | {"orthant": False}, "a picture")


def test_a_grid_too_fine_to_see_is_not_drawn() -> None:
    assert 'class="grid sparse"' in plane(DISC | {"grid": [1.0, 0.5]}, "a picture")
    assert 'class="grid"' in plane(DISC, "a picture")
    assert 'class="grid' not in plane(DISC | {"grid": [0.5, 1e-9]}, "a picture")
    assert 'class="grid' not in plane(DISC | {"grid": None}, "a picture")


def test_the_left_end_of_an_ellipse_is_where_its_line_is() -> None:
    ellipse = found(RANGE, rf'cx="{NUMBER}" cy="{NUMBER}" rx="{NUMBER}" ry="{NUMBER}"')
    lines = found(RANGE, rf'class="measured" d="M{NUMBER} ')
    assert [x - across for x, _, across, _ in ellipse] == pytest.approx(
        [x for (x,) in lines], abs=0.2
    )


def test_names_wear_their_signs_and_are_never_markup() -> None:
    assert signed("m - ||dW||") == "m − ‖ΔW‖"
    assert signed("z~") == "z\u0303"
    assert signed("z_12") == "z₁₂"
    nasty = RANGE | {"lines": {"<script>": 0.5}}
    assert "<script>" not in plane(nasty, '"><script>')
