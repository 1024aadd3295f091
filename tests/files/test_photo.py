from __future__ import annotations

import io
import os
import struct
import sys
import threading
import warnings
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, PngImagePlugin, TiffImagePlugin

from smpsim.colour import SRGB
from smpsim.errors import MissingExtraError, ParameterError, PhotoError
from smpsim.files.photo import Photo, read_photo

MakeProfile = Callable[..., bytes]


def picture(width: int = 12, height: int = 8, channels: int = 3) -> np.ndarray:
    """Every pixel different."""
    values = np.arange(height * width * channels, dtype=np.uint32) * 2654435761 >> 7
    shape = (height, width, channels) if channels > 1 else (height, width)
    return (values % 251).astype(np.uint8).reshape(shape)


def encoded(array: np.ndarray | Image.Image, format: str, **options: Any) -> bytes:
    image = array if isinstance(array, Image.Image) else Image.fromarray(array)
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()


def png_chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def raw_png(width: int, height: int, depth: int, colour: int, rows: bytes, *extra: bytes) -> bytes:
    """A PNG that Pillow cannot write: any depth and colour type."""
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
    body = png_chunk(b"IDAT", zlib.compress(rows))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(extra) + body + png_chunk(b"IEND", b"")


def exif(orientation: int) -> Image.Exif:
    block = Image.Exif()
    block[0x0112] = orientation
    return block


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


# ---- what is refused


def check_line(error: pytest.ExceptionInfo[PhotoError], name: str) -> None:
    message = str(error.value)
    assert message.startswith(name)
    assert "\n" not in message
    assert os.sep not in message


def test_missing_folder_empty_and_text(tmp_path: Path) -> None:
    (tmp_path / "empty.jpg").touch()
    (tmp_path / "text.jpg").write_text("no picture")
    (tmp_path / "folder.jpg").mkdir()
    cases = {
        "missing.jpg": "no such file",
        "empty.jpg": "is empty",
        "text.jpg": "not a picture",
        "folder.jpg": "folder",
    }
    for name, reason in cases.items():
        with pytest.raises(PhotoError, match=reason) as error:
            read_photo(tmp_path / name)
        check_line(error, name)
        assert error.value.path == str(tmp_path / name)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_without_permission(tmp_path: Path) -> None:
    path = tmp_path / "secret.jpg"
    path.write_bytes(encoded(picture(), "PNG"))
    path.chmod(0)
    with pytest.raises(PhotoError, match="permission"):
        read_photo(path)


def test_impossible_names_and_kinds(tmp_path: Path) -> None:
    for name in ("x" * 300 + ".jpg", "nul\0.jpg", "line\nbreak\x1b.jpg", "file.jpg/photo.jpg"):
        (tmp_path / "file.jpg").touch()
        with pytest.raises(PhotoError) as error:
            read_photo(tmp_path / name)
        assert str(error.value).isprintable()
    with pytest.raises(PhotoError, match="int"):
        read_photo(3)  # type: ignore[arg-type]
    with pytest.raises(PhotoError, match="binary mode"):
        read_photo(io.StringIO("text"))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("head", "name"),
    [(b"%!PS-Adobe", "EPS"), (b"8BPS", "PSD"), (b"BM", "BMP"), (b"%PDF-1.7", "PDF"), (b" <svg>", "SVG")],
)
def test_other_formats_are_refused_by_name(head: bytes, name: str) -> None:
    with pytest.raises(PhotoError, match=f"picture: {name} is not read"):
        read_photo(head + bytes(100))


def test_avif_and_video_are_refused() -> None:
    for brand, name in ((b"avif", "AVIF"), (b"mp42", "video")):
        with pytest.raises(PhotoError, match=name):
            read_photo(struct.pack(">I", 20) + b"ftyp" + brand + bytes(4) + brand + bytes(50))


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "TIFF", "GIF"])
def test_a_file_that_is_cut_off_is_refused(format: str) -> None:
    array = picture(64, 64) if format != "GIF" else picture(64, 64, 1)
    options: dict[str, Any] = {"compression": "tiff_lzw"} if format == "TIFF" else {}
    data = encoded(array, format, **options)
    for share in (0.3, 0.6, 0.9):
        with pytest.raises(PhotoError, match="picture: "):
            read_photo(data[: int(len(data) * share)])


@pytest.mark.parametrize(("width", "height"), [(10_001, 10_000), (20_000, 9_000), (60_000, 60_000)])
def test_too_many_pixels_are_refused_from_the_header(width: int, height: int) -> None:
    # Pillow only warns about 100..178 megapixels; the rows are missing, so decoding would say "cut off"
    with pytest.raises(PhotoError, match="megapixels") as error:
        read_photo(raw_png(width, height, 8, 2, b""))
    check_line(error, "picture: ")


def test_damaged_exif_is_a_notice_not_a_warning() -> None:
    block = b"Exif\0\0II*\0\x08\0\0\0\x02\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\x0f\x01\x02\0"
    photo = read_photo(encoded(picture(), "JPEG", exif=block))
    assert photo.size in ((12, 8), (8, 12))
    assert len(photo.notices) == 1
    assert photo.notices[0].startswith("damaged notes")


def test_warnings_of_other_threads_are_left_alone() -> None:
    before = warnings.filters[:]
    data = encoded(picture(200, 200), "PNG")
    failures = []

    def work() -> None:
        try:
            for _ in range(20):
                assert read_photo(data).notices == ()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert warnings.filters == before


def test_heic_without_its_package_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pi_heif", None)
    head = struct.pack(">I", 28) + b"ftypheic" + bytes(4) + b"mif1heicmiaf"
    with pytest.raises(MissingExtraError, match=r'pip install "smpsim\[heic\]"') as error:
        read_photo(head + bytes(100))
    assert error.value.extra == "heic"


def test_damaged_heic_is_refused() -> None:
    pytest.importorskip("pi_heif")
    head = struct.pack(">I", 28) + b"ftypheic" + bytes(4) + b"mif1heicmiaf"
    with pytest.raises(PhotoError, match="damaged"):
        read_photo(head + bytes(100))


@settings(max_examples=150)
@given(st.sampled_from(["JPEG", "PNG", "WEBP", "TIFF", "GIF"]), st.data())
def test_damaged_bytes_are_read_or_refused(format: str, data: st.DataObject) -> None:
    broken = bytearray(encoded(picture(16, 16, 1 if format == "GIF" else 3), format))
    for _ in range(data.draw(st.integers(1, 8))):
        broken[data.draw(st.integers(0, len(broken) - 1))] = data.draw(st.integers(0, 255))
    reason = "one line"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            read_photo(bytes(broken))
        except PhotoError as error:
            reason = str(error)
    assert reason.isprintable()


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
    with pytest.raises(PhotoError, match="megapixels"):
        Photo.from_array(np.broadcast_to(np.uint8(0), (20_000, 6_000)))
