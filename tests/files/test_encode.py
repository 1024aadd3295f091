from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image

from smpsim.errors import OutputError, ParameterError
from smpsim.files.decode import JpegCoding
from smpsim.files.encode import (
    FORMATS,
    check_side_limit,
    chosen_tables,
    encode_picture,
    flatten_notice,
    format_of,
)
from smpsim.files.photo import Photo, read_photo


def smooth(width: int = 64, height: int = 48) -> np.ndarray:
    """A picture with the noise of a camera."""
    y, x = np.mgrid[:height, :width]
    base = np.dstack([120 + 60 * np.sin(x / 17), 100 + 40 * np.cos(y / 13), 90 + 30 * np.sin((x + y) / 23)])
    return (base + np.random.default_rng(1).normal(0, 4, base.shape)).clip(0, 255).astype(np.uint8)


def jpeg_photo(quality: int, subsampling: int = 2) -> Photo:
    buffer = io.BytesIO()
    Image.fromarray(smooth(160, 120)).save(buffer, "JPEG", quality=quality, subsampling=subsampling)
    return read_photo(buffer.getvalue())


@pytest.mark.parametrize("format", ["png", "tiff"])
def test_lossless_formats_are_lossless(format: str, p3_profile: bytes) -> None:
    alpha = np.arange(64 * 48).reshape(48, 64).astype(np.uint8)
    data = encode_picture(smooth(), format=format, profile=p3_profile, alpha=alpha, dpi=(300, 300))
    photo = read_photo(data)
    np.testing.assert_array_equal(photo.pixels, smooth())
    np.testing.assert_array_equal(photo.alpha, alpha)
    assert photo.profile == p3_profile
    assert photo.dpi == pytest.approx((300, 300), abs=0.1)
    assert photo.notices == ()


def test_webp_is_close_and_its_opacity_exact(p3_profile: bytes) -> None:
    alpha = np.arange(64 * 48).reshape(48, 64).astype(np.uint8)
    photo = read_photo(encode_picture(smooth(), format="webp", profile=p3_profile, alpha=alpha))
    np.testing.assert_array_equal(photo.alpha, alpha)
    assert photo.profile == p3_profile
    opaque = read_photo(encode_picture(smooth(), format="webp"))
    assert np.abs(opaque.pixels.astype(int) - smooth()).mean() < 3


@pytest.mark.parametrize("format", FORMATS)
def test_format_and_read_only_input(format: str) -> None:
    pixels = smooth()
    pixels.flags.writeable = False
    photo = read_photo(encode_picture(pixels, format=format))
    assert photo.format == format.upper()
    assert photo.profile is None
    assert photo.dpi is None


@pytest.mark.parametrize("quality", [90, 92, 95, 100])
def test_fine_tables_of_the_photo_are_kept(quality: int) -> None:
    photo = jpeg_photo(quality)
    again = read_photo(encode_picture(photo.pixels, format="jpeg", jpeg=photo.jpeg))
    assert again.jpeg == photo.jpeg
    error = np.abs(again.pixels.astype(int) - photo.pixels).mean()
    other = read_photo(encode_picture(photo.pixels, format="jpeg"))
    assert error < 0.6 * np.abs(other.pixels.astype(int) - photo.pixels).mean()


@pytest.mark.parametrize("quality", [10, 60, 85, 89])
def test_coarse_tables_are_replaced(quality: int) -> None:
    photo = jpeg_photo(quality)
    again = read_photo(encode_picture(photo.pixels, format="jpeg", jpeg=photo.jpeg))
    assert photo.jpeg is not None
    assert again.jpeg is not None
    assert (again.jpeg.luma, again.jpeg.chroma) == chosen_tables(None)
    assert sum(again.jpeg.luma) < sum(photo.jpeg.luma)
    assert again.jpeg.subsampling == photo.jpeg.subsampling


@pytest.mark.parametrize("subsampling", [0, 1, 2])
def test_small_dots_switch_subsampling_off(subsampling: int) -> None:
    photo = jpeg_photo(80, subsampling)
    for fine_detail, expected in ((False, subsampling), (True, 0)):
        data = encode_picture(photo.pixels, format="jpeg", jpeg=photo.jpeg, fine_detail=fine_detail)
        coding = read_photo(data).jpeg
        assert coding is not None
        assert coding.subsampling == expected
    coding = read_photo(encode_picture(photo.pixels, format="jpeg")).jpeg
    assert coding is not None
    assert coding.subsampling == 0


def test_odd_tables_of_a_stranger_are_made_valid() -> None:
    odd = JpegCoding(luma=(0, 600, *[1] * 62), chroma=(1,) * 64, subsampling=2)
    luma, chroma = chosen_tables(odd)
    assert (min(luma), max(luma)) == (1, 255)
    assert chroma == (1,) * 64
    read_photo(encode_picture(smooth(), format="jpeg", jpeg=odd))


def test_noise_at_the_finest_tables_fits() -> None:
    noise = np.random.default_rng(2).integers(0, 256, (200, 300, 3), dtype=np.uint8)
    finest = JpegCoding((1,) * 64, (1,) * 64, 0)
    photo = read_photo(encode_picture(noise, format="jpeg", jpeg=finest, label={"a": "b" * 5000}))
    assert np.abs(photo.pixels.astype(int) - noise).mean() < 1


def test_jpeg_flattens_on_white_and_says_so() -> None:
    pixels = np.full((8, 24, 3), 100, np.uint8)
    alpha = np.repeat(np.array([[0] * 8 + [128] * 8 + [255] * 8], np.uint8), 8, axis=0)
    photo = read_photo(encode_picture(pixels, format="jpeg", alpha=alpha))
    assert photo.alpha is None
    np.testing.assert_allclose(photo.pixels[4, [3, 12, 20], 0], [255, 177, 100], atol=2)
    assert "white" in str(flatten_notice("jpeg", alpha))
    assert flatten_notice("png", alpha) is None
    assert flatten_notice("jpeg", None) is None
    assert flatten_notice("jpeg", np.full((2, 2), 255, np.uint8)) is None


def test_grey_stays_neutral_in_jpeg() -> None:
    grey = np.dstack([smooth()[..., 0]] * 3)
    assert read_photo(encode_picture(grey, format="jpeg")).is_grey


def test_large_profiles_are_split_over_segments(make_profile: Any) -> None:
    profile = make_profile(extra=[(b"junk", b"data" + bytes(200_000))])
    for format in FORMATS:
        assert read_photo(encode_picture(smooth(), format=format, profile=profile)).profile == profile


@pytest.mark.parametrize(
    ("path", "format"),
    [
        ("a.jpg", "jpeg"),
        ("a.b.JPEG", "jpeg"),
        ("x/a.PNG", "png"),
        ("a.webp", "webp"),
        ("a.tif", "tiff"),
        ("a.TIFF", "tiff"),
    ],
)
def test_extension_decides(path: str, format: str) -> None:
    assert format_of(path) == format


@pytest.mark.parametrize("path", ["a", "a.gif", "a.heic", ".png", "a.jpg/b", "a."])
def test_other_extensions_are_refused_with_the_list(path: str) -> None:
    with pytest.raises(ParameterError, match=r"\.jpg \.jpeg \.png \.webp \.tif \.tiff") as error:
        format_of(path)
    assert error.value.name == "output"


def test_side_limits() -> None:
    check_side_limit("jpeg", (65500, 10))
    check_side_limit("png", (100_000, 10))
    check_side_limit("webp", (10, 16383))
    for format, size in (("jpeg", (65501, 1)), ("webp", (1, 16384))):
        with pytest.raises(ParameterError, match=f"{size[0]} x {size[1]} px do not fit into {format} ") as error:
            check_side_limit(format, size)
        assert (error.value.name, error.value.value) == ("format", format)
    with pytest.raises(ParameterError, match="a side"):
        encode_picture(np.zeros((1, 16384, 3), np.uint8), format="webp")
    with pytest.raises(ParameterError, match="unknown format") as error:
        check_side_limit("gif", (1, 1))
    assert (error.value.name, error.value.value) == ("format", "gif")


@pytest.mark.parametrize(("shape", "kind"), [((4, 4), "u1"), ((4, 4, 3), "f4"), ((0, 4, 3), "u1"), ((4, 4, 4), "u1")])
def test_other_pixels_are_refused(shape: tuple[int, ...], kind: str) -> None:
    pixels = np.zeros(shape, kind)
    with pytest.raises(ParameterError, match=r"\(H, W, 3\) uint8") as error:
        encode_picture(pixels, format="png")
    assert error.value.name == "pixels"


def test_failing_encoder_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise OSError("encoder error -2")

    monkeypatch.setattr(Image.Image, "save", fail)
    with pytest.raises(OutputError, match="the png encoder failed"):
        encode_picture(smooth(), format="png")
