from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smpsim.scalp.polygon import coverage_of

SQUARE = np.array([[2.25, 3.5], [7.75, 3.5], [7.75, 8.25], [2.25, 8.25]])


def area(loop: np.ndarray) -> float:
    x, y = loop.T
    return abs(float((x * np.roll(y, -1) - y * np.roll(x, -1)).sum()) / 2)


def test_a_rectangle_covers_each_pixel_by_its_share() -> None:
    coverage = coverage_of([SQUARE], (10, 12))
    assert coverage.shape == (12, 10)
    assert coverage[3, 2] == pytest.approx(0.75 * 0.5)
    assert coverage[8, 7] == pytest.approx(0.75 * 0.25)
    assert (coverage[4:8, 3:7] == 1).all()
    assert coverage.sum() == pytest.approx(5.5 * 4.75)


@given(st.lists(st.tuples(st.floats(0, 40), st.floats(0, 30)), min_size=3, max_size=3))
def test_a_triangle_covers_its_area(corners: list[tuple[float, float]]) -> None:
    loop = np.array(corners)
    assert float(coverage_of([loop], (40, 30)).sum()) == pytest.approx(area(loop), abs=2e-3)


def test_a_polygon_that_leaves_the_picture_is_cut_off() -> None:
    loop = SQUARE * 10 - 30
    whole = coverage_of([loop + 100], (200, 200))
    assert np.allclose(coverage_of([loop], (20, 25)), whole[100:125, 100:120], atol=1e-6)


def test_rules() -> None:
    inner = SQUARE * 0.5 + 2.5
    assert coverage_of([SQUARE, inner], (10, 10)).sum() == pytest.approx(area(SQUARE), abs=1e-4)
    ring = coverage_of([SQUARE, inner], (10, 10), rule="evenodd").sum()
    assert ring == pytest.approx(area(SQUARE) - area(inner), abs=1e-4)
    hole = coverage_of([SQUARE, inner[::-1]], (10, 10)).sum()
    assert hole == pytest.approx(ring, abs=1e-4)
    # clockwise as seen is the wrong way round, anticlockwise the right one
    assert not coverage_of([SQUARE], (10, 10), rule="positive").any()
    assert coverage_of([SQUARE[::-1]], (10, 10), rule="positive").sum() == pytest.approx(area(SQUARE))


def test_nothing_to_fill() -> None:
    assert not coverage_of([], (5, 4)).any()
    assert not coverage_of([SQUARE[:2]], (5, 4)).any()
