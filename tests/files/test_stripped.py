"""Photos without their notes."""

from __future__ import annotations

import io
import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms, PngImagePlugin

from smpsim import PhotoError, read_photo
from smpsim.files.stripped import stripped

SECRETS = (b"Hasselblad", b"4711-0815", b"Jane Doe", b"GPS", b"Exif\0\0MM\0*\0\0\0\x08\0\x02")


def picture(size: tuple[int, int] = (61, 43), mode: str = "RGB") -> Image.Image:
    noise = np.random.default_rng(1).integers(0, 256, (size[1], size[0], 4), dtype=np.uint8)
    return Image.fromarray(noise, "RGBA").convert(mode)


def exif(orientation: int) -> Image.Exif:
    notes = Image.Exif()
    notes[0x0112] = orientation
    notes[0x010F], notes[0x013B] = "Hasselblad", "Jane Doe"
    notes.get_ifd(0x8769)[0xA431] = "4711-0815"
    notes.get_ifd(0x8825)[1] = "N"
    return notes


def jpeg(image: Image.Image | None = None, **options: object) -> bytes:
    out = io.BytesIO()
    (image or picture()).save(out, "JPEG", **{"comment": b"Jane Doe", "exif": exif(1), **options})  # type: ignore[arg-type]
    return out.getvalue()


def scans(data: bytes) -> bytes:
    return data[data.index(b"\xff\xda") : data.index(b"\xff\xd9", data.rindex(b"\xff\xda"))]


def assert_alike(data: bytes, bare: bytes) -> None:
    one, other = read_photo(data), read_photo(bare)
    assert np.array_equal(one.pixels, other.pixels)
    assert one.profile == other.profile
    assert np.array_equal(one.alpha, other.alpha)  # type: ignore[arg-type]  # None is itself
    assert not any(secret in bare for secret in SECRETS)
    assert stripped(bare)[0] == bare


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_jpeg_keeps_its_scan_and_its_orientation(orientation: int) -> None:
    data = jpeg(exif=exif(orientation))
    bare, extension = stripped(data)
    assert_alike(data, bare)
    assert extension == ".jpg"
    assert scans(bare) == scans(data)
    assert len(bare) < len(data)


@pytest.mark.parametrize(
    "options",
    [
        {"progressive": True},
        {"restart_marker_rows": 1},
        {"icc_profile": ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()},
        {"optimize": True, "subsampling": 0},
        {"dpi": (300, 300)},
    ],
    ids="-".join,
)
def test_all_kinds_of_jpeg(options: dict[str, object]) -> None:
    data = jpeg(**options)
    bare, extension = stripped(data)
    assert_alike(data, bare)
    assert (extension, scans(bare)) == (".jpg", scans(data))


@pytest.mark.parametrize("mode", ["L", "CMYK"])
def test_jpegs_of_other_colours(mode: str) -> None:
    data = jpeg(picture(mode=mode))
    assert_alike(data, stripped(data)[0])


def test_what_comes_after_the_end_of_a_jpeg_goes() -> None:
    data = jpeg() + b"a video with Jane Doe" + jpeg()
    bare, extension = stripped(data)
    assert_alike(data, bare)
    assert extension == ".jpg"
    assert bare.endswith(b"\xff\xd9")


def test_a_small_picture_in_the_jfif_segment_goes() -> None:
    data = jpeg()
    at = data.index(b"JFIF\0") - 4
    body = b"JFIF\0\x01\x02\0\0\x01\0\x01\x02\x02" + b"\x07" * 12
    data = data[:at] + b"\xff\xe0" + (len(body) + 2).to_bytes(2, "big") + body + data[at + 18 :]
    bare, _ = stripped(data)
    assert_alike(data, bare)
    assert b"\x07" * 12 not in bare


def test_colours_that_only_the_notes_name_are_kept() -> None:
    notes = exif(6)
    notes.get_ifd(0x8769)[0xA001] = 2  # Adobe RGB
    data = jpeg(exif=notes)
    assert read_photo(data).profile is not None
    bare, extension = stripped(data)
    assert_alike(data, bare)
    assert extension == ".png"


def test_a_png_keeps_its_data() -> None:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Author", "Jane Doe")
    notes.add_itxt("Comment", "Jane Doe", zip=True)
    out = io.BytesIO()
    picture(mode="RGBA").save(out, "PNG", pnginfo=notes, exif=exif(6), dpi=(300, 300))
    bare, extension = stripped(out.getvalue() + b"Jane Doe")
    assert_alike(out.getvalue(), bare)
    assert extension == ".png"
    assert read_photo(bare).size == (43, 61)
    data = out.getvalue()
    assert data[data.index(b"IDAT") : data.index(b"IEND")] in bare


@pytest.mark.parametrize(
    ("format", "options"),
    [("WEBP", {"lossless": True}), ("WEBP", {}), ("TIFF", {}), ("TIFF", {"compression": "tiff_lzw"}), ("GIF", {})],
    ids=str,
)
def test_other_formats_become_a_png(format: str, options: dict[str, object]) -> None:
    out = io.BytesIO()
    image = picture(mode="P" if format == "GIF" else "RGBA")
    more = {} if format == "GIF" else {"exif": exif(6)}
    image.save(out, format, **more, **options)  # type: ignore[arg-type]
    bare, extension = stripped(out.getvalue())
    assert_alike(out.getvalue(), bare)
    assert extension == ".png"


def test_what_is_no_photo_is_refused() -> None:
    with pytest.raises(PhotoError):
        stripped(b"\xff\xd8\xff" + bytes(99))


def test_photographs(shared: Path) -> None:
    """Cameras write what no test thinks of."""
    tried = 0
    for path in sorted((shared / "io-corpus").rglob("*"))[:400]:
        if path.suffix.lower() in (".jpg", ".jpeg", ".png", ".webp", ".heic") and os.path.getsize(path) < 300_000:
            try:
                data = path.read_bytes()
                read_photo(data)
            except (PhotoError, OSError):
                continue
            assert_alike(data, stripped(data)[0])
            tried += 1
    assert tried >= 50


def test_markers_with_padding_and_with_something_between_them() -> None:
    data = jpeg()
    at = data.index(b"\xff\xdb")
    padded = data[:at] + b"\xff\xff\xff" + data[at:]
    bare, extension = stripped(padded)
    assert_alike(padded, bare)
    assert (bare, extension) == (stripped(data)[0], ".jpg")
    # decoders look for the next marker; that this is one is not for us to say
    broken = data[:at] + b"Jane Doe" + data[at:]
    bare, extension = stripped(broken)
    assert_alike(broken, bare)
    assert extension == ".png"
