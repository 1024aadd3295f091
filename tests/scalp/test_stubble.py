"""Stubble of known numbers is measured; what cannot be told is not told."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import numpy as np
import pytest
from shaved import Shaved, shave

import smpsim
from smpsim.scalp.shafts import contrast, find_shafts
from smpsim.scalp.stubble import Stubble, measure_stubble

# placement, px/mm, density, size, tone: a few of tests/benchmarks/match.py
CASES = (
    ("spaced", 8.0, 75, "usual", "light"),
    ("random", 8.0, 110, "usual", "medium"),
    ("spaced", 9.0, 155, "coarse", "dark"),
    ("random", 10.0, 40, "fine", "light"),
)


@lru_cache
def drawn(placement: str, px_per_mm: float, density: float, size: str, tone: str, side_mm: float = 12) -> Shaved:
    return shave(
        px_per_mm=px_per_mm,
        density_per_cm2=density,
        size=size,
        tone=tone,
        placement=placement,
        side_mm=side_mm,
        seed=314,
    )


@lru_cache
def measured(case: tuple[Any, ...]) -> Stubble:
    shaved = drawn(*case)
    photo = smpsim.read_photo(shaved.jpeg)
    return measure_stubble(photo, (0, 0, *photo.size), scale=smpsim.Scale(shaved.px_per_mm))


def test_density_and_size_of_known_stubble() -> None:
    """Nearly all within three times the tolerance of the benchmark's 80 %, most within it."""
    density, size, darkness = [], [], []
    for case in CASES:
        shaved, found = drawn(*case), measured(case)
        density.append(abs(found.density_per_cm2.value / shaved.density_per_cm2 - 1))
        size.append(abs(found.spot_mm2.value / shaved.spot_mm2 - 1))
        darkness.append(abs(found.darkness.value / shaved.mean_darkness - 1))
    assert np.sum(np.array(density) < 0.15) >= 3, density
    assert np.sum(np.array(size) < 0.20) >= 3, size
    assert max(*density, *size) < 0.45
    assert max(darkness) < 0.2


def test_what_else_is_told() -> None:
    even, chance = (measured(case) for case in CASES[:2])
    assert even.evenness.value > 1.15 > chance.evenness.value > 0.9
    assert even.length_mm is not None
    assert even.length_mm.value == pytest.approx(0.55, rel=0.25)
    assert even.width_mm is None  # 0.08 mm are less than a pixel
    assert even.mark_darkness is None
    assert [m.ita_deg > 35 for m in (even, chance)] == [True, False]
    flat = even.as_dict()
    assert flat["density_per_cm2_low"] < flat["density_per_cm2"] < flat["density_per_cm2_high"]
    assert flat["width_mm"] is None
    assert not any(name.startswith("shafts") for name in flat)


def test_the_same_photo_gives_the_same_numbers() -> None:
    shaved = drawn(*CASES[0])
    photo = smpsim.read_photo(shaved.jpeg)
    again = measure_stubble(photo, (0, 0, *photo.size), scale=smpsim.Scale(8, "ruler", 0.1))
    first = measured(CASES[0])
    assert again.density_per_cm2.value == first.density_per_cm2.value
    # an uncertain scale counts twice in an area
    wider, narrow = (np.log(m.density_per_cm2.high / m.density_per_cm2.value) / 1.645 for m in (again, first))
    assert wider == pytest.approx(np.hypot(narrow, 0.2))


def test_single_marks_lie_where_they_are() -> None:
    size, px_per_mm = 120, 8.0
    y, x = np.mgrid[:size, :size] + 0.5
    light = np.full((size, size), 0.3, np.float32)
    places = [(20.5, 30.5), (60.5, 60.5), (90.5, 25.5), (100.5, 99.5)]
    for px, py in places:
        light *= 1 - 0.5 * np.exp(-(((x - px) / 3) ** 2) - (y - py) ** 2).astype(np.float32)
    light += np.random.default_rng(0).normal(0, 0.002, light.shape).astype(np.float32)
    shafts = find_shafts(contrast(light, px_per_mm), px_per_mm)
    assert len(shafts) == 4
    for px, py in places:
        assert np.hypot(shafts.x_px - px, shafts.y_px - py).min() < 1
    assert abs(shafts.direction_rad()) < 0.05
    assert shafts.spot_mm2 == pytest.approx(0.5 * 3 * np.pi / px_per_mm**2, rel=0.25)


def test_below_6_px_per_mm_no_numbers_are_made_up() -> None:
    shaved = drawn("spaced", 5.0, 110, "usual", "light")
    photo = smpsim.read_photo(shaved.jpeg)
    with pytest.raises(smpsim.PhotoError, match=r"not resolvable at 5.00 px/mm .*6 px/mm.* mean colour") as caught:
        measure_stubble(photo, (0, 0, *photo.size), scale=smpsim.Scale(5.0))
    assert not re.search("cm2|mm2", str(caught.value))


def test_bare_skin_has_no_stubble() -> None:
    bare = smpsim.sample(px_per_mm=8, tone="medium")
    with pytest.raises(smpsim.PhotoError, match="no dark stubble"):
        measure_stubble(bare.photo, (680, 280, 96, 96), scale=bare.scale)


@pytest.mark.parametrize("byte", [0, 120, 255])
def test_a_patch_without_texture_has_none(byte: int) -> None:
    flat = smpsim.Photo.from_array(np.full((100, 100, 3), byte, np.uint8))
    with pytest.raises(smpsim.PhotoError, match="no dark stubble"):
        measure_stubble(flat, (0, 0, 100, 100), scale=smpsim.Scale(8))


@pytest.mark.parametrize(
    ("patch", "words"),
    [((0, 0, 500, 50), "does not lie in the photo"), ((0, 0, 40, 90), "5.0 x 11.2 mm"), ((-1, 0, 90, 90), "lie")],
)
def test_patches_that_are_none(patch: tuple[int, int, int, int], words: str) -> None:
    photo = smpsim.read_photo(drawn(*CASES[0]).jpeg)
    with pytest.raises(smpsim.ParameterError, match=words):
        measure_stubble(photo, patch, scale=smpsim.Scale(8))


def test_an_unknown_kind_is_refused() -> None:
    photo = smpsim.read_photo(drawn(*CASES[0]).jpeg)
    with pytest.raises(smpsim.ParameterError, match="hair or dots"):
        measure_stubble(photo, (0, 0, 90, 90), scale=smpsim.Scale(8), kind="wool")
