"""What is cut out of a photo tells nothing of its skin."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.ndimage import distance_transform_edt, gaussian_filter

import smpsim
from smpsim.scalp.camera import measure_camera
from smpsim.scalp.hair import measure_hair
from smpsim.scalp.mask import Area
from smpsim.scalp.opaque import opaque

SIDE, PX_PER_MM = 400, 8.0
ROWS, COLUMNS = np.mgrid[:SIDE, :SIDE]
FROM_MIDDLE = np.hypot(ROWS - 230, COLUMNS - 200)
MASK = ((FROM_MIDDLE < 150) & (ROWS < 200)).astype(np.float32)
CUT = np.where(FROM_MIDDLE < 165, 255, 0).astype(np.uint8)


def blurred_head() -> np.ndarray:
    """A head before a white backdrop, blurred by 4 px."""
    rng = np.random.default_rng(0)
    skin = np.array([200, 150, 120]) + 14 * gaussian_filter(rng.normal(size=(SIDE, SIDE, 1)), (1, 1, 0))
    soft = gaussian_filter((FROM_MIDDLE < 165) * 1.0, 4)[..., None]
    picture = gaussian_filter(skin, (4, 4, 0)) * soft + 235 * (1 - soft) + rng.normal(size=(SIDE, SIDE, 3))
    return picture.clip(0, 255).astype(np.uint8)


@pytest.mark.parametrize("under", [(0, 0, 0), (255, 255, 255), None])
def test_a_head_that_was_cut_out_is_as_blurred_as_before(under: tuple[int, int, int] | None) -> None:
    whole = blurred_head()
    cut = whole.copy()
    if under is not None:
        cut[CUT == 0] = under
    before = smpsim.render(whole, MASK, scale=PX_PER_MM)
    after = smpsim.render(np.dstack([cut, CUT]), MASK, scale=PX_PER_MM)
    assert "blur" in {advice.code for advice in before.stats.advice}
    assert {a.code for a in after.stats.advice} == {a.code for a in before.stats.advice}
    assert smpsim.check_photo(np.dstack([cut, CUT]), MASK, scale=PX_PER_MM) == after.stats.advice
    assert after.stats.mean_darkening == pytest.approx(before.stats.mean_darkening, rel=0.01)
    assert after.stats.area_cm2 == before.stats.area_cm2
    np.testing.assert_array_equal(after.image[CUT == 0], cut[CUT == 0])


def test_transparent_pixels_are_protected_and_as_those_beside_them() -> None:
    rng = np.random.default_rng(1)
    pixels = rng.integers(90, 110, (SIDE, SIDE, 3), dtype=np.uint8)
    pixels[CUT == 0] = 255
    hand = (COLUMNS < 100).astype(np.float32)
    filled, area = opaque(pixels, CUT, Area(MASK, PX_PER_MM, protect=hand))
    assert area.protect is not None
    near = slice(0, 350)
    assert filled[near].max() < 110  # farther than 20 mm nothing is looked at
    rim = distance_transform_edt(CUT > 0)
    assert area.protect[near][CUT[near] == 0].min() == 1
    assert area.protect[hand == 1].min() == 1
    assert not area.protect[(rim > 12) & (hand == 0)].any()
    np.testing.assert_array_equal(filled[rim > 12], pixels[rim > 12])
    assert pixels.max() == 255


def test_an_opaque_photo_stays_as_it_is_and_so_does_one_that_shows_nothing() -> None:
    pixels, area = np.full((SIDE, SIDE, 3), 90, np.uint8), Area(MASK, PX_PER_MM)
    far = np.where((ROWS > 390) & (COLUMNS > 390), 0, 255).astype(np.uint8)
    for alpha in (None, np.full_like(CUT, 255), np.full_like(CUT, 0), 255 * (MASK == 0).astype(np.uint8), far):
        seen, same = opaque(pixels, alpha, replace(area))
        assert seen is pixels
        assert same.protect is None


def test_a_cut_out_head_is_as_sharp_as_the_photo() -> None:
    head = smpsim.sample(px_per_mm=5)
    alpha = np.where(distance_transform_edt(head.mask == 0) < 10, 255, 0).astype(np.uint8)
    cut = head.photo.pixels.copy()
    cut[alpha == 0] = 0
    area = Area(head.mask, 5.0)
    found, known = (
        float(np.median(measure_camera(*seen).blur_px.values))
        for seen in (opaque(cut, alpha, area), (head.photo.pixels, area))
    )
    assert found == pytest.approx(known, rel=0.1)


def test_what_fills_has_no_lines_like_hair() -> None:
    noise = np.random.default_rng(2).integers(-8, 9, (SIDE, SIDE, 3))
    pixels = (np.array([188, 164, 144]) + noise).astype(np.uint8)
    alpha = np.where(COLUMNS < 200, 0, 255).astype(np.uint8)
    assert measure_hair(*opaque(pixels, alpha, Area(MASK, PX_PER_MM))).hidden_frac < 0.01
