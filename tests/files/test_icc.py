from __future__ import annotations

import struct
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from smpsim.colour import SRGB, lab
from smpsim.files.icc import NotMatrixError, ProfileError, colour_model, parse_icc

MakeProfile = Callable[..., bytes]
Curves = tuple[Callable[..., bytes], Callable[..., bytes]]
ENCODED = np.arange(256) / 255


def test_littlecms_own_srgb_profile_is_srgb() -> None:
    space = parse_icc(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    np.testing.assert_allclose(space.to_xyz, SRGB.to_xyz, atol=2e-3)
    np.testing.assert_allclose(space.curves, SRGB.curves, atol=1e-4)
    assert "sRGB" in space.name


@pytest.mark.parametrize(
    ("kind", "numbers", "expected"),
    [
        (0, (2.2,), ENCODED**2.2),
        (1, (2.0, 1.1, -0.1), np.maximum(1.1 * ENCODED - 0.1, 0) ** 2),
        (2, (2.0, 0.9, -0.1, 0.05), np.maximum(0.9 * ENCODED - 0.1, 0) ** 2 + 0.05),
        (
            3,
            (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045),
            np.where(ENCODED >= 0.04045, ((ENCODED + 0.055) / 1.055) ** 2.4, ENCODED / 12.92),
        ),
        (
            4,
            (2.0, 0.9, 0.0, 0.05, 0.2, 0.05, 0.0),
            np.where(ENCODED >= 0.2, (0.9 * ENCODED) ** 2 + 0.05, ENCODED / 20),
        ),
    ],
)
def test_parametric_curves(
    make_profile: MakeProfile, curve_types: Curves, kind: int, numbers: tuple[float, ...], expected: np.ndarray
) -> None:
    space = parse_icc(make_profile(curve_types[1](kind, *numbers)))
    np.testing.assert_allclose(space.curves[1], np.clip(expected, 0, 1), atol=2e-4)


def test_table_gamma_and_identity_curves(make_profile: MakeProfile, curve_types: Curves) -> None:
    curv, _ = curve_types
    space = parse_icc(make_profile(curves=(curv(), curv(round(1.8 * 256)), curv(0, 16384, 65535))))
    np.testing.assert_allclose(space.curves[0], ENCODED, atol=1e-6)
    np.testing.assert_allclose(space.curves[1], ENCODED ** (461 / 256), atol=1e-6)
    np.testing.assert_allclose(space.curves[2], np.interp(ENCODED, [0, 0.5, 1], [0, 0.25, 1]), atol=1e-4)


def test_lab_through_a_wide_profile_agrees_with_little_cms(p3_profile: bytes) -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (30, 30, 3), dtype=np.uint8)
    transform = ImageCms.buildTransform(
        ImageCms.ImageCmsProfile(BytesIO(p3_profile)),
        ImageCms.createProfile("LAB"),
        "RGB",
        "LAB",
        ImageCms.Intent.RELATIVE_COLORIMETRIC,
    )
    theirs = np.asarray(ImageCms.applyTransform(Image.fromarray(pixels), transform))
    space = parse_icc(p3_profile)
    ours = lab(space.decode(pixels), space)
    inside = (np.abs(ours[..., 1:]) < 120).all(axis=-1)  # 8-bit Lab clips beyond
    np.testing.assert_allclose(ours[inside][:, 0], theirs[inside][:, 0] / 2.55, atol=0.8)
    np.testing.assert_allclose(ours[inside][:, 1:], theirs[inside][:, 1:].astype(np.int8), atol=1.0)


def test_primaries_count_before_a_look_up_table(make_profile: MakeProfile) -> None:
    both = make_profile(extra=[(b"A2B0", b"mft2" + bytes(60))])
    assert parse_icc(both) == parse_icc(make_profile())


@pytest.mark.parametrize("missing", [b"rXYZ", b"bTRC"])
def test_without_primaries_or_curves_it_is_no_matrix_profile(make_profile: MakeProfile, missing: bytes) -> None:
    with pytest.raises(NotMatrixError):
        parse_icc(make_profile(without=[missing]))


def test_other_models_are_named(make_profile: MakeProfile) -> None:
    assert colour_model(make_profile(model=b"GRAY")) == "GRAY"
    with pytest.raises(NotMatrixError):
        parse_icc(make_profile(model=b"CMYK"))


def test_description_is_short_and_printable(make_profile: MakeProfile) -> None:
    text = b"Phone\n\x07\0" + b"x" * 500
    old = b"desc" + bytes(4) + struct.pack(">I", 0xFFFFFFFF) + text
    assert parse_icc(make_profile(extra=[(b"desc", old)])).name.startswith("Phonexxx")
    new = b"mluc" + bytes(4) + struct.pack(">IIHHII", 1, 12, 0x656E, 0x5553, 12, 28) + "Képer".encode("utf-16-be")
    assert parse_icc(make_profile(extra=[(b"desc", new)])).name == "Képer"
    lie = b"mluc" + bytes(4) + struct.pack(">IIHHII", 1, 12, 0x656E, 0x5553, 2**32 - 1, 2**32 - 1) + bytes(4)
    assert parse_icc(make_profile(extra=[(b"desc", lie)])).name == "ICC profile"


def test_lies_are_refused(make_profile: MakeProfile, curve_types: Curves) -> None:
    curv, para = curve_types
    too_long = b"curv" + bytes(4) + struct.pack(">I", 2**31)
    for curve in (
        too_long,
        b"curv" + bytes(4),
        b"para" + bytes(4),
        para(5, 1),
        para(3, 2.4),
        para(1, 2.2, 0, 1),
        para(0, -1),
        curv(65535, 0),
        curv(0, 0),
        curv(0, 65535, 1000, 65535),
        b"mAB " + bytes(30),
    ):
        with pytest.raises(ProfileError):
            parse_icc(make_profile(curve))
    for primaries in (((0, 0, 0),) * 3, ((0.3, 0.33, 0.27),) * 3, ((9, 9, 9), (1, 0, 0), (0, 1, 0))):
        with pytest.raises(ProfileError):
            parse_icc(make_profile(primaries=primaries))


def test_a_tag_table_without_end_is_refused(make_profile: MakeProfile) -> None:
    profile = bytearray(make_profile())
    for count in (101, 2**32 - 1):
        profile[128:132] = struct.pack(">I", count)
        with pytest.raises(ProfileError, match="tag table"):
            parse_icc(bytes(profile))


def test_many_tags_on_the_same_megabytes_take_no_memory(make_profile: MakeProfile) -> None:
    profile = bytearray(make_profile()) + bytes(8_000_000)
    table = b"".join(struct.pack(">4sII", b"A2B0", 8, len(profile) - 8) for _ in range(100))
    profile[128:132] = struct.pack(">I", 100)
    profile[132 : 132 + len(table)] = table
    with pytest.raises(NotMatrixError):
        parse_icc(bytes(profile))


@pytest.mark.parametrize("data", [b"", b"acsp", b"not an icc profile" * 40, bytes(20_000_000)])
def test_garbage_is_refused(data: bytes) -> None:
    with pytest.raises(ProfileError):
        parse_icc(data)


@settings(max_examples=300)
@given(st.data())
def test_damaged_bytes_parse_or_are_refused(data: st.DataObject) -> None:
    profile = bytearray(_good_profile())
    for _ in range(data.draw(st.integers(1, 6))):
        position = data.draw(st.integers(0, len(profile) - 1))
        profile[position] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(profile)))
    for damaged in (bytes(profile), bytes(profile[:cut])):
        try:
            space = parse_icc(damaged)
        except ProfileError:
            continue
        assert np.isfinite(space.curves).all()


def _good_profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def test_profiles_of_the_shared_photos(shared: Path) -> None:
    with Image.open(shared / "photos" / "p01-front-light-bald-glasses-3840.jpg") as image:
        space = parse_icc(image.info["icc_profile"])
    assert space.name == "Display P3"
    np.testing.assert_allclose(space.curves, SRGB.curves, atol=2e-4)
    with Image.open(shared / "photos" / "p11-front-horseshoe-adobergb-450.jpg") as image:
        space = parse_icc(image.info["icc_profile"])
    np.testing.assert_allclose(space.curves[0], ENCODED ** (563 / 256), atol=1e-6)
