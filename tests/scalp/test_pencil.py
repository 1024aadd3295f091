"""Drawn lines: found where the truth is, not where there is none, and editable."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest
from scipy.spatial import cKDTree

from smpsim import Hairline, Landmarks, ParameterError, PhotoError, find_line, hairline_through, read_photo
from smpsim.scalp.outline import trace_outline
from smpsim.scalp.pencil import DrawnLine
from smpsim.scalp.through import forehead
from smpsim.synthetic import Sample, sample
from tests.scalp.faces import photographs


@cache
def made(line: str = "white", tone: str = "light", seed: int = 1, light: str = "studio", hair: str = "none") -> Sample:
    return sample(px_per_mm=3, tone=tone, seed=seed, line=line, light=light, hair=hair)


@cache
def found(line: str = "white", tone: str = "light", seed: int = 1) -> DrawnLine:
    s = made(line, tone, seed)
    return find_line(s.photo, scale=s.scale)


def apart_mm(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Distance of each point of one line from the other, at 3 px/mm."""
    return np.asarray(cKDTree(b).query(a)[0] / 3)


@pytest.mark.parametrize(
    ("line", "tone", "colour"),
    [
        ("white", "fair", "white"),
        ("red", "medium", "red"),
        ("blue", "dark", "blue"),
        ("phone", "light", "other"),
        ("white", "deep", "white"),
    ],
)
def test_lines_are_within_2_mm_over_their_length(line: str, tone: str, colour: str) -> None:
    truth, drawn = made(line, tone).truth.line_px, found(line, tone)
    assert drawn.colour == colour
    assert np.mean(apart_mm(drawn.points, truth) < 2) > 0.95
    assert np.mean(apart_mm(truth, drawn.points) < 2) > 0.85
    assert np.median(apart_mm(drawn.points, truth)) < 0.4
    assert drawn.length_mm == pytest.approx(np.hypot(*np.diff(truth, axis=0).T).sum() / 3, rel=0.15)


@pytest.mark.parametrize(("tone", "light"), [("light", "studio"), ("dark", "hard"), ("medium", "window")])
def test_no_line_is_invented(tone: str, light: str) -> None:
    s = made("none", tone, light=light)
    with pytest.raises(PhotoError, match="no drawn line is found"):
        find_line(s.photo, scale=s.scale)


@pytest.mark.parametrize("name", ["p04", "p09", "p10", "p11", "p12"])
def test_no_line_is_invented_on_faces(shared: Path, name: str) -> None:
    entry = photographs(shared)[name]
    photo = read_photo(shared / "photos" / entry["file"])
    face = Landmarks.from_points(pupils=entry["pupils_px"])
    region = forehead(face, trace_outline(photo.pixels, face.face), photo.size)
    with pytest.raises(PhotoError, match="no drawn line is found"):
        find_line(photo, scale=face.scale, region=region, face=face)


def test_the_colour_asked_for_and_the_place_pointed_at() -> None:
    s = made("red", "medium")
    with pytest.raises(PhotoError, match="no drawn blue line"):
        find_line(s.photo, scale=3, colour="blue")
    on = tuple(s.truth.line_px[len(s.truth.line_px) // 2])
    assert find_line(s.photo, scale=3, near=[on]).colour == "red"
    with pytest.raises(PhotoError):
        find_line(s.photo, scale=3, near=[(on[0], on[1] - 25 * 3)])
    below = np.zeros(s.mask.shape, np.bool_)
    below[int(s.truth.line_px[:, 1].max()) + 15 :] = True
    with pytest.raises(PhotoError):
        find_line(s.photo, scale=3, region=below)


def test_a_grey_photo_has_no_coloured_line() -> None:
    grey = np.repeat(made().photo.pixels[..., 1:2], 3, axis=2)
    photo = type(made().photo).from_array(grey)
    with pytest.raises(PhotoError, match="no skin"):
        find_line(photo, scale=4)


def test_bad_requests_are_one_line() -> None:
    with pytest.raises(ParameterError, match="choose any, white"):
        find_line(made().photo, scale=4, colour="green")
    with pytest.raises(ParameterError, match="does not lie in the photo"):
        find_line(made().photo, scale=4, near=[(-5.0, 3.0)])


def test_the_spline_runs_along_the_line_and_is_free() -> None:
    drawn = found()
    line = hairline_through(drawn.points, 3)
    assert isinstance(line, Hairline)
    assert line.axis is None
    assert {"left end", "mid", "right end"} <= set(line.points)
    assert len(line.points) < 31
    assert apart_mm(drawn.points, line.line).max() < 0.6
    x = [point[0] for point in line.points.values()]
    assert x[0] == min(x)
    assert x[-1] == max(x)


def test_the_middle_lies_on_the_axis_of_the_face_and_corners_where_it_turns() -> None:
    angle = np.linspace(0, 1, 200)
    top = np.stack([100 + 300 * angle, np.full(200, 100.0)], -1)
    left, right = (np.stack([x + 0 * angle, 100 + 160 * angle], -1) for x in (100, 400))
    whole = np.concatenate([left[::-1], top, right])
    face = Landmarks.from_points(pupils=((150.0, 500.0), (402.0, 500.0)))
    points = hairline_through(whole, 4, face=face).points
    assert points["mid"][0] == pytest.approx(276, abs=2)
    assert np.hypot(*np.subtract(points["left corner"], (100, 100))) < 8
    assert np.hypot(*np.subtract(points["right corner"], (400, 100))) < 8
