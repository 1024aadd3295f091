"""Colours that a picture names without carrying a profile."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import numpy as np
import pytest
from pictures import encoded, picture, png_chunk
from PIL import Image, ImageCms

from smpsim.colour import D50_WHITE, SRGB
from smpsim.files.colour_notes import adobe_rgb_profile, png_colour_numbers
from smpsim.files.encode import encode_picture
from smpsim.files.icc import parse_icc
from smpsim.files.matrix_profile import matrices
from smpsim.files.nclx import display_p3_profile
from smpsim.files.photo import read_photo

SRGB_XY = (0.3127, 0.329, 0.64, 0.33, 0.3, 0.6, 0.15, 0.06)
P3_XY = (0.3127, 0.329, 0.68, 0.32, 0.265, 0.69, 0.15, 0.06)
# Adobe RGB (1998) Color Image Encoding, 4.3.6.1: RGB to XYZ relative to D50
ADOBE_D50 = ((0.60974, 0.20528, 0.14919), (0.31111, 0.62567, 0.06322), (0.01947, 0.06087, 0.74457))


def with_chunks(*chunks: bytes, image: np.ndarray | None = None, **options: object) -> bytes:
    """A PNG with chunks behind its header."""
    data = encoded(picture() if image is None else image, "PNG", **options)
    return data[:33] + b"".join(chunks) + data[33:]


def gama(gamma: float) -> bytes:
    return png_chunk(b"gAMA", struct.pack(">I", round(gamma * 100_000)))


def chrm(xy: tuple[float, ...]) -> bytes:
    return png_chunk(b"cHRM", struct.pack(">8I", *(round(value * 100_000) for value in xy)))


def cicp(*numbers: int) -> bytes:
    return png_chunk(b"cICP", bytes(numbers))


def flagged(space: int | None, index: str | None, format: str = "JPEG") -> bytes:
    """A photo with EXIF flags, as cameras write them."""
    exif = Image.Exif()
    exif[0x0112] = 1  # without a tag at the top nothing is written into a PNG
    if space is not None:
        exif.get_ifd(0x8769)[0xA001] = space
    if index is not None:
        exif.get_ifd(0x8769)[0xA005] = {1: index}
    return encoded(picture(), format, exif=exif)


def test_chromaticities_become_the_published_primaries() -> None:
    for xy, expected in ((SRGB_XY, SRGB.to_xyz), (P3_XY, parse_icc(display_p3_profile()).to_xyz)):
        made = matrices(xy)
        assert made is not None
        np.testing.assert_allclose(made[0], expected, atol=4e-4)
        np.testing.assert_allclose(made[0].sum(axis=1), D50_WHITE, atol=1e-9)
    np.testing.assert_allclose(parse_icc(adobe_rgb_profile()).to_xyz, ADOBE_D50, atol=3e-4)


def test_little_cms_reads_what_is_made() -> None:
    profile = ImageCms.ImageCmsProfile(io.BytesIO(adobe_rgb_profile()))
    assert ImageCms.getProfileDescription(profile).strip() == "Adobe RGB (1998)"
    to_srgb = ImageCms.buildTransform(profile, ImageCms.createProfile("sRGB"), "RGB", "RGB")
    green = ImageCms.applyTransform(Image.new("RGB", (1, 1), (100, 150, 120)), to_srgb)
    assert green is not None
    # by hand: linear = (v / 255) ** 2.2, Adobe RGB to sRGB
    linear = np.linalg.solve(SRGB.to_xyz, np.array(ADOBE_D50) @ ((np.array([100, 150, 120]) / 255) ** (563 / 256)))
    np.testing.assert_allclose(green.getpixel((0, 0)), SRGB.encode(linear[None].astype(np.float32))[0], atol=1)


@pytest.mark.parametrize(
    "chunks",
    [
        (),
        (gama(0.45455),),
        (gama(0.45455), chrm(SRGB_XY)),
        (chrm(SRGB_XY),),
        (gama(1.0), chrm(P3_XY), png_chunk(b"sRGB", b"\0")),
        (cicp(1, 13, 0, 1), gama(1.0)),
        (cicp(12, 13, 1, 1),),  # not RGB: cannot be meant
    ],
)
def test_what_is_srgb_gets_no_profile(chunks: tuple[bytes, ...]) -> None:
    photo = read_photo(with_chunks(*chunks))
    assert (photo.profile, photo.space, photo.notices) == (None, SRGB, ())


def test_display_p3_by_number() -> None:
    photo = read_photo(with_chunks(gama(0.45455), chrm(SRGB_XY), cicp(12, 13, 0, 1)))
    assert photo.profile == display_p3_profile()
    np.testing.assert_array_equal(photo.pixels, picture())
    # and so does the preview, in any format
    assert read_photo(encode_picture(photo.pixels, format="jpeg", profile=photo.profile)).profile == photo.profile


def test_hdr_by_number_is_told() -> None:
    photo = read_photo(with_chunks(cicp(9, 16, 0, 1)))
    assert photo.profile is None
    assert "HDR" in photo.notices[0]


def test_display_p3_by_chromaticities() -> None:
    space = read_photo(with_chunks(gama(0.45455), chrm(P3_XY))).space
    np.testing.assert_allclose(space.to_xyz, parse_icc(display_p3_profile()).to_xyz, atol=4e-4)
    np.testing.assert_allclose(space.curves, SRGB.curves, atol=1e-4)


@pytest.mark.parametrize("gamma", [1.0, 1 / 1.8])
def test_another_exponent(gamma: float) -> None:
    for image in (picture(), picture(channels=1), picture(channels=4)):
        space = read_photo(with_chunks(gama(gamma), image=image)).space
        np.testing.assert_allclose(space.to_xyz, SRGB.to_xyz, atol=4e-4)
        np.testing.assert_allclose(space.curves[0], (np.arange(256) / 255) ** (1 / gamma), atol=2e-3)


@pytest.mark.parametrize(
    "chunks",
    [
        (gama(0),),
        (gama(40_000),),
        (gama(0.45455), chrm((0,) * 8)),
        (chrm((0.3127, 0.329) * 4),),
        (chrm((0.3127, 0.00001, 0.64, 0.33, 0.3, 0.6, 0.15, 0.06)),),
        (chrm((40_000,) * 8),),
    ],
)
def test_nonsense_is_taken_as_srgb_with_a_notice(chunks: tuple[bytes, ...]) -> None:
    photo = read_photo(with_chunks(*chunks))
    assert photo.profile is None
    assert photo.notices == ("the notes on the picture's colours make no sense: taken as sRGB",)


def test_a_profile_counts_for_more() -> None:
    p3 = display_p3_profile()
    assert read_photo(with_chunks(cicp(1, 13, 0, 1), gama(1.0), icc_profile=p3)).profile == p3
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0xA001] = 2
    assert read_photo(encoded(picture(), "JPEG", exif=exif, icc_profile=p3)).profile == p3


@pytest.mark.parametrize(
    ("space", "index", "adobe"),
    [(2, None, True), (65535, "R03", True), (65535, "R98", False), (65535, None, False), (1, "R03", False),
     (1, None, False), (None, None, False), (7, "R03", False)],
)  # fmt: skip
def test_flags_of_cameras(space: int | None, index: str | None, adobe: bool) -> None:
    for format in ("JPEG", "WEBP", "PNG"):
        photo = read_photo(flagged(space, index, format))
        assert (photo.profile == adobe_rgb_profile()) == adobe, format
        assert photo.notices == ()


def test_flags_say_nothing_of_cmyk() -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0xA001] = 2
    photo = read_photo(encoded(Image.fromarray(picture()).convert("CMYK"), "JPEG", exif=exif))
    assert photo.profile is None
    assert not [notice for notice in photo.notices if "damaged" in notice]


def test_numbers_are_looked_for_within_the_file_alone() -> None:
    data = with_chunks(cicp(12, 13, 0, 1))
    assert png_colour_numbers(io.BytesIO(data)) == (12, 13)
    for end in range(45):
        assert png_colour_numbers(io.BytesIO(data[:end])) is None
    hole = struct.pack(">I4s", 2**32 - 1, b"abcd")
    assert png_colour_numbers(io.BytesIO(data[:33] + hole + data[33:])) is None
    idat = data.index(b"IDAT") - 4
    assert png_colour_numbers(io.BytesIO(data[:33] + data[idat:] + cicp(12, 13, 0, 1))) is None


def test_numbers_behind_large_notes_are_found(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(with_chunks(png_chunk(b"tEXt", b"Comment\0" + b"x" * 100_000), cicp(12, 13, 0, 1)))
    assert read_photo(path).profile == display_p3_profile()
