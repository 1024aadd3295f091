"""Views, hair, veins and freckles of the synthetic scalp, and what is known of them."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from scipy import ndimage

from smpsim.errors import ParameterError
from smpsim.synthetic import Sample, sample
from smpsim.synthetic.hair import COLOURS
from smpsim.synthetic.head import VIEWS


@cache
def made(**options: Any) -> Sample:
    return sample(**{"px_per_mm": 2, **options})


def skin(of: Sample, margin_mm: float = 3.0) -> np.ndarray:
    return ndimage.binary_erosion(of.truth.coverage > 0.999, iterations=round(margin_mm * of.scale.px_per_mm))


def on_head(of: Sample) -> np.ndarray:
    """Place of every pixel in the head's frame over its semi-axes: side, front, up (3, H, W)."""
    h, w = of.mask.shape
    step = 1 / of.scale.px_per_mm
    x = np.broadcast_to((np.arange(w) + 0.5) * step - of.truth.centre_mm[0], (h, w))
    y = np.broadcast_to(((np.arange(h) + 0.5) * step - of.truth.centre_mm[1])[:, None], (h, w))
    place = np.tensordot(of.truth.rotation.T, np.stack([x, y, of.truth.height_mm]), 1)
    return np.asarray(place / np.array(of.truth.semi_axes_mm)[:, None, None])


@pytest.mark.parametrize("view", sorted(VIEWS))
def test_every_view_has_one_region_to_treat_on_the_head(view: str) -> None:
    s = made(view=view)
    assert s.photo.size == tuple(round(2 * mm) for mm in VIEWS[view].size_mm)
    regions, number = ndimage.label(s.mask > 0.5)
    assert np.sort(np.bincount(regions.ravel())[1:])[-1] > 0.99 * (s.mask > 0.5).sum()
    assert number <= 2
    assert s.mask[s.truth.coverage < 1].max() == 0
    assert 35 < s.mask.sum() / 4 / 100 < 200
    assert s.truth.coverage[0].max() == 0  # the whole top of the head is in the picture


@pytest.mark.parametrize("view", ["profile", "three-quarter"])
def test_from_the_side_the_mask_holds_the_temple_and_leaves_forehead_and_ear(view: str) -> None:
    s = made(view=view)
    side, front, up = on_head(s)
    turn = np.degrees(np.arctan2(np.abs(side), front))
    inner = skin(s, 3)
    temple = inner & (np.abs(turn - 70) < 3) & (up > 0.20) & (up < 0.5)
    forehead = inner & (turn < 50) & (up > 0.1) & (up < 0.4)
    ear = inner & (np.abs(turn - 95) < 6) & (up < 0.15)
    assert temple.any()
    assert s.mask[temple].min() == 1
    for free in (forehead, ear):
        assert free.any()
        assert s.mask[free].max() == 0


@pytest.mark.parametrize("view", ["profile", "three-quarter"])
def test_the_same_scene_at_every_scale_from_the_side(view: str) -> None:
    low, high = (sample(px_per_mm=px, view=view, hair="short") for px in (2, 4))
    for name, tolerance in (("diffuse", 0.012), ("surface_light", 0.012), ("hair", 0.06)):
        a, b = (getattr(s.truth, name) for s in (low, high))
        blocks = b.reshape(a.shape[0], 2, a.shape[1], 2, *a.shape[2:]).mean((1, 3))
        difference = (a - blocks)[skin(low)]
        assert abs(difference.mean()) < 0.05 * blocks[skin(low)].mean() + 5e-4
        assert difference.std() < tolerance


@pytest.mark.parametrize("hair", ["stubble", "short"])
@pytest.mark.parametrize("view", sorted(VIEWS))
def test_hair_grows_at_the_sides_and_leaves_the_top_free(hair: str, view: str) -> None:
    s = made(view=view, hair=hair)
    assert s.truth.hair.dtype == np.float32
    assert 0 <= s.truth.hair.min() < s.truth.hair.max() < 1
    side, front, up = on_head(s)
    turn = np.degrees(np.arctan2(np.abs(side), front))
    top = skin(s) & (up > 0.85) & (turn < 150)
    assert s.truth.hair[top].mean() < 0.01
    forehead = skin(s) & (turn < 40)
    assert not forehead.any() or s.truth.hair[forehead].max() < 0.05
    grown = skin(s) & (turn > 80) & (up < 0.35) & (up > 0)
    assert s.truth.hair[grown].mean() > (0.5 if hair == "short" else 0.08)


def test_without_hair_there_is_none_and_hair_moves_nothing_else() -> None:
    none, short = made(view="profile"), made(view="profile", hair="short")
    assert none.truth.hair.max() == 0
    np.testing.assert_array_equal(none.mask, short.mask)
    np.testing.assert_array_equal(none.truth.height_mm, short.truth.height_mm)
    far = ndimage.maximum_filter(short.truth.hair, 9) == 0
    assert far.any()
    np.testing.assert_array_equal(none.truth.diffuse[far], short.truth.diffuse[far])


@pytest.mark.parametrize("colour", sorted(COLOURS))
def test_the_truth_adds_up_with_hair(colour: str) -> None:
    s = made(view="profile", hair="short", hair_colour=colour, noise=0, chroma_blur_px=0)
    error = s.photo.linear - s.truth.diffuse - s.truth.surface_light
    inner = skin(s, 6)
    assert np.abs(error[inner].mean(0)).max() < 1e-3
    bald = made(view="profile")
    reaches = s.truth.irradiance / bald.truth.irradiance * (1 - s.truth.hair[..., None])
    np.testing.assert_allclose(s.truth.diffuse, bald.truth.diffuse * reaches, atol=1e-6)


def test_light_hair_is_lighter_than_dark_hair() -> None:
    level = {}
    for colour in COLOURS:
        s = made(view="profile", hair="short", hair_colour=colour)
        level[colour] = np.median(s.photo.linear[(s.truth.hair > 0.8) & skin(s)], 0)
    assert level["dark"][1] < level["brown"][1] < level["blond"][1]
    assert level["grey"][1] > level["brown"][1]
    assert level["blond"][0] / level["blond"][2] > 1.5 > level["grey"][0] / level["grey"][2]


def test_stubble_is_dots_and_dashes() -> None:
    s = sample(px_per_mm=6, view="profile", hair="stubble")
    side, front, up = on_head(s)
    grown = skin(s) & (np.degrees(np.arctan2(np.abs(side), front)) > 85) & (up < 0.3)
    hair = s.truth.hair
    assert 0.05 < hair[grown].mean() < 0.4
    assert hair[grown].std() > 0.8 * hair[grown].mean()
    _, number = ndimage.label((hair > 0.3) & grown)
    per_cm2 = number / (grown.sum() / 3600)
    assert 40 < per_cm2 < 300


def test_freckles_darken_and_veins_take_red() -> None:
    plain, freckled, veined = made(), made(freckles=True), made(veins=True)
    inner = skin(plain)
    ratio = (freckled.truth.diffuse / np.maximum(plain.truth.diffuse, 1e-6))[inner]
    assert ratio.max() < 1.0001
    assert 0.01 < (ratio[:, 1] < 0.9).mean() < 0.4
    assert ratio[:, 2].mean() < ratio[:, 1].mean() < ratio[:, 0].mean()
    albedo = [s.truth.diffuse[inner] / s.truth.irradiance[inner] for s in (plain, veined)]
    ratio = albedo[1] / albedo[0]
    vein = ratio[:, 0] < 0.93
    assert 0.002 < vein.mean() < 0.1
    assert (ratio[vein][:, 0] < ratio[vein][:, 1]).all()


def test_unknown_hair_is_refused() -> None:
    with pytest.raises(ParameterError, match=r"hair: 'long' .*none, stubble, short"):
        sample(hair="long")
    with pytest.raises(ParameterError, match=r"hair_colour: 'green' .*dark, brown, blond, grey"):
        sample(hair_colour="green")


def test_combed_hair_hides_the_skin_in_patches_and_leaves_the_forehead_free() -> None:
    s = sample(px_per_mm=3, hair="combed")
    share, inside = s.truth.hair, s.mask > 0.5
    assert 0.1 < (share[inside] > 0.8).mean() < 0.9
    assert (share[inside] < 0.05).mean() > 0.05
    assert share.max() <= 1
