"""Time in the picture: fading of whole fields, redness round the area, scabs; settled work is as it was."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.ndimage import distance_transform_edt

import smpsim
from smpsim.colour import SRGB, delta_e_2000, lab
from smpsim.ink.years import visible_left
from smpsim.parameters.course import PACES

SKINS = {"light": (188, 164, 144), "medium": (155, 129, 97), "dark": (97, 71, 37)}
PX_PER_MM = 4.0
YEAR_D = 365.25


def disc(size: tuple[int, int] = (120, 160), radius: float = 40.0) -> np.ndarray:
    rows, columns = np.mgrid[: size[0], : size[1]] + 0.5
    return (np.hypot(rows - size[0] / 2, columns - size[1] / 2) < radius).astype(np.float32)


@cache
def sitting(tone: str, size: tuple[int, int], radius: float) -> smpsim.Sitting:
    photo = np.full((*size, 3), SKINS[tone], np.uint8)
    return smpsim.Sitting(photo, disc(size, radius), scale=PX_PER_MM)


def render(
    tone: str = "light", size: tuple[int, int] = (120, 160), radius: float = 40.0, **leaves: object
) -> smpsim.Preview:
    treatment = smpsim.Treatment().replace(**{"skin_tone": tone} | leaves)
    return sitting(tone, size, radius).render(treatment=treatment, seed=3)


def darkening(**leaves: object) -> np.ndarray:
    return np.array(render(**leaves).stats.mean_darkening)


# -- settled ----------------------------------------------------------------------------------------------------------


def test_settled_work_knows_no_time() -> None:
    plain = render()
    other = render(
        healing="slow",
        fading="fast",
        first_loss_frac=0.4,
        redness_blood_frac=0.02,
        session_gap_days=30,
        n_touchups=3,
    )
    assert plain.image.tobytes() == other.image.tobytes()
    assert plain.stats.seen_diameter_mm == other.stats.seen_diameter_mm
    assert render(age_days=28).image.tobytes() == plain.image.tobytes()


# -- years ------------------------------------------------------------------------------------------------------------


@given(
    depth=st.floats(0.15, 1.5),
    diameter=st.floats(0.1, 0.5),
    density=st.floats(30, 200),
    shade=st.sampled_from(["carbon-1:0", "carbon-1:10", "carbon-1:30", "warm-1:5", "brown-1:10", "tattoo-1:0"]),
    tone=st.sampled_from(list(SKINS)),
)
@example(depth=0.25, diameter=0.25, density=80, shade="carbon-1:10", tone="light")
@settings(max_examples=3)
def test_mean_darkening_falls_and_the_bands_never_cross(
    depth: float, diameter: float, density: float, shade: str, tone: str
) -> None:
    looks = {"depth_mm": depth, "diameter_mm": diameter, "density_per_cm2": density, "shade": shade, "tone": tone}
    settled = darkening(**looks)
    bands = np.array(
        [[darkening(**looks, age_days=years * YEAR_D, fading=pace) for years in (0.2, 0.5, 2, 6)] for pace in PACES]
    )
    assert np.all(bands[:, 0] < settled)
    assert np.all(np.diff(bands, axis=1) < 0)
    assert np.all(np.diff(bands, axis=0) < 0)


@pytest.mark.parametrize(
    "look", [{}, {"density_per_cm2": 200}, {"depth_mm": 0.6, "diameter_mm": 0.5}, {"shade": "brown-1:5"}]
)
def test_a_field_keeps_the_share_of_its_darkening(look: dict[str, object]) -> None:
    settled = darkening(**look)
    shade = str(look.get("shade", "carbon-1:10"))
    for years in (0.5, 5):
        expected = visible_left(np.array([years - 28 / YEAR_D]), "typical", shade.split("-")[0])[0]
        np.testing.assert_allclose(darkening(**look, age_days=years * YEAR_D) / settled, expected, rtol=0.03)


def test_dots_grow_wider_as_they_fade() -> None:
    ages = ("settled", "6 mo", "1 y", "3 y", "6 y")
    for pace in PACES:
        widths = [render(size=(40, 40), radius=18.0, age_days=age, fading=pace).stats.seen_diameter_mm for age in ages]
        assert np.all(np.diff(widths) > 0)


def test_hue_drifts_in_the_direction_of_the_pigment() -> None:
    def share(shade: str, age: str) -> np.ndarray:
        dark = darkening(shade=shade, age_days=age)
        return np.asarray(dark / dark[1])

    for shade, bluer in (("carbon-1:10", True), ("tattoo-1:0", True), ("warm-1:5", False), ("brown-1:5", False)):
        drift = np.array([share(shade, age) / share(shade, "settled") for age in ("1 y", "6 y")])
        assert np.all(np.diff(drift[:, 0]) > 0) if bluer else np.all(np.diff(drift[:, 0]) < 0)
        assert np.all(np.diff(drift[:, 2]) < 0)
        assert (drift[-1, 0] > 1.03) if bluer else (drift[-1, 0] < 0.9)


# -- healing ----------------------------------------------------------------------------------------------------------


def reddened(tone: str, age: object, **leaves: object) -> np.ndarray:
    """Lab of what redness alone changes: with it, and without, (2, H, W, 3)."""
    pictures = [render(tone, age_days=age, redness_blood_frac=blood, **leaves).image for blood in (0.008, 0.0)]
    return np.stack([lab(SRGB.decode(picture), SRGB) for picture in pictures])


@pytest.mark.parametrize("tone", list(SKINS))
def test_skin_reddens_at_first_and_is_back_by_day_5(tone: str) -> None:
    inside = distance_transform_edt(disc()) > 6 * PX_PER_MM
    rises = []
    for age in (0, 1, 2, 3):
        red, bare = reddened(tone, age)
        rises.append(float((red - bare)[inside, 1].mean()))
    assert rises[0] > 1.5
    assert np.all(np.diff(rises) < 0)
    for pace in PACES:
        red, bare = reddened(tone, 5, healing=pace)
        assert delta_e_2000(red, bare).max() <= 1


def test_a_photo_without_colour_reddens_without_colour() -> None:
    """Blood takes light from skin: what is left of it there is darker, and grey."""
    grey = np.full((120, 160, 3), 150, np.uint8)
    fresh = [smpsim.Treatment().replace(age_days=0, redness_blood_frac=blood) for blood in (0.008, 0.0)]
    red, bare = (smpsim.render(grey, disc(), scale=PX_PER_MM, treatment=t).image.astype(int) for t in fresh)
    assert np.ptp(red, axis=-1).max() == 0
    assert (bare - red)[disc() > 0].mean() > 1
    assert (bare - red).min() >= 0


def test_redness_falls_off_within_10_mm_of_the_mask() -> None:
    red, bare = reddened("light", 0, size=(240, 240))
    away = distance_transform_edt(disc((240, 240)) == 0) / PX_PER_MM
    rise = (red - bare)[..., 1]
    rings = [float(rise[(away > near) & (away <= near + 1)].mean()) for near in range(10)]
    assert rings[0] > 1.5
    assert np.all(np.diff(rings) < 0)
    fresh = render(age_days=0, size=(240, 240)).image
    untouched = render(size=(240, 240)).photo.pixels
    # dots show a little beyond the mask, too, but not so far
    assert np.array_equal(fresh[away > 10], untouched[away > 10])
    assert not np.array_equal(fresh[away > 8], untouched[away > 8])


def test_redness_in_a_window_and_in_a_smaller_picture() -> None:
    mask = disc((500, 620), 150.0)
    rng = np.random.default_rng(5)
    noise = rng.integers(-6, 7, (*mask.shape, 1))
    photo = (np.array(SKINS["medium"]) + noise).astype(np.uint8)
    arguments = {"scale": 10.0, "treatment": smpsim.Treatment().replace(age_days=3), "seed": 2}
    whole = smpsim.render(photo, mask, **arguments)
    part = smpsim.render(photo, mask, window=(30, 180, 420, 230), **arguments)
    assert np.array_equal(part.image, whole.image[180:410, 30:450])
    small = smpsim.render(photo, mask, max_px=155, **arguments)
    averaged = whole.linear.reshape(125, 4, 155, 4, 3).mean((1, 3))
    difference = delta_e_2000(lab(averaged, SRGB), lab(SRGB.decode(small.image), SRGB))
    assert difference.mean() < 0.3
    # what dots take is told apart from what blood takes
    bare = smpsim.render(
        photo, mask, **arguments | {"treatment": smpsim.Treatment().replace(age_days=3, redness_blood_frac=0)}
    )
    assert whole.stats.mean_darkening == bare.stats.mean_darkening
    assert np.array_equal(whole.transmittance, bare.transmittance)


def test_redness_spares_what_is_protected_and_what_lies_beside_the_head() -> None:
    scalp = smpsim.sample(px_per_mm=3, view="crown")
    protect = np.zeros_like(scalp.mask)
    protect[:, : protect.shape[1] // 2] = 1
    fresh, later = (
        smpsim.render(
            scalp.photo,
            scalp.mask,
            scale=scalp.scale,
            surface=scalp.surface,
            protect=protect,
            treatment=smpsim.Treatment().replace(age_days=0, redness_blood_frac=blood),
        ).image.astype(int)
        for blood in (0.008, 0.0)
    )
    changed = np.abs(fresh - later).max(-1)
    third = protect.shape[1] // 3
    assert changed[:, third * 2 :].max() > 10
    assert not changed[:, : protect.shape[1] // 2 - 3].any()
    assert not changed[scalp.truth.coverage == 0].any()


def test_redness_does_not_show_on_a_backdrop_or_on_dark_hair() -> None:
    mask = disc((160, 240), 50.0)
    photo = np.full((160, 240, 3), SKINS["light"], np.uint8)
    photo[:, 175:] = 135, 145, 155
    photo[:20] = 30, 28, 27
    pictures = [
        smpsim.render(
            photo,
            mask,
            scale=PX_PER_MM,
            treatment=smpsim.Treatment().replace(age_days=0, redness_blood_frac=blood),
        ).image
        for blood in (0.008, 0.0)
    ]
    changed = (pictures[0] != pictures[1]).any(-1)
    assert changed[60:100, 130:172].mean() > 0.9
    assert not changed[:, 175:].any()
    assert not changed[:20].any()


def test_scabs_darken_and_fall_one_by_one() -> None:
    fresh, scabbed, shedding, shed, settled = (
        render(age_days=age, n_sessions=1, redness_blood_frac=0).stats.mean_darkening[1]
        for age in ("fresh", 4, 6, 7, 28)
    )
    assert scabbed > 1.2 * fresh
    assert scabbed > shedding > shed > settled
    assert fresh / settled == pytest.approx(4 / 3, rel=0.015)
    # those of a slow healer are still there on day 7
    assert render(age_days=7, n_sessions=1, healing="slow").stats.mean_darkening[1] > 1.1 * shed


def test_too_many_touchups_merge() -> None:
    several = {"n_touchups": 6, "touchup_years": 2, "touchup_frac": 1, "age_days": "13 y"}
    assert any("merge into a tint" in text for text in render(**several).stats.warnings)
    assert not any("merge" in text for text in render(density_per_cm2=200).stats.warnings)
