"""What read_photo refuses, and that it does so in one line."""

from __future__ import annotations

import io
import os
import struct
import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pictures import encoded, exif, picture, png_chunk, raw_png
from PIL import Image, ImageCms

from smpsim.errors import MissingExtraError, PhotoError
from smpsim.files.icc import parse_icc
from smpsim.files.mask_file import read_mask
from smpsim.files.nclx import display_p3_profile
from smpsim.files.photo import read_photo


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


def test_streams_that_are_closed_or_endless(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.BytesIO(encoded(picture(), "PNG"))
    monkeypatch.setattr("smpsim.files.source.MAX_STREAM_BYTES", len(stream.getvalue()))
    assert read_photo(stream).size == (12, 8)
    stream = io.BytesIO(stream.getvalue() + b"x")
    with pytest.raises(PhotoError, match="MB in a stream"):
        read_photo(stream)
    stream.close()
    with pytest.raises(PhotoError, match="cannot be read"):
        read_photo(stream)


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


@pytest.mark.parametrize(
    ("width", "height", "said"),
    [
        (10_001, 10_000, "10001 x 10000 is 100 megapixels, at most 100 are read: make it smaller first"),
        (20_000, 9_000, "more than 100 megapixels: make it smaller first"),
        (60_000, 60_000, "more than 100 megapixels: make it smaller first"),
    ],
)
def test_too_many_pixels_are_refused_from_the_header(width: int, height: int, said: str) -> None:
    # Pillow only warns about 100..178 megapixels; the rows are missing, so decoding would say "cut off"
    with pytest.raises(PhotoError, match=said) as error:
        read_photo(raw_png(width, height, 8, 2, b""))
    check_line(error, "picture: ")


def test_damaged_exif_is_a_notice_not_a_warning() -> None:
    block = b"Exif\0\0II*\0\x08\0\0\0\x02\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\x0f\x01\x02\0"
    photo = read_photo(encoded(picture(), "JPEG", exif=block))
    assert photo.size in ((12, 8), (8, 12))
    assert len(photo.notices) == 1
    assert photo.notices[0].startswith("damaged notes")


def test_heic_without_its_package_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pi_heif", None)
    head = struct.pack(">I", 28) + b"ftypheic" + bytes(4) + b"mif1heicmiaf"
    with pytest.raises(MissingExtraError, match=r'pip install "smpsim\[heic\]"') as error:
        read_photo(head + bytes(100))
    assert error.value.extra == "heic"


def test_reasons_are_printable(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise SyntaxError("could not parse 'pix\x01'\nsecond line \x1b[31m")

    monkeypatch.setattr(Image, "open", fail)
    with pytest.raises(PhotoError, match=r"'pix\?' second line") as error:
        read_photo(encoded(picture(), "PNG"))
    assert str(error.value).isprintable()


@pytest.mark.parametrize(
    ("problem", "reason"),
    [(MemoryError(), "not enough memory"), (Image.DecompressionBombError(), "more than 100 megapixels")],
)
def test_pictures_that_ask_for_too_much(monkeypatch: pytest.MonkeyPatch, problem: Exception, reason: str) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise problem

    monkeypatch.setattr(Image, "open", fail)
    with pytest.raises(PhotoError, match=reason):
        read_photo(encoded(picture(), "PNG"))


def test_exif_that_breaks_its_reader_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise KeyError("damaged")

    data = encoded(picture(), "JPEG", exif=exif(6))
    assert read_photo(data).size == (8, 12)
    monkeypatch.setattr(Image.Image, "getexif", fail)
    photo = read_photo(data)
    assert (photo.size, photo.profile) == ((12, 8), None)


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


# ---- HEIC that names its colours by number


class Container(list[int]):
    """Stands in for pi-heif's file: the wheels of pi-heif cannot write one."""

    size = (4, 4)

    def __init__(self, primaries: int, curve: int) -> None:
        super().__init__([0])
        nclx = {"color_primaries": primaries, "transfer_characteristics": curve}
        self.info = {"bit_depth": 8, "nclx_profile": nclx}

    def to_pillow(self) -> Image.Image:
        return Image.new("RGB", self.size, (200, 100, 50))


@pytest.mark.parametrize(
    ("primaries", "curve", "kept", "notice"),
    [
        (1, 13, False, None),
        (2, 2, False, None),
        (12, 13, True, None),
        (9, 14, False, "wide-gamut"),
        (9, 16, False, "HDR"),
    ],
)
def test_heic_colours_by_number(
    monkeypatch: pytest.MonkeyPatch, primaries: int, curve: int, kept: bool, notice: str | None
) -> None:
    pi_heif = pytest.importorskip("pi_heif")
    monkeypatch.setattr(pi_heif, "open_heif", lambda *_, **__: Container(primaries, curve))
    photo = read_photo(struct.pack(">I", 16) + b"ftypheic" + bytes(4))
    np.testing.assert_array_equal(photo.pixels[0, 0], [200, 100, 50])
    assert (photo.profile is not None) == kept
    assert (photo.space.name == "Display P3") == kept
    assert len(photo.notices) == (notice is not None)
    assert notice is None or notice in photo.notices[0]


def test_made_profile_is_display_p3(p3_profile: bytes) -> None:
    made = display_p3_profile()
    assert parse_icc(made) == parse_icc(p3_profile)
    checked = ImageCms.ImageCmsProfile(io.BytesIO(made))
    assert ImageCms.getProfileDescription(checked).strip() == "Display P3"
    np.testing.assert_allclose(checked.profile.media_white_point[0], (0.9642, 1, 0.8249), atol=1e-4)


def test_a_palette_that_is_missing() -> None:
    rows = b"".join(b"\0" + bytes(8) for _ in range(4))
    with pytest.raises(PhotoError, match="palette that is missing"):
        read_photo(raw_png(8, 4, 8, 3, rows))


def test_16_bits_whose_header_is_not_at_its_place() -> None:
    """Pillow reads a PNG whose first chunk is another one; how deep it is must not be read from a fixed place."""
    good = raw_png(2, 1, 16, 0, b"\0\x80\x80\xff\xff")
    moved = good[:8] + png_chunk(b"tEXt", b"key\0" + b"\xff" * 30) + good[8:]
    for data in (good, moved):
        assert read_photo(data).pixels[0, :, 0].tolist() == [128, 255]


def test_heic_of_several_pictures_and_with_premultiplied_opacity(monkeypatch: pytest.MonkeyPatch) -> None:
    pi_heif = pytest.importorskip("pi_heif")
    file, data = Container(1, 13), struct.pack(">I", 16) + b"ftypheic" + bytes(4)
    monkeypatch.setattr(pi_heif, "open_heif", lambda *_, **__: file)
    assert read_photo(data).notices == ()
    file.append(1)
    assert read_photo(data).notices == ("the file holds several pictures: the primary one is used",)
    file.pop()
    half = Image.new("RGBA", file.size, (200, 100, 50, 128))
    monkeypatch.setattr(file, "to_pillow", lambda: half.convert("RGBa"), raising=False)
    photo = read_photo(data)
    assert photo.alpha is not None
    assert (photo.alpha == 128).all()
    np.testing.assert_allclose(photo.pixels[0, 0], [200, 100, 50], atol=1)
    light = 128 / 255 * (0.299 * 200 + 0.587 * 100 + 0.114 * 50) / 255
    np.testing.assert_allclose(read_mask(data, like=photo), light, atol=0.005)
