"""Dots as the camera sees them, against the same done by brute force on a fine lattice."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

import smpsim
from smpsim.ink.optics import dot_gaussians
from smpsim.ink.skin import SkinOptics
from smpsim.raster.camera import Seen
from smpsim.raster.options import RenderOptions
from smpsim.raster.splat import Blobs, tiles
from smpsim.scalp.camera import LUMA, Camera
from smpsim.scalp.grid import Grid

SIDE_MM = 10
LIGHT = SkinOptics.from_name("light")
SKIN = np.array([1.2, 0.95, 0.75]) / (LUMA @ [1.2, 0.95, 0.75])


def scattered(depth_mm: float) -> Blobs:
    """25 dots, a little off a lattice of 1.1 mm."""
    shift = np.random.default_rng(1).uniform(-0.3, 0.3, (2, 25))
    x, y = np.array(np.meshgrid(np.arange(5), np.arange(5))).reshape(2, -1) * 1.1 + 2.8 + shift
    weights, sigmas = dot_gaussians(depth_mm=np.full(25, depth_mm), diameter_mm=0.25, ink_per_mm=41.0, skin=LIGHT)
    return Blobs(x, y, weights, sigmas[..., None, None] ** 2 * np.eye(2))


def brute_force(blobs: Blobs, px_per_mm: float, blur_px: float, chroma_px: float) -> np.ndarray:
    """Loss (3, n, n) at the centres of pixels: X on a fine lattice, exp, blur, chroma apart."""
    n, fine = round(SIDE_MM * px_per_mm), max(3, round(32 / px_per_mm)) | 1
    place = (np.arange(n * fine) + 0.5) / fine / px_per_mm
    depth = np.zeros((3, n * fine, n * fine))
    variance = blobs.covariances_mm2[..., 0, 0]
    for dot, (x, y) in enumerate(zip(blobs.x_mm, blobs.y_mm, strict=True)):
        across, down = (place - x) ** 2, (place - y) ** 2
        for channel in range(3):
            for w, v in zip(blobs.weights_mm2[dot, channel], variance[dot, channel], strict=True):
                depth[channel] += w / (2 * np.pi * v) * np.exp(-down / 2 / v)[:, None] * np.exp(-across / 2 / v)
    loss = np.stack([gaussian_filter(1 - np.exp(-d), blur_px * fine) for d in depth])[:, fine // 2 :: fine]
    loss = loss[:, :, fine // 2 :: fine]
    lightness = np.einsum("c,chw->hw", LUMA * SKIN, loss)
    if not chroma_px:
        return loss
    return np.stack(
        [lightness / e + gaussian_filter(k - lightness / e, chroma_px) for e, k in zip(SKIN, loss, strict=True)]
    )


def seen(blobs: Blobs, px_per_mm: float, blur_px: float, chroma_px: float) -> np.ndarray:
    camera = Camera(px_per_mm, Grid(100.0, 0, 0, np.full((1, 1), blur_px)), chroma_px, SKIN)
    n = round(SIDE_MM * px_per_mm)
    dots, loss = Seen(blobs, camera, px_per_mm, RenderOptions()), np.zeros((3, n, n))
    for tile in tiles((n, n), slice(0, n), slice(0, n)):
        t = dots.transmittance(tile)
        if t is not None:
            loss[:, tile.rows, tile.columns] = 1 - t
    return loss


@pytest.mark.parametrize("chroma_px", [0.0, 2.0])
@pytest.mark.parametrize("blur_px", [0.6, 1.2, 4.0])
@pytest.mark.parametrize("px_per_mm", [3, 6, 11])
def test_against_brute_force(px_per_mm: float, blur_px: float, chroma_px: float) -> None:
    blobs = scattered(0.28)
    right, ours = (f(blobs, px_per_mm, blur_px, chroma_px) for f in (brute_force, seen))
    np.testing.assert_allclose(ours.mean((1, 2)), right.mean((1, 2)), rtol=0.02, atol=0)
    np.testing.assert_allclose(ours.max((1, 2)), right.max((1, 2)), rtol=0.09, atol=0)
    assert np.sqrt(((ours - right) ** 2).mean()) < 0.004


def test_small_dots_keep_the_colour_of_the_skin() -> None:
    # transport alone takes more of red than of blue; a camera that smooths colour turns that round (placement.md 1.5)
    blobs = scattered(0.28)
    plain, smoothed = (-np.log(1 - seen(blobs, 10, 0.6, c).max((1, 2))) for c in (0.0, 2.0))
    assert plain[0] > 1.1 * plain[1] > 1.2 * plain[2]
    assert 0.6 < smoothed[0] / smoothed[1] <= 1
    assert 1 <= smoothed[2] / smoothed[1] < 1.5


def test_dots_are_as_soft_as_the_photo() -> None:
    # what is seen of lonely dots falls with the photo's own blur s, measured, not told, as 1 / (core + s^2)
    peaks = []
    for blur_px in (1.5, 3.0):
        sample = smpsim.sample(px_per_mm=8, blur_px=blur_px, noise=0.5)
        preview = smpsim.render(sample.photo, sample.mask, scale=sample.scale, seed=1)
        loss = 1 - preview.linear[..., 1] / np.maximum(sample.photo.linear[..., 1], 1e-3)
        lonely = _lonely(preview.dots, sample.mask)
        stack = np.mean([loss[i - 6 : i + 7, j - 6 : j + 7] for i, j in lonely], axis=0)
        peaks.append(stack[5:8, 5:8].max() - np.median(stack[[0, -1]]))
    assert peaks[1] == pytest.approx(peaks[0] * (0.5 + 1.6**2) / (0.5 + 3.05**2), rel=0.35, abs=0)


def _lonely(dots: smpsim.Dots, mask: np.ndarray) -> list[tuple[int, int]]:
    from scipy.spatial import cKDTree

    points = np.column_stack([dots.x_mm, dots.y_mm])
    far = cKDTree(points).query(points, 2)[0][:, 1] > 1.2
    pixels = [(int(8 * y), int(8 * x)) for x, y in points[far]]
    h, w = mask.shape
    return [(i, j) for i, j in pixels if 20 < i < h - 20 and 20 < j < w - 20][:200]
