"""What dots look like in the photo: as sharp, as coloured, as dark and as grainy as its camera makes them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter
from scipy.spatial import cKDTree

import smpsim
from smpsim.colour import SRGB, delta_e_2000, lab
from smpsim.scalp.camera import LUMA

HALF = 7
PIXEL = 12**-0.5
SPARSE = smpsim.Treatment().replace(density_per_cm2=40)


def rendered(sample: smpsim.Sample) -> smpsim.Preview:
    return smpsim.render(sample.photo, sample.mask, scale=sample.scale, seed=1, treatment=SPARSE)


def lonely_dots(sample: smpsim.Sample, preview: smpsim.Preview) -> tuple[np.ndarray, np.ndarray]:
    """Mean loss of diffuse light round dots that stand apart, (n, n, 3): as seen, and before the camera."""
    h, w = sample.mask.shape
    px = sample.scale.px_per_mm
    assert preview._scene is not None
    shares = [grid.on_pixels(slice(0, h), slice(0, w), px) for grid in preview._scene.light.diffuse]
    seen = (1 - preview.linear / np.maximum(sample.photo.linear, 1e-4)) / np.maximum(np.stack(shares, -1), 0.2)
    places = np.column_stack([preview.dots.y_mm, preview.dots.x_mm])
    apart = cKDTree(places).query(places, 2)[0][:, 1] > 0.9
    inside = [
        np.s_[i - HALF : i + HALF + 1, j - HALF : j + HALF + 1]
        for i, j in np.floor(places[apart] * px).astype(int)
        if HALF <= i < h - HALF and HALF <= j < w - HALF
    ]
    assert len(inside) > 300
    return tuple(np.mean([loss[cut] for cut in inside], axis=0) for loss in (seen, 1 - preview.transmittance))


def spread_px(seen: np.ndarray, made: np.ndarray) -> float:
    """Standard deviation of the Gaussian that makes the seen dots of those before the camera, with a pixel."""
    wanted, widths, errors = (seen @ LUMA)[2:-2, 2:-2].ravel(), np.geomspace(0.2, 6, 100), []
    for width in widths:
        blurred = gaussian_filter(made @ LUMA, width, mode="nearest")[2:-2, 2:-2].ravel()
        columns = np.column_stack([blurred, np.ones_like(blurred)])
        errors.append(((columns @ np.linalg.lstsq(columns, wanted)[0] - wanted) ** 2).sum())
    return float(np.hypot(widths[np.argmin(errors)], PIXEL))


@pytest.mark.parametrize(
    ("px_per_mm", "tone", "seed", "blur_px", "noise", "jpeg_quality"),
    [
        (8, "light", 10, 0.0, 1.0, None),
        (6, "fair", 11, 0.8, 0.5, 95),
        (10, "medium", 12, 0.5, 1.0, 90),
        (12, "light", 13, 0.8, 1.0, 90),
        (8, "tan", 14, 2.0, 1.0, 95),
    ],
)
def test_dots_are_as_sharp_as_the_photo(
    px_per_mm: float, tone: str, seed: int, blur_px: float, noise: float, jpeg_quality: int | None
) -> None:
    sample = smpsim.sample(
        px_per_mm=px_per_mm, tone=tone, seed=seed, blur_px=blur_px, noise=noise, jpeg_quality=jpeg_quality
    )
    true = np.hypot(np.median(sample.truth.lens_blur_px[sample.mask > 0.5]), PIXEL)
    assert spread_px(*lonely_dots(sample, rendered(sample))) == pytest.approx(true, rel=0.2, abs=0)


@pytest.mark.parametrize(("px_per_mm", "tone", "seed"), [(8, "light", 10), (10, "dark", 11), (6, "tan", 12)])
def test_dots_have_the_colour_of_transport_where_no_colour_is_smoothed(px_per_mm: float, tone: str, seed: int) -> None:
    sample = smpsim.sample(px_per_mm=px_per_mm, tone=tone, seed=seed, chroma_blur_px=0, noise=0)
    preview = rendered(sample)
    assert preview._scene is not None
    assert preview._scene.camera.chroma_px == 0
    seen, made = lonely_dots(sample, preview)
    width = np.sqrt(max(spread_px(seen, made) ** 2 - PIXEL**2, 0.01))
    blurred = gaussian_filter(made, (width, width, 0), mode="nearest")
    middle = np.s_[HALF - 1 : HALF + 2, HALF - 1 : HALF + 2]
    ours, right = (-np.log(1 - loss[middle].mean((0, 1))) for loss in (seen, blurred))
    np.testing.assert_allclose(ours[[0, 2]] / ours[1], right[[0, 2]] / right[1], rtol=0.05, atol=0)


def blocks(array: np.ndarray, side: int) -> np.ndarray:
    h, w = (n // side * side for n in array.shape[:2])
    return array[:h, :w].reshape(h // side, side, w // side, side, -1).mean((1, 3)).astype(np.float32)


@pytest.mark.parametrize("side", [3, 6])
def test_a_small_picture_has_the_tone_of_the_large_one(side: int) -> None:
    sample = smpsim.sample(px_per_mm=12)
    large = smpsim.render(sample.photo, sample.mask, scale=12, seed=1)
    photo, mask = SRGB.encode(blocks(sample.photo.linear, side)), blocks(sample.mask, side)[..., 0]
    small = smpsim.render(photo, mask, scale=12 / side, seed=1)
    wanted, inside = blocks(large.linear, side), mask > 0.5
    found = SRGB.decode(small.image)
    assert delta_e_2000(lab(wanted[inside], SRGB), lab(found[inside], SRGB)).mean() <= 0.5
    np.testing.assert_allclose(found[inside].mean(0), wanted[inside].mean(0), rtol=0.005, atol=0)


def test_the_grain_between_dots_stays() -> None:
    sample = smpsim.sample(px_per_mm=8, noise=2)
    preview = rendered(sample)
    rows, columns = np.nonzero(sample.mask > 0.9)
    places = np.column_stack([preview.dots.y_mm, preview.dots.x_mm]) * 8
    gap = cKDTree(places).query(np.column_stack([rows, columns]) + 0.5)[0] > 4.8
    before, after = (np.log(p.linear[..., 1].astype(np.float64) + 1e-4) for p in (sample.photo, preview))
    fine = [(v - gaussian_filter(v, 1.5))[rows[gap], columns[gap]] for v in (before, after)]
    assert gap.sum() > 5000
    assert fine[1].std() == pytest.approx(fine[0].std(), rel=0.03, abs=0)
    assert np.corrcoef(fine)[0, 1] > 0.99
