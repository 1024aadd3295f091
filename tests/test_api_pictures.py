"""The library's door: photos and masks of every kind."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from quick import SCALE, mask, photo, quick, treatment

import smpsim
from smpsim.errors import MaskError, ParameterError, PhotoError, SmpsimWarning
from smpsim.treatment import Treatment

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


def test_a_photo_that_comes_back_says_why() -> None:
    with pytest.warns(SmpsimWarning, match="^all of the mask is protected: "):
        quick(protect=np.ones((120, 160)))
    old = treatment(old_work="botched")
    with pytest.warns(SmpsimWarning, match=r"^the mask is empty, so the old work is not shown either .*new_layer no"):
        quick(mask=np.zeros((120, 160)), old_mask=mask(), treatment=old)
    shown = quick(treatment=treatment(old_work="botched", new_layer="no"))
    assert shown.stats.n_old_dots > 0


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
    # what is seen is drawn on as if all were, but that its light is measured on less
    np.testing.assert_allclose(preview.image[:, 80:], quick(photo=rgba[..., :3]).image[:, 80:].astype(int), atol=8)
    assert np.any(preview.image[:, 80:100] != rgba[:, 80:100, :3])
    # the window's opacity is that of its pixels
    window = quick(photo=rgba, window=(70, 10, 40, 50))
    np.testing.assert_array_equal(window.alpha, rgba[10:60, 70:110, 3])


def test_a_smaller_picture_has_no_colour_of_transparent_pixels() -> None:
    rgba = np.full((120, 160, 4), (200, 150, 120, 255), np.uint8)
    rgba[:, :41] = 0, 255, 0, 0
    rgba[60:, 41:61, 3] = 100
    small = quick(photo=rgba, mask=np.eye(120, 160, 100), max_px=80)
    assert small.alpha is not None
    # the 21st column is half transparent green, and half skin
    assert small.alpha[0, 19:22].tolist() == [0, 128, 255]
    np.testing.assert_array_equal(small.before[:, 20:], np.broadcast_to((200, 150, 120), (60, 60, 3)))
    np.testing.assert_array_equal(small.before[:, :20], np.broadcast_to((0, 255, 0), (60, 20, 3)))
    opaque = quick(photo=np.dstack([photo(), np.full((120, 160), 255, np.uint8)]), max_px=77)
    assert opaque.image.tobytes() == quick(max_px=77).image.tobytes()


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


def test_a_scale_that_cannot_be_is_told() -> None:
    photo, everywhere = np.full((60, 80, 3), 120, np.uint8), np.ones((60, 80), bool)
    assert any("more than a whole head" in text for text in smpsim.render(photo, everywhere, scale=0.2).stats.warnings)
    assert not any("head" in text for text in smpsim.render(photo, everywhere, scale=1.0).stats.warnings)
    large = np.ones((3000, 4000), bool)
    with pytest.raises(ParameterError, match="check the scale") as refused:
        smpsim.place_dots(large, scale=0.1, treatment=Treatment())
    assert refused.value.name == "px_per_mm"
    # dots without a photo: the fields of benchmarks are larger than heads
    assert len(smpsim.place_dots(large[::5, ::5], scale=0.6, treatment=treatment(density_per_cm2=5))) > 60_000
    with pytest.raises(ParameterError, match="check the scale"):
        smpsim.render(np.full((100, 100, 3), 120, np.uint8), np.ones((100, 100), bool), scale=0.05)
