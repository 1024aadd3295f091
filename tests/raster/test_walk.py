"""The whole walk: one scene is the same scene at every resolution and through every window."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.ndimage import gaussian_filter

import smpsim
from smpsim.colour import SRGB
from smpsim.treatment import Treatment

SKIN = np.array([188, 164, 144])


def head(height: int = 120, width: int = 160) -> np.ndarray:
    rows, columns = np.mgrid[:height, :width]
    inside = ((columns - 0.45 * width) / (0.4 * width)) ** 2 + ((rows - 0.5 * height) / (0.42 * height)) ** 2
    return (inside < 1).astype(np.float32)


def finer(array: np.ndarray, times: int) -> np.ndarray:
    return np.repeat(np.repeat(array, times, 0), times, 1)


def skin_photo(height: int, width: int, seed: int = 0) -> np.ndarray:
    """Skin with shading, noise and a patch of shine."""
    rows, columns = np.mgrid[:height, :width]
    shade = 0.7 + 0.3 * columns / width
    shine = 0.4 * np.exp(-((columns / width - 0.5) ** 2 + (rows / height - 0.4) ** 2) / 0.01)
    linear = SRGB.decode(SKIN.astype(np.uint8)[None, None]) * shade[..., None] + shine[..., None]
    noise = np.random.default_rng(seed).normal(0, 2, (height, width, 3))
    return np.clip(SRGB.encode(np.minimum(linear, 1).astype(np.float32)) + noise, 0, 255).round().astype(np.uint8)


def darkening(preview: smpsim.Preview) -> np.ndarray:
    return np.asarray((1 - preview.transmittance.astype(np.float64)).mean((0, 1)))


# -- resolution -------------------------------------------------------------------------------------------------------


@cache
def at(px_per_mm: int, depth_mm: float) -> smpsim.Preview:
    """The same scene, 40 x 30 mm, at 4, 8 and 16 px/mm."""
    times = px_per_mm // 4
    photo, mask = finer(skin_photo(120, 160), times), finer(head(), times)
    treatment = Treatment().replace(feather_mm=3, depth_mm=depth_mm)
    return smpsim.render(photo, mask, scale=float(px_per_mm), treatment=treatment, seed=3)


@pytest.mark.parametrize("depth_mm", [0.22, 0.25, 0.6])
def test_a_scene_is_the_same_at_4_8_and_16_px_per_mm(depth_mm: float) -> None:
    reference = at(4, depth_mm)
    assert len(reference.dots) > 300
    for px_per_mm in (8, 16):
        preview = at(px_per_mm, depth_mm)
        for name, values in preview.dots.as_dict().items():
            np.testing.assert_allclose(values, getattr(reference.dots, name), rtol=0, atol=1e-9)
        np.testing.assert_allclose(darkening(preview), darkening(reference), rtol=0.01, atol=0)
        for name in ("n_dots", "density_per_cm2", "requested_density_per_cm2", "area_cm2", "min_distance_mm"):
            expected = getattr(reference.stats, name)
            assert getattr(preview.stats, name) == pytest.approx(expected, rel=1e-5, abs=0)


def test_pictures_of_a_scene_agree_when_they_are_averaged() -> None:
    # in linear light, over blocks of 2.5 mm, where single dots are no matter: within 1 % of the light on average,
    # and 8 % where the lens carries a dot's loss from one block into the next
    def blocks(preview: smpsim.Preview) -> np.ndarray:
        side = round(2.5 * preview.stats.px_per_mm)
        h, w = (n // side for n in preview.image.shape[:2])
        return preview.linear[: h * side, : w * side].reshape(h, side, w, side, 3).mean((1, 3))

    reference = blocks(at(4, 0.25))
    for px_per_mm in (8, 16):
        np.testing.assert_allclose(blocks(at(px_per_mm, 0.25)), reference, rtol=0.08, atol=0)
        assert np.abs(blocks(at(px_per_mm, 0.25)) / reference - 1).mean() < 0.01


@pytest.mark.parametrize("max_px", [640, 333, 320, 150, 64])
def test_a_smaller_picture_shows_the_same_dots_as_dark(max_px: int) -> None:
    whole = at(16, 0.25)
    small = smpsim.render(whole.photo, finer(head(), 4), scale=16.0, treatment=whole.treatment, seed=3, max_px=max_px)
    assert max(small.image.shape) == max_px
    assert small.image.shape[0] == round(small.image.shape[1] * 3 / 4)
    for name, values in small.dots.as_dict().items():
        assert values.tobytes() == getattr(whole.dots, name).tobytes()
    coarse = small.image.shape[1] < 4 * 40
    np.testing.assert_allclose(darkening(small), darkening(whole), rtol=0.015 if coarse else 0.01, atol=0)
    # stats speak of the photo, not of its small picture
    assert small.stats.px_per_mm == 16
    # (colour is smoothed and cut off at black, which costs blue some of its loss where dots are sharp)
    np.testing.assert_allclose(small.stats.mean_darkening, whole.stats.mean_darkening, rtol=0.08, atol=0)
    # and the picture is the whole's, averaged in linear light
    mean_light = whole.linear.astype(np.float64).mean((0, 1))
    np.testing.assert_allclose(SRGB.decode(small.image).mean((0, 1)), mean_light, rtol=0.01, atol=0)


def test_a_picture_is_never_enlarged() -> None:
    whole = at(4, 0.25)
    same = smpsim.render(whole.photo, head(), scale=4.0, treatment=whole.treatment, seed=3, max_px=5000)
    np.testing.assert_array_equal(same.image, whole.image)


# -- windows ----------------------------------------------------------------------------------------------------------


@cache
def wide(px_per_mm: float) -> tuple[np.ndarray, np.ndarray, smpsim.Preview]:
    """A photo of several tiles."""
    photo, mask = skin_photo(430, 840), head(430, 840)
    return photo, mask, smpsim.render(photo, mask, scale=px_per_mm, treatment=Treatment().replace(feather_mm=4))


def spans(size: int) -> st.SearchStrategy[tuple[int, int]]:
    first = st.one_of(
        st.integers(0, size - 1), st.sampled_from([0, 383, 384, 385, size - 1]).filter(lambda v: v < size)
    )
    return first.flatmap(lambda f: st.tuples(st.just(f), st.integers(1, min(size - f, 300))))


@given(x=spans(840), y=spans(430), px_per_mm=st.sampled_from([3.0, 8.0, 11.0]))
@settings(max_examples=24)
@example(x=(0, 840), y=(0, 430), px_per_mm=8.0)
@example(x=(839, 1), y=(429, 1), px_per_mm=11.0)
@example(x=(0, 1), y=(0, 430), px_per_mm=3.0)
@example(x=(0, 840), y=(215, 1), px_per_mm=11.0)
def test_a_window_is_a_part_of_the_whole_to_the_byte(x: tuple[int, int], y: tuple[int, int], px_per_mm: float) -> None:
    photo, mask, whole = wide(px_per_mm)
    window = (x[0], y[0], x[1], y[1])
    part = smpsim.render(photo, mask, scale=px_per_mm, treatment=whole.treatment, window=window)
    crop = np.s_[y[0] : y[0] + y[1], x[0] : x[0] + x[1]]
    assert part.image.tobytes() == whole.image[crop].tobytes()
    assert part.linear.tobytes() == whole.linear[crop].tobytes()
    assert part.transmittance.tobytes() == whole.transmittance[crop].tobytes()
    assert part.before.tobytes() == photo[crop].tobytes()
    assert len(part.dots) == len(whole.dots)


def test_darkening_of_windows_adds_up_to_that_of_the_whole() -> None:
    photo, mask, whole = wide(8.0)
    parts = [
        (window, smpsim.render(photo, mask, scale=8.0, treatment=whole.treatment, window=window).stats.mean_darkening)
        for window in ((0, 0, 300, 430), (300, 0, 540, 200), (300, 200, 540, 230))
    ]
    covered = [mask[y : y + h, x : x + w].sum() for (x, y, w, h), _ in parts]
    mean = np.average([d for _, d in parts], axis=0, weights=covered)
    np.testing.assert_allclose(mean, whole.stats.mean_darkening, rtol=1e-4, atol=0)
    # it is the mean of 1 - T over the mask, as the camera saw it
    t = whole.transmittance.astype(np.float64)
    expected = ((1 - t) * mask[..., None]).sum((0, 1)) / mask.sum()
    np.testing.assert_allclose(whole.stats.mean_darkening, expected, rtol=0.08, atol=0)


# -- light ------------------------------------------------------------------------------------------------------------


def test_transmittance_multiplies_linear_light() -> None:
    # Matte skin of one colour: all of its light is diffuse.  The lens spreads the loss, but its mean stays; the same
    # product on display values is 20 % off.
    photo = np.broadcast_to(SKIN.astype(np.uint8), (120, 160, 3)).copy()
    preview = smpsim.render(photo, head(), scale=8.0, treatment=Treatment().replace(feather_mm=0, depth_mm=0.2))
    light = SRGB.decode(photo).astype(np.float64)
    assert preview.transmittance.min() < 0.5
    right = (light * (1 - preview.transmittance)).mean((0, 1))
    wrong = (light - SRGB.decode(np.rint(photo * preview.transmittance).astype(np.uint8))).mean((0, 1))
    shown = (light - SRGB.decode(preview.image)).mean((0, 1))
    # (blue is cut off at black where colour is smoothed)
    np.testing.assert_allclose((light - preview.linear).mean((0, 1)), right, rtol=0.08, atol=0)
    np.testing.assert_allclose(shown, right, rtol=0.08, atol=0)
    assert np.all(wrong > 1.2 * right)


def test_the_picture_is_the_encoded_light() -> None:
    for preview in (at(8, 0.22), wide(3.0)[2]):
        encoded = SRGB.encode(np.ascontiguousarray(preview.linear)).astype(int)
        difference = np.abs(encoded - preview.image)
        assert difference.max() <= 1
        assert (difference > 0).mean() < 0.05  # rounded once, not twice


def test_shine_stays() -> None:
    # Glittering white light over skin: the dots take nothing of it, only of the skin below.
    rng = np.random.default_rng(0)
    skin = SRGB.decode(np.broadcast_to(SKIN.astype(np.uint8), (240, 320, 3)).copy())
    skin *= 1 + 0.02 * gaussian_filter(rng.normal(size=(240, 320)), 1.5)[..., None].astype(np.float32)
    glitter = gaussian_filter(rng.gamma(0.5, 2.0, (240, 320)), 1.0)[..., None]
    spot = np.exp(-((np.arange(320) - 240) ** 2) / 2 / 35**2 - ((np.arange(240) - 120)[:, None] ** 2) / 2 / 35**2)
    photo = SRGB.encode((skin + 0.3 * glitter * spot[..., None]).astype(np.float32))
    mask = np.ones((240, 320), np.float32)
    preview = smpsim.render(photo, mask, scale=8.0, treatment=Treatment().replace(feather_mm=0))
    share = 1 - preview.linear / SRGB.decode(photo)
    matte, shining = share[:, :120].mean((0, 1)), share[spot > 0.8].mean(0)
    assert matte[0] > 0.05
    assert np.all(shining < 0.75 * matte)


def test_more_depth_less_dark_and_bluer() -> None:
    photo = np.broadcast_to(SKIN.astype(np.uint8), (120, 160, 3)).copy()
    means = np.array(
        [
            smpsim.render(
                photo, head(), scale=4.0, treatment=Treatment().replace(depth_mm=z, skin_tone="light")
            ).stats.mean_darkening
            for z in (0.25, 0.4, 0.8, 1.5)
        ]
    )
    assert np.all(np.diff(means, axis=0) < 0)
    assert np.all(np.diff(means[:, 2] / means[:, 0]) < 0)


def test_the_tone_of_the_skin_is_a_small_matter() -> None:
    # optics.md: contrast hardly depends on the tone, except for blue in dark skin
    photo = np.broadcast_to(SKIN.astype(np.uint8), (120, 160, 3)).copy()
    tones = ("photo", "light", 54, "medium", "very-dark")
    means = [
        smpsim.render(photo, head(), scale=4.0, treatment=Treatment().replace(skin_tone=tone)).stats.mean_darkening
        for tone in tones
    ]
    np.testing.assert_array_equal(means[1], means[2])
    np.testing.assert_allclose(means[0], means[1], rtol=0.05, atol=0)
    np.testing.assert_allclose(means[3], means[1], rtol=0.1, atol=0)
    assert means[4][2] < 0.8 * means[1][2]
