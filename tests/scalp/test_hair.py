"""Hair in front: found on samples, and dots lie behind it."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

import smpsim
from smpsim.errors import ParameterError
from smpsim.raster.composite import behind
from smpsim.scalp.grid import Grid
from smpsim.scalp.hair import Hair, _middles, measure_hair
from smpsim.scalp.mask import Area
from smpsim.scalp.oriented import oriented

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))
from hair import false_alarms, scores

BARE = smpsim.Treatment().replace(hair_sensitivity=0)


@cache
def strands() -> smpsim.Sample:
    return smpsim.sample(px_per_mm=5, hair="strands", jpeg_quality=90)


@cache
def rendered(**options: Any) -> smpsim.Preview:
    return smpsim.render(strands().photo, strands().mask, scale=5.0, **options)


def line(angle_deg: float, depth: float) -> np.ndarray:
    """Brightness, 16 per byte, of a soft line through the middle of 65 x 65 pixels."""
    y, x = np.mgrid[-32:33, -32:33]
    across = y * np.cos(np.deg2rad(angle_deg)) - x * np.sin(np.deg2rad(angle_deg))
    return np.rint(16 * (120 - depth * np.exp(-0.5 * (across / 0.7) ** 2))).astype(np.int16)


@pytest.mark.parametrize("depth", [20, -20])
@pytest.mark.parametrize("number", range(8))
def test_lines_are_found_with_their_direction(number: int, depth: float) -> None:
    found = oriented(line(22.5 * number, depth))
    assert found.direction[32, 32] == number
    assert found.dark[32, 32] == (depth > 0)
    assert 0.5 < found.height[32, 32] / (80 * 20) < 1.05


def test_a_spot_is_less_of_a_line_and_an_edge_is_none() -> None:
    spot = np.full((65, 65), 1920, np.int16)
    spot[31:34, 31:34] = 600
    assert oriented(spot).height.max() < 0.5 * 5 * (1920 - 600)
    edge = np.full((65, 65), 1920, np.int16)
    edge[:, 30:] = 600
    assert oriented(edge).height.max() == 0


@pytest.mark.parametrize(
    "options", [{}, {"tone": "dark", "hair_colour": "blond"}, {"tone": "medium", "hair_colour": "brown"}]
)
def test_hair_is_kept_free_and_skin_keeps_its_dots(options: dict[str, Any]) -> None:
    free, stands, hairy = scores(hair="strands", px_per_mm=6, seed=3, **options)
    assert hairy > 5
    assert free > 80
    assert stands > 85


@pytest.mark.parametrize("options", [{}, {"tone": "medium", "freckles": True, "veins": True}, {"hair": "stubble"}])
def test_what_is_no_hair_is_not_taken_for_it(options: dict[str, Any]) -> None:
    assert false_alarms(px_per_mm=6, seed=4, **options) < 2


def test_hair_has_no_dots_but_the_tone_of_what_is_round_it() -> None:
    preview, bald = rendered(), rendered(treatment=BARE)
    assert preview._scene is not None
    share = preview._scene.hair.share.on_pixels(*(slice(0, n) for n in strands().mask.shape), 5.0)
    hidden, clear = (part & (strands().mask > 0.5) for part in (share == 1, share == 0))
    behind, over, skin = (
        (p.linear / np.maximum(p.photo.linear, 1e-3))[part]
        for p, part in ((preview, hidden), (bald, hidden), (preview, clear))
    )
    assert behind.std() < 0.6 * over.std()
    assert skin.mean() - 0.02 < behind.mean() < 1
    # light is measured without hair, so a few bytes differ
    assert np.abs(preview.image[clear].astype(int) - bald.image[clear]).mean() < 0.3
    np.testing.assert_array_equal(preview.dots.x_mm, bald.dots.x_mm)
    assert bald.stats.behind_hair_frac == 0 < preview.stats.behind_hair_frac < 0.3


@pytest.mark.parametrize("px_per_mm", [6.0, 20.0])
def test_hair_takes_the_mean_of_what_is_seen_round_it(px_per_mm: float) -> None:
    factor = (1 - 0.3 * (np.random.default_rng(0).random((200, 200)) > 0.8)).astype(np.float32)
    hair = np.zeros_like(factor)
    hair[:, 100:103] = 1
    seen = behind(factor, hair, px_per_mm)
    np.testing.assert_array_equal(seen[hair == 0], factor[hair == 0])
    exact = gaussian_filter(1 - (1 - factor) * (1 - hair), 0.7 * px_per_mm, mode="nearest", truncate=2)
    np.testing.assert_allclose(seen[40:160, 101], exact[40:160, 101], atol=0.006)


def test_a_window_is_a_part_of_the_whole() -> None:
    window = rendered(window=(300, 200, 157, 143))
    np.testing.assert_array_equal(window.image, rendered().image[200:343, 300:457])


def test_a_small_picture_has_the_same_hair() -> None:
    whole, small = rendered(), rendered(max_px=max(strands().mask.shape) // 2)
    assert small.stats.behind_hair_frac == whole.stats.behind_hair_frac
    assert whole._scene is not None
    rows, columns = (slice(0, n) for n in strands().mask.shape)
    fine = whole._scene.hair.share.on_pixels(rows, columns, 5.0)
    h, w = (n // 2 for n in fine.shape)
    coarse = whole._scene.hair.at_scale(2.5).on_pixels(slice(0, h), slice(0, w), 2.5)
    np.testing.assert_allclose(coarse, fine[: 2 * h, : 2 * w].reshape(h, 2, w, 2).mean((1, 3)), atol=1e-5)


def test_much_hair_is_told() -> None:
    sample = smpsim.sample(px_per_mm=5, hair="thin")
    stats = smpsim.render(sample.photo, sample.mask, scale=5.0).stats
    assert stats.behind_hair_frac > 0.15
    assert any("lies behind hair (an estimate)" in warning for warning in stats.warnings)
    bare = smpsim.render(sample.photo, sample.mask, scale=5.0, treatment=BARE).stats
    assert not any("behind hair" in warning for warning in bare.warnings)


def test_a_photo_too_coarse_or_too_small_has_no_hair() -> None:
    sample = smpsim.sample(px_per_mm=2, hair="thin")
    assert measure_hair(sample.photo.pixels, Area(sample.mask, 2.0)).hidden_frac == 0
    assert measure_hair(np.zeros((3, 3, 3), np.uint8), Area(np.ones((3, 3), np.float32), 8.0)).hidden_frac == 0


def test_no_hair_at_any_scale_is_none() -> None:
    nothing = Hair(Grid(0.2, 0, 0, np.zeros((1, 1))), 0.0)
    assert nothing.at_scale(1.0).on_pixels(slice(0, 9), slice(0, 9), 1.0).max() == 0


@pytest.mark.parametrize("width", [0.01, 0.3, "wide"])
def test_widths_of_hair_that_are_not_allowed_are_refused(width: Any) -> None:
    with pytest.raises(ParameterError, match=r"hair_width_mm: .*0\.02 to 0\.2 mm"):
        smpsim.sample(px_per_mm=1, hair="short", hair_width_mm=width)


@pytest.mark.parametrize("n", [1, 2, 3, 5])
@pytest.mark.parametrize("first", [0, 1, 4, 7, 40])
def test_middles_of_cells_in_a_span_are_found(first: int, n: int) -> None:
    pixels, middles = np.arange(30), n // 2 + n * np.arange(12)
    cells, inside = _middles(first, len(pixels), n, len(middles))
    np.testing.assert_array_equal(pixels[inside] + first, middles[cells])
    assert np.isin(middles, pixels + first).sum() == cells.stop - cells.start
