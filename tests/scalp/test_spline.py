from __future__ import annotations

import numpy as np
import pytest

from smpsim.scalp.spline import smooth_line


def test_it_goes_through_every_point_and_is_sampled_finely() -> None:
    points = np.array([[0.0, 0], [10, 3], [12, 9], [40, 2], [41, 1]])
    line = smooth_line(points, [False] * 5, 0.5)
    assert np.hypot(*(line[:, None] - points[None]).T).min(1).max() < 1e-9
    assert np.hypot(*np.diff(line, axis=0).T).max() < 1.0


def test_a_circle_is_met_between_its_points() -> None:
    angle = np.linspace(0, np.pi, 13)
    circle = 100 * np.stack([np.cos(angle), np.sin(angle)], 1)
    assert np.abs(np.hypot(*smooth_line(circle, [False] * 13, 1.0).T) - 100).max() < 0.5


def test_only_corners_are_sharp() -> None:
    points = np.array([[0.0, 0], [20, 0], [20, 20]])

    def sharpest(corner: bool) -> float:
        steps = np.diff(smooth_line(points, [False, corner, False], 0.5), axis=0)
        turn = np.abs(np.diff(np.unwrap(np.arctan2(steps[:, 1], steps[:, 0]))))
        return float(np.degrees(turn.max()))

    assert sharpest(True) == pytest.approx(90, abs=1)
    assert sharpest(False) < 15


def test_equal_points_count_once() -> None:
    assert len(smooth_line(np.array([[1.0, 1], [1, 1]]), [False, False], 1.0)) == 1
    twice = smooth_line(np.array([[0.0, 0], [5, 5], [5, 5], [9, 0]]), [False] * 4, 1.0)
    assert np.array_equal(twice, smooth_line(np.array([[0.0, 0], [5, 5], [9, 0]]), [False] * 3, 1.0))
