"""Ends of arms: temples thin out, broad areas, even strips and what leaves the picture do not."""

from __future__ import annotations

import numpy as np
import pytest

from smpsim.dots.arms import ends_of_arms
from smpsim.dots.density import Density
from smpsim.parameters import Edge
from smpsim.scalp.mask import Area

PX_PER_MM = 2.0


def horseshoe(arm_mm: float = 14.0, long_mm: float = 50.0) -> np.ndarray:
    """Body of 120 x 40 mm with an arm down at each side, 20 mm from the borders of the picture."""
    mask = np.zeros((300, 320), np.float32)
    mask[40:120, 40:280] = 1
    width, length = round(arm_mm * PX_PER_MM), round(long_mm * PX_PER_MM)
    mask[120 : 120 + length, 40 : 40 + width] = 1
    mask[120 : 120 + length, 280 - width : 280] = 1
    return mask


def left_at(mask: np.ndarray, x: float, y: float, blend_mm: float = 20.0) -> float:
    distance = Area(mask, PX_PER_MM).edge_distance
    i, j = int(y / distance.step_mm - distance.row), int(x / distance.step_mm - distance.column)
    return float(ends_of_arms(distance, blend_mm)[i, j])


def test_dots_thin_out_towards_the_ends_of_both_arms_and_nowhere_else() -> None:
    mask = horseshoe()
    for x in (27.0, 133.0):
        share = [left_at(mask, x, y) for y in (70.0, 85.0, 89.0, 95.0, 100.0, 105.0, 109.0)]
        assert share[:3] == [1.0] * 3  # from 20 mm before the end at y = 110 mm
        assert np.all(np.diff(share[2:]) < 0)
        assert share[-1] < 0.1
        assert left_at(mask, x, 100.0) == pytest.approx(0.5, rel=0, abs=0.2)  # L is that of the farther corner
    for x, y in ((80, 40), (21, 21), (139, 59), (60, 59)):
        assert left_at(mask, float(x), float(y)) == 1


def test_the_density_falls_over_the_length_asked_for() -> None:
    for blend_mm in (0, 10, 30):
        area = Area(horseshoe(), PX_PER_MM)
        density = Density(area, 80.0, Edge(feather_mm=2, edge_roughness_mm=0, side_blend_mm=blend_mm), 0)
        y = np.arange(60, 110, 0.25)
        along = density.at(np.full(y.shape, 27.0), y)
        half = y[np.flatnonzero(along > 40)[-1]]
        assert 110 - half == pytest.approx(blend_mm / 2 if blend_mm else 0.8, rel=0, abs=3)
        assert np.all(density.at(np.array([80.0]), np.array([40.0])) == 80)


@pytest.mark.parametrize("shape", ["corner", "strip", "disc", "tiny", "leaves the picture"])
def test_what_is_no_arm_is_left_alone(shape: str) -> None:
    mask = np.zeros((200, 200), np.float32)
    y, x = np.mgrid[:200, :200]
    if shape == "corner":
        mask[60:140, 60:140] = 1
    elif shape == "strip":
        mask[95:105, 20:180] = 1
    elif shape == "disc":
        mask[np.hypot(x - 100, y - 100) < 60] = 1
    elif shape == "tiny":
        mask[100, 100] = 1
    else:
        mask[:100, 40:160] = 1
        mask[100:, 60:80] = 1
    np.testing.assert_array_equal(ends_of_arms(Area(mask, PX_PER_MM).edge_distance, 20.0), 1)


def test_the_ends_are_the_same_at_every_resolution() -> None:
    coarse = horseshoe()
    reference = ends_of_arms(Area(coarse, PX_PER_MM).edge_distance, 20.0)
    fine = np.repeat(np.repeat(coarse, 3, 0), 3, 1)
    np.testing.assert_allclose(
        ends_of_arms(Area(fine, 3 * PX_PER_MM).edge_distance, 20.0), reference, rtol=0, atol=1e-9
    )
