"""Projects: the same after writing and reading, and one line for everything that is none."""

from __future__ import annotations

import base64
import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smpsim import ParameterError, Scale, Treatment
from smpsim.errors import ProjectError
from smpsim.files.project_file import encode_project, read_project
from smpsim.project import PhotoFile, Project, View
from smpsim.scalp.hairline import Axis, Hairline
from smpsim.scalp.strokes import Stroke

SIZE = (80, 60)
PHOTO = PhotoFile("front.jpg", "ab" * 32, SIZE)
LINE = Hairline({"mid": (40.0, 10.0), "corner": (60.5, 14.0)}, ((70.0, 50.0), (10.0, 50.0)), Axis(40.0, 30.0, 2.0))
STROKES = (
    Stroke("add", ((10.0, 40.0), (30.0, 44.5)), 6.0, 2.0),
    Stroke("protect", ((20.0, 42.0),), 4.0),
    Stroke("erase", ((1.0, 1.0), (1.0, 9.0), (9.0, 9.0)), 1.0, filled=True),
)


def project(**changes: Any) -> Project:
    mask = np.zeros((60, 80), np.float32)
    mask[5:9, 5:30] = 1
    views = (
        View(PHOTO, Scale(3.5, "ruler", 0.01), LINE, mask, STROKES, "front"),
        View(PhotoFile('cröwn "1".heic', "cd" * 32, (9, 7))),
    )
    return Project(**{"views": views, "treatment": Treatment().replace(density_per_cm2=95, session=2), **changes})


def test_what_was_written_is_read_again() -> None:
    before = project(seed=7, client='<b>"Ä"\u202e😀')
    data = encode_project(before)
    after = read_project(data)
    assert encode_project(after) == data
    assert (after.treatment, after.seed, after.client) == (before.treatment, 7, before.client)
    for one, other in zip(before.views, after.views, strict=True):
        assert (one.photo, one.scale, one.strokes, one.name) == (
            other.photo,
            other.scale,
            other.strokes,
            other.name,
        )
        for mine, read in zip(one.area(), other.area(), strict=True):
            assert np.array_equal(mine, read)


def test_only_what_is_not_the_default_is_written() -> None:
    assert json.loads(encode_project(project()))["treatment"] == {"density_per_cm2": 95.0, "session": 2}


def test_line_mask_and_strokes_make_the_area() -> None:
    whole, protect = project().views[0].area()
    line = LINE.mask(SIZE)
    assert (whole >= line - 1e-6).all()
    assert whole[6, 20] == 1  # the mask that was brought along
    assert whole[41, 15] > 0.9  # the brush
    assert (protect > 0.5).sum() == pytest.approx(12.6, abs=4)
    assert not any(layer.any() for layer in project().views[1].area())


def test_a_mask_of_another_size_is_refused() -> None:
    with pytest.raises(ParameterError, match="mask: 5 x 4 px does not fit the photo of 80 x 60 px"):
        View(PHOTO, mask=np.zeros((4, 5), np.float32))


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ((), [], "not a project as smpsim writes it"),
        (("smpsim_project",), 2, "not a project as smpsim writes it"),
        (("views",), [], "project: 0 views are not allowed; give 1 to 20"),
        (("views", 0, "photo", "width_px"), 10**9, "is no size of a photo"),
        (("views", 0, "scale", "px_per_mm"), -1, "px_per_mm: -1 px/mm is not allowed"),
        (("views", 0, "scale", "px_per_mm"), "3", "px_per_mm: '3' is not allowed; give a number"),
        (("views", 0, "photo", "width_px"), 1e999, "not a project"),
        (("views", 0, "photo"), [], "not a project"),
        (("views", 0, "strokes", 0, "points"), [[10**400, 0]], "not a project"),
        (("views", 0, "hairline", "rear"), [[10**400, 0]], "not a project"),
        (("views", 0, "mask"), "%%", "not a project"),
        (("views", 0, "mask"), "AAAA", "mask: a PNG in base64 is needed"),
        (("views", 0, "mask"), base64.b64encode(b'<svg viewBox="0 0 8 6"/>').decode(), "mask: a PNG in base64"),
        (("views", 0, "mask"), base64.b64encode(b"\x89PNG\r\n\x1a\n").decode(), "picture: "),
        (("client",), "\ud800", "half a character"),
        (("views", 0, "name"), "a\ud800", "half a character"),
        (("views", 0, "photo", "name"), "\udfff", "half a character"),
        (("views", 0, "scale", "source"), "\ud800", "half a character"),
        (("views", 0, "hairline", "points", 0, "name"), "\ud800", "half a character"),
        (("views", 0, "strokes", 0, "mode"), "smear", "'smear' is no mode"),
        (("views", 0, "strokes", 0, "points"), [[1e999, 0]], "a point is no place"),
        (("views", 0, "hairline", "points"), [], "hairline: 0 points are not allowed"),
        (("treatment", "density"), 3, "density"),
        (("treatment", "density_per_cm2"), 1e9, "density_per_cm2"),
        (("seed",), -1, "seed: give a whole number"),
        (("seed",), 1.5, "seed: give a whole number"),
    ],
)
def test_what_is_no_project_is_one_line(path: tuple[Any, ...], value: object, words: str) -> None:
    document = json.loads(encode_project(project()))
    if path:
        *way, last = path
        place = document
        for step in way:
            place = place[step]
        place[last] = value
    else:
        document = value
    with pytest.raises(ProjectError, match=words) as error:
        read_project(json.dumps(document).encode())
    assert "\n" not in str(error.value)


@given(st.data())
def test_a_broken_file_is_a_project_or_one_line(data: Any) -> None:
    good = encode_project(project())
    at = data.draw(st.integers(0, len(good) - 1))
    bad = good[:at] + data.draw(st.binary(max_size=4)) + good[at + data.draw(st.integers(0, 9)) :]
    told = ""
    try:
        read_project(bad)
    except ProjectError as problem:
        told = str(problem)
    assert "\n" not in told
