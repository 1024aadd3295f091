"""The corpus of odd files: what the readers do with each, as its manifest says (see ``tests/conftest.py``)."""

from __future__ import annotations

import io
import json
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from scipy.ndimage import binary_dilation

from smpsim.colour import SRGB, delta_e_2000, lab
from smpsim.errors import InputError, MaskError
from smpsim.files.encode import encode_picture
from smpsim.files.mask_file import read_mask_with_notices
from smpsim.files.metadata import read_label
from smpsim.files.photo import Photo, read_photo

Entry = dict[str, Any]
# conversions that lose nothing that could be told
_SILENT = {"mode/palette.png", "mode/rgb_trns.png"}
_SECRETS = (b"GPS", b"SERIAL", b"Canon", b"NIKON", b"photoshop", b"http://ns.adobe.com/exif")


def _read(corpus: Path, entry: Entry) -> object:
    path = corpus / entry["file"]
    if "photo" in entry:
        return read_mask_with_notices(path, like=read_photo(corpus / entry["photo"]))
    return read_photo(path)


def test_every_file_is_treated_as_its_entry_says(shared: Path, corpus_entry: Entry) -> None:
    started = time.perf_counter()
    try:
        result: object = _read(shared / "io-corpus", corpus_entry)
    except InputError as error:
        result, message = None, str(error)
        assert message.startswith(Path(corpus_entry["file"]).name)
        assert message.isprintable()
        assert str(shared) not in message
    assert time.perf_counter() - started < 10
    expected = corpus_entry["expect"]
    if expected == "error":
        assert result is None
    elif expected in ("accept", "convert"):
        assert result is not None
    if isinstance(result, Photo):
        _check_photo(result, corpus_entry)


def _check_photo(photo: Photo, entry: Entry) -> None:
    if "upright_size" in entry:
        assert list(photo.size) == entry["upright_size"]
    assert photo.pixels.dtype == np.uint8
    assert not photo.pixels.flags.writeable
    if entry["expect"] == "convert" and entry["file"] not in _SILENT:
        assert photo.notices
    if entry["file"].startswith("mode/gray"):
        assert photo.is_grey


def test_no_secret_of_a_photo_is_in_what_is_written(shared: Path, corpus_entry: Entry) -> None:
    if corpus_entry["expect"] not in ("accept", "convert") or "photo" in corpus_entry:
        return
    if corpus_entry["file"] == "size/large_36mp.jpg":
        return  # nothing in it that the small ones lack
    photo = read_photo(shared / "io-corpus" / corpus_entry["file"])
    label = {"seed": 1}
    for format in ("jpeg", "png"):
        data = encode_picture(
            photo.pixels,
            format=format,
            profile=photo.profile,
            alpha=photo.alpha,
            dpi=photo.dpi,
            jpeg=photo.jpeg,
            label=label,
        )
        assert read_label(data) == label
        assert data.count(b"xpacket begin") == 1
        without_profile = data.replace(photo.profile, b"") if photo.profile else data
        assert not [secret for secret in _SECRETS if secret in without_profile[:4000]]
        again = read_photo(data)
        assert again.size == photo.size
        assert again.profile == photo.profile
        with Image.open(io.BytesIO(data)) as image:
            assert set(image.getexif()) <= {270, 305}


# ---- what several files say together


@pytest.fixture
def open_corpus(shared: Path) -> Callable[[str], Photo]:
    return lambda name: read_photo(shared / "io-corpus" / name)


def _colours(photo: Photo) -> np.ndarray:
    """Lab means of 10 x 10 px: compression and rounding of the copies average out."""
    colours = lab(photo.linear, photo.space)
    height, width = (side // 10 * 10 for side in colours.shape[:2])
    return colours[:height, :width].reshape(height // 10, 10, width // 10, 10, 3).mean(axis=(1, 3))


def test_all_orientations_give_the_same_picture(open_corpus: Callable[[str], Photo]) -> None:
    first = _colours(open_corpus("orient/portrait_1.jpg"))
    for number in range(2, 9):
        other = _colours(open_corpus(f"orient/portrait_{number}.jpg"))
        assert np.median(delta_e_2000(first, other)) < 0.5  # the number is written into each
    head = _colours(open_corpus("mask/base.jpg"))
    for name in ("head_3", "head_6", "head_8", "invalid_value"):
        assert delta_e_2000(head, _colours(open_corpus(f"orient/{name}.jpg"))).max() < 2


@pytest.mark.parametrize("name", ["adobergb_head", "p3_head", "garbage_profile"])
def test_colours_are_those_of_the_srgb_copy(open_corpus: Callable[[str], Photo], name: str) -> None:
    expected = _colours(open_corpus("mask/base.jpg"))
    photo = open_corpus(f"icc/{name}.jpg")
    assert delta_e_2000(expected, _colours(photo)).max() < 2
    as_if_srgb = delta_e_2000(expected, lab(SRGB.decode(photo.pixels), SRGB)[5::10, 5::10])
    if name != "garbage_profile":  # the test can tell: without the profile the colours are wrong
        assert as_if_srgb.mean() > 2


def test_swapped_channels_are_seen_through_their_profile(open_corpus: Callable[[str], Photo]) -> None:
    photo = open_corpus("icc/channel_rotated.jpg")
    xyz_red = photo.space.to_xyz[:, 0]
    assert xyz_red.argmax() != 0  # the first channel is not red light
    assert photo.profile is not None


def test_a_look_up_profile_is_converted(open_corpus: Callable[[str], Photo]) -> None:
    photo = open_corpus("icc/big_profile.jpg")
    assert photo.profile is None
    assert photo.space == SRGB
    assert any("converted to sRGB" in notice for notice in photo.notices)


def test_10_bit_heic_equals_its_preview(open_corpus: Callable[[str], Photo]) -> None:
    pytest.importorskip("pi_heif")
    photo = open_corpus("heic/rgb10.heif")
    assert photo.notices == ("10 bits per channel were reduced to 8",)


def test_a_name_with_everything_in_it(shared: Path, tmp_path: Path) -> None:
    path = tmp_path / "photo with spaces & ünïcode 写真.jpg"
    shutil.copy(shared / "io-corpus" / "name" / "plain-1.jpg", path)
    assert read_photo(path).size == (450, 550)


def test_masks_of_the_corpus_agree(shared: Path) -> None:
    corpus = shared / "io-corpus" / "mask"
    photo = read_photo(corpus / "base.jpg")
    expected, _ = read_mask_with_notices(corpus / "ok-gray8.png", like=photo)
    for name in ("ok-rgb.png", "rgba-alpha.png", "gray16.png", "mask-orient6.png"):
        mask, notices = read_mask_with_notices(corpus / name, like=photo)
        np.testing.assert_allclose(mask, expected, atol=1e-6)
        assert notices == ()
    outside = ~binary_dilation(expected > 0, iterations=3)
    for name in ("ok-1bit.png", "palette.png", "jpeg-noisy.jpg", "half-size.png"):
        mask, _ = read_mask_with_notices(corpus / name, like=photo)
        assert mask.sum() == pytest.approx(expected.sum(), rel=0.02)
        assert (np.abs(mask - expected) > 0.6).mean() < 0.003
        assert mask[outside].sum() < 10  # of 18,000 px: no dot
    with pytest.raises(MaskError, match=r"450 x 450 px.*450 x 550 px"):
        read_mask_with_notices(corpus / "wrong-aspect.png", like=photo)
    _, notices = read_mask_with_notices(corpus / "not-a-mask.jpg", like=photo)
    assert any("is it a photo" in notice for notice in notices)


def test_real_photos_and_their_masks(shared: Path) -> None:
    for entry in json.loads((shared / "photos" / "photos.json").read_text("utf-8")):
        photo = read_photo(shared / "photos" / entry["file"])
        assert photo.size == (entry["width"], entry["height"])
        assert photo.notices == ()
        assert photo.is_grey == ("gray" in entry["file"])
        mask, notices = read_mask_with_notices(shared / "photos" / entry["mask"], like=photo)
        assert notices == ()
        assert float((mask > 0.5).mean()) == pytest.approx(entry["mask_fraction"], abs=5e-4)
