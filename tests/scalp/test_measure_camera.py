"""Sharpness and chroma bandwidth, on samples whose camera is known."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import smpsim
from smpsim.scalp.camera import LUMA, Camera, measure_camera
from smpsim.scalp.grid import Grid
from smpsim.scalp.mask import Area


def measured(sample: smpsim.Sample) -> Camera:
    return measure_camera(sample.photo.pixels, Area(sample.mask, sample.scale.px_per_mm), sample.photo.jpeg)


@pytest.mark.parametrize("px_per_mm", [5, 8])
@pytest.mark.parametrize("blur_px", [2.0, 4.0, 8.0])
def test_known_blur_is_found(px_per_mm: float, blur_px: float) -> None:
    sample = smpsim.sample(px_per_mm=px_per_mm, blur_px=blur_px)
    truth = float(np.median(sample.truth.lens_blur_px[sample.mask > 0.5]))
    assert np.median(measured(sample).blur_px.values) == pytest.approx(truth, rel=0.2, abs=0)


def test_a_sharp_photo_is_sharp_and_blur_is_ordered() -> None:
    found = [np.median(measured(smpsim.sample(px_per_mm=6, blur_px=b)).blur_px.values) for b in (0.0, 1.0, 2.0, 4.0)]
    assert found[0] < 1.0
    assert np.all(np.diff(found) > 0.1)


def test_blur_is_found_region_by_region() -> None:
    sharp, soft = (smpsim.sample(px_per_mm=6, blur_px=b) for b in (0.0, 4.0))
    half = sharp.photo.pixels.copy()
    middle = half.shape[1] // 2
    half[:, middle:] = soft.photo.pixels[:, middle:]
    blur = measure_camera(half, Area(sharp.mask, 6.0)).blur_px.values
    assert np.median(blur[:, 0]) < 1.3
    assert np.median(blur[:, -1]) > 2.2


def test_colour_that_was_not_smoothed_is_told_from_colour_that_was() -> None:
    found = [measured(smpsim.sample(px_per_mm=8, chroma_blur_px=c)).chroma_px for c in (0.0, 1.0, 2.0)]
    assert found[0] == 0
    assert 0.8 < found[1] < found[2] <= 2.5


@pytest.mark.parametrize(("px_per_mm", "tone", "seed"), [(6, "fair", 21), (8, "light", 22), (12, "medium", 23)])
@pytest.mark.parametrize(("noise", "jpeg_quality"), [(0, None), (1, None), (1, 95), (1, 85)])
def test_about_a_pixel_of_blur_is_found_through_noise_and_jpeg(
    px_per_mm: float, tone: str, seed: int, noise: float, jpeg_quality: int | None
) -> None:
    sample = smpsim.sample(
        px_per_mm=px_per_mm, tone=tone, seed=seed, blur_px=0.7, noise=noise, jpeg_quality=jpeg_quality
    )
    lens = float(np.median(sample.truth.lens_blur_px[sample.mask > 0.5]))
    true = np.hypot(lens, 12**-0.5)
    assert np.median(measured(sample).blur_px.values) == pytest.approx(true, rel=0.2, abs=0)


def test_fewer_samples_of_chroma_smooth_it() -> None:
    colour = {"chroma_blur_px": 0.0, "noise": 1.0}
    assert measured(smpsim.sample(**colour)).chroma_px == 0
    assert 1 <= measured(smpsim.sample(**colour, jpeg_quality=100)).chroma_px < 1.7


def test_no_blur_is_wider_than_the_edges(shared: Path) -> None:
    # out of focus: 3.18 px is the median of the head's edges, by profiles along the slope that were cut at 10 % of it
    folder = shared / "photos"
    entry = next(e for e in json.loads((folder / "photos.json").read_text()) if e["file"].startswith("p07"))
    photo = smpsim.read_photo(folder / entry["file"])
    area = Area(smpsim.read_mask(folder / entry["mask"], like=photo), entry["px_per_mm_estimate"])
    found = measure_camera(photo.pixels, area, photo.jpeg).blur_px.values
    assert np.median(found) == pytest.approx(3.18, rel=0.2, abs=0)


def test_too_little_skin_takes_the_usual_sharpness() -> None:
    pixels = np.full((40, 30, 3), 128, np.uint8)
    mask = np.zeros((40, 30), np.float32)
    mask[10:30, 5:25] = 1
    camera = measure_camera(pixels, Area(mask, 2.0))
    np.testing.assert_allclose(camera.blur_px.values, 0.6, rtol=0, atol=1e-12)
    assert camera.chroma_px == 0
    np.testing.assert_allclose(camera.skin, 1, rtol=0, atol=1e-12)


def test_flat_skin_has_a_finite_blur() -> None:
    pixels = np.broadcast_to(np.array([180, 140, 110], np.uint8), (300, 300, 3))
    camera = measure_camera(np.ascontiguousarray(pixels), Area(np.ones((300, 300), np.float32), 5.0))
    assert np.all((camera.blur_px.values > 0.449) & (camera.blur_px.values <= 16))
    assert LUMA @ camera.skin == pytest.approx(1, rel=1e-12)


def test_smaller_pictures_have_larger_pixels() -> None:
    camera = Camera(8.0, Grid(100.0, 0, 0, np.full((1, 1), 1.6)), 2.0, np.ones(3))
    here = np.zeros(1)
    assert camera.variance_mm2(here, here, 8.0)[0] == pytest.approx(0.04, rel=1e-9)
    assert camera.variance_mm2(here, here, 2.0)[0] == pytest.approx(0.04 + 1 / 48, rel=1e-9)
    assert camera.variance_mm2(here, here, 0.5)[0] == pytest.approx(0.9**2, rel=1e-9)
    assert camera.chroma_mm == 0.25
