"""Light of the photo: matte skin, shine, tone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import smpsim
from smpsim.colour import SRGB, lab
from smpsim.scalp.dichromatic import amounts, expected
from smpsim.scalp.glitter import coloured_lamp, lamp_colour
from smpsim.scalp.grid import Grid
from smpsim.scalp.light import Light, measure_light
from smpsim.scalp.mask import Area
from smpsim.scalp.opaque import opaque
from smpsim.scalp.samples import sample

LIGHT_SKIN = np.array([0.503, 0.372, 0.277], np.float32)
ROWS, COLUMNS = np.mgrid[:160, :200]


def mask() -> np.ndarray:
    return (((COLUMNS - 100) / 80) ** 2 + ((ROWS - 80) / 60) ** 2 < 1).astype(np.float32)


def light_of(linear: np.ndarray, coverage: np.ndarray | None = None, px_per_mm: float = 4.0) -> Light:
    pixels = SRGB.encode(np.clip(linear, 0, 1).astype(np.float32))
    return measure_light(pixels, SRGB, Area(mask() if coverage is None else coverage, px_per_mm))


def diffuse(light: Light, px_per_mm: float = 4.0) -> np.ndarray:
    """Share of the light that is diffuse on the pixels, (H, W, 3)."""
    maps = (g.on_pixels(slice(0, 160), slice(0, 200), px_per_mm) for g in light.diffuse)
    return np.stack([np.broadcast_to(m, (160, 200)) for m in maps], -1)


def shading() -> np.ndarray:
    return (0.5 + 0.5 * COLUMNS / 200)[..., None]


@pytest.mark.parametrize("skin", [LIGHT_SKIN, LIGHT_SKIN * 0.4, np.array([0.12, 0.063, 0.019], np.float32)])
def test_matte_skin_is_all_diffuse_in_light_and_shadow(skin: np.ndarray) -> None:
    share = diffuse(light_of(skin * shading()))
    assert np.all(share[mask() > 0] > 0.95)


def test_shine_is_not_diffuse() -> None:
    spot = 0.3 * np.exp(-(((COLUMNS - 110) / 14) ** 2) - ((ROWS - 70) / 14) ** 2)[..., None]
    share = diffuse(light_of(LIGHT_SKIN * 0.8 + spot))
    true = LIGHT_SKIN * 0.8 / (LIGHT_SKIN * 0.8 + 0.3)
    # a tenth of the light is not taken for shine, for skin is uneven; the spot is smoothed over 1 mm
    np.testing.assert_allclose(share[70, 110], true, rtol=0, atol=0.17)
    assert np.all(np.diff(share[70, 110]) < 0)  # the shine is white: its share of blue is the largest
    assert share[70, 40].min() > 0.95


def test_grey_photographs_have_shine_where_they_are_bright() -> None:
    grey = (
        np.full((160, 200, 1), 0.3) + 0.6 * np.exp(-(((COLUMNS - 110) / 14) ** 2) - ((ROWS - 70) / 14) ** 2)[..., None]
    )
    share = diffuse(light_of(np.repeat(grey, 3, 2)))
    assert share[70, 110].max() < 0.9
    assert share[70, 40].min() == pytest.approx(1, rel=0, abs=1e-6)
    np.testing.assert_allclose(share[..., 0], share[..., 2], rtol=0, atol=1e-6)


def test_tone_is_that_of_the_matte_skin_in_the_mask() -> None:
    # optics.md: light skin has an ITA of 54, dark skin of -36; sRGB of them through D50 within a few degrees
    surroundings = np.broadcast_to(np.array([0.9, 0.9, 0.9]), (160, 200, 3))
    for skin, ita in ((LIGHT_SKIN, 54), (np.array([0.12, 0.063, 0.019]), -36), (np.array([0.326, 0.219, 0.119]), 15)):
        picture = np.where(mask()[..., None] > 0, skin, surroundings)
        assert light_of(picture).ita_deg == pytest.approx(ita, rel=0, abs=4)


def test_light_is_the_same_at_every_resolution() -> None:
    # shine that is several samples wide at 2 samples per mm
    spot = 0.3 * np.exp(-(((COLUMNS - 110) / 24) ** 2) - ((ROWS - 70) / 24) ** 2)[..., None]
    coarse = LIGHT_SKIN * 0.8 + spot
    reference = light_of(coarse)
    for k in (2, 4):
        fine, cover = (np.repeat(np.repeat(a, k, 0), k, 1) for a in (coarse, mask()))
        light = light_of(fine, cover, 4.0 * k)
        assert light.ita_deg == pytest.approx(reference.ita_deg, rel=0, abs=0.5)
        np.testing.assert_allclose(diffuse(light)[mask() > 0], diffuse(reference)[mask() > 0], rtol=0, atol=0.03)


@given(
    h=st.integers(1, 40),
    w=st.integers(1, 40),
    px_per_mm=st.sampled_from([0.1, 1.0, 7.0, 50.0]),
    seed=st.integers(0, 9),
    level=st.sampled_from([0, 1, 30, 255]),
)
def test_any_photo_has_a_light(h: int, w: int, px_per_mm: float, seed: int, level: int) -> None:
    # black, white and noisy photos, masks of one or two samples: shares are numbers from 0 to 1
    random = np.random.default_rng(seed)
    pixels = random.integers(0, level + 1, (h, w, 3)).astype(np.uint8) if seed else np.full((h, w, 3), level, np.uint8)
    coverage = (random.random((h, w)) < 0.2).astype(np.float32)
    coverage[h // 2, w // 2] = 0.4
    light = measure_light(pixels, SRGB, Area(coverage, px_per_mm))
    assert np.isfinite(light.ita_deg)
    for grid in light.diffuse:
        assert np.all((grid.values >= 0) & (grid.values <= 1))


def test_two_samples_are_enough() -> None:
    # between the quantiles of two different samples there is neither of them
    pixels = np.array([[[150, 120, 100], [180, 150, 130]]], np.uint8)
    light = measure_light(pixels, SRGB, Area(np.ones((1, 2), np.float32), 1.0))
    assert np.isfinite(light.ita_deg)
    assert all(np.isfinite(grid.values).all() for grid in light.diffuse)


def of_sample(light: str, tone: str, seed: int = 1) -> tuple[np.ndarray, np.ndarray, Light]:
    """Estimated and true share of diffuse light inside the mask, (n, 3)."""
    sample = smpsim.sample(px_per_mm=6, tone=tone, light=light, seed=seed)
    found = measure_light(sample.photo.pixels, SRGB, Area(sample.mask, 6.0))
    inside = sample.mask > 0.5
    h, w = inside.shape
    maps = (g.on_pixels(slice(0, h), slice(0, w), 6.0) for g in found.diffuse)
    share = np.stack([np.broadcast_to(m, (h, w))[inside] for m in maps], -1)
    diffuse = sample.truth.diffuse[inside]
    return share, diffuse / (diffuse + sample.truth.surface_light[inside]), found


# Median and 95th percentile of the relative error, %, all channels together.  The target is 5 and 15; where the
# bound is higher, this is what is reached: above all blue of dark skin, and violet light on light skin.
@pytest.mark.parametrize(
    ("light", "tone", "median", "p95"),
    [
        ("studio", "light", 5, 15),
        ("studio", "medium", 5, 15),
        ("studio", "dark", 5, 28),
        ("overcast", "light", 5, 15),
        ("overcast", "medium", 5, 15),
        ("hard", "light", 5, 15),
        ("hard", "medium", 5, 15),
        ("hard", "dark", 5, 24),
        ("window", "light", 5, 17),
        ("window", "medium", 5, 15),
        ("window", "dark", 5, 25),
        ("rim", "light", 5, 34),
        ("rim", "medium", 5, 27),
        ("rim", "dark", 5, 30),
    ],
)
def test_diffuse_light_of_samples_is_recovered(light: str, tone: str, median: float, p95: float) -> None:
    share, true, _ = of_sample(light, tone)
    error = 100 * np.abs(share / true - 1)
    assert np.median(error) <= median
    assert np.quantile(error, 0.95) <= p95
    # it is worth more than taking all light for diffuse
    assert np.quantile(error, 0.95) < 0.9 * np.quantile(100 * (1 / true - 1), 0.95)


def test_blue_light_from_the_side_is_not_shine() -> None:
    # half of the head in the light of a window, far bluer than the rest, with a smooth border and no glitter
    blue = 1 / (1 + np.exp((COLUMNS - 100) / 12.0))[..., None]
    lamp = (1 - blue) * np.array([1.0, 0.85, 0.65]) + blue * np.array([0.75, 0.95, 1.3])
    share = diffuse(light_of(LIGHT_SKIN * lamp * 0.8))
    assert np.median(share[mask() > 0]) > 0.9
    assert share[mask() > 0].min() > 0.6


def test_shade_of_another_colour_is_no_shine() -> None:
    dark = (1 / (1 + np.exp((COLUMNS - 70) / 2.0)))[..., None]
    lamp = (1 - dark) + dark * np.array([0.13, 0.15, 0.19])
    share = diffuse(light_of(LIGHT_SKIN * lamp))
    deep = (mask() > 0) & (COLUMNS < 60)
    assert share[deep].min() > 0.9


@given(st.floats(-0.2, 0.4), st.floats(0.01, 0.1), st.floats(0.005, 0.5))
def test_expected_shine_is_the_mean_of_what_it_may_be(s: float, deviation: float, mean: float) -> None:
    u = np.linspace(0, 1, 100_001)
    log = -0.5 * ((u - s) / deviation) ** 2 - u / mean
    weight = np.exp(log - log.max())
    found = expected(*(np.array([x], np.float32) for x in (s, deviation**2, mean)))
    assert found[0] == pytest.approx((weight * u).sum() / weight.sum(), rel=0.02, abs=1e-4)


def test_nothing_is_expected_where_shine_cannot_be_told() -> None:
    assert expected(*(np.array([x], np.float32) for x in (0.1, np.inf, 0.1)))[0] == 0


def test_pixels_that_are_nearly_all_shine_hardly_change() -> None:
    skin = np.array([0.12, 0.063, 0.019])
    spot = 0.9 * np.exp(-(((COLUMNS - 110) / 8) ** 2) - ((ROWS - 70) / 8) ** 2)[..., None]
    share = diffuse(light_of(skin + spot))
    true = skin / (skin + spot)
    nearly = (true < 0.1).all(-1) & (mask() > 0)
    assert nearly.any() or (true[..., 2] < 0.1).any()
    assert share[(true[..., 2] < 0.1) & (mask() > 0)][:, 2].max() <= 0.12


@pytest.mark.parametrize("light", ["rim", "hard", "window"])
def test_what_is_nine_tenths_shine_in_a_sample_changes_a_tenth_as_much(light: str) -> None:
    # the target; dark skin's blue is the only channel of the samples with so much surface light
    share, true, _ = of_sample(light, "dark")
    shiny = share[true <= 0.1]
    assert len(shiny) > 100
    assert shiny.mean() <= 0.10


def test_dots_under_coloured_light_have_the_hue_that_they_have_under_white() -> None:
    # the target, 3 degrees; on lighter skin 6 to 8 are reached (tests/benchmarks/light.py)
    hues = []
    for light in ("rim", "studio"):
        sample = smpsim.sample(px_per_mm=6, tone="dark", light=light, seed=1)
        falling = smpsim.sample(px_per_mm=6, tone="dark", light="rim", seed=1).truth.irradiance
        # the violet lamp gives most of the light: it has 2.25 times as much blue as red, the others at most 1.1
        where = (falling[..., 2] > 1.5 * falling[..., 0]) & (sample.mask > 0.5) & (sample.truth.coverage > 0.999)
        preview = smpsim.render(sample.photo, sample.mask, scale=sample.scale)
        change = (sample.photo.linear[where] - preview.linear[where]).sum(0) / sample.truth.diffuse[where].sum(0)
        before, after = (lab(colour[None], SRGB)[0] for colour in (LIGHT_SKIN, LIGHT_SKIN * (1 - change)))
        hues.append(np.degrees(np.arctan2(after[2] - before[2], after[1] - before[1])))
    assert hues[0] == pytest.approx(hues[1], rel=0, abs=3)


@pytest.mark.parametrize("white", [np.ones(3), np.array([1.15, 1.0, 0.85])])
def test_the_lamp_shows_in_sparks_of_shine(white: np.ndarray) -> None:
    # dark skin with uneven melanin, shading and sparks in the lamp's colour, for which the photo is not balanced
    random = np.random.default_rng(5)
    skin = np.array([0.12, 0.063, 0.019])[:, None, None] * white[:, None, None]
    uneven = np.exp(-np.array([0.7, 1.0, 1.7])[:, None, None] * 0.03 * random.normal(size=(160, 200)))
    sparks = 0.01 * random.exponential(size=(160, 200))
    light = skin * uneven * (1 + 0.05 * random.normal(size=(160, 200))) + white[:, None, None] * sparks
    colour = np.broadcast_to(skin / skin.mean(), light.shape)
    where = np.ones(light.shape[1:], np.bool_)
    found = lamp_colour(*(a.astype(np.float32) for a in (light, colour, sparks)), where, 0.35)
    assert found is not None
    np.testing.assert_allclose(found, white / white.mean(), rtol=0.06, atol=0)


def test_a_coloured_lamp_shows_in_what_varies() -> None:
    random = np.random.default_rng(6)
    lamp, side = np.array([0.8, 0.4, 1.8]), np.broadcast_to(np.arange(200) > 100, (160, 200))
    shine = np.where(side, 0.05 * (1 + 0.5 * np.sin(np.arange(200) / 4.0)), 0.0)
    light = LIGHT_SKIN[:, None, None] * 0.1 * (1 + 0.01 * random.normal(size=(160, 200))) + lamp[:, None, None] * shine
    found = coloured_lamp(light.astype(np.float32), np.ones((160, 200), np.bool_), side, 0.7)
    assert found is not None
    np.testing.assert_allclose(found, lamp, rtol=0.1, atol=0)
    white = light.mean(0) * np.ones((3, 1, 1))
    assert coloured_lamp(white.astype(np.float32), np.ones((160, 200), np.bool_), side, 0.7) is None


@pytest.mark.parametrize("parts", [(0.5, 0.2, 0.1), (0.0, 0.3, 0.2), (0.4, 0.0, 0.0)])
def test_light_is_split_into_three_colours(parts: tuple[float, float, float]) -> None:
    colours = np.array([[0.5, 0.37, 0.28], [0.3, 0.1, 0.38], [0.6, 0.26, 1.35]])
    np.testing.assert_allclose(amounts(np.array(parts) @ colours, *colours), parts, rtol=0, atol=1e-3)
    # what would need a negative amount is split without it
    assert amounts(np.maximum(np.array([0.5, -0.3, 0.1]) @ colours, 0.01), *colours).min() >= 0


def test_clipped_pixels_take_diffuse_light_from_their_neighbours() -> None:
    spot = 2.0 * np.exp(-(((COLUMNS - 110) / 8) ** 2) - ((ROWS - 70) / 8) ** 2)[..., None]
    share = diffuse(light_of(LIGHT_SKIN * 0.8 + spot))
    np.testing.assert_allclose(share[70, 110], LIGHT_SKIN * 0.8, rtol=0.15, atol=0)  # white is 1


@pytest.mark.parametrize("px_per_mm", [2.0, 11.4])
def test_what_is_known_elsewhere_is_read_where_the_samples_are(px_per_mm: float) -> None:
    area = Area(np.ones((300, 240), np.float32), px_per_mm)
    samples = sample(np.full((300, 240, 3), 90, np.uint8), SRGB, area)
    h, w = samples.skin.shape
    x, y = ((np.arange(n) * samples.stride + 0.5) / px_per_mm for n in (w, h))
    ramp = Grid(0.5, 0, 0, np.add.outer(3 * np.arange(700.0), np.arange(700.0)))
    true = ramp.at(*np.meshgrid(x, y))
    np.testing.assert_allclose(samples.on_grid(ramp)[8:-8, 8:-8], true[8:-8, 8:-8], rtol=0, atol=0.01)
    there_and_back = samples.grid(samples.on_grid(ramp)).at(*np.meshgrid(x, y))
    np.testing.assert_allclose(there_and_back[8:-8, 8:-8], true[8:-8, 8:-8], rtol=0, atol=0.01)
    cells = np.add.outer(5 * np.arange(99.0), np.arange(99.0))[..., None]
    every = samples.spread(cells)[0]
    for few in (2, 4):
        np.testing.assert_allclose(samples.spread(cells, few)[0], every[::few, ::few], rtol=0, atol=1e-3)


def test_transparent_pixels_do_not_count() -> None:
    linear = np.where(COLUMNS[..., None] < 60, np.array([0.1, 0.6, 0.1]), LIGHT_SKIN * shading()).astype(np.float32)
    alpha = np.where(COLUMNS < 60, 0, 255).astype(np.uint8)
    seen, area = opaque(SRGB.encode(linear), alpha, Area(mask(), 4.0))
    light = measure_light(seen, SRGB, area)
    plain = light_of(LIGHT_SKIN * shading())
    assert light.ita_deg == pytest.approx(plain.ita_deg, rel=0, abs=5)
    assert diffuse(light)[(mask() > 0) & (COLUMNS > 66)].min() > 0.95


def test_what_is_protected_tells_nothing_of_the_skin() -> None:
    bandaged = SRGB.encode(np.where(COLUMNS[..., None] < 110, [0.6, 0.2, 0.05], LIGHT_SKIN).astype(np.float32))
    protect = (COLUMNS < 110).astype(np.float32)
    bare, whole = light_of(np.broadcast_to(LIGHT_SKIN, (160, 200, 3))), Area(mask(), 4.0)
    free = Area(mask(), 4.0, protect=protect)
    assert measure_light(bandaged, SRGB, free).ita_deg == pytest.approx(bare.ita_deg, rel=0, abs=1)
    assert abs(measure_light(bandaged, SRGB, whole).ita_deg - bare.ita_deg) > 5
    assert free.area_cm2 == pytest.approx(float((mask() * (1 - protect)).sum()) / 16 / 100)


def test_tone_is_told_by_region_and_not_for_grey() -> None:
    dark, light = np.array([0.430, 0.296, 0.199]), LIGHT_SKIN
    light_map = light_of(np.where(COLUMNS[..., None] < 100, light, dark)).tone
    left, right = (float(light_map.at(np.array([x]), np.array([20.0]))[0]) for x in (10.0, 40.0))
    assert left > right + 0.5
    assert light_of(np.full((160, 200, 3), 0.3)).ita_deg == 20.0


def test_dots_on_bleached_skin_are_grey_and_not_blue() -> None:
    # a tone curve that is flat towards white: what it makes of dots, and dots on what it makes of the photo
    sample = smpsim.sample(px_per_mm=6, tone="light", chroma_blur_px=0, noise=0, jpeg_quality=None)

    def bleached(linear: np.ndarray) -> np.ndarray:
        return SRGB.encode(np.asarray(1 - np.exp(-5 * linear), np.float32))

    straight = smpsim.render(sample.photo, sample.mask, scale=6.0, seed=1)
    before, made = bleached(sample.photo.linear), bleached(straight.linear)
    drawn = smpsim.render(before, sample.mask, scale=6.0, seed=1).image
    white = (sample.mask > 0.5) & (SRGB.decode(before).max(-1) > 0.85) & (before.max(-1) < 250)
    assert white.sum() > 1000
    lost = [np.log(SRGB.decode(before)[white] / SRGB.decode(a)[white]).mean(0) for a in (made, drawn)]
    red_blue = [loss[0] / loss[2] for loss in lost]
    assert red_blue[0] < 0.85  # blue loses most, as it has been compressed least
    assert red_blue[1] < 1.8  # without regard to the curve it is 2.2 (the curve of a camera is not known)
