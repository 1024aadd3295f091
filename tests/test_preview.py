"""Previews: shown, saved and made again."""

from __future__ import annotations

import base64
import io
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from quick import SCALE, mask, photo, quick, treatment

import smpsim
from smpsim.errors import OutputExistsError, ParameterError
from smpsim.treatment import Treatment


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


def test_no_preview_replaces_what_it_was_made_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Image.fromarray(photo()).save("photo.png")
    Image.fromarray((mask() * 255).astype(np.uint8)).save("mask.png")
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    (tmp_path / "link.png").symlink_to("photo.png")
    preview = smpsim.render("photo.png", "mask.png", scale=SCALE)
    again = smpsim.render(smpsim.read_photo("photo.png"), mask(), scale=SCALE)
    board = smpsim.option_sheet("photo.png", "mask.png", scale=SCALE, vary={"shade": ["carbon-1:10"]}, piece_px=100)
    monkeypatch.chdir("/")
    for result, name in ((preview, "photo"), (preview, "link"), (preview, "mask"), (again, "photo"), (board, "mask")):
        with pytest.raises(OutputExistsError, match="the output is the input itself"):
            result.save(tmp_path / f"{name}.png", overwrite=True)
    assert {path: path.read_bytes() for path in before} == before
    preview.save(tmp_path / "out.png")
    assert str(tmp_path).encode() not in (tmp_path / "out.png").read_bytes()
    assert str(tmp_path) not in repr(preview) + repr(preview.photo) + str(preview.label)


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
