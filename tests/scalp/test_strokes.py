"""Brush strokes: the area that a brush covers, in the order of the strokes."""

from __future__ import annotations

import math
import tracemalloc
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from smpsim import ParameterError
from smpsim.scalp.grid import STEP_IN_SIGMAS
from smpsim.scalp.hairline import Axis, Hairline
from smpsim.scalp.strokes import Stroke, paint

BARE = np.zeros((60, 80), np.float32)
places = st.tuples(st.floats(-30, 110), st.floats(-30, 90))
strokes = st.builds(
    Stroke,
    st.sampled_from(["add", "erase", "protect", "unprotect"]),
    st.lists(places, min_size=1, max_size=6).map(tuple),
    st.floats(0.5, 30),
    st.floats(0, 12),
    st.booleans(),
)


def distance(points: tuple[tuple[float, float], ...]) -> np.ndarray:
    """Distance of every pixel's middle from a line, by formula."""
    y, x = np.mgrid[: BARE.shape[0], : BARE.shape[1]] + 0.5
    nearest = np.full(BARE.shape, np.inf)
    for (ax, ay), (bx, by) in zip(points, points[1:] or points, strict=False):
        length = (bx - ax) ** 2 + (by - ay) ** 2
        t = np.clip(((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length, 0, 1) if length else 0
        nearest = np.minimum(nearest, np.hypot(x - ax - t * (bx - ax), y - ay - t * (by - ay)))
    return nearest


@given(st.lists(places, min_size=1, max_size=6).map(tuple), st.floats(3, 30))
def test_a_brush_covers_what_lies_within_half_its_width(points: tuple[Any, ...], width: float) -> None:
    covered, protect = paint(BARE, [Stroke("add", points, width)])
    inside = distance(points) - width / 2
    # the round end has corners, which lie inside of the circle by a quarter of a per cent of the radius
    assert (covered[inside < -0.75 - 0.01 * width] > 0.999).all()
    assert (covered[inside > 0.75] < 0.001).all()
    assert not protect.any()


def test_the_area_of_a_dab() -> None:
    covered, _ = paint(BARE, [Stroke("add", ((40.2, 30.7),), 20.0)])
    assert covered.sum() == pytest.approx(math.pi * 100, rel=0.01)


def test_an_outline_is_filled_where_it_winds_anticlockwise() -> None:
    square = ((10.0, 10.0), (10.0, 40.0), (30.0, 40.0), (30.0, 10.0))
    covered, _ = paint(BARE, [Stroke("add", square, 1.0, filled=True)])
    assert covered[10:40, 10:30].min() == 1
    assert covered.sum() == 600
    covered, _ = paint(BARE, [Stroke("add", square[::-1], 1.0, filled=True)])
    assert not covered.any()


def test_an_outline_fills_what_the_hairline_does() -> None:
    line = Hairline(
        {"mid": (40.0, 10.0), "corner": (65.0, 25.0)}, ((10.0, 20.0), (40.0, 55.0), (70.0, 20.0)), Axis(40, 30)
    )
    outline = tuple((float(x), float(y)) for x, y in (*line.line, *line.rear_line[::-1]))
    covered, _ = paint(BARE, [Stroke("add", outline, 1.0, filled=True)])
    np.testing.assert_allclose(covered, line.mask((80, 60)), atol=1e-6)


def test_strokes_work_in_their_order() -> None:
    line, dab = ((10.0, 30.0), (70.0, 30.0)), ((40.0, 30.0),)
    covered, _ = paint(BARE, [Stroke("add", line, 10), Stroke("erase", dab, 20)])
    assert covered[30, 40] == 0
    assert covered[30, 15] == 1
    covered, _ = paint(BARE, [Stroke("erase", dab, 20), Stroke("add", line, 10)])
    assert covered[30, 40] == 1


def test_what_is_protected_can_be_freed_again_and_is_no_part_of_the_area() -> None:
    line, dab = ((10.0, 30.0), (70.0, 30.0)), ((40.0, 30.0),)
    covered, protect = paint(BARE, [Stroke("protect", line, 10), Stroke("unprotect", dab, 20)])
    assert not covered.any()
    assert (protect[30, 15], protect[30, 40]) == (1, 0)


def test_a_soft_edge_goes_from_5_to_95_per_cent_over_its_width() -> None:
    covered, _ = paint(BARE, [Stroke("add", ((40.0, -200.0), (40.0, 300.0)), 40, edge_px=10)])
    profile = covered[30]
    assert np.interp([15.5, 20.5, 25.5], np.arange(80) + 0.5, profile) == pytest.approx([0.06, 0.55, 0.96], abs=0.02)
    # and it is as soft at the picture's border as inside
    assert np.abs(covered[0] - profile).max() < 1e-3


@pytest.mark.parametrize("edge", [130.0, 1000.0, 1e6])
def test_however_soft_an_edge_is_it_costs_no_more_than_the_picture(edge: float) -> None:
    dab = Stroke("add", ((40.0, 30.0),), edge, edge)
    tracemalloc.start()
    covered, _ = paint(BARE, [dab])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    # in the middle of a blurred disc; so wide a blur is flat on the whole picture
    assert covered[30, 40] == pytest.approx(1 - math.exp(-((STEP_IN_SIGMAS / 2) ** 2) / 2), abs=0.004)
    if edge > 500:
        assert np.ptp(covered) < 0.01
    assert peak < 4e6


def test_very_soft_edges_are_those_of_a_gaussian() -> None:
    sigma = 120 / STEP_IN_SIGMAS
    covered, _ = paint(np.zeros((200, 300), np.float32), [Stroke("add", ((150.0, -900.0), (150.0, 900.0)), 100, 120)])
    x = np.arange(300) + 0.5
    profile = norm.cdf((x - 100) / sigma) - norm.cdf((x - 200) / sigma)
    assert np.abs(covered - profile).max() < 0.005  # a brush ends at three standard deviations


def test_two_strokes_that_overlap_do_not_pile_up() -> None:
    one = Stroke("add", ((20.0, 30.0), (60.0, 30.0)), 10)
    once, twice = paint(BARE, [one])[0], paint(BARE, [one, one])[0]
    assert np.array_equal(once, twice)
    there_and_back = Stroke("add", (*one.points, one.points[0]), 10)
    assert paint(BARE, [there_and_back])[0].max() == 1


@given(st.lists(strokes, max_size=4))
def test_coverage_stays_between_0_and_1_and_the_input_as_it_was(made: list[Stroke]) -> None:
    before = np.full(BARE.shape, 0.5, np.float32)
    for layer in paint(before, made):
        assert layer.dtype == np.float32
        assert layer.min() >= 0
        assert layer.max() <= 1
    assert (before == 0.5).all()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("smear", ((1, 1),), 3), "'smear' is no mode; use one of add, erase, protect, unprotect"),
        (("add", (), 3), "0 points are not allowed"),
        (("add", ((math.nan, 1),), 3), "a point is no place"),
        (("add", ((1, 1),), 0), "a width of 0 px"),
        (("add", ((1, 1),), 3, -1), "an edge of -1 px"),
    ],
)
def test_what_is_no_stroke(arguments: tuple[Any, ...], words: str) -> None:
    with pytest.raises(ParameterError, match=words):
        Stroke(*arguments)
