from __future__ import annotations

import io
import os
import struct
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pictures import encoded, exif, picture, png_chunk, raw_png
from PIL import Image, ImageCms, PngImagePlugin, TiffImagePlugin

from smpsim.colour import SRGB
from smpsim.errors import ParameterError, PhotoError
from smpsim.files.photo import Photo, read_photo

MakeProfile = Callable[..., bytes]


# ---- what a photo is


@pytest.mark.parametrize("format", ["PNG", "TIFF"])
def test_pixels_arrive_unchanged_and_read_only(format: str) -> None:
    array = picture()
    photo = read_photo(encoded(array, format))
    np.testing.assert_array_equal(photo.pixels, array)
    assert photo.size == (12, 8)
    assert photo.format == format
    assert photo.alpha is None
    assert photo.profile is None
    assert photo.space == SRGB
    assert photo.notices == ()
    assert not photo.pixels.flags.writeable
    assert not photo.linear.flags.writeable
    assert photo.linear is photo.linear
    np.testing.assert_array_equal(photo.linear, SRGB.decode(array))


def test_path_bytes_and_open_file_give_the_same(tmp_path: Path) -> None:
    data = encoded(picture(), "PNG")
    path = tmp_path / "photo with spaces & ünïcode 写真.jpg"  # the content decides
    path.write_bytes(data)
    with path.open("rb") as file:
        photos = [read_photo(source) for source in (data, path, str(path), file, io.BytesIO(data))]
    for photo in photos:
        np.testing.assert_array_equal(photo.pixels, picture())
        assert photo.format == "PNG"


def test_a_pipe_is_read(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(encoded(picture(), "PNG"),))
    writer.start()
    photo = read_photo(pipe)
    writer.join()
    assert photo.size == (12, 8)


def test_a_stream_without_a_buffer_is_read_to_its_end() -> None:
    class Slow(io.BytesIO):
        name = "slow.png"

        def read(self, size: int | None = -1) -> bytes:
            return super().read(min(size or 0, 7))

    assert read_photo(Slow(encoded(picture(), "PNG"))).size == (12, 8)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("format", ["PNG", "TIFF", "WEBP"])
def test_orientation_is_applied_once(orientation: int, format: str) -> None:
    array = picture()
    stored = Image.fromarray(array)
    inverse = {2: "FLIP_LEFT_RIGHT", 3: "ROTATE_180", 4: "FLIP_TOP_BOTTOM", 5: "TRANSPOSE"}
    inverse |= {6: "ROTATE_90", 7: "TRANSVERSE", 8: "ROTATE_270"}
    if orientation > 1:
        stored = stored.transpose(Image.Transpose[inverse[orientation]])
    lossless = {"lossless": True} if format == "WEBP" else {}
    photo = read_photo(encoded(stored, format, exif=exif(orientation), **lossless))
    np.testing.assert_array_equal(photo.pixels, array)


@pytest.mark.parametrize("orientation", [0, 9, 65535])
def test_orientation_outside_of_its_range_means_upright(orientation: int) -> None:
    photo = read_photo(encoded(picture(), "PNG", exif=exif(orientation)))
    np.testing.assert_array_equal(photo.pixels, picture())


def test_orientation_in_xmp_is_applied_with_alpha_and_dpi() -> None:
    notes = PngImagePlugin.PngInfo()
    notes.add_itxt("XML:com.adobe.xmp", '<x tiff:Orientation="6"/>')
    photo = read_photo(encoded(picture(channels=4), "PNG", pnginfo=notes, dpi=(100, 200)))
    np.testing.assert_array_equal(photo.pixels, np.rot90(picture(channels=4), -1)[..., :3])
    assert photo.alpha is not None
    np.testing.assert_array_equal(photo.alpha, np.rot90(picture(channels=4), -1)[..., 3])
    assert photo.dpi == pytest.approx((200, 100), abs=0.1)


# ---- modes and depths


def test_grey_two_colours_and_palette_become_rgb() -> None:
    grey = picture(channels=1)
    photo = read_photo(encoded(grey, "PNG"))
    np.testing.assert_array_equal(photo.pixels, np.dstack([grey] * 3))
    assert photo.is_grey
    one = read_photo(encoded(Image.fromarray(grey > 100), "PNG"))
    np.testing.assert_array_equal(one.pixels[..., 0], np.where(grey > 100, 255, 0))
    palette = Image.fromarray(picture()).quantize(16)
    np.testing.assert_array_equal(read_photo(encoded(palette, "PNG")).pixels, np.asarray(palette.convert("RGB")))


def test_opacity_is_kept_apart() -> None:
    array = picture(channels=4)
    for format in ("PNG", "TIFF"):
        photo = read_photo(encoded(array, format))
        np.testing.assert_array_equal(photo.pixels, array[..., :3])
        assert photo.alpha is not None
        np.testing.assert_array_equal(photo.alpha, array[..., 3])
    grey = read_photo(encoded(Image.fromarray(array[..., :2], mode=None).convert("LA"), "PNG"))
    assert grey.alpha is not None
    np.testing.assert_array_equal(grey.alpha, array[..., 1])


def test_transparent_colour_and_transparent_palette_become_opacity() -> None:
    array = picture()
    colour = tuple(int(value) for value in array[3, 4])
    photo = read_photo(encoded(array, "PNG", transparency=colour))
    assert photo.alpha is not None
    assert np.argwhere(photo.alpha == 0).tolist() == [[3, 4]]
    np.testing.assert_array_equal(photo.pixels, array)
    palette = Image.fromarray(array).quantize(8)
    assert read_photo(encoded(palette, "GIF", transparency=0)).alpha is not None
    assert read_photo(encoded(palette, "PNG", transparency=bytes([0, 128]))).alpha is not None


def test_16_bit_grey_is_scaled_not_clipped() -> None:
    deep = np.array([[0, 128, 257, 32896, 65407, 65535]], dtype=np.uint16)
    for format in ("PNG", "TIFF"):
        photo = read_photo(encoded(deep, format))
        np.testing.assert_array_equal(photo.pixels[0, :, 1], [0, 0, 1, 128, 255, 255])
        assert photo.notices == ("16 bits per channel were reduced to 8",)


def test_16_bit_grey_negative_is_positive() -> None:
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    deep = np.array([[0, 65535, 257]], dtype=np.uint16)
    data = bytearray(encoded(deep, "TIFF", tiffinfo=tags))
    position = data.find(struct.pack("<HHIH", 262, 3, 1, 1))
    data[position + 8] = 0  # WhiteIsZero
    np.testing.assert_array_equal(read_photo(bytes(data)).pixels[0, :, 0], [255, 0, 254])


@pytest.mark.parametrize(("colour", "channels"), [(2, 3), (6, 4), (4, 2)])
def test_16_bit_colours_are_reduced_with_a_notice(colour: int, channels: int) -> None:
    values = np.array([0, 32896, 65535, 25700][:channels] * 2, dtype=">u2").tobytes()
    photo = read_photo(raw_png(2, 1, 16, colour, b"\0" + values))
    assert photo.pixels[0, 1, 0] == 0
    assert photo.notices == ("16 bits per channel were reduced to 8",)
    if channels == 3:
        np.testing.assert_array_equal(photo.pixels[0, 1], [0, 128, 255])


def test_16_bit_transparent_colours_do_not_crash() -> None:
    rows = b"\0" + np.array([1000, 2000, 3000, 40000, 50000, 60000], dtype=">u2").tobytes()
    read_photo(raw_png(2, 1, 16, 2, rows, png_chunk(b"tRNS", struct.pack(">3H", 1000, 2000, 3000))))
    grey = b"\0" + np.array([1000, 2000], dtype=">u2").tobytes()
    photo = read_photo(raw_png(2, 1, 16, 0, grey, png_chunk(b"tRNS", struct.pack(">H", 1000))))
    assert photo.alpha is not None
    np.testing.assert_array_equal(photo.alpha, [[0, 255]])


def test_float_and_32_bit_pictures_are_refused() -> None:
    for array in (np.zeros((4, 4), np.float32), np.zeros((4, 4), np.int32)):
        with pytest.raises(PhotoError, match="8 or 16 bits"):
            read_photo(encoded(Image.fromarray(array), "TIFF"))


def test_cmyk_is_no_negative_and_says_so() -> None:
    cmyk = Image.new("CMYK", (8, 8), (0, 0, 0, 0))
    photo = read_photo(encoded(cmyk, "JPEG"))
    assert photo.pixels.min() > 250
    assert any("CMYK" in notice for notice in photo.notices)


@pytest.mark.parametrize("format", ["GIF", "TIFF", "WEBP", "PNG"])
def test_of_several_frames_the_first_with_a_notice(format: str) -> None:
    first, second = Image.new("RGB", (8, 8), "white"), Image.new("RGB", (8, 8), "black")
    photo = read_photo(encoded(first, format, save_all=True, append_images=[second]))
    assert photo.pixels.min() > 250
    assert photo.notices == ("the file holds several pictures: the first one is used",)


def test_multi_picture_jpeg_is_a_jpeg() -> None:
    first, second = Image.new("RGB", (16, 16), "white"), Image.new("RGB", (8, 8), "black")
    photo = read_photo(encoded(first, "MPO", save_all=True, append_images=[second]))
    assert (photo.format, photo.notices, photo.size) == ("JPEG", (), (16, 16))
    assert photo.jpeg is not None


# ---- JPEG's own


@pytest.mark.parametrize("subsampling", [0, 1, 2])
def test_jpeg_coding_is_remembered(subsampling: int) -> None:
    data = encoded(picture(32, 32), "JPEG", quality=60, subsampling=subsampling, dpi=(300, 150))
    with Image.open(io.BytesIO(data)) as image:
        tables = image.quantization  # type: ignore[attr-defined]
    photo = read_photo(data)
    assert photo.jpeg is not None
    assert photo.jpeg.subsampling == subsampling
    assert photo.jpeg.luma == tuple(tables[0])
    assert photo.jpeg.chroma == tuple(tables[1])
    assert photo.dpi == (300, 150)


def test_grey_jpeg_has_a_coding_too() -> None:
    photo = read_photo(encoded(picture(32, 32, 1), "JPEG"))
    assert photo.jpeg is not None
    assert photo.jpeg.luma == photo.jpeg.chroma
    assert photo.jpeg.subsampling == 0
    assert read_photo(encoded(picture(), "PNG")).jpeg is None


def test_grey_is_recognised_through_jpeg_and_only_where_visible() -> None:
    grey = np.dstack([picture(64, 64, 1)] * 3)
    assert read_photo(encoded(grey, "JPEG", quality=70)).is_grey
    assert not Photo.from_array(picture(64, 64)).is_grey
    steps = np.full((8, 8, 3), (100, 103, 106), np.uint8)  # neighbours differ by 3, red and blue by 6
    assert not Photo.from_array(steps).is_grey
    tinted = grey.copy()
    tinted[:8, :, 2] ^= 64
    alpha = np.full((64, 64), 255, np.uint8)
    assert not Photo.from_array(np.dstack([tinted, alpha])).is_grey
    alpha[:8] = 0
    assert Photo.from_array(np.dstack([tinted, alpha])).is_grey
    assert Photo.from_array(np.dstack([grey, np.zeros_like(alpha)])).is_grey


@pytest.mark.parametrize("dpi", [(0, 0), (1, 1), (1e9, 1e9)])
def test_meaningless_resolution_is_none(dpi: tuple[float, float]) -> None:
    assert read_photo(encoded(picture(), "TIFF", dpi=dpi)).dpi is None


# ---- profiles


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_matrix_profile_and_numbers_are_kept(p3_profile: bytes, format: str) -> None:
    photo = read_photo(encoded(picture(), format, icc_profile=p3_profile))
    assert photo.profile == p3_profile
    assert photo.space != SRGB
    assert photo.notices == ()
    if format in ("PNG", "TIFF"):
        np.testing.assert_array_equal(photo.pixels, picture())


def test_grey_profile_is_not_attached_to_rgb(make_profile: MakeProfile) -> None:
    grey = np.arange(256, dtype=np.uint8)[None]
    data = encoded(grey, "PNG", icc_profile=make_profile(model=b"GRAY", without=[b"rXYZ", b"gXYZ", b"bXYZ"]))
    photo = read_photo(data)
    assert photo.profile is None
    assert photo.space == SRGB
    assert (photo.pixels == photo.pixels[..., :1]).all()
    expected = SRGB.encode(np.repeat(((grey / 255) ** (563 / 256))[..., None], 3, -1).astype(np.float32))
    assert np.abs(photo.pixels.astype(int) - expected).max() <= 2
    assert any("GRAY" in notice for notice in photo.notices)


def test_grey_picture_with_rgb_profile_keeps_it(p3_profile: bytes) -> None:
    photo = read_photo(encoded(picture(channels=1), "PNG", icc_profile=p3_profile))
    assert photo.profile == p3_profile
    assert photo.notices == ()


@pytest.mark.parametrize("model", [b"GRAY", b"CMYK", b"RGB "])
def test_profile_that_is_damaged_or_does_not_fit_is_dropped(make_profile: MakeProfile, model: bytes) -> None:
    profile = make_profile(model=model, without=[b"rTRC"])  # RGB: littleCMS fails on it as well
    photo = read_photo(encoded(picture(), "PNG", icc_profile=profile))
    np.testing.assert_array_equal(photo.pixels, picture())
    assert (photo.profile, photo.space) == (None, SRGB)
    assert photo.notices == ("the colour profile is damaged or does not fit the picture: taken as sRGB",)


def test_lab_tiff_is_converted() -> None:
    source = Image.new("RGB", (4, 4), (200, 150, 120))
    transform = ImageCms.buildTransform(ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), "RGB", "LAB")
    photo = read_photo(encoded(ImageCms.applyTransform(source, transform), "TIFF"))
    assert np.abs(photo.pixels.astype(int) - [200, 150, 120]).max() <= 3


# ---- from arrays


def test_arrays_become_photos() -> None:
    array = picture(channels=4)
    photo = Photo.from_array(array)
    np.testing.assert_array_equal(photo.pixels, array[..., :3])
    np.testing.assert_array_equal(photo.alpha, array[..., 3])
    assert (photo.format, photo.jpeg, photo.dpi, photo.notices) == ("array", None, None, ())
    array[:] = 0
    assert photo.pixels.any()
    grey = Photo.from_array(picture(channels=1))
    assert grey.is_grey
    assert grey.pixels.shape == (8, 12, 3)
    assert Photo.from_array(picture(channels=1)[..., None]).size == (12, 8)


def test_16_bit_arrays_are_rounded() -> None:
    deep = np.array([[[0, 128, 129], [257, 32896, 65535]]], dtype=np.uint16)
    photo = Photo.from_array(deep)
    np.testing.assert_array_equal(photo.pixels, [[[0, 0, 1], [1, 128, 255]]])
    assert photo.notices == ("16 bits per channel were reduced to 8",)
    np.testing.assert_array_equal(Photo.from_array(deep.astype(">u2")).pixels, photo.pixels)


def test_array_with_a_profile(p3_profile: bytes) -> None:
    photo = Photo.from_array(picture(), p3_profile)
    assert photo.profile == p3_profile
    assert Photo.from_array(picture(), b"garbage").notices != ()


@pytest.mark.parametrize(
    "array",
    [
        np.zeros((4, 4, 3)),
        np.zeros((4, 4, 3), np.int16),
        np.zeros((4, 4, 2), np.uint8),
        np.zeros((4,), np.uint8),
        np.zeros((0, 4, 3), np.uint8),
    ],
)
def test_other_arrays_are_refused(array: np.ndarray) -> None:
    with pytest.raises(ParameterError, match="pass"):
        Photo.from_array(array)


def test_arrays_have_the_same_limit() -> None:
    with pytest.raises(PhotoError, match="the array has 120 megapixels, at most 100 are taken"):
        Photo.from_array(np.broadcast_to(np.uint8(0), (20_000, 6_000)))
