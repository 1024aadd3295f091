from __future__ import annotations

import io
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from smpsim.errors import MaskError, SmpsimWarning
from smpsim.files.mask_file import mask_from_array, read_mask, read_mask_with_notices
from smpsim.files.photo import Photo

WIDTH, HEIGHT = 40, 30


@pytest.fixture
def photo() -> Photo:
    return Photo.from_array(np.full((HEIGHT, WIDTH, 3), 150, np.uint8))


def shape() -> np.ndarray:
    """A white patch with a soft lower edge, off the middle."""
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    mask[5:15, 8:30] = 255
    mask[15, 8:30] = 128
    return mask


def encoded(array: np.ndarray | Image.Image, format: str = "PNG", **options: Any) -> bytes:
    image = array if isinstance(array, Image.Image) else Image.fromarray(array)
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()


def expected() -> np.ndarray:
    return shape().astype(np.float32) / 255


@pytest.mark.parametrize("format", ["PNG", "TIFF", "GIF"])
def test_grey_is_coverage(photo: Photo, format: str) -> None:
    mask = read_mask(encoded(shape(), format), like=photo)
    assert mask.dtype == np.float32
    assert not mask.flags.writeable
    np.testing.assert_allclose(mask, expected(), atol=1e-7)
    assert mask.max() == 1
    assert mask.min() == 0


@pytest.mark.parametrize(
    "image",
    [
        Image.fromarray(np.dstack([shape()] * 3)),
        Image.fromarray(np.dstack([np.full_like(shape(), 255)] * 3 + [shape()])),
        Image.fromarray(np.dstack([shape(), shape(), shape(), np.full_like(shape(), 255)])),
        Image.fromarray(shape().astype(np.uint16) * 257),
        Image.merge("LA", [Image.new("L", (WIDTH, HEIGHT), 255), Image.fromarray(shape())]),
        Image.fromarray(shape()).convert("P"),
    ],
    ids=["rgb", "alpha", "rgba", "16-bit", "la", "palette"],
)
def test_every_way_to_store_it_gives_the_same(photo: Photo, image: Image.Image) -> None:
    np.testing.assert_allclose(read_mask(encoded(image), like=photo), expected(), atol=1e-6)


def test_white_is_exactly_one_in_every_mode(photo: Photo) -> None:
    for mode, white in (("1", 1), ("L", 255), ("RGB", (255,) * 3), ("RGBA", (255,) * 4)):
        assert (read_mask(encoded(Image.new(mode, (WIDTH, HEIGHT), white)), like=photo) == 1).all()


def test_colour_times_opacity(photo: Photo) -> None:
    image = Image.new("RGBA", (WIDTH, HEIGHT), (255, 0, 0, 128))
    assert read_mask(encoded(image), like=photo)[0, 0] == pytest.approx(0.299 * 128 / 255)


def test_palette_values_not_indices(photo: Photo) -> None:
    image = Image.fromarray((shape() > 0).astype(np.uint8))
    image.putpalette([0, 0, 0, 255, 255, 255])
    assert read_mask(encoded(image.convert("P")), like=photo).shape == (HEIGHT, WIDTH)
    index = Image.new("P", (WIDTH, HEIGHT), 1)
    index.putpalette([0, 0, 0, 255, 255, 255])
    assert (read_mask(encoded(index), like=photo) == 1).all()


def test_two_levels(photo: Photo) -> None:
    np.testing.assert_array_equal(read_mask(encoded(Image.fromarray(shape() > 200)), like=photo), shape() > 200)


def test_16_bit_keeps_its_precision(photo: Photo) -> None:
    deep = np.linspace(0, 65535, WIDTH * HEIGHT).astype(np.uint16).reshape(HEIGHT, WIDTH)
    mask, _ = read_mask_with_notices(encoded(deep), like=photo)
    np.testing.assert_allclose(mask, deep / 65535, atol=1e-6)
    assert len(np.unique(mask)) == len(np.unique(deep))


def test_floats_in_tiff_must_be_within_0_and_1(photo: Photo) -> None:
    np.testing.assert_array_equal(read_mask(encoded(expected(), "TIFF"), like=photo), expected())
    with pytest.raises(MaskError, match=r"within 0\.\.1"):
        read_mask(encoded(expected() * 255, "TIFF"), like=photo)
    with pytest.raises(MaskError, match="32-bit"):
        read_mask(encoded(shape().astype(np.int32), "TIFF"), like=photo)


def test_its_own_orientation_is_applied(photo: Photo) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    stored = Image.fromarray(shape()).transpose(Image.Transpose.ROTATE_90)
    np.testing.assert_allclose(read_mask(encoded(stored, exif=exif), like=photo), expected(), atol=1e-7)


@pytest.mark.parametrize("format", ["JPEG", "WEBP"])
def test_ringing_of_lossy_formats_is_zero(photo: Photo, format: str) -> None:
    soft = np.full((HEIGHT, WIDTH), 20, np.uint8)
    soft[16:, 24:] = 255  # whole blocks: no ringing of its own
    mask = read_mask(encoded(soft, format, quality=95), like=photo)
    assert mask[:14, :22].max() == 0
    assert mask[20:, 30:].min() > 0.9
    assert mask[(mask > 0)].min() >= 32 / 255


@pytest.mark.parametrize(
    ("format", "options"),
    [("PNG", {}), ("WEBP", {"lossless": True}), ("WEBP", {"lossless": True, "icc_profile": b"x" * 70_000})],
)
def test_faint_values_of_lossless_formats_count(photo: Photo, format: str, options: dict[str, Any]) -> None:
    faint = np.full((HEIGHT, WIDTH), 5, np.uint8)
    assert read_mask(encoded(faint, format, **options), like=photo).min() == pytest.approx(5 / 255, abs=1e-6)


@pytest.mark.parametrize("factor", [0.5, 2, 3])
def test_same_aspect_is_resampled_in_place_with_a_warning(photo: Photo, factor: float) -> None:
    size = (round(WIDTH * factor), round(HEIGHT * factor))
    scaled = Image.fromarray(shape()).resize(size, Image.Resampling.BOX)
    with pytest.warns(SmpsimWarning, match=f"resampled from {size[0]} x {size[1]} to 40 x 30 px"):
        mask = read_mask(encoded(scaled), like=photo)
    assert mask.shape == (HEIGHT, WIDTH)
    assert mask.sum() == pytest.approx(expected().sum(), rel=0.06)
    rows, columns = np.mgrid[:HEIGHT, :WIDTH]
    for axis in (rows, columns):  # no shift by half a pixel
        centre = (axis * mask).sum() / mask.sum()
        assert centre == pytest.approx((axis * expected()).sum() / expected().sum(), abs=0.35)


def test_resampling_keeps_0_and_1(photo: Photo) -> None:
    for value in (0, 255):
        mask, notices = read_mask_with_notices(encoded(np.full((60, 80), value, np.uint8)), like=photo)
        assert (mask == value / 255).all()
        assert len(notices) == 1


@pytest.mark.parametrize("size", [(40, 40), (41, 30), (1, 1), (4, 3), (2, 2), (60, 46)])
def test_other_sizes_are_refused_with_both_named(photo: Photo, tmp_path: Path, size: tuple[int, int]) -> None:
    if size == (4, 3):  # exactly the same aspect: fine, however small
        assert read_mask_with_notices(encoded(Image.new("L", size)), like=photo)[1]
        return
    path = tmp_path / "mask.png"
    path.write_bytes(encoded(Image.new("L", size)))
    with pytest.raises(MaskError, match=f"^mask.png: .*{size[0]} x {size[1]} px.*40 x 30 px"):
        read_mask(path, like=photo)


def test_a_mask_of_the_sideways_photo_is_told_so(photo: Photo) -> None:
    for size, told in (((HEIGHT, WIDTH), True), ((HEIGHT, WIDTH + 1), False), ((HEIGHT + 1, WIDTH), False)):
        with pytest.raises(MaskError, match="draw it on the upright photo") as caught:
            read_mask(encoded(Image.new("L", size)), like=photo)
        assert ("before that was turned upright" in str(caught.value)) == told


def test_a_photo_as_mask_gets_a_notice_and_a_feather_does_not(photo: Photo) -> None:
    rng = np.random.default_rng(1)
    noise = rng.integers(20, 230, (HEIGHT, WIDTH), dtype=np.uint8)
    _, notices = read_mask_with_notices(encoded(noise), like=photo)
    assert any("is it a photo" in notice for notice in notices)
    ramp = np.clip(np.linspace(-300, 555, WIDTH), 0, 255).astype(np.uint8)
    for quiet in (np.tile(ramp, (HEIGHT, 1)), np.full((HEIGHT, WIDTH), 128, np.uint8)):
        assert read_mask_with_notices(encoded(quiet), like=photo)[1] == ()


def test_empty_and_full_masks_are_read_without_a_word(photo: Photo) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for value in (0, 255):
            read_mask(encoded(np.full((HEIGHT, WIDTH), value, np.uint8)), like=photo)


def test_damaged_masks_are_mask_errors(photo: Photo, tmp_path: Path) -> None:
    path = tmp_path / "mask.png"
    path.write_bytes(encoded(shape())[:60])
    for source, reason in ((path, "mask.png: "), (tmp_path / "none.png", "none.png: no such file")):
        with pytest.raises(MaskError, match=reason):
            read_mask(source, like=photo)


@pytest.mark.parametrize(
    ("array", "value"),
    [
        (np.full((3, 4), True), 1),
        (np.full((3, 4), 51, np.uint8), 0.2),
        (np.full((3, 4, 1), 13107, np.uint16), 0.2),
        (np.full((3, 4), 0.25, np.float64), 0.25),
        (np.full((3, 4), 0.25, np.float16), 0.25),
        (np.full((3, 4), 13107, ">u2"), 0.2),
        (np.full((3, 4), 13107, "<u2"), 0.2),
        (np.full((3, 4), 1.0000001), 1),
    ],
)
def test_arrays_become_masks(array: np.ndarray, value: float) -> None:
    mask = mask_from_array(array, (4, 3))
    assert mask.dtype == np.float32
    assert mask.shape == (3, 4)
    assert not mask.flags.writeable
    np.testing.assert_allclose(mask, value, atol=1e-6)
    assert mask.max() <= 1
    array[...] = 0
    assert mask.any()


@pytest.mark.parametrize(
    ("array", "reason"),
    [
        (np.zeros((4, 3)), r"shape \(4, 3\) and the photo \(H, W\) = \(3, 4\): they must be equal"),
        (np.zeros((3, 4, 3)), "equal"),
        (np.full((3, 4), np.nan), r"within 0\.\.1"),
        (np.full((3, 4), 1.01), r"within 0\.\.1"),
        (np.full((3, 4), 1.00001), r"0 to 1\.00001"),
        (np.full((3, 4), -0.01), r"within 0\.\.1"),
        (np.full((3, 4), np.inf), r"within 0\.\.1"),
        (np.zeros((3, 4), np.int64), "pass bool, uint8"),
        (np.zeros((3, 4), complex), "pass bool, uint8"),
    ],
)
def test_other_arrays_are_refused(array: np.ndarray, reason: str) -> None:
    with pytest.raises(MaskError, match=reason):
        mask_from_array(array, (4, 3))
