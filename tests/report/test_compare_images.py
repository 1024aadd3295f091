"""compare_images: known distances, other profiles, and what it costs."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image, ImageCms

from smpsim import Comparison, Photo, PhotoError, compare_images
from smpsim.colour import SRGB, delta_e_2000, lab
from smpsim.report import compare as room
from smpsim.report.compare import opened, side_by_side, slider_page
from smpsim.words import LANGUAGES

PICTURES = arrays(np.uint8, (3, 4, 3))


def grey(value: int, shape: tuple[int, int] = (6, 9)) -> np.ndarray:
    return np.full((*shape, 3), value, np.uint8)

    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def test_equal_pictures() -> None:
    assert compare_images(grey(100), grey(100)) == Comparison(0.0, 0.0, 0)


def test_one_pixel() -> None:
    a, b = grey(100), grey(100)
    b[2, 3] = (101, 100, 100)
    expected = float(delta_e_2000(lab(SRGB.decode(a[2, 3]), SRGB), lab(SRGB.decode(b[2, 3]), SRGB)))
    found = compare_images(a, b)
    assert found.changed_px == 1
    assert found.max_delta_e == pytest.approx(expected, abs=1e-6)
    assert found.mean_delta_e == pytest.approx(expected / 54, abs=1e-7)


def test_black_and_white_are_a_hundred_apart() -> None:
    found = compare_images(grey(0), grey(255))
    assert found.max_delta_e == pytest.approx(100, abs=0.01)
    assert found.mean_delta_e == pytest.approx(100, abs=0.01)
    assert found.changed_px == 54


@given(PICTURES, PICTURES)
def test_against_all_pixels_at_once(a: np.ndarray, b: np.ndarray) -> None:
    distance = delta_e_2000(lab(SRGB.decode(a), SRGB), lab(SRGB.decode(b), SRGB))
    distance[(a == b).all(axis=-1)] = 0
    found = compare_images(a, b)
    assert found.max_delta_e == pytest.approx(float(distance.max()), abs=1e-4)
    assert found.mean_delta_e == pytest.approx(float(distance.mean()), abs=1e-4)
    assert found.changed_px == int((a != b).any(axis=-1).sum())


@given(PICTURES, PICTURES, st.randoms(use_true_random=False))
def test_order_of_pixels_does_not_matter(a: np.ndarray, b: np.ndarray, shuffle: Any) -> None:
    order = list(range(12))
    shuffle.shuffle(order)
    turned = [p.reshape(12, 3)[order].reshape(3, 4, 3) for p in (a, b)]
    one, other = compare_images(a, b), compare_images(*turned)
    assert one.changed_px == other.changed_px
    assert one.mean_delta_e == pytest.approx(other.mean_delta_e, abs=1e-5)


def test_blocks_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(3)
    a, b = rng.integers(0, 256, (2, 40, 50, 3), dtype=np.uint8)
    b[:20] = a[:20]
    whole = compare_images(a, b)
    monkeypatch.setattr(room, "_BLOCK", 37)
    parts = compare_images(a, b)
    assert parts.changed_px == whole.changed_px == 1000
    assert (parts.max_delta_e, parts.mean_delta_e) == pytest.approx((whole.max_delta_e, whole.mean_delta_e), rel=1e-6)


def test_only_pixels_that_differ_are_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def counting(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        seen.append(len(a))
        return delta_e_2000(a, b)

    monkeypatch.setattr(room, "delta_e_2000", counting)
    a = grey(90, (600, 500))
    b = a.copy()
    b[300, :7] = 91
    assert compare_images(a, b).changed_px == sum(seen) == 7


def test_sizes_must_be_equal() -> None:
    with pytest.raises(PhotoError, match="9 x 6 px and 8 x 6 px"):
        compare_images(grey(1), grey(1, (6, 8)))
    with pytest.raises(PhotoError, match=r"nix\.png"):
        compare_images(Path("nix.png"), grey(1))


def test_each_is_read_through_its_own_profile(other_space: bytes) -> None:
    pixels = grey(120)
    pixels[..., 0] = 220
    tagged = Photo.from_array(pixels, other_space)
    assert compare_images(tagged, Photo.from_array(pixels, other_space)) == Comparison(0.0, 0.0, 0)
    different = compare_images(tagged, pixels)
    assert different.max_delta_e > 1
    assert different.changed_px == 54
    # an untagged picture is sRGB: a profile that says so changes nothing
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert compare_images(Photo.from_array(pixels, srgb), pixels).max_delta_e < 0.1


def test_the_same_colours_in_two_spaces_are_close(other_space: bytes) -> None:
    photo = Photo.from_array(grey(120), other_space)
    pair = Image.open(io.BytesIO(side_by_side(Photo.from_array(grey(120)), photo, format="png")))
    left, right = inner(pair)
    assert compare_images(np.ascontiguousarray(right), photo).max_delta_e < 1
    assert np.array_equal(left, grey(120))


@pytest.fixture
def other_space() -> bytes:
    """An sRGB profile of littleCMS in which red and green have changed places."""
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    red, green = data.index(b"rXYZ"), data.index(b"gXYZ")
    data[red : red + 4], data[green : green + 4] = b"gXYZ", b"rXYZ"
    return bytes(data)


def test_side_by_side_flattens_on_white() -> None:
    clear = np.dstack([grey(10), np.zeros((6, 9), np.uint8)])
    first, second = opened(clear, grey(30))
    left, right = inner(Image.open(io.BytesIO(side_by_side(first, second, format="png"))))
    assert (left == 255).all()
    assert (right == 30).all()


def inner(pair: Image.Image) -> tuple[np.ndarray, np.ndarray]:
    """Return the two pictures of 9 x 6 px, which lie in columns 154 px wide: margin and gap are 14 px."""
    sheet = np.asarray(pair)
    assert sheet.shape[1] == 14 + 154 + 14 + 154 + 14
    return sheet[14:20, 14:23], sheet[14:20, 182:191]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_stand_below_both(language: str) -> None:
    pair = np.asarray(
        Image.open(io.BytesIO(side_by_side(grey(10, (60, 300)), grey(30, (60, 300)), format="png", language=language)))
    )
    below = pair[14 + 60 :]
    assert (below < 128).any(axis=(1, 2)).sum() > 20
    assert (pair[:14] == 255).all()


def test_slider_page_is_small_enough_for_a_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "_PAGE_PX", 50)
    photos = opened(grey(10, (60, 100)), grey(30, (60, 100)))
    text = slider_page(*photos, alt="a <b>", title="<i>&")
    assert text.count("data:image/jpeg;base64,") == 2
    assert 'alt="a &lt;b&gt;"' in text
    assert "&lt;i&gt;&amp;</h1>" in text
