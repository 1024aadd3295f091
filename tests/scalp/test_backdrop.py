"""Backdrops: told from the skin where a mask reaches over the silhouette; no dot is seen on them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import binary_dilation

import smpsim
from smpsim.scalp.light import measure_light
from smpsim.scalp.mask import Area

PX_PER_MM = 6.0


def over_the_silhouette(sample: smpsim.Sample, by_mm: float = 1.5) -> np.ndarray:
    """Mask of the upper part of the head and a little of what is behind it."""
    head = sample.truth.coverage > 0.5
    mask = binary_dilation(head, iterations=round(by_mm * PX_PER_MM)).astype(np.float32)
    mask[round(0.45 * len(mask)) :] = 0
    return mask


@pytest.mark.parametrize("view", ["front", "profile"])
@pytest.mark.parametrize("tone", ["light", "medium", "dark"])
def test_no_dot_is_seen_on_a_bright_backdrop(tone: str, view: str) -> None:
    sample = smpsim.sample(px_per_mm=PX_PER_MM, tone=tone, view=view)
    mask = over_the_silhouette(sample)
    treatment = smpsim.Treatment().replace(feather_mm=0, edge_roughness_mm=0)
    preview = smpsim.render(sample.photo, mask, scale=PX_PER_MM, treatment=treatment)
    changed = (preview.image != sample.photo.pixels).any(-1)
    coverage = sample.truth.coverage
    behind, head = (mask > 0.5) & (coverage == 0), (mask > 0.5) & (coverage == 1)
    assert behind.sum() > 1000
    assert changed[behind].mean() < 0.05  # far haze reaches over the silhouette; on the head it is nearly all
    assert changed[head].mean() > 0.9


@pytest.mark.parametrize("light", ["studio", "rim", "hard", "overcast", "window"])
@pytest.mark.parametrize("tone", ["light", "dark"])
def test_skin_is_no_backdrop(tone: str, light: str) -> None:
    sample = smpsim.sample(px_per_mm=4, tone=tone, light=light)
    found = measure_light(sample.photo.pixels, sample.photo.space, Area(sample.mask, 4.0)).diffuse[0]
    share = found.on_pixels(*(slice(0, n) for n in sample.mask.shape), 4.0)
    # what is taken for a backdrop has no diffuse light at all
    assert (share[sample.mask > 0.5] < 0.02).mean() < 0.003


def test_a_grey_photo_has_no_backdrop() -> None:
    sample = smpsim.sample(px_per_mm=4)
    grey = np.repeat(sample.photo.pixels.mean(-1, keepdims=True).astype(np.uint8), 3, -1)
    found = measure_light(grey, sample.photo.space, Area(sample.mask, 4.0)).diffuse[0]
    assert np.median(found.values) == 1
