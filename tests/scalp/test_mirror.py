"""Traced lines that are mirrored."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial import cKDTree

from smpsim import Landmarks, ParameterError, hairline_through
from smpsim.scalp.hairline import Axis
from smpsim.scalp.mirror import mean_half, own_axis

PX_PER_MM = 4.0
AXIS = Axis(400.0, 300.0, 9.0)


def half_line(length_mm: float = 90.0, corner_mm: float = 0.0) -> np.ndarray:
    """The right half of a line on AXIS, (n, 2) px, with a corner that is raised by some mm."""
    along = np.arange(0, length_mm, 0.5) * PX_PER_MM
    down = 0.002 * along**2 - corner_mm * PX_PER_MM * np.exp(-(((along / PX_PER_MM - 60) / 12) ** 2))
    tilt = np.radians(AXIS.tilt_deg)
    across, up = np.array([np.cos(tilt), np.sin(tilt)]), np.array([np.sin(tilt), -np.cos(tilt)])
    return np.array([AXIS.x, AXIS.y]) + along[:, None] * across - down[:, None] * up


def whole(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    return np.concatenate([AXIS.mirrored(left)[:0:-1], right])


def test_its_own_axis_is_found() -> None:
    rng = np.random.default_rng(1)
    line = whole(half_line(corner_mm=6), half_line(corner_mm=6))
    found = own_axis(line + rng.normal(0, 0.2 * PX_PER_MM, line.shape))
    assert found.tilt_deg == pytest.approx(AXIS.tilt_deg, abs=1)
    assert abs(AXIS.across(np.array([found.x, found.y]))) < 1.5 * PX_PER_MM


def test_both_halves_count_alike() -> None:
    left, right = half_line(corner_mm=0), half_line(corner_mm=8)
    half = mean_half(whole(left, right), AXIS)
    middle = half_line(corner_mm=4)
    assert cKDTree(half).query(middle)[0].max() < 0.8 * PX_PER_MM
    assert np.abs(AXIS.across(half)[0]) < 1e-6


def test_a_half_that_ends_early_is_followed_without_a_jump() -> None:
    half = mean_half(whole(half_line(40), half_line(90)), AXIS)
    assert np.hypot(*np.diff(half, axis=0).T).max() < 2 * 0.5 * PX_PER_MM
    assert cKDTree(half).query(half_line(90))[0].max() < 0.2 * PX_PER_MM


@pytest.mark.parametrize("side", ["left", "right"])
def test_one_drawn_half_is_enough(side: str) -> None:
    half = half_line()[8:]
    drawn = half if side == "right" else AXIS.mirrored(half)[::-1]
    face = Landmarks.from_points(pupils=((300 - 30, 700 - 16), (300 + 230, 700 + 25)), glabella=(AXIS.x, AXIS.y))
    line = hairline_through(drawn, PX_PER_MM, face=face, mirror=True)
    assert line.axis is not None
    assert cKDTree(line.line).query(drawn)[0].max() < PX_PER_MM
    assert np.allclose(line.axis.mirrored(line.line)[::-1][[0, -1]], line.line[[0, -1]], atol=1)


def test_the_points_are_those_of_one_half() -> None:
    drawn = whole(half_line(corner_mm=8), half_line(corner_mm=8))
    line = hairline_through(drawn, PX_PER_MM, mirror=True)
    first, *_, last = line.points
    assert (first, last) == ("mid", "end")
    assert cKDTree(line.line).query(drawn)[0].max() < PX_PER_MM
    assert {"left end", "right end"} <= set(line.unlinked().points)


def test_a_detected_face_is_no_axis() -> None:
    drawn = whole(half_line(), half_line())
    clicked = Landmarks.from_points(pupils=((400, 900), (660, 900)), glabella=(530.0, 880.0))
    found = replace(clicked, source="face")
    own, same, other = (
        hairline_through(drawn, PX_PER_MM, face=face, mirror=True).axis for face in (None, found, clicked)
    )
    assert same == own
    assert other == Axis(530.0, 880.0, clicked.tilt_deg)


def test_a_line_beside_the_axis_is_refused() -> None:
    with pytest.raises(ParameterError, match="far from the axis"):
        mean_half(half_line(40) + 900.0, AXIS)
