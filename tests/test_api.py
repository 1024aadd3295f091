"""The library's door: what render and place_dots give, their arguments and numbers."""

from __future__ import annotations

import dataclasses
import json
import warnings

import numpy as np
import pytest
from quick import SCALE, mask, photo, quick, treatment

import smpsim
from smpsim.errors import MaskError, ParameterError, SmpsimWarning
from smpsim.scalp.proposal import propose_mask
from smpsim.treatment import Treatment

# -- what goes in ----------------------------------------------------------------------------------------------------


def test_a_mask_is_proposed_as_every_door_proposes_it() -> None:
    scalp = smpsim.sample(px_per_mm=3)
    with pytest.warns(SmpsimWarning, match="proposed roughly, as no face is found, from the head: correct it"):
        proposed = smpsim.propose_mask(scalp.photo)
    np.testing.assert_array_equal(proposed, propose_mask(scalp.photo.pixels).coverage)
    assert not proposed.flags.writeable
    with pytest.warns(SmpsimWarning, match="roughly"):
        np.testing.assert_array_equal(smpsim.propose_mask(scalp.photo.pixels), proposed)
    with pytest.raises(MaskError, match="no face is found to propose one from"):
        smpsim.propose_mask(photo())


# -- what comes out ---------------------------------------------------------------------------------------------------


def test_a_preview_has_what_the_contract_says() -> None:
    preview = quick()
    assert preview.image.shape == (120, 160, 3)
    assert preview.image.dtype == np.uint8
    for name in ("linear", "transmittance"):
        values = getattr(preview, name)
        assert values.shape == (120, 160, 3)
        assert values.dtype == np.float32
        assert values is getattr(preview, name)  # computed once
    assert preview.transmittance.max() <= 1
    assert 0.05 < preview.transmittance.min() < 0.9
    assert len(preview.dots) > 10
    assert np.any(preview.image != photo())


def test_results_are_frozen_and_arrays_read_only() -> None:
    preview = quick()
    for name in ("image", "linear", "transmittance", "before"):
        with pytest.raises(ValueError, match="read-only"):
            getattr(preview, name)[0, 0, 0] = 1
    for frozen, name in (
        (preview, "image"),
        (preview.stats, "n_dots"),
        (preview.dots, "x_mm"),
        (preview.photo, "pixels"),
    ):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(frozen, name, None)


def test_the_callers_arrays_are_neither_changed_nor_kept() -> None:
    pixels, coverage = photo(), mask()
    before = pixels.copy(), coverage.copy()
    preview = quick(photo=pixels, mask=coverage)
    np.testing.assert_array_equal(pixels, before[0])
    np.testing.assert_array_equal(coverage, before[1])
    image, transmittance = preview.image.copy(), quick().transmittance
    pixels[:], coverage[:] = 0, 0
    np.testing.assert_array_equal(preview.image, image)
    np.testing.assert_array_equal(preview.before, before[0])
    np.testing.assert_array_equal(preview.transmittance, transmittance)  # computed only now


def test_pixels_that_no_dot_reaches_keep_their_bytes() -> None:
    preview = quick(mask=np.pad(mask(40, 40), ((0, 80), (0, 120))))
    same = np.all(preview.image == photo(), axis=2)
    lit = np.all(preview.transmittance == 1, axis=2)
    assert lit.mean() > 0.3
    assert np.all(same[lit])
    np.testing.assert_array_equal(preview.linear[lit], preview.photo.linear[lit])
    # and pixels become darker, never lighter
    assert np.all(preview.image <= photo())


def test_the_same_input_gives_the_same_bytes() -> None:
    first, second = quick(), quick()
    assert first.image.tobytes() == second.image.tobytes()
    other = quick(seed=1)
    assert not set(first.dots.x_mm) & set(other.dots.x_mm)
    assert first.stats.seed == 0
    assert other.stats.seed == 1


def test_render_and_place_dots_place_the_same_dots() -> None:
    preview = quick(seed=5)
    alone = smpsim.place_dots(mask(), scale=SCALE, treatment=treatment(), seed=5)
    for name, values in preview.dots.as_dict().items():
        assert values.tobytes() == getattr(alone, name).tobytes()


def test_old_work_alone_is_no_dots_of_ours() -> None:
    alone = treatment(new_layer="no", old_work="botched")
    assert len(smpsim.place_dots(mask(), scale=SCALE, treatment=alone)) == len(quick(treatment=alone).dots) == 0


def test_a_mask_too_faint_for_dots_says_so() -> None:
    faint = quick(mask=0.047 * mask())
    assert faint.stats.area_cm2 > 0
    assert faint.stats.n_dots == 0
    assert any("the mask covers 4.7 % of the skin where it covers most" in line for line in faint.stats.warnings)
    assert not any("no dots were placed" in line for line in quick(mask=0.06 * mask()).stats.warnings)


def test_a_mask_too_small_for_dots_says_so() -> None:
    pixel = np.zeros_like(mask())
    pixel[60, 80] = 1
    alone = treatment(new_layer="no", old_work="botched")
    for chosen, told in ((treatment(), True), (alone, False)):
        stats = quick(mask=pixel, treatment=chosen).stats
        assert stats.n_dots == 0
        assert any("the mask covers 0.016 mm2, too little for the density" in line for line in stats.warnings) == told


def test_the_photo_does_not_move_dots() -> None:
    other = quick(photo=255 - photo())
    np.testing.assert_array_equal(other.dots.x_mm, quick().dots.x_mm)
    np.testing.assert_array_equal(other.dots.depth_mm, quick().dots.depth_mm)


# -- arguments --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "window",
    [
        (0, 0, 161, 10),
        (0, 0, 10, 121),
        (-1, 0, 10, 10),
        (0, -1, 10, 10),
        (0, 0, 0, 10),
        (0, 0, 10, -2),
        (160, 0, 1, 1),
        (0, 0, 10),
        (0.5, 0, 10, 10),
        (False, 0, 10, 10),
    ],
)
def test_windows_outside_of_the_picture_are_refused(window: tuple[int, int, int, int]) -> None:
    with pytest.raises(ParameterError, match="160 x 120 px") as caught:
        quick(window=window)
    assert (caught.value.name, caught.value.value) == ("window", window)


def test_window_and_max_px_exclude_each_other() -> None:
    with pytest.raises(ParameterError, match="exclude") as caught:
        quick(window=(0, 0, 5, 5), max_px=100)
    assert caught.value.name == "window"


@pytest.mark.parametrize("bad", [0, -1, 2.5, "100", True])
def test_a_picture_has_a_pixel(bad: object) -> None:
    with pytest.raises(ParameterError) as caught:
        quick(max_px=bad)
    assert (caught.value.name, caught.value.value) == ("max_px", bad)
    assert quick(max_px=1).image.shape == (1, 1, 3)


@pytest.mark.parametrize(
    ("name", "bad"), [("treatment", "client.toml"), ("treatment", {}), ("surface", "plane"), ("options", {})]
)
def test_values_of_another_kind_are_refused(name: str, bad: object) -> None:
    with pytest.raises(ParameterError, match=rf"^{name}: .* needed, not {type(bad).__name__}") as caught:
        quick(**{name: bad})
    assert (caught.value.name, caught.value.value) == (name, bad)


def test_place_dots_takes_no_photo_to_estimate_from() -> None:
    with pytest.raises(ParameterError, match="px_per_mm"):
        smpsim.place_dots(mask(), scale=None, treatment=treatment())
    with pytest.raises(ParameterError, match="treatment"):
        smpsim.place_dots(mask(), scale=SCALE, treatment=None)


def test_results_show_themselves_in_one_line() -> None:
    preview = quick()
    n = len(preview.dots)
    assert repr(preview) == f"<Preview: 160 x 120 px, {n} dots, seed 0>"
    assert repr(preview.dots) == f"<Dots: {n}>"
    assert repr(preview.photo) == "<Photo: 160 x 120 px, array, sRGB>"


@pytest.mark.parametrize("arguments", [{}, {"max_px": 80}, {"window": (5, 5, 20, 20)}], ids=str)
def test_pictures_are_read_only(arguments: dict[str, object]) -> None:
    preview = quick(**arguments)
    for name in ("image", "before", "linear", "transmittance"):
        with pytest.raises(ValueError, match="read-only"):
            getattr(preview, name)[0] = 0


@pytest.mark.parametrize("bad", [-1, 2**63, 1.0, "1", None, True])
def test_seeds_are_whole_numbers(bad: object) -> None:
    for call in (
        lambda: quick(seed=bad),
        lambda: smpsim.place_dots(mask(), scale=1.0, treatment=treatment(), seed=bad),
    ):
        with pytest.raises(ParameterError, match=r"^seed: ") as caught:
            call()
        assert caught.value.name == "seed"
    assert quick(seed=np.int64(7)).stats.seed == quick(seed=7).stats.seed == 7
    assert type(quick(seed=np.int64(7)).stats.seed) is int


def test_a_number_is_a_scale() -> None:
    for scale in (8, 8.0, np.float64(8), smpsim.Scale(8)):
        preview = quick(scale=scale)
        assert preview.stats.px_per_mm == 8
        assert preview.stats.scale_source == "typed"
        assert preview.image.tobytes() == quick().image.tobytes()
    with pytest.raises(ParameterError) as caught:
        quick(scale=0)
    assert caught.value.name == "px_per_mm"


def test_a_scale_that_nobody_says_is_estimated_and_the_stats_say_so() -> None:
    preview = quick(scale=None)
    assert preview.stats.scale_source == "mask"
    assert preview.stats.scale_uncertainty_frac == 0.25
    # 96 or 97 of 160 px are 0.9 of a head of 155 mm
    assert preview.stats.px_per_mm == pytest.approx(96 / 139.5, rel=0.02, abs=0)
    assert any("scale estimated from the mask" in text for text in preview.stats.warnings)
    assert not any("scale estimated" in text for text in quick().stats.warnings)


def test_progress_is_told_from_0_to_1() -> None:
    heard: list[tuple[float, str]] = []
    quick(progress=lambda share, stage: heard.append((share, stage)))
    shares = [share for share, _ in heard]
    assert shares[0] == 0
    assert shares[-1] == 1
    assert shares == sorted(shares)
    assert all(stage for _, stage in heard)


def test_rendering_prints_nothing_and_warns_of_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        quick(scale=None)
    assert capfd.readouterr() == ("", "")


# -- stats ------------------------------------------------------------------------------------------------------------


def test_stats_agree_with_the_dots() -> None:
    preview = quick()
    stats, dots = preview.stats, preview.dots
    assert stats.n_dots == len(dots)
    assert stats.area_cm2 == pytest.approx(mask().sum() / SCALE**2 / 100, rel=1e-6, abs=0)
    assert stats.density_per_cm2 == pytest.approx(len(dots) / stats.area_cm2, rel=1e-12, abs=0)
    points = np.column_stack([dots.x_mm, dots.y_mm])
    distance = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1)) + 1e9 * np.eye(len(dots))
    assert stats.min_distance_mm == pytest.approx(distance.min(), rel=0, abs=1e-9)
    assert 0.2 < stats.seen_diameter_mm < 0.5
    assert stats.surface == "plane"
    assert all(seconds >= 0 for seconds in stats.seconds.values())
    assert sum(stats.seconds.values()) > 0
    assert stats.warnings == ()


def test_stats_are_ready_for_json() -> None:
    stats = quick().stats
    read = json.loads(json.dumps(stats.as_dict(), allow_nan=False))
    assert set(read) == {f.name for f in dataclasses.fields(stats)}
    assert read["n_dots"] == stats.n_dots
    assert read["mean_darkening"] == list(stats.mean_darkening)


def test_below_6_px_per_mm_single_dots_are_not_resolved_and_the_stats_say_so() -> None:
    for scale, told in ((5.9, True), (6.1, False)):
        warned = [text for text in quick(scale=scale).stats.warnings if "not resolved" in text]
        assert len(warned) == told


def test_what_was_asked_for_follows_the_session() -> None:
    wide = np.ones((240, 320), np.float32)
    requested = [
        smpsim.render(
            photo(240, 320), wide, scale=4.0, treatment=Treatment().replace(session=s)
        ).stats.requested_density_per_cm2
        for s in (1, 2, 3)
    ]
    np.testing.assert_allclose(requested, [0.3 * 80, 0.7 * 80, 80], rtol=0, atol=1e-6)
