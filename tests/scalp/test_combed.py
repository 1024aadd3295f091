"""Areas of hair: found where hair hides the skin, not on what only looks like it."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import smpsim
from smpsim.scalp.combed import combed

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))
from hair import scores


def none(n: int, shape: tuple[int, int]) -> None:
    """No single hairs."""


@cache
def soft() -> smpsim.Sample:
    """Two patches of brown hair, too blurred to see single ones."""
    return smpsim.sample(
        hair="combed", hair_colour="brown", tone="medium", blur_px=2.0, px_per_mm=6, seed=5, jpeg_quality=90
    )


def areas(sample: smpsim.Sample, mask: np.ndarray | None = None, sensitivity: float = 1.0) -> np.ndarray:
    mask = sample.mask if mask is None else mask
    found = combed(sample.photo.pixels, mask, none, sample.scale.px_per_mm, sensitivity)
    if found is None:
        return np.zeros(sample.mask.shape, np.float32)
    rows, columns = (slice(0, n) for n in mask.shape)
    return found.on_pixels(rows, columns, sample.scale.px_per_mm)


def test_hair_without_single_hairs_is_found_and_gaps_are_not() -> None:
    share, hair, inside = areas(soft()), soft().truth.hair, soft().mask > 0.5
    assert (share[inside & (hair > 0.8)] >= 0.5).mean() > 0.9
    assert share[inside & (hair < 0.05)].mean() < 0.02
    # smooth, and nothing but a share
    assert share.min() >= 0
    assert share.max() <= 1


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"tone": "dark", "light": "window"},
        {"light": "hard", "view": "crown"},
        {"tone": "medium", "freckles": True, "veins": True},
        {"hair": "stubble", "view": "profile"},
    ],
)
def test_skin_shade_freckles_and_stubble_are_no_areas_of_hair(options: dict[str, Any]) -> None:
    assert not areas(smpsim.sample(px_per_mm=4, seed=6, jpeg_quality=90, **options)).any()


def striped(columns: int) -> np.ndarray:
    """Skin of 300 x 300 pixels, with grey stripes across the first columns."""
    picture = np.empty((300, 300, 3))
    picture[:] = 190, 140, 115
    stripes = 70 + 25 * np.sin(np.arange(300) * 2 * np.pi / 7)
    picture[:, :columns] = stripes[:, None, None]
    return np.clip(picture + np.random.default_rng(0).normal(0, 2, picture.shape), 0, 255).astype(np.uint8)


def test_a_texture_of_another_colour_than_the_skin_is_hair() -> None:
    whole = np.ones((300, 300), np.float32)
    found = combed(striped(150), whole, none, 6.0, 1.0)
    assert found is not None
    share = found.on_pixels(slice(0, 300), slice(0, 300), 6.0)
    assert share[30:270, 20:130].mean() > 0.95
    assert share[:, 170:].mean() < 0.01


def test_where_no_skin_is_seen_nothing_is_taken_for_hair() -> None:
    assert combed(striped(300), np.ones((300, 300), np.float32), none, 6.0, 1.0) is None


def test_little_sensitivity_finds_no_areas() -> None:
    assert areas(soft()).any()
    assert not areas(soft(), sensitivity=0.5).any()


def test_a_scrap_of_a_photo_has_none() -> None:
    assert combed(np.zeros((9, 9, 3), np.uint8), np.ones((9, 9), np.float32), none, 6.0, 1.0) is None


def test_combed_hair_of_samples_is_kept_free_and_skin_keeps_its_dots() -> None:
    free, stands, hairy = scores(hair="combed", tone="dark", px_per_mm=5, seed=2)
    assert hairy > 20
    assert free > 85
    assert stands > 85
