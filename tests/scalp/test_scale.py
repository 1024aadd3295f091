"""Pixels to millimetres, with an uncertainty that holds."""

from __future__ import annotations

import dataclasses
import json
import math
from pathlib import Path

import numpy as np
import pytest

import smpsim
from smpsim.errors import MaskError, ParameterError
from smpsim.scalp.scale import Scale


def test_a_typed_scale_says_so() -> None:
    scale = Scale(10.3)
    assert (scale.px_per_mm, scale.source, scale.uncertainty_frac) == (10.3, "typed", 0.0)
    with pytest.raises(dataclasses.FrozenInstanceError):
        scale.px_per_mm = 3  # type: ignore[misc]
    assert type(Scale(np.float32(2)).px_per_mm) is float


@pytest.mark.parametrize("bad", [0, -1, 0.049, 501, math.nan, math.inf, "10", None, True])
def test_impossible_scales_are_refused(bad: object) -> None:
    with pytest.raises(ParameterError, match=r"^px_per_mm: .*0.05 to 500 px/mm") as caught:
        Scale(bad)  # type: ignore[arg-type]
    assert caught.value.name == "px_per_mm"
    assert caught.value.value is bad


@pytest.mark.parametrize("bad", [-0.1, math.nan, math.inf, "0.1", None])
def test_impossible_uncertainties_are_refused(bad: object) -> None:
    with pytest.raises(ParameterError, match=r"^uncertainty_frac: ") as caught:
        Scale(10, "ruler", bad)  # type: ignore[arg-type]
    assert caught.value.name == "uncertainty_frac"


def test_from_points() -> None:
    scale = Scale.from_points((100, 200), (400, 600), distance_mm=50)
    assert scale.px_per_mm == pytest.approx(10, rel=0, abs=1e-12)
    assert scale.source == "ruler"
    # two clicks, each off by 1.5 px, on 500 px
    assert scale.uncertainty_frac == pytest.approx(2**0.5 * 1.5 / 500, rel=0, abs=1e-9)
    default = Scale.from_points((0, 0), (630, 0))
    assert default.px_per_mm == pytest.approx(10, rel=0, abs=1e-12)
    uncertain = Scale.from_points((0, 0), (630, 0), 63, distance_uncertainty_frac=0.1)
    assert uncertain.uncertainty_frac == pytest.approx(math.hypot(0.1, default.uncertainty_frac), rel=0, abs=1e-12)


def test_from_pupils_and_iris() -> None:
    pupils = Scale.from_pupils((1558, 1412), (2206, 1381))
    assert pupils.px_per_mm == pytest.approx(math.hypot(648, 31) / 63, rel=0, abs=1e-9)
    assert pupils.source == "pupils"
    assert pupils.uncertainty_frac == pytest.approx(0.05, rel=0, abs=0.001)
    iris = Scale.from_iris((10, 10), (132, 10))
    assert iris.px_per_mm == pytest.approx(10, rel=0, abs=1e-9)
    assert iris.source == "iris"
    # the clicks count for more than the iris itself, on so few pixels
    assert iris.uncertainty_frac == pytest.approx(math.hypot(0.03, 2**0.5 * 1.5 / 122), rel=0, abs=1e-9)


@pytest.mark.parametrize(
    ("a", "b", "distance", "name"),
    [
        ((1, 1), (1, 1), 63, "ruler"),
        ((1, math.nan), (1, 1), 63, "ruler"),
        ((0, 0), (10, 0), 0, "distance_mm"),
        ((0, 0), (10, 0), -3, "distance_mm"),
        ((0, 0), (10, 0), math.nan, "distance_mm"),
        ((0, 0), (1, 0), 1000, "px_per_mm"),
    ],
)
def test_impossible_rulers_are_refused(
    a: tuple[float, float], b: tuple[float, float], distance: float, name: str
) -> None:
    with pytest.raises(ParameterError) as caught:
        Scale.from_points(a, b, distance)
    assert caught.value.name == name


@pytest.mark.parametrize(("px_per_mm", "seen"), [(5.99, False), (6, True), (10, True)])
def test_single_dots_are_resolved_from_6_px_per_mm(px_per_mm: float, seen: bool) -> None:
    assert Scale(px_per_mm).resolves_dots is seen


# -- estimates --------------------------------------------------------------------------------------------------------


def blank(height: int = 300, width: int = 400) -> smpsim.Photo:
    return smpsim.Photo.from_array(np.full((height, width, 3), (188, 164, 144), np.uint8))


def strip(width_px: int) -> np.ndarray:
    mask = np.zeros((300, 400), np.float32)
    mask[50:90, 100 : 100 + width_px] = 1
    return mask


def test_without_a_face_the_mask_must_do() -> None:
    scale = Scale.estimate(blank(), strip(279))
    assert scale.source == "mask"
    assert scale.px_per_mm == pytest.approx(279 / (0.9 * 155), rel=0, abs=1e-9)
    assert scale.uncertainty_frac == pytest.approx(0.25, rel=0, abs=1e-12)


def test_the_width_of_the_head_is_used_when_it_is_given() -> None:
    default, wide = (Scale.estimate(blank(), strip(250), head_width_mm=w) for w in (None, 170))
    assert wide.px_per_mm == pytest.approx(default.px_per_mm * 155 / 170, rel=0, abs=1e-9)
    for bad in (99.9, 220.1, math.nan):
        with pytest.raises(ParameterError, match="100 to 220 mm") as caught:
            Scale.estimate(blank(), strip(250), head_width_mm=bad)
        assert caught.value.name == "head_width"


def test_the_smallest_mask_gives_a_scale_within_the_limits() -> None:
    scale = Scale.estimate(blank(), strip(1))
    assert scale.px_per_mm == pytest.approx(0.05, rel=0, abs=1e-12)
    tiny = smpsim.Photo.from_array(np.zeros((1, 1, 3), np.uint8))
    assert Scale.estimate(tiny, np.ones((1, 1), np.float32)).source == "mask"


def test_a_speck_of_next_to_nothing_does_not_change_the_scale() -> None:
    mask = strip(100).astype(np.float32)
    scale = Scale.estimate(blank(), mask)
    mask[10, 2] = 1 / 255
    assert Scale.estimate(blank(), mask) == scale


def test_an_empty_mask_gives_none() -> None:
    with pytest.raises(MaskError, match="empty"):
        Scale.estimate(blank(), np.zeros((300, 400), np.float32))


def test_estimates_on_photographs_hold_what_they_say(shared: Path) -> None:
    entries = json.loads((shared / "photos" / "photos.json").read_text("utf-8"))
    assert len(entries) == 14
    errors, sources = [], []
    for entry in entries:
        photo = smpsim.read_photo(shared / "photos" / entry["file"])
        mask = smpsim.read_mask(shared / "photos" / entry["mask"], like=photo)
        scale = Scale.estimate(photo, mask)
        error = math.log(scale.px_per_mm / entry["px_per_mm_estimate"])
        assert abs(error) < 2 * scale.uncertainty_frac, entry["file"]
        errors.append(error / scale.uncertainty_frac)
        sources.append(scale.source)
    # a face where one looks at the camera, and errors of the size that is stated
    assert sources.count("face") >= 8
    assert 0.3 < np.std(errors) < 1.3
