"""The library's door: render, place_dots and the preview."""

from __future__ import annotations

import base64
import dataclasses
import io
import json
import re
import warnings
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

import smpsim
from smpsim.errors import MaskError, OutputExistsError, ParameterError, PhotoError, SmpsimWarning
from smpsim.treatment import Treatment

SCALE = 8.0


def photo(height: int = 120, width: int = 160, channels: int = 3) -> np.ndarray:
    random = np.random.default_rng(height * 1000 + width)
    skin = np.array([188, 164, 144, 255])[:channels] + random.integers(-8, 9, (height, width, channels))
    return np.clip(skin, 0, 255).astype(np.uint8)


def mask(height: int = 120, width: int = 160) -> np.ndarray:
    rows, columns = np.mgrid[:height, :width]
    inside = ((columns - width / 2) / (0.3 * width)) ** 2 + ((rows - height / 2) / (0.3 * height)) ** 2
    return (inside < 1).astype(np.float32)


def treatment(**leaves: object) -> Treatment:
    return Treatment().replace(**{"feather_mm": 2} | leaves)


def quick(**arguments: object) -> smpsim.Preview:
    given_ = {"photo": photo(), "mask": mask(), "scale": SCALE, "treatment": treatment()} | arguments
    return smpsim.render(given_.pop("photo"), given_.pop("mask"), **given_)


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


def test_the_photo_does_not_move_dots() -> None:
    other = quick(photo=255 - photo())
    np.testing.assert_array_equal(other.dots.x_mm, quick().dots.x_mm)
    np.testing.assert_array_equal(other.dots.depth_mm, quick().dots.depth_mm)


# -- masks ------------------------------------------------------------------------------------------------------------

EMPTY_MASKS = [np.zeros((120, 160), kind) for kind in (bool, np.uint8, np.uint16, np.float16, np.float32, np.float64)]


@pytest.mark.parametrize("empty", EMPTY_MASKS, ids=lambda m: str(m.dtype))
@pytest.mark.parametrize("scale", [None, SCALE])
def test_an_empty_mask_gives_the_photo_back_with_a_warning(empty: np.ndarray, scale: float | None) -> None:
    with pytest.warns(SmpsimWarning, match="the mask is empty"):
        preview = quick(mask=empty, scale=scale)
    np.testing.assert_array_equal(preview.image, photo())
    np.testing.assert_array_equal(preview.linear, preview.photo.linear)
    assert np.all(preview.transmittance == 1)
    assert len(preview.dots) == preview.stats.n_dots == preview.stats.area_cm2 == 0
    assert preview.stats.min_distance_mm is None
    assert any("empty" in text for text in preview.stats.warnings)
    json.dumps(preview.stats.as_dict(), allow_nan=False)
    assert preview._repr_html_()


def test_an_empty_mask_with_window_max_px_and_a_place_without_dots() -> None:
    with pytest.warns(SmpsimWarning):
        window = quick(mask=np.zeros((120, 160)), window=(3, 5, 20, 30))
    np.testing.assert_array_equal(window.image, photo()[5:35, 3:23])
    with pytest.warns(SmpsimWarning):
        small = quick(mask=np.zeros((120, 160)), max_px=80)
    assert small.image.shape == (60, 80, 3)
    assert len(smpsim.place_dots(np.zeros((5, 5)), scale=1.0, treatment=Treatment())) == 0


def test_masks_of_every_kind_mean_the_same() -> None:
    binary = mask() > 0
    expected = quick(mask=binary).image
    for same in (
        binary.astype(np.uint8) * 255,
        binary.astype(np.uint16) * 65535,
        binary * 1.0,
        binary[..., None] * 1.0,
    ):
        np.testing.assert_array_equal(quick(mask=same).image, expected)


@pytest.mark.parametrize(
    "bad",
    [
        np.ones((120, 161)),
        np.ones((160, 120)),
        np.ones((120, 160, 3)),
        np.full((120, 160), 1.01),
        np.full((120, 160), -0.01),
        np.full((120, 160), np.nan),
        np.ones((120, 160), int),
        np.ones((120, 160), complex),
    ],
    ids=lambda m: f"{m.shape}-{m.dtype}-{m.flat[0]}",
)
def test_masks_that_do_not_fit_are_refused(bad: np.ndarray) -> None:
    with pytest.raises(MaskError):
        quick(mask=bad)
    if bad.ndim == 3 or bad.dtype != float or not 0 <= bad.flat[0] <= 1:
        with pytest.raises(MaskError):
            smpsim.place_dots(bad, scale=1.0, treatment=Treatment())


# -- photos of every kind ---------------------------------------------------------------------------------------------


def test_opacity_is_kept_and_transparent_pixels_are_not_touched() -> None:
    rgba = photo(channels=4)
    rgba[:, :80, 3] = 0
    rgba[:, 80:100, 3] = 90
    preview = quick(photo=rgba)
    np.testing.assert_array_equal(preview.alpha, rgba[..., 3])
    np.testing.assert_array_equal(preview.image[:, :80], rgba[:, :80, :3])
    np.testing.assert_array_equal(preview.linear[:, :80], preview.photo.linear[:, :80])
    assert np.any(preview.image[:, 80:100] != rgba[:, 80:100, :3])
    # the window's opacity is that of its pixels
    window = quick(photo=rgba, window=(70, 10, 40, 50))
    np.testing.assert_array_equal(window.alpha, rgba[10:60, 70:110, 3])


@pytest.mark.parametrize("shape", ["(H, W)", "(H, W, 3)"])
def test_a_grey_photo_stays_neutral(shape: str) -> None:
    grey = photo()[..., 0]
    preview = quick(photo=grey if shape == "(H, W)" else np.repeat(grey[..., None], 3, 2))
    assert np.any(preview.image[..., 0] != grey)
    np.testing.assert_array_equal(preview.image[..., 0], preview.image[..., 1])
    np.testing.assert_array_equal(preview.image[..., 0], preview.image[..., 2])


def test_a_grey_photo_is_as_dark_as_its_colours_would_be() -> None:
    grey = np.full((120, 160, 3), 150, np.uint8)
    hardly_colour = grey + np.array([4, 0, 0], np.uint8)
    means = [quick(photo=p, treatment=treatment(skin_tone="light")).linear.mean((0, 1)) for p in (grey, hardly_colour)]
    # the luminance of the two differs by what red was raised by, 1 %, and by no more than that
    weights = smpsim.Photo.from_array(grey).space.to_xyz[1]
    assert means[0] @ weights == pytest.approx(means[1] @ weights, rel=0.02, abs=0)


def test_16_bit_photos_are_rounded_to_8() -> None:
    deep = photo().astype(np.uint16) * 257 + np.uint16(100)
    preview = quick(photo=np.minimum(deep, 65535))
    np.testing.assert_array_equal(preview.image, quick().image)
    assert preview.image.dtype == np.uint8


@pytest.mark.parametrize(
    "bad", [photo().astype(float), photo().astype(int), photo()[..., :2], np.zeros((0, 4, 3), np.uint8), photo()[0, 0]]
)
def test_arrays_that_are_no_photos_are_refused(bad: np.ndarray) -> None:
    with pytest.raises(ParameterError):
        quick(photo=bad)


def test_files_and_bytes_are_read(tmp_path: Path) -> None:
    Image.fromarray(photo()).save(tmp_path / "p.png")
    Image.fromarray((mask() * 255).astype(np.uint8)).save(tmp_path / "m.png")
    expected = quick().image
    for source in (str, Path, lambda p: Path(p).read_bytes(), lambda p: io.BytesIO(Path(p).read_bytes())):
        preview = quick(photo=source(tmp_path / "p.png"), mask=source(tmp_path / "m.png"))
        np.testing.assert_array_equal(preview.image, expected)
    with pytest.raises(PhotoError, match=r"none\.png"):
        quick(photo=tmp_path / "none.png")
    with pytest.raises(MaskError, match=r"none\.png"):
        quick(mask=tmp_path / "none.png")


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


# -- shown and saved --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("extension", ["png", "tif", "jpg", "webp"])
def test_saved_previews_say_what_they_are(tmp_path: Path, extension: str) -> None:
    path = tmp_path / f"out.{extension}"
    preview = quick(seed=9)
    preview.save(path)
    label = smpsim.read_label(path)
    assert label is not None
    assert label["simulation"] is True
    assert label["seed"] == 9
    assert label["px_per_mm"] == SCALE
    # what the label says makes the same preview again
    again = quick(seed=label["seed"], scale=label["px_per_mm"], treatment=Treatment().replace(**label["treatment"]))
    np.testing.assert_array_equal(again.image, preview.image)
    with Image.open(path) as picture:
        back = np.asarray(picture.convert("RGB")).astype(int)
    if extension in ("png", "tif"):
        np.testing.assert_array_equal(back, preview.image)
    else:
        assert np.abs(back - preview.image).mean() < 4


def test_opacity_is_saved(tmp_path: Path) -> None:
    rgba = photo(channels=4)
    rgba[:, :80, 3] = 0
    quick(photo=rgba).save(tmp_path / "out.png")
    back = smpsim.read_photo(tmp_path / "out.png")
    np.testing.assert_array_equal(back.alpha, rgba[..., 3])


def test_saving_does_not_overwrite_unless_asked_to(tmp_path: Path) -> None:
    path = tmp_path / "out.png"
    path.write_bytes(b"precious")
    with pytest.raises(OutputExistsError):
        quick().save(path)
    assert path.read_bytes() == b"precious"
    quick().save(path, overwrite=True)
    assert smpsim.read_label(path) is not None
    assert [p.name for p in tmp_path.iterdir()] == ["out.png"]


def test_unknown_formats_are_refused_and_leave_nothing(tmp_path: Path) -> None:
    for name in ("out.bmp", "out"):
        with pytest.raises(ParameterError):
            quick().save(tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_notebooks_show_a_picture_and_a_slider() -> None:
    preview = quick()
    with Image.open(io.BytesIO(preview._repr_png_())) as shown:
        np.testing.assert_array_equal(np.asarray(shown.convert("RGB")), preview.image)
    page = preview._repr_html_()
    pictures = re.findall(r'src="data:image/jpeg;base64,([^"]+)"', page)
    assert len(pictures) == 2
    for data, expected in zip(pictures, (photo(), preview.image), strict=True):
        with Image.open(io.BytesIO(base64.b64decode(data))) as shown:
            assert shown.size == (160, 120)
            assert np.abs(np.asarray(shown).astype(int) - expected).mean() < 5
    assert f"{preview.stats.n_dots} dots" in page
    assert "Simulation" in page
    assert "http" not in page


def test_notebooks_show_large_pictures_smaller() -> None:
    big = np.full((30, 2100, 3), 150, np.uint8)
    one = np.zeros((30, 2100), np.float32)
    one[10:20, 5:40] = 1
    preview = smpsim.render(big, one, scale=8.0, treatment=treatment())
    with Image.open(io.BytesIO(preview._repr_png_())) as shown:
        assert shown.size == (1024, 15)


# -- edge cases -------------------------------------------------------------------------------------------------------


@given(
    size=st.sampled_from([(1, 1), (1, 40), (40, 1), (2, 2), (7, 5)]),
    px_per_mm=st.sampled_from([0.5, 2.0, 8.0, 50.0]),
    kind=st.sampled_from(["full", "single", "corner", "left", "faint"]),
    feather_mm=st.sampled_from([0, 8]),
)
@settings(max_examples=60)
def test_tiny_pictures_and_odd_masks(size: tuple[int, int], px_per_mm: float, kind: str, feather_mm: float) -> None:
    height, width = size
    coverage = np.zeros(size, np.float32)
    if kind == "full":
        coverage[:] = 1
    elif kind == "single":
        coverage[height // 2, width // 2] = 1
    elif kind == "corner":
        coverage[-1, -1] = 0.5
    elif kind == "left":
        coverage[:, : max(width // 2, 1)] = 1
    else:
        coverage[:] = 1e-4
    preview = smpsim.render(
        photo(height, width), coverage, scale=px_per_mm, treatment=Treatment().replace(feather_mm=feather_mm)
    )
    assert preview.image.shape == (height, width, 3)
    assert np.all(preview.image <= photo(height, width))
    t = preview.transmittance
    assert np.all((t >= 0) & (t <= 1))
    assert np.all(np.isfinite(preview.linear))
    dots = preview.dots
    rows, columns = (dots.y_mm * px_per_mm).astype(int), (dots.x_mm * px_per_mm).astype(int)
    assert np.all(coverage[rows, columns] > 0)
    json.dumps(preview.stats.as_dict(), allow_nan=False)


def test_a_very_coarse_and_a_very_fine_photo() -> None:
    coarse = smpsim.render(photo(6, 4), np.ones((6, 4)), scale=0.1, treatment=treatment(density_per_cm2=5))
    # 60 x 40 mm of skin
    assert coarse.stats.n_dots == pytest.approx(120, rel=0, abs=5 * (0.35 * 120) ** 0.5)
    assert coarse.stats.density_per_cm2 == pytest.approx(coarse.stats.n_dots / 24, rel=1e-6, abs=0)
    close = smpsim.render(photo(200, 300), np.ones((200, 300)), scale=50.0, treatment=treatment())
    assert 10 < close.stats.n_dots < 30  # 24 mm2
    assert close.transmittance.min() < 0.6


def test_a_photo_on_which_no_dot_can_be_seen_is_as_dark_as_one_on_which_all_can() -> None:
    coarse_mask = mask(24, 32)
    fine_mask = np.repeat(np.repeat(coarse_mask, 16, 0), 16, 1)
    coarse = smpsim.render(np.full((24, 32, 3), 150, np.uint8), coarse_mask, scale=0.5, treatment=treatment())
    fine = smpsim.render(np.full((384, 512, 3), 150, np.uint8), fine_mask, scale=8.0, treatment=treatment())
    assert coarse.stats.n_dots == fine.stats.n_dots > 500
    lost = [(1 - p.transmittance.astype(np.float64)).mean((0, 1)) for p in (coarse, fine)]
    np.testing.assert_allclose(lost[0], lost[1], rtol=0.02, atol=0)


def test_a_mask_that_touches_all_borders_is_full_there() -> None:
    preview = smpsim.render(photo(160, 160), np.ones((160, 160)), scale=4.0, treatment=Treatment())
    x, y = preview.dots.x_mm, preview.dots.y_mm
    border = (x < 1) | (y < 1) | (x > 39) | (y > 39)
    # 156 mm2 of border: as dense as the middle, though a feather of 8 mm was asked for
    assert border.sum() == pytest.approx(0.8 * 156, rel=0, abs=5 * (0.6 * 0.8 * 156) ** 0.5)
    assert np.all(preview.dots.ink_per_mm > 1)


@pytest.mark.parametrize("arguments", [{}, {"max_px": 80}, {"window": (5, 6, 70, 80)}], ids=str)
def test_a_saved_preview_can_be_made_again_from_its_label(tmp_path: Path, arguments: dict[str, object]) -> None:
    first = quick(seed=4, treatment=treatment(shade="carbon-1:3", age_days="3y"), **arguments)
    first.save(tmp_path / "first.png")
    label = smpsim.read_label(tmp_path / "first.png")
    shown = {name: label[name] for name in ("window", "max_px") if name in label}
    assert shown == {name: list(v) if isinstance(v, tuple) else v for name, v in arguments.items()}
    again = quick(
        seed=label["seed"], scale=label["px_per_mm"], treatment=Treatment().replace(**label["treatment"]), **shown
    )
    np.testing.assert_array_equal(again.image, first.image)


def test_a_scale_that_cannot_be_is_told() -> None:
    photo, everywhere = np.full((60, 80, 3), 120, np.uint8), np.ones((60, 80), bool)
    assert any("more than a whole head" in text for text in smpsim.render(photo, everywhere, scale=0.2).stats.warnings)
    assert not any("head" in text for text in smpsim.render(photo, everywhere, scale=1.0).stats.warnings)
    large = np.ones((3000, 4000), bool)
    with pytest.raises(ParameterError, match="check the scale") as refused:
        smpsim.place_dots(large, scale=0.1, treatment=Treatment())
    assert refused.value.name == "px_per_mm"
